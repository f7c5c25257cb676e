/**
 * @file metrics.h
 * Measures of how well model samples match a known target.
 */
#ifndef COULOMB_METRICS_H
#define COULOMB_METRICS_H

#include <coulomb/context.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Mode statistics of a set of samples against a mixture with known means. @since 0.1 */
typedef struct coulomb_modes coulomb_modes;

/**
 * Assign each sample to its nearest mean and count (Lim & Ye 2017; Srivastava et al. 2017).
 *
 * @param context    not NULL
 * @param dimension  values of a sample; above 0
 * @param means      [modes, dimension]
 * @param modes      above 0
 * @param samples    [count, dimension]
 * @param count      above 0
 * @param radius     distance up to which a sample belongs to a mode, usually 3 standard deviations; finite, above 0
 * @param result     receives the handle
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT; COULOMB_ERROR_NOT_FINITE (a sample, named by its index);
 * COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_modes_new(coulomb_context *context, size_t dimension, const float *means,
                                             size_t modes, const float *samples, size_t count, double radius,
                                             coulomb_modes **result);

/** Let go of the statistics; NULL is allowed. @since 0.1 */
COULOMB_API void coulomb_modes_free(coulomb_modes *modes);

/** Modes with at least one sample within the radius. @since 0.1 */
COULOMB_API size_t coulomb_modes_found(const coulomb_modes *modes);

/** Share of the samples within the radius of their nearest mean, 0 to 1. @since 0.1 */
COULOMB_API double coulomb_modes_share(const coulomb_modes *modes);

/**
 * Kullback-Leibler divergence, in nats, of the histogram over nearest means from given weights.
 *
 * @param weights  [modes] above 0, summing to 1 within 1e-6; NULL: all equal
 * @param divergence  receives sum_i h_i log(h_i / weights_i)
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_modes_divergence(const coulomb_modes *modes, const double *weights,
                                                    double *divergence);

/** Samples nearest to each mean. @param counts [modes] result. @return COULOMB_OK; COULOMB_ERROR_ARGUMENT. @since 0.1
 */
COULOMB_API coulomb_status coulomb_modes_counts(const coulomb_modes *modes, uint64_t *counts);

/**
 * Covariance of the samples within a mode's radius, about their own mean, divided by their number less one.
 *
 * @param mode        below the number of modes
 * @param covariance  [dimension, dimension] result; zeros if fewer than two samples are within the radius
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_modes_covariance(const coulomb_modes *modes, size_t mode, double *covariance);

/** Mean over modes found and over coordinates of the variances within the radius. @since 0.1 */
COULOMB_API double coulomb_modes_variance(const coulomb_modes *modes);

#ifdef __cplusplus
}
#endif

#endif
