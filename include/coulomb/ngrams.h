/**
 * @file ngrams.h
 * n-grams of text and the Jensen-Shannon divergence between two texts' n-grams: the measure of the Billion Word
 * experiment (Gulrajani et al. 2017; Unterthiner et al. 2017, Section 4.3, "JSD-4" and "JSD-6").
 *
 * Text is lines of symbols, 16-bit numbers whose meaning is the caller's: characters of a vocabulary of up to 65,536.
 * n-grams slide within a line, never across its end; padding symbols count like all others. Nothing is smoothed.
 *
 * Pitfalls: with few lines the divergence is large even between samples of one text, because most n-grams of one are
 * missing in the other. It falls with more lines, so compare only values taken from equally many (the published ones
 * from 640 generated lines), and put beside them the value of as many held-out real lines: nothing can be expected to
 * be below. And it sees n characters at a time, nothing of what makes sentences.
 */
#ifndef COULOMB_NGRAMS_H
#define COULOMB_NGRAMS_H

#include <coulomb/context.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * How often each n-gram occurs in the lines added so far. Not safe to use from two threads at once. @since 0.1
 */
typedef struct coulomb_ngrams coulomb_ngrams;

/**
 * Start counting.
 *
 * @param context  not NULL
 * @param n        symbols of an n-gram, 1 to 6
 * @param ngrams   receives the handle; free it with coulomb_ngrams_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or n out of range); COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_ngrams_new(coulomb_context *context, size_t n, coulomb_ngrams **ngrams);

/**
 * Let go of the counts.
 *
 * @param ngrams  may be NULL
 *
 * @since 0.1
 */
COULOMB_API void coulomb_ngrams_free(coulomb_ngrams *ngrams);

/**
 * Count the n-grams of more lines: length - n + 1 of each.
 *
 * @param ngrams  not NULL
 * @param lines   [count, length] symbols, line by line; NULL only if count is 0; not needed afterwards
 * @param count   may be 0
 * @param length  symbols of a line, at least n
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, length is below n, or there would be more than 2^32 - 1 n-grams
 * in all), the counts are as before; COULOMB_ERROR_MEMORY, after which the handle can only be freed: other calls give
 * COULOMB_ERROR_STATE, and its numbers are 0
 *
 * n-grams are kept whole (16 n bits), so different ones are never counted as one. Time linear in count * length, on the
 * calling thread; memory 21 to 43 bytes for each distinct n-gram, half as much again while the table grows. @since 0.1
 */
COULOMB_API coulomb_status coulomb_ngrams_add(coulomb_ngrams *ngrams, const uint16_t *lines, size_t count,
                                              size_t length);

/**
 * n-grams counted so far, repeated ones included.
 *
 * @param ngrams  NULL gives 0
 * @return 0 to 2^32 - 1
 *
 * @since 0.1
 */
COULOMB_API uint64_t coulomb_ngrams_total(const coulomb_ngrams *ngrams);

/**
 * Different n-grams counted so far.
 *
 * @param ngrams  NULL gives 0
 * @return 0 to coulomb_ngrams_total()
 *
 * @since 0.1
 */
COULOMB_API uint64_t coulomb_ngrams_distinct(const coulomb_ngrams *ngrams);

/**
 * Jensen-Shannon divergence between two texts' n-grams, in bits (Lin 1991).
 *
 * divergence = 1/2 sum_g p(g) log2(p(g) / m(g)) + 1/2 sum_g q(g) log2(q(g) / m(g)),  m = (p + q) / 2,
 * with p(g) and q(g) the shares of n-gram g in each text
 *
 * @param a           not NULL
 * @param b           not NULL, of the same n; may be of another context of the same thread
 * @param divergence  receives 0 (equal shares) to 1 (no n-gram in common); the same with a and b exchanged, within
 *                    rounding; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_SHAPE (n differs); COULOMB_ERROR_STATE (no n-gram
 *         has been counted in one of them, or an addition ran out of memory)
 *
 * The sentence of a failure is in a's context. Equal texts give exactly 0, texts without a common n-gram exactly 1; in
 * between the error is below 1e-12 relative. Time linear in the distinct n-grams of the smaller one and the table's
 * size. @since 0.1
 */
COULOMB_API coulomb_status coulomb_ngrams_divergence(const coulomb_ngrams *a, const coulomb_ngrams *b,
                                                     double *divergence);

#ifdef __cplusplus
}
#endif

#endif
