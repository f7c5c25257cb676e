#include "corpus.h"

#include "support/console.h"
#include "support/hash.h"
#include "support/permutation.h"
#include "support/random.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 4096, STREAM_ORDER = 110, STREAM_HELD_OUT = 120 };

/* Until all lines are there, characters are numbered as they come: from 1 on, 0 for those beyond the last number. */
struct corpus_builder {
    uint16_t *lines;
    size_t count, room, distinct;
    uint16_t number[UTF8_POINTS];            /* 0: not met yet, or one too many */
    uint32_t character[VOCABULARY_MOST + 1]; /* of each number */
    uint64_t times[VOCABULARY_MOST + 1];
    uint16_t final[VOCABULARY_MOST + 1]; /* the vocabulary's number for each */
};

corpus_builder *corpus_begin(void)
{
    corpus_builder *made = calloc(1, sizeof *made);
    if (!made)
        complain("no memory for text");
    return made;
}

void corpus_abandon(corpus_builder *builder)
{
    if (builder)
        free(builder->lines);
    free(builder);
}

size_t corpus_lines(const corpus_builder *builder)
{
    return builder->count;
}

static bool make_room(corpus_builder *builder)
{
    if (builder->count < builder->room)
        return true;
    size_t room = builder->room > 0 ? 2 * builder->room : ROOM_FIRST;
    uint16_t *larger = realloc(builder->lines, room * LINE_LENGTH * sizeof *larger);
    if (!larger)
        return complain("no memory for more than %zu lines", builder->count);
    builder->lines = larger;
    builder->room = room;
    return true;
}

static uint16_t number_of(corpus_builder *builder, uint32_t character)
{
    uint16_t *number = &builder->number[character];
    if (*number == 0 && builder->distinct < VOCABULARY_MOST) {
        *number = (uint16_t)++builder->distinct;
        builder->character[*number] = character;
    }
    builder->times[*number]++;
    return *number;
}

bool corpus_add(corpus_builder *builder, const uint32_t *points, size_t length)
{
    if (length == 0)
        return true;
    if (!make_room(builder))
        return false;
    uint16_t *line = builder->lines + builder->count++ * LINE_LENGTH;
    for (size_t i = 0; i < LINE_LENGTH; i++)
        line[i] = number_of(builder, i < length ? points[i] : PADDING);
    return true;
}

/* --- the vocabulary --- */

typedef struct entry {
    uint64_t times;
    uint32_t character;
    uint16_t number; /* as they came */
} entry;

static int by_frequency(const void *a, const void *b)
{
    const entry *left = a, *right = b;
    if (left->times != right->times)
        return left->times < right->times ? 1 : -1;
    return left->character < right->character ? -1 : 1;
}

/* Fills in the corpus's vocabulary, and the final numbers. */
static bool choose_vocabulary(corpus_builder *builder, size_t most, corpus *made)
{
    size_t kept = builder->distinct < most ? builder->distinct : most;
    entry *entries = malloc((builder->distinct + 1) * sizeof *entries);
    made->vocabulary = kept + 1;
    made->distinct = builder->distinct;
    made->characters = calloc(made->vocabulary, sizeof *made->characters);
    made->counts = calloc(made->vocabulary, sizeof *made->counts);
    if (!entries || !made->characters || !made->counts) {
        free(entries);
        return complain("no memory for a vocabulary of %zu characters", builder->distinct);
    }
    for (size_t i = 0; i < builder->distinct; i++)
        entries[i] = (entry){builder->times[i + 1], builder->character[i + 1], (uint16_t)(i + 1)};
    qsort(entries, builder->distinct, sizeof *entries, by_frequency);
    made->characters[0] = UTF8_REPLACEMENT;
    made->counts[0] = builder->times[0];
    for (size_t i = 0; i < builder->distinct; i++) {
        size_t number = i < kept ? i + 1 : 0;
        builder->final[entries[i].number] = (uint16_t)number;
        made->counts[number] += entries[i].times;
        if (number > 0)
            made->characters[number] = entries[i].character;
    }
    free(entries);
    return true;
}

static bool finish(corpus_builder *builder, size_t vocabulary, corpus *made)
{
    if (builder->count == 0)
        return complain("the text is empty");
    if (!choose_vocabulary(builder, vocabulary, made))
        return false;
    uint16_t *fitting = realloc(builder->lines, builder->count * LINE_LENGTH * sizeof *fitting);
    made->lines = fitting ? fitting : builder->lines;
    made->count = builder->count;
    builder->lines = NULL;
    for (size_t i = 0; i < made->count * LINE_LENGTH; i++)
        made->lines[i] = builder->final[made->lines[i]];
    made->hash = hash_bytes(HASH_START, made->lines, made->count * LINE_LENGTH * sizeof *made->lines);
    made->hash = hash_bytes(made->hash, made->characters, made->vocabulary * sizeof *made->characters);
    return true;
}

bool corpus_finish(corpus_builder *builder, size_t vocabulary, corpus *made)
{
    *made = (corpus){0};
    bool done = finish(builder, vocabulary, made);
    corpus_abandon(builder);
    if (!done)
        corpus_free(made);
    return done;
}

/* --- the lines held out --- */

static void swap_lines(uint16_t *a, uint16_t *b)
{
    uint16_t held[LINE_LENGTH];
    memcpy(held, a, sizeof held);
    memmove(a, b, sizeof held);
    memcpy(b, held, sizeof held);
}

/* From all over the text, as files can differ; they change places with the last lines. */
bool corpus_hold_out(corpus *of, uint64_t seed)
{
    if (of->count < 2 * LINES_MEASURED)
        return complain("the text has %zu line%s not empty; expected at least %d, since %d are held out", of->count,
                        of->count == 1 ? " that is" : "s that are", 2 * LINES_MEASURED, LINES_MEASURED);
    random_stream stream = {.seed = seed, .stream = STREAM_HELD_OUT};
    for (uint32_t i = 0; i < LINES_MEASURED; i++) {
        uint32_t words[4];
        random_words(stream, i, words);
        size_t chosen = (size_t)(((uint64_t)words[0] << 32 | words[1]) % of->count);
        of->count--;
        swap_lines(of->lines + chosen * LINE_LENGTH, of->lines + of->count * LINE_LENGTH);
    }
    of->held_out = LINES_MEASURED;
    of->seed = seed;
    return true;
}

void corpus_free(corpus *of)
{
    free(of->lines);
    free(of->characters);
    free(of->counts);
    *of = (corpus){0};
}

const uint16_t *corpus_held_out(const corpus *of)
{
    return of->lines + of->count * LINE_LENGTH;
}

coulomb_status corpus_batch(void *user, uint64_t update, size_t total, size_t first, size_t count, float *batch)
{
    const corpus *of = user;
    memset(batch, 0, count * LINE_LENGTH * of->vocabulary * sizeof *batch);
    for (size_t i = 0; i < count; i++) {
        uint64_t place = (update - 1) * total + first + i;
        const uint16_t *line =
            of->lines +
            permutation_at(of->seed, STREAM_ORDER, place / of->count, of->count, place % of->count) * LINE_LENGTH;
        for (size_t j = 0; j < LINE_LENGTH; j++, batch += of->vocabulary)
            batch[line[j]] = 1;
    }
    return COULOMB_OK;
}
