/**
 * @file metrics.h
 * Mode statistics: how well samples match a mixture with known means.
 *
 * Other measures of samples: ngrams.h (text), moments.h (Fréchet distance), neighbours.h (nearest neighbours, most
 * similar pairs, support size), and coulomb_plummer_energy_test() in plummer.h.
 */
#ifndef COULOMB_METRICS_H
#define COULOMB_METRICS_H

#include <coulomb/context.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Mode statistics of a set of samples against a mixture with known means. Immutable. Not safe to use from two threads
 * at once, because a failed call stores the context's error message. @since 0.1
 */
typedef struct coulomb_modes coulomb_modes;

/**
 * Compute mode statistics: assign each sample to its nearest mean and count (Lim & Ye 2017; Srivastava et al. 2017).
 *
 * @param context    not NULL
 * @param dimension  values of a sample; above 0
 * @param means      [modes, dimension], not NULL; not used after the call
 * @param modes      number of means, above 0
 * @param samples    [count, dimension], not NULL; not used after the call
 * @param count      above 0
 * @param radius     distance up to which a sample belongs to a mode, usually 3 standard deviations; finite, above 0
 * @param result     receives the handle; release it with coulomb_modes_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, a zero, or the radius); COULOMB_ERROR_NOT_FINITE (a mean or a
 *         sample, named by its index); COULOMB_ERROR_MEMORY
 *
 * If several means are equally near, the first is taken. Time O(count modes dimension + count dimension^2) on the
 * calling thread, memory O(modes dimension^2). @since 0.1
 */
COULOMB_API coulomb_status coulomb_modes_new(coulomb_context *context, size_t dimension, const float *means,
                                             size_t modes, const float *samples, size_t count, double radius,
                                             coulomb_modes **result);

/**
 * Release the statistics.
 *
 * @param modes  may be NULL
 *
 * @since 0.1
 */
COULOMB_API void coulomb_modes_free(coulomb_modes *modes);

/**
 * Return the number of modes with at least one sample within the radius.
 *
 * @param modes  NULL: the result is 0
 * @return 0 to the number of modes
 *
 * @since 0.1
 */
COULOMB_API size_t coulomb_modes_found(const coulomb_modes *modes);

/**
 * Return the share of samples within the radius of their nearest mean.
 *
 * @param modes  NULL: the result is 0
 * @return 0 to 1
 *
 * @since 0.1
 */
COULOMB_API double coulomb_modes_share(const coulomb_modes *modes);

/**
 * Compute the Kullback-Leibler divergence, in nats, of the histogram over nearest means from given weights.
 *
 * @param modes       not NULL
 * @param weights     [modes] above 0, with sum 1 within 1e-6; NULL: all equal
 * @param divergence  receives sum_i h_i log(h_i / weights_i), where h_i is the share of samples nearest to mean i,
 *                    including those beyond the radius; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or the weights)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_modes_divergence(const coulomb_modes *modes, const double *weights,
                                                    double *divergence);

/**
 * Get the number of samples nearest to each mean, including those beyond the radius.
 *
 * @param modes   not NULL
 * @param counts  [modes] result
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_modes_counts(const coulomb_modes *modes, uint64_t *counts);

/**
 * Compute the covariance of the samples within a mode's radius, about their own mean, divided by their number less one.
 *
 * @param modes       not NULL
 * @param mode        index of the mode, below the number of modes
 * @param covariance  [dimension, dimension] result; zeros if fewer than two samples are within the radius; untouched
 *                    on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or no such mode)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_modes_covariance(const coulomb_modes *modes, size_t mode, double *covariance);

/**
 * Return the mean variance within the radius, over the modes found and over coordinates.
 *
 * @param modes  NULL: the result is 0
 * @return the variance; 0 if no mode is found
 *
 * @since 0.1
 */
COULOMB_API double coulomb_modes_variance(const coulomb_modes *modes);

#ifdef __cplusplus
}
#endif

#endif
