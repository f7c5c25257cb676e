/**
 * @file moments.h
 * Mean and covariance of features, and the Fréchet distance between two sets of them (Fréchet 1957; Dowson & Landau
 * 1982; as "FID" of Inception features: Heusel et al. 2017).
 *
 * All computation is float64. Pitfalls: the distance between finite samples is biased upwards, and more so for fewer
 * samples: compare only values from equally many samples. With fewer samples than dimensions the covariances are
 * singular; nothing is added to their diagonals, and the distance says little about the densities. The distance
 * compares means and covariances alone: sets that agree in both have distance 0.
 */
#ifndef COULOMB_MOMENTS_H
#define COULOMB_MOMENTS_H

#include <coulomb/context.h>
#include <coulomb/points.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Number, mean and covariance of feature vectors. Not safe to use from two threads at once. @since 0.1
 */
typedef struct coulomb_moments coulomb_moments;

/**
 * Create moments without features.
 *
 * @param context    not NULL
 * @param dimension  values of a feature vector, 1 to 30,000
 * @param moments    receives the handle; release it with coulomb_moments_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or the dimension); COULOMB_ERROR_MEMORY
 *
 * Memory: 8 dimension^2 bytes plus 2 KiB for each dimension. @since 0.1
 */
COULOMB_API coulomb_status coulomb_moments_new(coulomb_context *context, size_t dimension, coulomb_moments **moments);

/**
 * Release the moments. In one of their own callbacks: they are destroyed when the call under way returns.
 *
 * @param moments  may be NULL
 *
 * @since 0.1
 */
COULOMB_API void coulomb_moments_free(coulomb_moments *moments);

/**
 * Add features.
 *
 * @param moments   not NULL
 * @param features  [count, dimension]; NULL only if count is 0; not used after the call
 * @param count     number of feature vectors; may be 0
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_NOT_FINITE (a feature, named by its index);
 *         COULOMB_ERROR_STATE (the moments were set without a count, or the call comes from a callback of the same
 *         handle); COULOMB_ERROR_MEMORY. After a failure the moments are unchanged
 *
 * Blocks are centred about their own mean and merged (Chan et al. 1983), so features far from the origin lose no
 * precision. Distributing the same features over other calls changes rounding only. Time O(count dimension^2), in
 * matrix products on the context's threads; the result does not depend on their number. @since 0.1
 */
COULOMB_API coulomb_status coulomb_moments_add(coulomb_moments *moments, const float *features, size_t count);

/**
 * Add features from a callback, as coulomb_moments_add(). They are read once, in order, in blocks whose size the
 * library chooses.
 *
 * @param moments   not NULL
 * @param features  writes the features; NULL only if count is 0
 * @param user      passed to the callback
 * @param count     number of feature vectors; may be 0
 * @return as coulomb_moments_add(); the callback's own code; COULOMB_ERROR_CALLBACK (its code is outside the range for
 *         callers). After a failure the moments are unchanged
 *
 * Memory while it runs: as much again as the handle's. @since 0.1
 */
COULOMB_API coulomb_status coulomb_moments_add_streamed(coulomb_moments *moments, coulomb_points_callback *features,
                                                        void *user, size_t count);

/**
 * Replace the moments with given ones, such as published statistics of a data set.
 *
 * @param moments     not NULL
 * @param count       number of feature vectors they come from, at least 2; 0: unknown, then no features can be added
 *                    later
 * @param mean        [dimension], not NULL
 * @param covariance  [dimension, dimension], not NULL: symmetric, divided by count - 1
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL; count is 1; values across the diagonal differ by more than 1e-6
 *         of the largest magnitude; or an eigenvalue is below -1e-6 of the largest, which the error message tells);
 *         COULOMB_ERROR_NOT_FINITE (a value, named by its index, or eigenvalues beyond float64); COULOMB_ERROR_STATE
 *         (the call comes from a callback of the same handle); COULOMB_ERROR_MEMORY. After a failure the moments are
 *         unchanged
 *
 * Values across the diagonal that differ are replaced by their mean. Eigenvalues between that bound and 0 come from
 * rounding and are kept. Time O(dimension^3); memory while it runs: 8 dimension^2 bytes. @since 0.1
 */
COULOMB_API coulomb_status coulomb_moments_set(coulomb_moments *moments, uint64_t count, const double *mean,
                                               const double *covariance);

/**
 * Return the number of values of a feature vector.
 *
 * @param moments  NULL: the result is 0
 * @return as given to coulomb_moments_new()
 *
 * @since 0.1
 */
COULOMB_API size_t coulomb_moments_dimension(const coulomb_moments *moments);

/**
 * Return the number of feature vectors.
 *
 * @param moments  NULL: the result is 0
 * @return the number; 0 also for moments that were set without a count
 *
 * @since 0.1
 */
COULOMB_API uint64_t coulomb_moments_count(const coulomb_moments *moments);

/**
 * Get the mean of the features.
 *
 * @param moments  not NULL
 * @param mean     [dimension] result; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_STATE (there are no features yet)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_moments_mean(const coulomb_moments *moments, double *mean);

/**
 * Get the covariance of the features, divided by their number less one.
 *
 * @param moments     not NULL
 * @param covariance  [dimension, dimension] result, symmetric; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_STATE (there are fewer than 2 features)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_moments_covariance(const coulomb_moments *moments, double *covariance);

/**
 * Compute the Fréchet distance, squared as usual, between the Gaussians with these moments.
 *
 * distance = |mean_a - mean_b|^2 + tr A + tr B - 2 tr (A^(1/2) B A^(1/2))^(1/2)
 *
 * @param a         not NULL
 * @param b         not NULL, of the same dimension; may be of another context of the same thread
 * @param distance  receives the distance: at least 0, and 0 for equal moments within 1e-6 of the traces; untouched on
 *                  failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_SHAPE (dimensions differ); COULOMB_ERROR_STATE
 *         (fewer than 2 features); COULOMB_ERROR_NOT_FINITE (a product or the result is beyond float64, or the
 *         eigenvalues were not found); COULOMB_ERROR_MEMORY. The error message is stored in a's context
 *
 * Eigenvalues of A below dimension * 2^-52 of the largest, and negative eigenvalues of the product, count as 0: they
 * come from rounding. One full eigendecomposition and one of eigenvalues alone run in LAPACK on the calling thread;
 * matrix products run on the threads of a's context, and the result does not depend on their number. Time
 * O(dimension^3), memory 32 dimension^2 bytes.
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_moments_distance(const coulomb_moments *a, const coulomb_moments *b,
                                                    double *distance);

#ifdef __cplusplus
}
#endif

#endif
