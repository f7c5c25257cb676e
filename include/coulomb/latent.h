/**
 * @file latent.h
 * Latent distribution and sampling. The latent distribution is part of a generator, so that training and generation use
 * the same one.
 *
 * Common errors: COULOMB_ERROR_ARGUMENT (a NULL, or an option out of range), COULOMB_ERROR_STATE (in use by a running
 * callback; for functions that need a finished network also: not finished), COULOMB_ERROR_MEMORY.
 */
#ifndef COULOMB_LATENT_H
#define COULOMB_LATENT_H

#include <coulomb/network.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Callback that provides latents. They must depend only on seed, update and a sample's place, because a batch may be
 * requested in several calls. Runs on the thread that called the library; must not call functions on the same network
 * other than getters.
 *
 * @param user    as given to coulomb_network_set_latent_callback()
 * @param seed    the trainer's seed, or that of coulomb_network_set_generation_seed()
 * @param update  update number, counted from 1; 0 for coulomb_network_generate()
 * @param first   place of the first sample, counted from 0: in training among the update's model charges, which start
 *                with the batch; in generation in the endless sequence
 * @param count   number of samples: first, first + 1, ...
 * @param latent  [count, input shape] result, finite
 * @return COULOMB_OK, or a code of the range for callers, which ends the operation and is returned unchanged
 *
 * @since 0.1
 */
typedef coulomb_status coulomb_latent_callback(void *user, uint64_t seed, uint64_t update, uint64_t first, size_t count,
                                               float *latent);

/**
 * Set the latent distribution, used by coulomb_network_generate() and by trainers. The default is standard normal.
 *
 * @param network       not NULL, finished or not
 * @param distribution  COULOMB_DISTRIBUTION_NORMAL (standard deviation `spread`), ..._TRUNCATED_NORMAL (the same before
 *                      truncation), or ..._UNIFORM (from -spread to spread)
 * @param spread        finite, above 0
 * @return COULOMB_OK; the common errors
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
 * Set the number of random signs in the latent: its first `signs` values are -1 or +1 with equal probability, the
 * others follow coulomb_network_set_latent(). Such a generator can be discontinuous, so that separate modes have no
 * mass between them.
 *
 * @param network  not NULL, with an input
 * @param signs    0 (the default) to the number of values of an input sample
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_STATE also if the network has no input yet
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
 * Set a callback that provides the latents. Files do not contain it, but record that there is one: in a network opened
 * from such a file, drawing latents fails with COULOMB_ERROR_STATE until this function is called.
 *
 * @param network  not NULL, finished or not
 * @param latent   NULL: use the built-in distribution again
 * @param user     passed to the callback
 * @param destroy  called with `user` when the callback is replaced, or destroyed with the last network that uses it;
 *                 not called if this function fails; may be NULL
 * @return COULOMB_OK; the common errors
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
 * Set the seed of coulomb_network_generate() and restart its sequence. The initial seed is that of
 * coulomb_network_finish().
 *
 * @param network  not NULL
 * @param seed     the same seed gives the same latents; those of training differ for every seed
 * @return COULOMB_OK; the common errors
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
 * Choose how batch norm normalises in coulomb_network_generate(), coulomb_network_evaluate() and
 * coulomb_network_forward_evaluation(): by the batch's statistics, as the reference implementation does, or by running
 * averages. Has no effect on networks without batch norm and on coulomb_network_forward().
 *
 * With the batch's statistics, the samples of a batch depend on each other. Generation then works in blocks of 128
 * samples of the sequence and always computes a whole block: one sample costs as much as 128.
 *
 * With running averages, coulomb_network_evaluate() maps the latents of generated samples to the same samples, to the
 * bit, for any number of samples at once. One sample costs the work of one sample; in a context of a GPU it may cost
 * that of a block, see coulomb_network_evaluate().
 *
 * @param network   not NULL
 * @param averages  0 (the default): the batch's own statistics; 1: the running averages
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (network is NULL, or averages is neither); COULOMB_ERROR_STATE (in use by
 *         a running callback)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_running_averages(coulomb_network *network, int32_t averages);

/**
 * Get how batch norm normalises in evaluation and generation.
 *
 * @param network   not NULL
 * @param averages  receives 0 (the batch's own statistics) or 1 (the running averages)
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_get_running_averages(const coulomb_network *network, int32_t *averages);

/**
 * Draw latents as training or generation does, for a training loop that a program writes itself, or to find the latent
 * of a generated sample.
 *
 * A trainer with the given seed maps latents 0, 1, ... of an update to the model samples 0, 1, ... of this update.
 * Update 0 stands for the sequence of coulomb_network_generate(). With the generation seed,
 * coulomb_network_evaluate() maps its latents to the generated samples, to the bit, if the network has no batch norm or
 * normalises by running averages.
 *
 * @param network  not NULL, finished
 * @param seed     a trainer's seed, or that of coulomb_network_set_generation_seed()
 * @param update   update number, counted from 1; 0: the sequence of coulomb_network_generate()
 * @param first    place of the first latent in the update or in the sequence
 * @param count    latents; may be 0
 * @param latents  [count, input shape] result; NULL only if count is 0; undefined on failure
 * @return COULOMB_OK; the common errors; a latent callback's own code; COULOMB_ERROR_CALLBACK (it is outside the
 *         range for callers); COULOMB_ERROR_NOT_FINITE (a latent from the callback)
 *
 * The network's own sequence does not advance. @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_draw_latents(coulomb_network *network, uint64_t seed, uint64_t update,
                                                        uint64_t first, size_t count, float *latents);

/**
 * Generate the next `count` samples of the network's sequence: draw latents and evaluate the network.
 *
 * @param network  not NULL, finished
 * @param count    may be 0
 * @param samples  [count, output shape] result; NULL only if count is 0; on failure its contents are undefined and the
 *                 sequence does not advance
 * @return COULOMB_OK; the common errors; a latent callback's own code; COULOMB_ERROR_CALLBACK (it is outside the
 *         range for callers); COULOMB_ERROR_NOT_FINITE (a latent from the callback, or a sample, named by
 *         its place in the sequence: the generator has diverged)
 *
 * Uses the arena of coulomb_network_evaluate() and keeps the last forward pass. Works in blocks on the context's
 * threads; memory does not grow with `count`. The samples do not depend on how they are divided among calls. @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_generate(coulomb_network *network, size_t count, float *samples);

#ifdef __cplusplus
}
#endif

#endif
