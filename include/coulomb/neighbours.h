/**
 * @file neighbours.h
 * Nearest neighbours and most similar pairs: does a model repeat its training set, or itself?
 *
 * Distances are Euclidean. They are found by blocked matrix products in float32 whose error is bounded; whatever could
 * be among the nearest within that bound is computed again by differences in float64. So the answers are those of a
 * search in float64, also between points that nearly coincide, and do not depend on the number of threads.
 *
 * Pitfalls: pixels are a poor measure of likeness. A copy moved by a pixel is far away, while blurred or dark pictures
 * are near to everything; search in features as well. A far neighbour does not prove that nothing was memorised.
 */
#ifndef COULOMB_NEIGHBOURS_H
#define COULOMB_NEIGHBOURS_H

#include <coulomb/context.h>
#include <coulomb/points.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The nearest targets of each query.
 *
 * @param context     not NULL
 * @param dimension   values of a point; 1 to 200,000
 * @param queries     [n_queries, dimension], such as generated samples; NULL only if n_queries is 0
 * @param n_queries   may be 0
 * @param targets     [n_targets, dimension], such as the training set; not NULL
 * @param n_targets   at least `neighbours`
 * @param neighbours  targets wanted for each query, at least 1
 * @param indices     [n_queries, neighbours] result: numbers of the targets, the nearest first, of equally near ones
 * the first; NULL only if n_queries is 0; untouched on failure
 * @param distances   [n_queries, neighbours] result: their distances; NULL if not wanted; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a number out of range); COULOMB_ERROR_NOT_FINITE (a value,
 * named by its index); COULOMB_ERROR_MEMORY
 *
 * Time O(n_queries n_targets dimension); memory O(n_queries neighbours) for each thread. Runs on the context's threads.
 * A query that is itself a target finds itself first. @since 0.1
 */
COULOMB_API coulomb_status coulomb_neighbours(coulomb_context *context, size_t dimension, const float *queries,
                                              size_t n_queries, const float *targets, size_t n_targets,
                                              size_t neighbours, size_t *indices, double *distances);

/**
 * coulomb_neighbours() for targets larger than memory, read once, in order, in blocks of the library's choice.
 *
 * @param context     not NULL; its threads must not be changed from the callback
 * @param dimension   values of a point; 1 to 200,000
 * @param queries     [n_queries, dimension]; NULL only if n_queries is 0
 * @param n_queries   may be 0
 * @param targets     gives the targets, not NULL
 * @param user        passed to it
 * @param n_targets   at least `neighbours`
 * @param neighbours  targets wanted for each query, at least 1
 * @param indices     [n_queries, neighbours] result; NULL only if n_queries is 0; untouched on failure
 * @param distances   [n_queries, neighbours] result; NULL if not wanted; untouched on failure
 * @return as coulomb_neighbours(); a callback's own code; COULOMB_ERROR_CALLBACK (it is outside the callers' range)
 *
 * Memory O(n_queries neighbours) for each thread and one block, of at most 2^23 values or 256 targets. @since 0.1
 */
COULOMB_API coulomb_status coulomb_neighbours_streamed(coulomb_context *context, size_t dimension, const float *queries,
                                                       size_t n_queries, coulomb_points_callback *targets, void *user,
                                                       size_t n_targets, size_t neighbours, size_t *indices,
                                                       double *distances);

/**
 * The most similar pairs within one set of samples: what a person looks at, or a threshold decides about, to count
 * duplicates (Arora & Zhang, "Do GANs actually learn the distribution?", 2017; Unterthiner et al. 2017, Figure 3).
 *
 * @param context    not NULL
 * @param dimension  values of a sample; 1 to 200,000
 * @param samples    [count, dimension], not NULL
 * @param count      at least 2
 * @param pairs      pairs wanted, 1 to count (count - 1) / 2
 * @param indices    [pairs, 2] result, not NULL: numbers of a pair's samples, the smaller first; the most similar pair
 *                   first, of equally similar ones that with the smaller numbers; untouched on failure
 * @param distances  [pairs] result: their distances; NULL if not wanted; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a number out of range); COULOMB_ERROR_NOT_FINITE (a value,
 * named by its index); COULOMB_ERROR_MEMORY
 *
 * A sample may be in several pairs. Time O(count^2 dimension), memory O(pairs) for each thread. Runs on the context's
 * threads. @since 0.1
 */
COULOMB_API coulomb_status coulomb_closest_pairs(coulomb_context *context, size_t dimension, const float *samples,
                                                 size_t count, size_t pairs, size_t *indices, double *distances);

/**
 * Size of the support from duplicates in samples of it: the birthday paradox (Arora & Zhang 2017).
 *
 * estimate = sum_i count_i (count_i - 1) / 2  /  sum_i duplicates_i
 *
 * Two independent samples of a density p over discrete outcomes are equal with probability sum p^2. The estimate is
 * that of 1 / sum p^2: the support's size if all outcomes are equally likely, and below it otherwise, as a few frequent
 * outcomes give most duplicates. Sizes at which half of the samples hold a duplicate, about 1.2 sqrt(size), are
 * sensible; start with small samples and let them grow until duplicates appear.
 *
 * @param context     not NULL
 * @param sets        independent samples looked at, at least 1
 * @param counts      [sets] their sizes, each at least 2; not NULL
 * @param duplicates  [sets] pairs of duplicates found in each, at most count (count - 1) / 2; not NULL. Three equal
 *                    samples are three pairs
 * @param estimate    receives the estimate; infinite without a duplicate; not NULL; untouched on failure
 * @param low         receives the lower end of its 95 % interval; NULL if not wanted; untouched on failure
 * @param high        receives the upper end; infinite without a duplicate; NULL if not wanted; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a number out of range)
 *
 * Pitfalls: the interval takes duplicates as a Poisson variable (Garwood 1936), right while pairs are nearly
 * independent, that is for samples far smaller than the support; it knows nothing of misjudged duplicates. Continuous
 * samples are never equal: what counts as a duplicate, a threshold or a person's eye, decides the answer, and near
 * pairs in pixels are not the same as near pairs to the eye. A large support does not show that a model is good.
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_support_size(coulomb_context *context, size_t sets, const size_t *counts,
                                                const uint64_t *duplicates, double *estimate, double *low,
                                                double *high);

#ifdef __cplusplus
}
#endif

#endif
