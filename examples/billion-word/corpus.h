/*
 * Lines as the networks see them: 32 characters, each a number of the vocabulary. Longer lines are cut, shorter ones
 * padded with backticks, which count as characters. The vocabulary is the most frequent characters, numbered from 1;
 * all others are 0. Two bytes a character, whatever it takes in UTF-8.
 */
#ifndef BILLION_WORD_CORPUS_H
#define BILLION_WORD_CORPUS_H

#include <coulomb/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lines held out: as many as are generated to be measured, which is part of the measure's definition. */
enum { LINE_LENGTH = 32, LINES_MEASURED = 640, PADDING = '`' };

/* Characters told apart besides number 0, of the paper; and the most that can be. */
enum { VOCABULARY_PAPER = 2047, VOCABULARY_MOST = 65535 };

typedef struct corpus {
    uint16_t *lines; /* [count + held_out, LINE_LENGTH]: those of training, then those held out */
    size_t count;
    size_t held_out;      /* 0, then LINES_MEASURED */
    size_t vocabulary;    /* numbers there are, 0 included */
    uint32_t *characters; /* [vocabulary] code points; that of number 0 is U+FFFD */
    uint64_t *counts;     /* [vocabulary] how often each stands in the lines, padding included */
    size_t distinct;      /* different characters in the text, with those that became 0 */
    uint64_t hash;        /* of all lines in the text's order */
    uint64_t seed;        /* of the order and of the choice of the lines held out */
} corpus;

/* Lines on their way into a corpus. */
typedef struct corpus_builder corpus_builder;

/* NULL with a complaint without memory. */
corpus_builder *corpus_begin(void);

/* One line of so many code points, of which the first LINE_LENGTH count; an empty one is left out. False with a
 * complaint without memory. */
bool corpus_add(corpus_builder *builder, const uint32_t *points, size_t length);

size_t corpus_lines(const corpus_builder *builder);

/* Choose the vocabulary and number everything; lines stay in their order. Of equally frequent characters the smaller
 * code point comes first; characters met after 65,535 others are taken for rare. False with a complaint if there are no
 * lines. The builder is gone in any case. */
bool corpus_finish(corpus_builder *builder, size_t vocabulary, corpus *made);

/* Give up. */
void corpus_abandon(corpus_builder *builder);

void corpus_free(corpus *of);

/* Choose the lines that no update sees. False with a complaint if there are too few. */
bool corpus_hold_out(corpus *of, uint64_t seed);

/* Those lines, [LINES_MEASURED, LINE_LENGTH]. */
const uint16_t *corpus_held_out(const corpus *of);

/* A coulomb_slice_callback; `user` is a corpus. One-hot lines [count, LINE_LENGTH, vocabulary], in a random order per
 * epoch that is a function of the seed and the update. */
coulomb_status corpus_batch(void *user, uint64_t update, size_t total, size_t first, size_t count, float *batch);

#endif
