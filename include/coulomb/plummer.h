/**
 * @file plummer.h
 * Potential, field and energy of two sets of samples seen as charges (Unterthiner et al. 2017, Eqs. 5-8 and 32-34).
 *
 * Target samples attract and model samples repel: the potential is high where mass is missing. The kernel is
 * k(a,b) = (|a-b|^2 + epsilon^2)^(-exponent/2); the paper's "dimension m" is exponent + 2, so its experiments have
 * exponent 1. All sums keep a sample's interaction with itself unless coulomb_plummer_set_self_terms() says otherwise.
 *
 * Points are float32, row by row; sums are accumulated so that each result is within 1e-5 of the sum of its terms'
 * magnitudes, for any number of points; usually within 1e-6. In up to 32 dimensions distances come from direct
 * differences; above, from blocked matrix products of points centred block by block. There, pairs whose squared
 * distance (epsilon^2 included) is below (exponent + 2)/32 of their squared distances from the centre are computed
 * again by direct differences. Exponents above 16, and units so far from 1 that terms would not fit into float32, are
 * summed in float64, slowly. Everything runs on the context's threads; results do not depend on how many.
 *
 * In each function COULOMB_ERROR_ARGUMENT also stands for `plummer` being NULL, and COULOMB_ERROR_STATE for a call from
 * one of the same handle's callbacks.
 */
#ifndef COULOMB_PLUMMER_H
#define COULOMB_PLUMMER_H

#include <coulomb/context.h>
#include <coulomb/points.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Kernel and the way its sums are taken; keeps its working memory between calls. Not safe to use from two threads at
 * once.
 * @since 0.1
 */
typedef struct coulomb_plummer coulomb_plummer;

/**
 * Make a kernel.
 *
 * @param context   not NULL
 * @param exponent  p of the formula above: finite, above 0
 * @param epsilon   softening length in the unit of the points: finite, above 0
 * @param plummer   receives the handle; free it with coulomb_plummer_free()
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, exponent or epsilon); COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_new(coulomb_context *context, double exponent, double epsilon,
                                               coulomb_plummer **plummer);

/**
 * Let go of the kernel.
 *
 * @param plummer  may be NULL; from one of its own callbacks it is freed when the sum has ended
 *
 * @since 0.1
 */
COULOMB_API void coulomb_plummer_free(coulomb_plummer *plummer);

/**
 * Change the exponent.
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
 * Change epsilon.
 *
 * @param plummer  not NULL
 * @param epsilon  softening length in the unit of the points: finite, above 0
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or epsilon); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_set_epsilon(coulomb_plummer *plummer, double epsilon);

/**
 * Get epsilon.
 *
 * @param plummer  not NULL
 * @param epsilon  receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_get_epsilon(const coulomb_plummer *plummer, double *epsilon);

/**
 * Keep a sample's interaction with itself in sums over its own set (1, the default: a V-statistic, as the paper does),
 * or leave it out and divide by N - 1, for the energy by N (N - 1) (0: the unbiased variant). It concerns
 * coulomb_plummer_batch() and the energies; sums at arbitrary points have no own set.
 *
 * @param plummer  not NULL
 * @param keep     1 or 0
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
 * Potential at given points.
 *
 * potential[i] = 1/n_target  sum_j k(at[i], target[j])  -  1/n_model  sum_j k(at[i], model[j])        (Eq. 32)
 *
 * @param plummer    not NULL
 * @param dimension  values of a point; 1 to 200,000
 * @param at         [n_at, dimension] points, row by row; NULL only if n_at is 0
 * @param n_at       may be 0
 * @param model      [n_model, dimension] generated samples; NULL only if n_model is 0, then the target acts alone
 * @param n_model    may be 0
 * @param target     [n_target, dimension] real samples; NULL only if n_target is 0
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
 * Field at given points, and the potential in the same pass.
 *
 * field[i] = -grad potential(at[i])        (Eq. 33); a model sample moves against it, along +grad
 *
 * @param plummer    not NULL
 * @param dimension  values of a point; 1 to 200,000
 * @param at         [n_at, dimension] points; NULL only if n_at is 0
 * @param n_at       may be 0
 * @param model      [n_model, dimension] generated samples; NULL only if n_model is 0
 * @param n_model    may be 0
 * @param target     [n_target, dimension] real samples; NULL only if n_target is 0
 * @param n_target   may be 0
 * @param field      [n_at, dimension] result; must not overlap the inputs; untouched on failure
 * @param potential  [n_at] result, NULL if not wanted; likewise
 * @return as coulomb_plummer_potential()
 *
 * Costs as coulomb_plummer_potential(). @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_field(coulomb_plummer *plummer, size_t dimension, const float *at,
                                                 size_t n_at, const float *model, size_t n_model, const float *target,
                                                 size_t n_target, float *field, float *potential);

/**
 * Potential at every sample of a mini-batch and the energy, each cross term computed once.
 *
 * @param plummer           not NULL
 * @param dimension         values of a point; 1 to 200,000
 * @param model             [n_model, dimension] generated samples, not NULL
 * @param n_model           at least 1, without self-terms 2
 * @param target            [n_target, dimension] real samples, not NULL
 * @param n_target          at least 1, without self-terms 2
 * @param potential_model   [n_model] potential at the model samples; NULL if not wanted; untouched on failure
 * @param potential_target  [n_target] potential at the target samples; NULL if not wanted; untouched on failure
 * @param energy            as coulomb_plummer_energy(); NULL if not wanted; untouched on failure
 * @return as coulomb_plummer_potential(); COULOMB_ERROR_ARGUMENT also for counts that are too small, and when no result
 *         is wanted; COULOMB_ERROR_NOT_FINITE also for an energy beyond float64
 *
 * The results must not overlap the inputs. Time O((n_model + n_target)^2 dimension), each pair once; memory
 * O((n_model + n_target) dimension). @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_batch(coulomb_plummer *plummer, size_t dimension, const float *model,
                                                 size_t n_model, const float *target, size_t n_target,
                                                 float *potential_model, float *potential_target, double *energy);

/**
 * Energy between two sets: half the squared maximum mean discrepancy with this kernel; 0 for equal densities.
 *
 * F = 1/2 [ mean_{y,y'} k(y,y') - 2 mean_{x,y} k(x,y) + mean_{x,x'} k(x,x') ]        (Eq. 8)
 *
 * @param plummer    not NULL
 * @param dimension  values of a point; 1 to 200,000
 * @param model      [n_model, dimension] generated samples, not NULL
 * @param n_model    at least 1, without self-terms 2
 * @param target     [n_target, dimension] real samples, not NULL
 * @param n_target   at least 1, without self-terms 2
 * @param energy     receives F; untouched on failure. Without self-terms it may be slightly negative
 * @return as coulomb_plummer_batch()
 *
 * Costs as coulomb_plummer_batch(). @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_energy(coulomb_plummer *plummer, size_t dimension, const float *model,
                                                  size_t n_model, const float *target, size_t n_target, double *energy);

/**
 * Two-sample test with the energy: could both sets come from one density?
 *
 * The energy (Eq. 8, half the squared maximum mean discrepancy) is compared with what it becomes when the pooled
 * samples are dealt to sets of the same sizes at random: a permutation test, exact for any sample sizes and any kernel
 * (Gretton et al., "A Kernel Two-Sample Test", 2012; Phipson & Smyth, "Permutation P-values Should Never Be Zero",
 * 2010).
 *
 * @param plummer       not NULL
 * @param dimension     values of a point; 1 to 200,000
 * @param model         [n_model, dimension] generated samples, not NULL
 * @param n_model       at least 2
 * @param target        [n_target, dimension] real samples, not NULL
 * @param n_target      at least 2; both together at most 2^31
 * @param permutations  1 to 1,000,000, usually 999
 * @param seed          of the permutations; the same seed gives the same ones
 * @param energy        receives the energy as coulomb_plummer_energy() defines it; NULL if not wanted; untouched on
 *                      failure
 * @param p_value       receives (1 + permutations whose energy is at least as large) / (1 + permutations); untouched on
 *                      failure
 * @return as coulomb_plummer_batch(); COULOMB_ERROR_ARGUMENT also for p_value NULL and counts out of range
 *
 * Energies within 1e-12 of their terms' magnitudes count as equal, so that labels that only trade places are not told
 * apart by rounding. Pitfalls: the least p-value is 1 / (1 + permutations); a small one says that the densities differ,
 * not by how much, and a large one that these samples do not show it: power grows with the sample size. Epsilon should
 * be of the order of the distances that matter; far from them all kernels look alike. The samples must be independent:
 * consecutive states of a chain, or pictures cut from each other, are not.
 *
 * Each pair is computed once, for all permutations together. Time O((n_model + n_target)^2 (dimension + permutations)),
 * memory O((n_model + n_target) dimension) and a fifth of a byte for each sample of each permutation. Runs on the
 * context's threads; the result does not depend on how many. @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_energy_test(coulomb_plummer *plummer, size_t dimension, const float *model,
                                                       size_t n_model, const float *target, size_t n_target,
                                                       size_t permutations, uint64_t seed, double *energy,
                                                       double *p_value);

/**
 * coulomb_plummer_field() for sets larger than memory. Both sets are read once, in order, in blocks of the library's
 * choice.
 *
 * @param plummer      not NULL
 * @param dimension    values of a point; 1 to 200,000
 * @param at           [n_at, dimension] points; NULL only if n_at is 0
 * @param n_at         may be 0
 * @param model        gives the model samples; NULL only if n_model is 0
 * @param model_user   passed to it
 * @param n_model      may be 0
 * @param target       gives the target samples; NULL only if n_target is 0
 * @param target_user  passed to it
 * @param n_target     may be 0
 * @param field        [n_at, dimension] result; NULL if not wanted; untouched on failure
 * @param potential    [n_at] result; NULL if not wanted; untouched on failure
 * @return as coulomb_plummer_potential(); COULOMB_ERROR_ARGUMENT also when neither result is wanted; a callback's own
 *         code; COULOMB_ERROR_CALLBACK (it is outside the callers' range)
 *
 * Memory O(n_at dimension) and one block, of at most 2^21 values or 64 samples. @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_field_streamed(coulomb_plummer *plummer, size_t dimension, const float *at,
                                                          size_t n_at, coulomb_points_callback *model, void *model_user,
                                                          size_t n_model, coulomb_points_callback *target,
                                                          void *target_user, size_t n_target, float *field,
                                                          float *potential);

/**
 * coulomb_plummer_energy() for sets larger than memory. Blocks are read again for each pair of blocks.
 *
 * @param plummer      not NULL
 * @param dimension    values of a point; 1 to 200,000
 * @param model        gives the model samples, not NULL
 * @param model_user   passed to it
 * @param n_model      at least 1, without self-terms 2
 * @param target       gives the target samples, not NULL
 * @param target_user  passed to it
 * @param n_target     at least 1, without self-terms 2
 * @param energy       receives F; untouched on failure
 * @return as coulomb_plummer_energy(); a callback's own code; COULOMB_ERROR_CALLBACK (it is outside the callers' range)
 *
 * Memory: two blocks, see coulomb_plummer_field_streamed(). @since 0.1
 */
COULOMB_API coulomb_status coulomb_plummer_energy_streamed(coulomb_plummer *plummer, size_t dimension,
                                                           coulomb_points_callback *model, void *model_user,
                                                           size_t n_model, coulomb_points_callback *target,
                                                           void *target_user, size_t n_target, double *energy);

#ifdef __cplusplus
}
#endif

#endif
