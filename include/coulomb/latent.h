/**
 * @file latent.h
 * Latents, which a generator makes samples of, and generating. A generator knows the distribution of its latents, so
 * that training and generating use the same one.
 *
 * Common errors: COULOMB_ERROR_ARGUMENT (a NULL, or an option out of range), COULOMB_ERROR_STATE (not finished, or in
 * use by a running callback), COULOMB_ERROR_MEMORY.
 */
#ifndef COULOMB_LATENT_H
#define COULOMB_LATENT_H

#include <coulomb/network.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Fills in latents. They must be a function of seed, update and a sample's place alone: a batch may be asked for in
 * several calls. Runs on the thread that called
 * the library; must not call back with the same network.
 *
 * @param user    as given to coulomb_network_set_latent_callback()
 * @param seed    the trainer's, or coulomb_network_set_generation_seed()'s
 * @param update  counted from 1; 0: for coulomb_network_generate()
 * @param first   place of the first sample: in the batch of an update, 0 and up, where charges beyond the batch follow
 *                the batch's own; in the endless sequence of coulomb_network_generate()
 * @param count   samples wanted: first, first + 1, ...
 * @param latent  [count, input shape] result, finite
 * @return COULOMB_OK, or a code of the callers' range, which ends the operation and comes back unchanged
 *
 * @since 0.1
 */
typedef coulomb_status coulomb_latent_callback(void *user, uint64_t seed, uint64_t update, uint64_t first, size_t count,
                                               float *latent);

/**
 * The distribution a generator's latents come from, used by coulomb_network_generate() and by trainers. Standard normal
 * unless set.
 *
 * @param network       not NULL, finished or not
 * @param distribution  COULOMB_DISTRIBUTION_NORMAL (standard deviation `spread`), ..._TRUNCATED_NORMAL (the same before
 *                      truncation), or ..._UNIFORM (from -spread to spread)
 * @param spread        finite, above 0
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or an option out of range)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_latent(coulomb_network *network, int32_t distribution, double spread);

/**
 * Get the latent distribution.
 *
 * @param network       not NULL
 * @param distribution  receives COULOMB_DISTRIBUTION_*
 * @param spread        receives its spread
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_get_latent(const coulomb_network *network, int32_t *distribution,
                                                      double *spread);

/**
 * Random signs in part of the latent: its first `signs` values are -1 or +1 with equal chance, the rest as
 * coulomb_network_set_latent() says. Such a generator can be discontinuous: separate modes need no bridges of mass
 * between them.
 *
 * @param network  not NULL, with an input
 * @param signs    0 (the default) to the number of values of an input sample
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or signs); COULOMB_ERROR_STATE (the network has no input yet)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_latent_signs(coulomb_network *network, size_t signs);

/**
 * Get the number of random signs in a latent.
 *
 * @param network  not NULL
 * @param signs    receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_get_latent_signs(const coulomb_network *network, size_t *signs);

/**
 * The caller's own latents; a checkpoint records only that they are the caller's.
 *
 * @param network  not NULL, finished or not
 * @param latent   NULL: back to the built-in distribution
 * @param user     passed to it
 * @param destroy  called with `user` when the callback is replaced or the network's memory goes; may be NULL
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (network is NULL); COULOMB_ERROR_STATE (called from the callback itself)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_latent_callback(coulomb_network *network,
                                                               coulomb_latent_callback *latent, void *user,
                                                               coulomb_destroy_callback *destroy);

/**
 * Get the latent callback.
 *
 * @param network  not NULL
 * @param latent   receives it; NULL: latents are drawn from the distribution
 * @param user     receives its `user`; may be NULL if not wanted
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (network or latent is NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_get_latent_callback(const coulomb_network *network,
                                                               coulomb_latent_callback **latent, void **user);

/**
 * Start coulomb_network_generate()'s sequence anew under a seed; a network starts with the seed it was finished with.
 *
 * @param network  not NULL
 * @param seed     the same seed gives the same latents; training's are others under any seed
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (network is NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_generation_seed(coulomb_network *network, uint64_t seed);

/**
 * Get the seed of coulomb_network_generate()'s sequence.
 *
 * @param network  not NULL
 * @param seed     receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_get_generation_seed(const coulomb_network *network, uint64_t *seed);

/**
 * Choose what batch norm normalises by in coulomb_network_generate(), coulomb_network_evaluate() and
 * coulomb_network_forward_evaluation(): the batch's own statistics, as the reference does, or the running averages.
 * Nothing changes for networks without batch norm, nor for coulomb_network_forward().
 *
 * By their own statistics, samples depend on one another. Sample i of the generated sequence is then made among the 128
 * samples 128 floor(i / 128) ... of it, all of them, however many are asked for: fewer cost as much as 128.
 *
 * By running averages, coulomb_network_evaluate() turns the latents of generated samples into the same samples, to the
 * bit, in any number at once, and one sample costs one sample's work.
 *
 * @param network   not NULL
 * @param averages  0 (the default): the batch's own statistics; 1: the running averages
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (network is NULL, or averages is neither); COULOMB_ERROR_STATE (in use by
 * a running callback)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_running_averages(coulomb_network *network, int32_t averages);

/**
 * Get what batch norm normalises by in evaluation and generation.
 *
 * @param network   not NULL
 * @param averages  receives 0 (the batch's own statistics) or 1 (the running averages)
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_get_running_averages(const coulomb_network *network, int32_t *averages);

/**
 * Draw latents and run them through the network: the next `count` samples of its sequence.
 *
 * @param network  not NULL, finished
 * @param count    may be 0
 * @param samples  [count, output shape] result; NULL only if count is 0; on failure what it holds is undefined, and the
 *                 sequence stays where it was
 * @return COULOMB_OK; the common errors; a latent callback's own code; COULOMB_ERROR_CALLBACK (it is outside the
 *         callers' range); COULOMB_ERROR_NOT_FINITE (a latent of the callback's)
 *
 * Uses the arena of coulomb_network_evaluate(), and leaves the last forward pass as it is. Runs in blocks on the
 * context's threads: memory does not grow with `count`. The samples do not depend on how many calls they are asked for
 * in. @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_generate(coulomb_network *network, size_t count, float *samples);

#ifdef __cplusplus
}
#endif

#endif
