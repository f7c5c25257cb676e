/**
 * @file ngrams.h
 * Counts of n-grams, and the Jensen-Shannon divergence between the n-grams of two texts: the measure of the Billion
 * Word experiment (Gulrajani et al. 2017; Unterthiner et al. 2017, Section 4.3, "JSD-4" and "JSD-6").
 *
 * Text consists of lines of symbols: 16-bit numbers, such as indices of characters in a vocabulary of up to 65,536.
 * n-grams do not extend over the end of a line. Padding symbols count like all others. Counts are not smoothed.
 *
 * Pitfalls: with few lines the divergence is large even between samples of one text, because most n-grams of one are
 * missing in the other. It falls with more lines: compare only values from equally many lines (the published values
 * come from 640 generated lines). Report beside them the value of as many held-out lines of the data, which is the
 * lowest that can be expected. The divergence is blind to structure longer than n characters.
 */
#ifndef COULOMB_NGRAMS_H
#define COULOMB_NGRAMS_H

#include <coulomb/context.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Counts of the n-grams of a text. Not safe to use from two threads at once. @since 0.1
 */
typedef struct coulomb_ngrams coulomb_ngrams;

/**
 * Create empty counts.
 *
 * @param context  not NULL
 * @param n        number of symbols of an n-gram, 1 to 6
 * @param ngrams   receives the handle; release it with coulomb_ngrams_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or n out of range); COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_ngrams_new(coulomb_context *context, size_t n, coulomb_ngrams **ngrams);

/**
 * Release the counts.
 *
 * @param ngrams  may be NULL
 *
 * @since 0.1
 */
COULOMB_API void coulomb_ngrams_free(coulomb_ngrams *ngrams);

/**
 * Count the n-grams of further lines: length - n + 1 for each line.
 *
 * @param ngrams  not NULL
 * @param lines   [count, length] symbols, line by line; NULL only if count is 0; not used after the call
 * @param count   number of lines; may be 0
 * @param length  number of symbols of a line, at least n
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, length is below n, or there would be more than 2^32 - 1 n-grams
 *         in total): the counts are unchanged; COULOMB_ERROR_MEMORY: the handle can only be released, other calls
 *         return COULOMB_ERROR_STATE, and its numbers are 0; COULOMB_ERROR_STATE (an earlier call ran out of memory)
 *
 * n-grams are stored whole (16 n bits), so different n-grams are never confused. Time O(count length), on the calling
 * thread; memory 21 to 43 bytes for each distinct n-gram, and half as much again while the table grows. @since 0.1
 */
COULOMB_API coulomb_status coulomb_ngrams_add(coulomb_ngrams *ngrams, const uint16_t *lines, size_t count,
                                              size_t length);

/**
 * Return the number of n-grams counted, including repeated ones.
 *
 * @param ngrams  NULL: the result is 0
 * @return 0 to 2^32 - 1
 *
 * @since 0.1
 */
COULOMB_API uint64_t coulomb_ngrams_total(const coulomb_ngrams *ngrams);

/**
 * Return the number of distinct n-grams counted.
 *
 * @param ngrams  NULL: the result is 0
 * @return 0 to coulomb_ngrams_total()
 *
 * @since 0.1
 */
COULOMB_API uint64_t coulomb_ngrams_distinct(const coulomb_ngrams *ngrams);

/**
 * Compute the Jensen-Shannon divergence between two texts' n-grams, in bits (Lin 1991).
 *
 * divergence = 1/2 sum_g p(g) log2(p(g) / m(g)) + 1/2 sum_g q(g) log2(q(g) / m(g)),  m = (p + q) / 2,
 * where p(g) and q(g) are the shares of n-gram g in the two texts
 *
 * @param a           not NULL
 * @param b           not NULL, of the same n; may be of another context of the same thread
 * @param divergence  receives a number from 0 (equal shares) to 1 (no n-gram in common); symmetric in a and b within
 *                    rounding; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_SHAPE (n differs); COULOMB_ERROR_STATE (no n-gram
 *         has been counted in one of them, or an addition ran out of memory)
 *
 * An error message is stored in a's context. Equal texts give exactly 0, texts without a common n-gram exactly 1;
 * otherwise the relative error is below 1e-12. Time linear in the number of distinct n-grams of the smaller counts and
 * in the size of the table. @since 0.1
 */
COULOMB_API coulomb_status coulomb_ngrams_divergence(const coulomb_ngrams *a, const coulomb_ngrams *b,
                                                     double *divergence);

#ifdef __cplusplus
}
#endif

#endif
