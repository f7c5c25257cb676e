/**
 * @file plummer.h
 * Potential, field and energy of two sets of samples (Unterthiner et al. 2017, Eqs. 5-8 and 32-34), with the Plummer
 * kernel, which gives the handle its name, or with a Gaussian.
 *
 * The samples act as charges: target samples attract and model samples repel. The potential is high where model samples
 * are missing. The kernel is k(a,b) = (|a-b|^2 + epsilon^2)^(-exponent/2), or the Gaussian
 * exp(-|a-b|^2 / (2 epsilon^2)) after coulomb_plummer_set_kernel(). After coulomb_plummer_set_epsilons() it is the sum
 * of several such kernels with different epsilons. The paper's "dimension m" is exponent + 2; its experiments use
 * exponent 1. Sums over a sample's own set include its interaction with itself unless coulomb_plummer_set_self_terms()
 * turns that off.
 *
 * Points are float32 arrays in C order, one row for each point. The error of each result is at most 1e-5 times the sum
 * of its terms' magnitudes, for any number of points, and usually below 1e-6 times this sum. For a Gaussian whose terms
 * are all below exp(-50) it is at most 2e-5 times this sum, as long as k and k / epsilon^2 are normal float32 numbers.
 *
 * Up to 32 dimensions, distances are computed by direct differences. Above, they are computed by matrix products of
 * blocks of points about the blocks' centres. Pairs are then computed again by direct differences if their squared
 * distance (epsilon^2 included) is below (exponent + 2)/32 of their squared distances from the centre; with a Gaussian,
 * if they are nearer than 13.2 epsilon and their squared distances from the centre are together above 16 epsilon^2. So
 * a Gaussian much narrower than the data is slow above 32 dimensions. Sums with exponents above 16, or in units so far
 * from 1 that terms would not fit into float32, are computed in float64, which is slow. All functions run on the
 * context's threads; results do not depend on their number.
 *
 * Every function returns COULOMB_ERROR_ARGUMENT if `plummer` is NULL, and all but the getters return
 * COULOMB_ERROR_STATE if called from a callback of the same handle.
 */
#ifndef COULOMB_PLUMMER_H
#define COULOMB_PLUMMER_H

#include <coulomb/context.h>
#include <coulomb/kernel.h>
#include <coulomb/points.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Kernel with its settings and its workspace, which is kept between calls. Not safe to use from two threads at once.
 * @since 0.1 */
typedef struct coulomb_plummer coulomb_plummer;

/**
 * Create a kernel.
 *
 * @param context   not NULL
 * @param exponent  p of the formula above: finite, above 0
 * @param epsilon   softening length in the unit of the points: finite, above 0
 * @param plummer   receives the handle; release it with coulomb_plummer_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, exponent or epsilon); COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_new(coulomb_context *context, double exponent, double epsilon,
                                               coulomb_plummer **plummer);

/**
 * Release the kernel. In one of its own callbacks: it is destroyed when the call under way returns.
 *
 * @param plummer  may be NULL
 *
 * @since 0.1
 */
COULOMB_API void coulomb_plummer_free(coulomb_plummer *plummer);

/**
 * Set the exponent.
 *
 * @param plummer   not NULL
 * @param exponent  finite, above 0
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or the exponent); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_set_exponent(coulomb_plummer *plummer, double exponent);

/**
 * Get the exponent.
 *
 * @param plummer  not NULL
 * @param exponent  receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_get_exponent(const coulomb_plummer *plummer, double *exponent);

/**
 * Set the kernel.
 *
 * @param plummer  not NULL
 * @param kernel   COULOMB_KERNEL_* (kernel.h); COULOMB_KERNEL_PLUMMER unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_set_kernel(coulomb_plummer *plummer, int32_t kernel);

/**
 * Get the kernel.
 *
 * @param plummer  not NULL
 * @param kernel   receives COULOMB_KERNEL_*
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_get_kernel(const coulomb_plummer *plummer, int32_t *kernel);

/**
 * Set one epsilon, which replaces all that were set before.
 *
 * @param plummer  not NULL
 * @param epsilon  softening length, or a Gaussian's standard deviation, in the unit of the points: finite, above 0
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or epsilon); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_set_epsilon(coulomb_plummer *plummer, double epsilon);

/**
 * Get epsilon. If several are set, get the first.
 *
 * @param plummer  not NULL
 * @param epsilon  receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_get_epsilon(const coulomb_plummer *plummer, double *epsilon);

/**
 * Set several epsilons: the kernel is the sum of one kernel for each epsilon. Potentials, fields and energies are sums,
 * too, not means. The order of epsilons has no effect.
 *
 * @param plummer   not NULL
 * @param epsilons  [count] in the unit of the points: each finite, above 0
 * @param count     1 to COULOMB_EPSILONS_MAX; 1 is coulomb_plummer_set_epsilon()
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, count, or a value, named by its index); COULOMB_ERROR_STATE
 *
 * Above 32 dimensions, the matrix products of points are computed once for all epsilons. @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_set_epsilons(coulomb_plummer *plummer, const double *epsilons, size_t count);

/**
 * Get all epsilons.
 *
 * @param plummer   not NULL
 * @param epsilons  [capacity] receives them; may be NULL if capacity is 0; untouched on failure
 * @param capacity  values that `epsilons` has room for: 0 (only their number is wanted), or at least their number;
 *                  COULOMB_EPSILONS_MAX is always enough
 * @param count     receives their number, also if capacity is too small
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a capacity that is too small)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_get_epsilons(const coulomb_plummer *plummer, double *epsilons,
                                                        size_t capacity, size_t *count);

/**
 * Set whether sums over a sample's own set include its interaction with itself. Without self-terms, sums over N samples
 * are divided by N - 1, and for the energy by N (N - 1): the unbiased estimate. Concerns coulomb_plummer_batch(), the
 * energies and the energy test; the potential at arbitrary points has no own set.
 *
 * @param plummer  not NULL
 * @param keep     1, the default: included, as in the paper (a V-statistic); 0: left out
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or keep is neither 0 nor 1); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_set_self_terms(coulomb_plummer *plummer, int32_t keep);

/**
 * Get whether self-terms are kept.
 *
 * @param plummer  not NULL
 * @param keep  receives it: 0 or 1
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_get_self_terms(const coulomb_plummer *plummer, int32_t *keep);

/**
 * Compute the potential at given points.
 *
 * potential[i] = 1/n_target  sum_j k(at[i], target[j])  -  1/n_model  sum_j k(at[i], model[j])        (Eq. 32)
 *
 * @param plummer    not NULL
 * @param dimension  values of a point; 1 to 200,000
 * @param at         [n_at, dimension] points, row by row; NULL only if n_at is 0
 * @param n_at       may be 0
 * @param model      [n_model, dimension] model samples; NULL only if n_model is 0, then the target acts alone
 * @param n_model    may be 0
 * @param target     [n_target, dimension] target samples; NULL only if n_target is 0
 * @param n_target   may be 0
 * @param potential  [n_at] result; must not overlap the inputs; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a dimension out of range); COULOMB_ERROR_NOT_FINITE (an input
 *         is NaN or infinite, named by its index, or a result does not fit into float32); COULOMB_ERROR_MEMORY;
 *         COULOMB_ERROR_STATE
 *
 * Time O(n_at (n_model + n_target) dimension); memory O((n_at + n_model + n_target) dimension). @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_potential(coulomb_plummer *plummer, size_t dimension, const float *at,
                                                     size_t n_at, const float *model, size_t n_model,
                                                     const float *target, size_t n_target, float *potential);

/**
 * Compute the field at given points, and the potential in the same pass.
 *
 * field[i] = -grad potential(at[i])        (Eq. 33); a model sample moves against it, along +grad
 *
 * @param plummer    not NULL
 * @param dimension  values of a point; 1 to 200,000
 * @param at         [n_at, dimension] points; NULL only if n_at is 0
 * @param n_at       may be 0
 * @param model      [n_model, dimension] model samples; NULL only if n_model is 0
 * @param n_model    may be 0
 * @param target     [n_target, dimension] target samples; NULL only if n_target is 0
 * @param n_target   may be 0
 * @param field      [n_at, dimension] result; must not overlap the inputs; untouched on failure
 * @param potential  [n_at] result, NULL if not wanted; must not overlap the inputs; untouched on failure
 * @return as coulomb_plummer_potential()
 *
 * Time and memory as coulomb_plummer_potential(). @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_field(coulomb_plummer *plummer, size_t dimension, const float *at,
                                                 size_t n_at, const float *model, size_t n_model, const float *target,
                                                 size_t n_target, float *field, float *potential);

/**
 * Compute the potential at every sample of a batch, and the energy. Each pair of samples is computed once.
 *
 * @param plummer           not NULL
 * @param dimension         values of a point; 1 to 200,000
 * @param model             [n_model, dimension] model samples, not NULL
 * @param n_model           at least 1, without self-terms 2
 * @param target            [n_target, dimension] target samples, not NULL
 * @param n_target          at least 1, without self-terms 2
 * @param potential_model   [n_model] potential at the model samples; NULL if not wanted; untouched on failure
 * @param potential_target  [n_target] potential at the target samples; NULL if not wanted; untouched on failure
 * @param energy            as coulomb_plummer_energy(); NULL if not wanted; untouched on failure
 * @return as coulomb_plummer_potential(); COULOMB_ERROR_ARGUMENT also for counts that are too small, and when no result
 *         is wanted; COULOMB_ERROR_NOT_FINITE also for an energy beyond float64
 *
 * The results must not overlap the inputs. Time O((n_model + n_target)^2 dimension); memory
 * O((n_model + n_target) dimension). @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_batch(coulomb_plummer *plummer, size_t dimension, const float *model,
                                                 size_t n_model, const float *target, size_t n_target,
                                                 float *potential_model, float *potential_target, double *energy);

/**
 * Compute the energy between two sets: half the squared maximum mean discrepancy with this kernel. It is 0 for equal
 * densities.
 *
 * F = 1/2 [ mean_{y,y'} k(y,y') - 2 mean_{x,y} k(x,y) + mean_{x,x'} k(x,x') ]        (Eq. 8)
 *
 * @param plummer    not NULL
 * @param dimension  values of a point; 1 to 200,000
 * @param model      [n_model, dimension] model samples, not NULL
 * @param n_model    at least 1, without self-terms 2
 * @param target     [n_target, dimension] target samples, not NULL
 * @param n_target   at least 1, without self-terms 2
 * @param energy     receives F; may be slightly negative without self-terms; untouched on failure
 * @return as coulomb_plummer_batch()
 *
 * Time and memory as coulomb_plummer_batch(). @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_energy(coulomb_plummer *plummer, size_t dimension, const float *model,
                                                  size_t n_model, const float *target, size_t n_target, double *energy);

/**
 * Test with the energy whether both sets could come from one density.
 *
 * The energy (Eq. 8) is compared with its values after the pooled samples are assigned to two sets of the same sizes at
 * random. This permutation test is exact for any sample sizes and any kernel (Gretton et al., "A Kernel Two-Sample
 * Test", 2012; Phipson & Smyth, "Permutation P-values Should Never Be Zero", 2010).
 *
 * @param plummer       not NULL
 * @param dimension     values of a point; 1 to 200,000
 * @param model         [n_model, dimension] model samples, not NULL
 * @param n_model       at least 2
 * @param target        [n_target, dimension] target samples, not NULL
 * @param n_target      at least 2; both together at most 2^31
 * @param permutations  1 to 1,000,000, usually 999
 * @param seed          of the permutations
 * @param energy        receives the energy as coulomb_plummer_energy() defines it; NULL if not wanted; untouched on
 *                      failure
 * @param p_value       receives (1 + permutations whose energy is at least as large) / (1 + permutations); untouched on
 *                      failure
 * @return as coulomb_plummer_batch(); COULOMB_ERROR_ARGUMENT also for p_value NULL and counts out of range
 *
 * Energies within 1e-12 of their terms' magnitudes count as equal, so that rounding does not distinguish permutations
 * that are equivalent. Pitfalls: the smallest p-value is 1 / (1 + permutations). A small p-value says that the
 * densities differ, not by how much. A large one says that these samples do not show a difference; larger samples
 * might. Epsilon should be of the order of the distances that matter. The samples must be independent: consecutive
 * states of a Markov chain, or crops of one image, are not.
 *
 * Each pair is computed once, for all permutations together. Time O((n_model + n_target)^2 (dimension + permutations)),
 * memory O((n_model + n_target) dimension) plus a fifth of a byte for each sample of each permutation. @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_energy_test(coulomb_plummer *plummer, size_t dimension, const float *model,
                                                       size_t n_model, const float *target, size_t n_target,
                                                       size_t permutations, uint64_t seed, double *energy,
                                                       double *p_value);

/**
 * Compute field and potential of sets larger than memory, as coulomb_plummer_field(). Each set is read once, in order,
 * in blocks whose size the library chooses.
 *
 * @param plummer      not NULL
 * @param dimension    values of a point; 1 to 200,000
 * @param at           [n_at, dimension] points; NULL only if n_at is 0
 * @param n_at         may be 0
 * @param model        writes the model samples; NULL only if n_model is 0
 * @param model_user   passed to `model`
 * @param n_model      may be 0
 * @param target       writes the target samples; NULL only if n_target is 0
 * @param target_user  passed to `target`
 * @param n_target     may be 0
 * @param field        [n_at, dimension] result; NULL if not wanted; untouched on failure
 * @param potential    [n_at] result; NULL if not wanted; untouched on failure
 * @return as coulomb_plummer_potential(); COULOMB_ERROR_ARGUMENT also when neither result is wanted; a callback's own
 *         code; COULOMB_ERROR_CALLBACK (its code is outside the range for callers)
 *
 * Memory O(n_at dimension) and one block of at most 2^21 values or 64 samples, whichever is more. @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_field_streamed(coulomb_plummer *plummer, size_t dimension, const float *at,
                                                          size_t n_at, coulomb_points_callback *model, void *model_user,
                                                          size_t n_model, coulomb_points_callback *target,
                                                          void *target_user, size_t n_target, float *field,
                                                          float *potential);

/**
 * Compute the energy between sets larger than memory, as coulomb_plummer_energy(). Blocks are read once for each pair
 * of blocks.
 *
 * @param plummer      not NULL
 * @param dimension    values of a point; 1 to 200,000
 * @param model        writes the model samples; not NULL
 * @param model_user   passed to `model`
 * @param n_model      at least 1, without self-terms 2
 * @param target       writes the target samples; not NULL
 * @param target_user  passed to `target`
 * @param n_target     at least 1, without self-terms 2
 * @param energy       receives F; untouched on failure
 * @return as coulomb_plummer_energy(); a callback's own code; COULOMB_ERROR_CALLBACK (its code is outside the range for
 *         callers)
 *
 * Memory: two blocks as in coulomb_plummer_field_streamed(). @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_energy_streamed(coulomb_plummer *plummer, size_t dimension,
                                                           coulomb_points_callback *model, void *model_user,
                                                           size_t n_model, coulomb_points_callback *target,
                                                           void *target_user, size_t n_target, double *energy);

#ifdef __cplusplus
}
#endif

#endif
