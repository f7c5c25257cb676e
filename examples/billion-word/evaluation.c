#include "evaluation.h"

#include "support/console.h"
#include "support/files.h"
#include "support/json.h"
#include "support/progress.h"
#include "support/sequence.h"
#include "support/succeed.h"
#include "utf8.h"

#include <stdlib.h>

/* Lines generated at once: the library makes samples of a batch norm in blocks of as many. */
enum { BLOCK_LINES = 128, CHUNK_LINES = 50000 };

static bool count_text(evaluation *of)
{
    progress meter;
    size_t count = of->data->count;
    progress_begin(&meter, "lines counted", 0, NGRAM_MOST * (uint64_t)count);
    for (size_t n = 0; n < NGRAM_MOST; n++) {
        coulomb_status status = coulomb_ngrams_new(of->context, n + 1, &of->text[n]);
        for (size_t line = 0; line < count && status == COULOMB_OK; line += CHUNK_LINES) {
            size_t chunk = count - line < CHUNK_LINES ? count - line : CHUNK_LINES;
            status = coulomb_ngrams_add(of->text[n], of->data->lines + line * LINE_LENGTH, chunk, LINE_LENGTH);
            uint64_t done = n * (uint64_t)count + line + chunk;
            if (progress_due(&meter, done))
                progress_show(&meter, done, NULL);
        }
        if (status != COULOMB_OK) {
            progress_end(&meter);
            return succeeded(of->context, status, "counting the text's n-grams");
        }
    }
    progress_end(&meter);
    return true;
}

static coulomb_status measure_one(const evaluation *of, const uint16_t *lines, size_t n, double *result)
{
    coulomb_ngrams *counted;
    coulomb_status status = coulomb_ngrams_new(of->context, n, &counted);
    if (status != COULOMB_OK)
        return status;
    status = coulomb_ngrams_add(counted, lines, LINES_MEASURED, LINE_LENGTH);
    if (status == COULOMB_OK)
        status = coulomb_ngrams_divergence(of->text[n - 1], counted, result);
    coulomb_ngrams_free(counted);
    return status;
}

static bool measure(const evaluation *of, const uint16_t *lines, divergences *result)
{
    coulomb_status status = COULOMB_OK;
    for (size_t n = 1; n <= NGRAM_MOST && status == COULOMB_OK; n++)
        status = measure_one(of, lines, n, &result->of[n - 1]);
    return succeeded(of->context, status, "measuring n-grams");
}

bool evaluation_begin(evaluation *made, coulomb_context *context, const corpus *data, coulomb_network *network,
                      uint64_t seed)
{
    *made = (evaluation){.context = context, .data = data, .network = network, .seed = seed};
    made->values = malloc(BLOCK_LINES * LINE_LENGTH * data->vocabulary * sizeof *made->values);
    made->lines = malloc(LINES_MEASURED * LINE_LENGTH * sizeof *made->lines);
    bool fine = made->values && made->lines ? true : complain("no memory for generated lines");
    fine = fine && count_text(made) && measure(made, corpus_held_out(data), &made->floor);
    if (!fine)
        evaluation_end(made);
    return fine;
}

void evaluation_end(evaluation *of)
{
    for (size_t i = 0; i < NGRAM_MOST; i++)
        coulomb_ngrams_free(of->text[i]);
    free(of->values);
    free(of->lines);
    *of = (evaluation){0};
}

/* The most probable character of each place; of equal ones the first. */
static void take_most_probable(const evaluation *of, uint16_t *lines)
{
    size_t vocabulary = of->data->vocabulary;
    for (size_t i = 0; i < BLOCK_LINES * LINE_LENGTH; i++) {
        const float *place = of->values + i * vocabulary;
        size_t best = 0;
        for (size_t j = 1; j < vocabulary; j++)
            if (place[j] > place[best])
                best = j;
        lines[i] = (uint16_t)best;
    }
}

void evaluation_plan(const coulomb_network *network, memory_plan *plan)
{
    memory_add_samples(plan, "for generating lines", network, BLOCK_LINES);
}

bool evaluation_update(evaluation *of)
{
    uint64_t own;
    coulomb_status status = sequence_begin(of->network, of->seed, &own);
    for (size_t line = 0; line < LINES_MEASURED && status == COULOMB_OK; line += BLOCK_LINES) {
        status = coulomb_network_generate(of->network, BLOCK_LINES, of->values);
        if (status == COULOMB_OK)
            take_most_probable(of, of->lines + line * LINE_LENGTH);
    }
    status = sequence_end(of->network, own, status);
    return succeeded(of->context, status, "generating lines") && measure(of, of->lines, &of->latest);
}

bool evaluation_write_lines(const evaluation *of, const char *path)
{
    new_file file;
    if (!file_begin(&file, path))
        return false;
    for (size_t i = 0; i < LINES_MEASURED; i++) {
        const uint16_t *line = of->lines + i * LINE_LENGTH;
        size_t length = LINE_LENGTH;
        while (length > 0 && of->data->characters[line[length - 1]] == PADDING)
            length--;
        for (size_t j = 0; j < length; j++) {
            char bytes[UTF8_BYTES_MOST];
            fwrite(bytes, 1, utf8_encode(of->data->characters[line[j]], bytes), file.stream);
        }
        fputc('\n', file.stream);
    }
    return file_commit(&file);
}

json_t *divergences_json(const divergences *of)
{
    json_t *array = json_array();
    for (size_t i = 0; i < NGRAM_MOST; i++)
        json_append(&array, json_number_or_null(of->of[i]));
    return array;
}
