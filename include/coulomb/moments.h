/**
 * @file moments.h
 * Mean and covariance of features, and the Fréchet distance between two sets of them (Fréchet 1957; Dowson & Landau
 * 1982; as "FID" of Inception features: Heusel et al. 2017).
 *
 * Everything is float64. Pitfalls: the distance of finite samples is biased upwards, the more the fewer there are, so
 * compare only values taken from equally many; with fewer samples than dimensions the covariances are singular, which
 * is computed as it is (no noise is added to the diagonal), but says little about the densities. It compares two
 * Gaussians: sets that differ in anything but mean and covariance have distance 0.
 */
#ifndef COULOMB_MOMENTS_H
#define COULOMB_MOMENTS_H

#include <coulomb/context.h>
#include <coulomb/points.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Number, mean and covariance of the feature vectors added so far. Not safe to use from two threads at once. @since 0.1
 */
typedef struct coulomb_moments coulomb_moments;

/**
 * Start with no features.
 *
 * @param context    not NULL
 * @param dimension  values of a feature vector, 1 to 30,000
 * @param moments    receives the handle; free it with coulomb_moments_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or the dimension); COULOMB_ERROR_MEMORY
 *
 * Memory 8 dimension^2 bytes, and 2 KiB for each dimension. @since 0.1
 */
COULOMB_API coulomb_status coulomb_moments_new(coulomb_context *context, size_t dimension, coulomb_moments **moments);

/**
 * Let go of the moments.
 *
 * @param moments  may be NULL; from one of its own callbacks it is freed when the addition has ended
 *
 * @since 0.1
 */
COULOMB_API void coulomb_moments_free(coulomb_moments *moments);

/**
 * Take in more features.
 *
 * @param moments   not NULL
 * @param count     feature vectors; may be 0
 * @param features  [count, dimension]; NULL only if count is 0; not needed afterwards
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_NOT_FINITE (a feature, named by its index);
 *         COULOMB_ERROR_STATE (the moments were set without a count, or a callback of the same handle runs);
 *         COULOMB_ERROR_MEMORY. After a failure the moments are as before
 *
 * Blocks are centred about their own mean and merged (Chan et al. 1983), so that features far from the origin lose
 * nothing. Cutting the same features into other calls changes rounding only. Time O(count dimension^2), in matrix
 * products on the context's threads; the result does not depend on how many. @since 0.1
 */
COULOMB_API coulomb_status coulomb_moments_add(coulomb_moments *moments, const float *features, size_t count);

/**
 * coulomb_moments_add() for features larger than memory, read once, in order, in blocks of the library's choice.
 *
 * @param moments   not NULL
 * @param features  gives them; NULL only if count is 0
 * @param user      passed to it
 * @param count     feature vectors; may be 0
 * @return as coulomb_moments_add(); a callback's own code; COULOMB_ERROR_CALLBACK (it is outside the callers' range).
 *         After a failure the moments are as before
 *
 * Memory: as much again as the handle's, while it runs. @since 0.1
 */
COULOMB_API coulomb_status coulomb_moments_add_streamed(coulomb_moments *moments, coulomb_points_callback *features,
                                                        void *user, size_t count);

/**
 * Take moments found elsewhere in the place of what was there.
 *
 * @param moments     not NULL
 * @param count       feature vectors they come from, at least 2; 0: not known, then none can be added later
 * @param mean        [dimension], not NULL
 * @param covariance  [dimension, dimension], not NULL: symmetric, divided by count - 1
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL; count is 1; values across the diagonal differ by more than 1e-6
 *         of the largest magnitude; or an eigenvalue is below -1e-6 of the largest, which the sentence tells);
 *         COULOMB_ERROR_NOT_FINITE (a value, named by its index, or eigenvalues beyond float64); COULOMB_ERROR_STATE (a
 *         callback of the same handle runs); COULOMB_ERROR_MEMORY. After a failure the moments are as before
 *
 * Values across the diagonal that differ are replaced by their mean. Eigenvalues between that bound and 0 come from
 * rounding and are kept. Time O(dimension^3), memory 8 dimension^2 bytes while it runs. @since 0.1
 */
COULOMB_API coulomb_status coulomb_moments_set(coulomb_moments *moments, uint64_t count, const double *mean,
                                               const double *covariance);

/**
 * Values of a feature vector.
 *
 * @param moments  NULL gives 0
 * @return as given to coulomb_moments_new()
 *
 * @since 0.1
 */
COULOMB_API size_t coulomb_moments_dimension(const coulomb_moments *moments);

/**
 * Feature vectors taken in.
 *
 * @param moments  NULL gives 0
 * @return 0 also for moments that were set without a count
 *
 * @since 0.1
 */
COULOMB_API uint64_t coulomb_moments_count(const coulomb_moments *moments);

/**
 * Mean of the features.
 *
 * @param moments  not NULL
 * @param mean     [dimension] result; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_STATE (there are no features yet)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_moments_mean(const coulomb_moments *moments, double *mean);

/**
 * Covariance of the features, divided by their number less one.
 *
 * @param moments     not NULL
 * @param covariance  [dimension, dimension] result, symmetric; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_STATE (there are fewer than 2 features)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_moments_covariance(const coulomb_moments *moments, double *covariance);

/**
 * Fréchet distance, squared as is usual, between the Gaussians with these moments.
 *
 * distance = |mean_a - mean_b|^2 + tr A + tr B - 2 tr (A^(1/2) B A^(1/2))^(1/2)
 *
 * @param a         not NULL
 * @param b         not NULL, of the same dimension; may be of another context of the same thread
 * @param distance  receives it; 0 for equal moments, within 1e-6 of the traces, and never below 0; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_SHAPE (dimensions differ); COULOMB_ERROR_STATE
 *         (fewer than 2 features); COULOMB_ERROR_NOT_FINITE (a product or the result is beyond float64, or the
 *         eigenvalues were not found); COULOMB_ERROR_MEMORY. The sentence is in a's context
 *
 * Eigenvalues of A below dimension * 2^-52 of the largest are rounding and count as 0; so do negative ones of the
 * product. One full decomposition and one for eigenvalues alone, by LAPACK on the calling thread; matrix products on
 * a's context's threads, with the same result on any number. Time O(dimension^3), memory 32 dimension^2 bytes.
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_moments_distance(const coulomb_moments *a, const coulomb_moments *b,
                                                    double *distance);

#ifdef __cplusplus
}
#endif

#endif
