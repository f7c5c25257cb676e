/*
 * How much generated lines are like the text: Jensen-Shannon divergences between the n-grams of 640 generated lines and
 * those of all training lines, n = 1 to 6; and the lines themselves.
 */
#ifndef BILLION_WORD_EVALUATION_H
#define BILLION_WORD_EVALUATION_H

#include "corpus.h"

#include "support/memory.h"

#include <coulomb/network.h>
#include <coulomb/ngrams.h>
#include <jansson.h>

enum { NGRAM_MOST = 6 };

/* JSD-1 to JSD-6, in bits, 0 to 1. */
typedef struct divergences {
    double of[NGRAM_MOST];
} divergences;

typedef struct evaluation {
    coulomb_context *context;
    const corpus *data;
    coulomb_network *network; /* generates */
    uint64_t seed;            /* of its latents: always the same ones */
    coulomb_ngrams *text[NGRAM_MOST];
    float *values;      /* one block of what it puts out */
    uint16_t *lines;    /* [LINES_MEASURED, LINE_LENGTH] the last generated ones */
    divergences floor;  /* of the lines held out: what a perfect model would have */
    divergences latest; /* of the last generated ones */
} evaluation;

/* Count the text's n-grams, which takes a while, and measure the lines held out. False with a complaint. */
bool evaluation_begin(evaluation *made, coulomb_context *context, const corpus *data, coulomb_network *network,
                      uint64_t seed);
void evaluation_end(evaluation *of);

/* Add the memory of generating with a network that is trained. */
void evaluation_plan(const coulomb_network *network, memory_plan *plan);

/* Generate lines and measure them. */
bool evaluation_update(evaluation *of);

/* The generated lines in UTF-8, one below the other, without the padding at their ends. Rare characters are U+FFFD. */
bool evaluation_write_lines(const evaluation *of, const char *path);

/* [JSD-1, ..., JSD-6] */
json_t *divergences_json(const divergences *of);

#endif
