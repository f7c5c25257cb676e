/**
 * @file neighbours.h
 * Nearest neighbours, most similar pairs and support size: whether a model repeats its training set, or itself.
 *
 * Distances are Euclidean. Candidates come from matrix products of blocks in float32 with a bounded error; distances
 * within that bound of the nearest are computed again by differences in float64. So the results are those of a search
 * in float64, also for points that nearly coincide. They do not depend on the number of threads.
 *
 * Pitfalls: distances between pixels are a poor measure of similarity. A copy shifted by one pixel is far away, while
 * blurred or dark images are near to everything: search in features as well. A distant nearest neighbour does not prove
 * that nothing was memorised.
 */
#ifndef COULOMB_NEIGHBOURS_H
#define COULOMB_NEIGHBOURS_H

#include <coulomb/context.h>
#include <coulomb/points.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Find the nearest targets of each query.
 *
 * @param context     not NULL
 * @param dimension   values of a point; 1 to 200,000
 * @param queries     [n_queries, dimension], such as model samples; NULL only if n_queries is 0
 * @param n_queries   may be 0
 * @param targets     [n_targets, dimension], such as the training set; not NULL
 * @param n_targets   at least `neighbours`
 * @param neighbours  number of targets to find for each query, at least 1
 * @param indices     [n_queries, neighbours] result: indices of the targets, the nearest first, and of equally near
 *                    ones that with the smallest index; NULL only if n_queries is 0; untouched on failure
 * @param distances   [n_queries, neighbours] result: the distances; NULL if not wanted; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a number out of range); COULOMB_ERROR_NOT_FINITE (a value,
 *         named by its index); COULOMB_ERROR_MEMORY
 *
 * Time O(n_queries n_targets dimension); memory O(n_queries neighbours) for each thread. Runs on the context's threads.
 * A query that is one of the targets finds itself first. @since 0.1
 */
COULOMB_API coulomb_status coulomb_neighbours(coulomb_context *context, size_t dimension, const float *queries,
                                              size_t n_queries, const float *targets, size_t n_targets,
                                              size_t neighbours, size_t *indices, double *distances);

/**
 * Find the nearest targets among targets larger than memory, as coulomb_neighbours(). The targets are read once, in
 * order, in blocks whose size the library chooses.
 *
 * @param context     not NULL
 * @param dimension   values of a point; 1 to 200,000
 * @param queries     [n_queries, dimension]; NULL only if n_queries is 0
 * @param n_queries   may be 0
 * @param targets     writes the targets; not NULL
 * @param user        passed to the callback
 * @param n_targets   at least `neighbours`
 * @param neighbours  number of targets to find for each query, at least 1
 * @param indices     [n_queries, neighbours] result; NULL only if n_queries is 0; untouched on failure
 * @param distances   [n_queries, neighbours] result; NULL if not wanted; untouched on failure
 * @return as coulomb_neighbours(); a callback's own code; COULOMB_ERROR_CALLBACK (its code is outside the range for
 *         callers)
 *
 * Memory O(n_queries neighbours) for each thread and one block of at most 2^23 values or 256 targets, whichever
 * is more. @since 0.1
 */
COULOMB_API coulomb_status coulomb_neighbours_streamed(coulomb_context *context, size_t dimension, const float *queries,
                                                       size_t n_queries, coulomb_points_callback *targets, void *user,
                                                       size_t n_targets, size_t neighbours, size_t *indices,
                                                       double *distances);

/**
 * Find the most similar pairs within one set of samples, for example to count duplicates by eye or with a threshold
 * (Arora & Zhang, "Do GANs actually learn the distribution?", 2017; Unterthiner et al. 2017, Figure 3).
 *
 * @param context    not NULL
 * @param dimension  values of a sample; 1 to 200,000
 * @param samples    [count, dimension], not NULL
 * @param count      at least 2
 * @param pairs      number of pairs to find, 1 to count (count - 1) / 2
 * @param indices    [pairs, 2] result, not NULL: indices of each pair's samples, the smaller first; the most similar
 *                   pair first, and of equally similar ones that with the smaller indices; untouched on failure
 * @param distances  [pairs] result: the distances; NULL if not wanted; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a number out of range); COULOMB_ERROR_NOT_FINITE (a value,
 *         named by its index); COULOMB_ERROR_MEMORY
 *
 * A sample may be in several pairs. Time O(count^2 dimension), memory O(pairs) for each thread. Runs on the context's
 * threads. @since 0.1
 */
COULOMB_API coulomb_status coulomb_closest_pairs(coulomb_context *context, size_t dimension, const float *samples,
                                                 size_t count, size_t pairs, size_t *indices, double *distances);

/**
 * Estimate the size of a density's support from duplicates in samples of it: the birthday paradox (Arora & Zhang 2017).
 *
 * estimate = sum_i count_i (count_i - 1) / 2  /  sum_i duplicates_i
 *
 * Two independent samples of a density p over discrete outcomes are equal with probability sum p^2. The estimated
 * quantity is 1 / sum p^2. It is the size of the support if all outcomes are equally likely, and smaller otherwise,
 * because a few frequent outcomes give most duplicates. Choose sets in about half of which there is a duplicate: about
 * 1.2 sqrt(size) samples. Start with small sets and enlarge them until duplicates appear.
 *
 * @param context     not NULL
 * @param sets        number of independent sets of samples, at least 1
 * @param counts      [sets] number of samples in each set, at least 2; not NULL
 * @param duplicates  [sets] number of pairs of duplicates in each set, at most count (count - 1) / 2; not NULL. Three
 *                    equal samples are three pairs
 * @param estimate    receives the estimate; infinite if there is no duplicate; not NULL; untouched on failure
 * @param low         receives the lower end of its 95 % interval; NULL if not wanted; untouched on failure
 * @param high        receives the upper end; infinite if there is no duplicate; NULL if not wanted; untouched on
 *                    failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a number out of range)
 *
 * Pitfalls: the interval treats the number of duplicates as a Poisson variable (Garwood 1936). That holds while pairs
 * are nearly independent: for sets far smaller than the support. It does not account for misjudged duplicates.
 * Continuous samples are never equal, so the estimate depends on what counts as a duplicate, and pairs that are near in
 * pixels need not look alike. A large support does not show that a model is good.
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_support_size(coulomb_context *context, size_t sets, const size_t *counts,
                                                const uint64_t *duplicates, double *estimate, double *low,
                                                double *high);

#ifdef __cplusplus
}
#endif

#endif
