#include "learning_rows.h"

#include "support/console.h"
#include "support/hash.h"
#include "support/permutation.h"
#include "support/random.h"
#include "support/ranks.h"

#include <stdlib.h>
#include <string.h>

enum { STREAM_HELD_OUT = 130, STREAM_ORDER };

/* --- reading --- */

/* The first of a random order are held out. */
static bool split(double share, learning_rows *of)
{
    size_t rows = of->table.rows;
    unsigned char *held = calloc(rows, 1);
    of->held_out_count = (size_t)(share * (double)rows);
    of->learned_count = rows - of->held_out_count;
    of->learned = malloc(of->learned_count * sizeof *of->learned);
    of->held_out = malloc((of->held_out_count + 1) * sizeof *of->held_out);
    if (!held || !of->learned || !of->held_out) {
        free(held);
        return complain("no memory for the order of %zu rows", rows);
    }
    for (size_t i = 0; i < of->held_out_count; i++)
        held[permutation_at(of->seed, STREAM_HELD_OUT, 0, rows, i)] = 1;
    for (size_t row = 0, learned = 0, left_out = 0; row < rows; row++)
        if (held[row])
            of->held_out[left_out++] = row;
        else
            of->learned[learned++] = row;
    free(held);
    return true;
}

static bool encode(learning_rows *of)
{
    const encoding_options options = encoding_default_options();
    if (!encoding_make(&of->table, of->learned, of->learned_count, &options, &of->encoding))
        return false;
    if (of->encoding.width == 0)
        return complain("there is nothing to learn: each column has one value, counts the rows, or is left out");
    return encoding_code(&of->encoding, &of->table, &of->coded);
}

bool learning_rows_read(const char *path, const table_options *options, double share, uint64_t seed,
                        learning_rows *read)
{
    *read = (learning_rows){.seed = seed};
    if (!table_read(path, options, &read->columns, &read->table))
        return false;
    if (ranks_writes())
        table_print_columns(&read->table, stderr);
    if (read->table.rows < ROWS_LEAST)
        return complain("%s has %zu rows; expected at least %d", path, read->table.rows, ROWS_LEAST);
    if (!split(share, read) || !encode(read))
        return false;
    say("Learning %zu rows as %zu values: %zu categories in %zu groups, %zu numbers. %zu rows are held out.",
        read->learned_count, read->encoding.width, read->encoding.categories, read->encoding.groups_count,
        read->encoding.numbers, read->held_out_count);
    return true;
}

data_identity learning_rows_identity(const learning_rows *of)
{
    const coded_rows *coded = &of->coded;
    uint64_t hash = hash_bytes(HASH_START, of->learned, of->learned_count * sizeof *of->learned);
    hash = hash_bytes(hash, coded->categories, coded->rows * of->encoding.groups_count * sizeof *coded->categories);
    hash = hash_bytes(hash, coded->numbers, coded->rows * of->encoding.numbers * sizeof *coded->numbers);
    return (data_identity){of->table.rows, hash};
}

/* --- target samples --- */

static bool make_room(learning_rows *of, size_t count)
{
    if (count <= of->drawn_room)
        return true;
    size_t *bigger = realloc(of->drawn, count * sizeof *bigger);
    if (!bigger)
        return complain("no memory for %zu rows of an update", count);
    of->drawn = bigger;
    of->drawn_room = count;
    return true;
}

/* The learned rows in the order of an epoch, which is a function of seed and epoch (Fisher and Yates 1938). */
static bool order_epoch(learning_rows *of, uint64_t epoch)
{
    size_t count = of->learned_count;
    if (of->order && of->order_epoch == epoch)
        return true;
    if (!of->order)
        of->order = malloc(count * sizeof *of->order);
    if (!of->order)
        return complain("no memory for the order of %zu rows", count);
    memcpy(of->order, of->learned, count * sizeof *of->order);
    const random_stream stream = {.seed = of->seed, .stream = STREAM_ORDER, .update = epoch};
    uint32_t words[4];
    for (size_t left = count; left > 1; left--) {
        size_t turn = count - left;
        if (turn % 4 == 0)
            random_words(stream, (uint32_t)(turn / 4), words);
        size_t other = random_below(words[turn % 4], (uint32_t)left), last = left - 1, kept = of->order[last];
        of->order[last] = of->order[other];
        of->order[other] = kept;
    }
    of->order_epoch = epoch;
    return true;
}

coulomb_status learning_rows_batch(void *user, uint64_t update, size_t total, size_t first, size_t count, float *batch)
{
    learning_rows *of = user;
    if (!make_room(of, count))
        return COULOMB_ERROR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        uint64_t place = (update - 1) * total + first + i, rows = of->learned_count;
        if (!order_epoch(of, place / rows))
            return COULOMB_ERROR_MEMORY;
        of->drawn[i] = of->order[place % rows];
    }
    coded_rows_expand(&of->encoding, &of->coded, of->drawn, count, batch);
    return COULOMB_OK;
}

/* --- the rest --- */

size_t learning_rows_memory(const learning_rows *of)
{
    size_t cells = of->table.rows * of->columns.count, coded = of->encoding.groups_count + of->encoding.numbers;
    return cells * (sizeof(double) + sizeof(uint32_t)) + of->table.rows * coded * sizeof(float) +
           2 * of->table.rows * sizeof(size_t);
}

void learning_rows_free(learning_rows *of)
{
    free(of->drawn);
    free(of->order);
    free(of->learned);
    free(of->held_out);
    coded_rows_free(&of->coded);
    encoding_free(&of->encoding);
    table_free(&of->table);
    columns_free(&of->columns);
}
