/**
 * @file trainer.h
 * Trainer: the training step and loop of the Coulomb GAN (Unterthiner et al. 2017, Eqs. 9-10 and Algorithm 1).
 *
 * One update draws latents, generates model samples, reads target samples, computes the potential of the batch at all
 * of its samples, and updates both networks with gradients from one forward pass. The discriminator learns the
 * potential; the generator ascends the discriminator. Nothing is allocated after the first update.
 *
 * With model samples x = G(z), target samples y and their potential Phi (plummer.h), through which no gradient flows:
 *
 * L_D = mean_x (D(x) - Phi(x))^2 + mean_y (D(y) - Phi(y))^2,    L_G = -mean_x D(x)
 *
 * Without a discriminator, the generator's gradient comes from the exact field of the update's charges at the model
 * samples, see coulomb_trainer_set_field(). Functions that concern the discriminator (loss, smoothing, its optimizer
 * and its statistics) then fail with COULOMB_ERROR_STATE.
 *
 * Settings may change between updates. While a step runs, its callbacks may call only what context.h lists under
 * "Callbacks"; setters and the functions that step, save or load fail with COULOMB_ERROR_STATE. Below,
 * COULOMB_ERROR_STATE without a reason means this. A trainer freed in one of its callbacks is destroyed when the step
 * or loop under way returns.
 */
#ifndef COULOMB_TRAINER_H
#define COULOMB_TRAINER_H

#include <coulomb/network.h>
#include <coulomb/optimizer.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Trainer. Not safe to use from two threads at once. @since 0.1 */
typedef struct coulomb_trainer coulomb_trainer;

/** The networks of a trainer. @since 0.1 */
enum { COULOMB_GENERATOR = 1, COULOMB_DISCRIMINATOR = 2 };

/** Losses of the discriminator. @since 0.1 */
enum {
    COULOMB_LOSS_L2 = 1, /**< mean (D - potential)^2 over model samples plus mean over target samples; the default */
    COULOMB_LOSS_L1 = 2  /**< mean |D - potential| over model samples plus mean over target samples */
};

/** Statistics of an update, see coulomb_trainer_statistic(). @since 0.1 */
enum {
    COULOMB_STATISTIC_LOSS_DISCRIMINATOR = 1,      /**< L_D, without the L2 penalty */
    COULOMB_STATISTIC_LOSS_GENERATOR = 2,          /**< L_G = -mean D over model samples, without the L2 penalty */
    COULOMB_STATISTIC_ENERGY = 3,                  /**< 1/2 (mean potential at target - mean at model samples) */
    COULOMB_STATISTIC_POTENTIAL_MODEL = 4,         /**< mean potential at the model samples, without its scale */
    COULOMB_STATISTIC_POTENTIAL_TARGET = 5,        /**< mean potential at the target samples, without its scale */
    COULOMB_STATISTIC_GRADIENT_GENERATOR = 6,      /**< Euclidean norm of the generator's gradient, without L2 */
    COULOMB_STATISTIC_GRADIENT_DISCRIMINATOR = 7,  /**< Euclidean norm of the discriminator's gradient, without L2 */
    COULOMB_STATISTIC_LEARNING_RATE_GENERATOR = 8, /**< learning rate times the schedule's factor */
    COULOMB_STATISTIC_LEARNING_RATE_DISCRIMINATOR = 9, /**< learning rate times the schedule's factor */
    COULOMB_STATISTIC_EPSILON = 10 /**< epsilon (of several, the first) times its schedule's factor */
};

/**
 * Report an update. Called by coulomb_trainer_run() after each update, on the same thread. It may read statistics,
 * generate samples, change settings, save, and free the trainer. It must not step, run or load the trainer.
 *
 * @param user    as given to coulomb_trainer_run()
 * @param update  number of the update just done
 * @return COULOMB_OK to continue, or a code of the range for callers: stops the loop after this update and is returned
 *         unchanged
 *
 * @since 0.1
 */
typedef coulomb_status coulomb_progress_callback(void *user, uint64_t update);

/**
 * Create a trainer with batch 128, exponent 1, epsilon 1, L2 loss, seed 0 and self-terms.
 *
 * @param context        not NULL
 * @param generator      finished, of this context; the trainer holds a reference
 * @param discriminator  finished, of this context; its input shape is the generator's output shape, its output is one
 *                       value; the trainer holds a reference. NULL: none, the generator follows the field itself
 * @param trainer        receives the handle; release it with coulomb_trainer_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (context, generator or trainer is NULL, a network of another context, the
 *         same network twice);
 *         COULOMB_ERROR_SHAPE (the networks' shapes do not fit together, or the output is not one value);
 *         COULOMB_ERROR_STATE (a network is not finished, is inference-only, or is in use by a running callback);
 *         COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_new(coulomb_context *context, coulomb_network *generator,
                                               coulomb_network *discriminator, coulomb_trainer **trainer);

/**
 * Release the trainer. In one of its own callbacks: it is destroyed when the step or loop under way returns.
 *
 * @param trainer  may be NULL
 *
 * @since 0.1
 */
COULOMB_API void coulomb_trainer_free(coulomb_trainer *trainer);

/** @name Settings
 * Those of data are in data.h, those of potential and field in charges.h, those of shards and processes in shards.h.
 * Each has a getter. Checkpoints compare all settings.
 * @{ */

/**
 * Set the batch: the number of model samples, and of target samples, that an update learns from.
 *
 * @param trainer  not NULL
 * @param batch    1 to 1,048,576; 128 unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_batch(coulomb_trainer *trainer, size_t batch);

/**
 * Get the batch.
 *
 * @param trainer  not NULL
 * @param batch    receives the batch
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_batch(const coulomb_trainer *trainer, size_t *batch);

/**
 * Set the discriminator's loss.
 *
 * @param trainer  not NULL
 * @param loss     COULOMB_LOSS_*; COULOMB_LOSS_L2 unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE (also: no
 *         discriminator)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_loss(coulomb_trainer *trainer, int32_t loss);

/**
 * Get the discriminator's loss.
 *
 * @param trainer  not NULL
 * @param loss     receives COULOMB_LOSS_*
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_STATE (no discriminator)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_loss(const coulomb_trainer *trainer, int32_t *loss);

/**
 * Turn replay on or off. With replay, the discriminator's loss has a third term over the model samples of the previous
 * update, where the potential is that of the present charges. The first update after replay was turned on, or after the
 * batch changed, has no third term.
 *
 * Without a discriminator, the model samples of the previous update are model charges beside this update's, all with
 * the same weight: the batch of them adds to the number of model charges.
 *
 * @param trainer  not NULL
 * @param replay   1: on; 0, the default: off
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_replay(coulomb_trainer *trainer, int32_t replay);

/**
 * Get whether replay is on.
 *
 * @param trainer  not NULL
 * @param replay   receives 1 or 0
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_replay(const coulomb_trainer *trainer, int32_t *replay);

/**
 * Set the standard deviation of the smoothing noise (the paper's Gaussian ball): normal noise on the points where the
 * discriminator is compared with the potential. The charges, and the points of the generator's gradient, are the
 * samples without noise.
 *
 * @param trainer    not NULL
 * @param deviation  in the unit of the samples: finite, at least 0; 0, the default: no noise
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE (also: no
 *         discriminator)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_smoothing(coulomb_trainer *trainer, double deviation);

/**
 * Get the standard deviation of the smoothing noise.
 *
 * @param trainer    not NULL
 * @param deviation  receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_STATE (no discriminator)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_smoothing(const coulomb_trainer *trainer, double *deviation);

/**
 * Set the seed of latents and smoothing noise.
 *
 * @param trainer  not NULL
 * @param seed     0 unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_seed(coulomb_trainer *trainer, uint64_t seed);

/**
 * Get the seed of latents and smoothing noise.
 *
 * @param trainer  not NULL
 * @param seed     receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_seed(const coulomb_trainer *trainer, uint64_t *seed);

/**
 * Set the decay of the exponential moving average of the generator's parameters. After each update:
 * average = d average + (1 - d) parameters, with d = min(decay, (1 + u)/(10 + u)) at update u, so that the first
 * parameters are soon forgotten. The average starts as the generator's parameters when averaging is turned on.
 *
 * @param trainer  not NULL
 * @param decay    above 0 and below 1; 0, the default: no average
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE; COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_averaging(coulomb_trainer *trainer, double decay);

/**
 * Get the decay of the average.
 *
 * @param trainer  not NULL
 * @param decay    receives it; 0: no average
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_averaging(const coulomb_trainer *trainer, double *decay);
/** @} */

/** @name Parts
 * Networks and optimizers of the trainer. They are borrowed: do not free them.
 * @{ */

/**
 * Get one of the networks.
 *
 * @param trainer  not NULL
 * @param which    COULOMB_GENERATOR or COULOMB_DISCRIMINATOR
 * @param network  receives the network; valid as long as the trainer
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or which); COULOMB_ERROR_STATE (no discriminator)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_network(const coulomb_trainer *trainer, int32_t which,
                                                   coulomb_network **network);

/**
 * Get the network with the averaged parameters, to generate from it or to save it. Each update changes its parameters;
 * it must not be trained. Its latent distribution is the generator's at the time of this call: call again after
 * changing that. It has a generation sequence of its own, which starts with the generator's generation seed.
 *
 * @param trainer  not NULL
 * @param average  receives the network; valid as long as the trainer
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_STATE (also: averaging is off)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_average(coulomb_trainer *trainer, coulomb_network **average);

/**
 * Get the optimizer of one of the networks, to change its settings.
 *
 * @param trainer    not NULL
 * @param which      COULOMB_GENERATOR or COULOMB_DISCRIMINATOR
 * @param optimizer  receives the optimizer; valid as long as the trainer; do not step it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or which); COULOMB_ERROR_STATE (no discriminator)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_optimizer(const coulomb_trainer *trainer, int32_t which,
                                                     coulomb_optimizer **optimizer);

/**
 * Compute the bytes that the arrays of training take, with the present settings: parameters, gradients and activations
 * of both networks, average, optimizers, samples, potentials, and the order of the data array. Known before the first
 * update, which allocates most of them.
 *
 * Not counted: handles, names and graphs (some KiB), alignment (72 bytes for each array), the data array itself, stacks
 * of threads, and what coulomb_network_generate() allocates. Exact unless the sums need float64 (plummer.h). In a
 * context of a GPU the workspace of cuDNN comes on top until coulomb_network_reserve() or the first update, see
 * coulomb_network_memory().
 *
 * @param trainer  not NULL
 * @param bytes    receives the size; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or charges below the batch); COULOMB_ERROR_MEMORY (it does not
 *         fit into size_t)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_memory(const coulomb_trainer *trainer, size_t *bytes);
/** @} */

/** @name Training
 * @{ */

/**
 * Run one update (Algorithm 1).
 *
 * @param trainer  not NULL
 * @return COULOMB_OK; COULOMB_ERROR_STATE (there are no target samples, the call comes from a callback of this trainer
 *         or of its networks, or 2^64 - 1 updates are done); COULOMB_ERROR_NOT_FINITE (a target sample, named by its
 *         index, a model sample, a latent, a potential, a loss, a gradient, a running average, or a schedule's factor);
 *         COULOMB_ERROR_ARGUMENT (trainer is NULL, charges below the batch or too few, a sample of more than 200,000
 *         values); COULOMB_ERROR_MEMORY; a callback's own code, with the callback named; COULOMB_ERROR_CALLBACK (its
 *         code is outside the range for callers); COULOMB_ERROR_PROCESS (see "Processes")
 *
 * After a failure both networks' parameters, both optimizers, the average, the statistics and the update number are
 * unchanged. Runs on the context's threads; the result does not depend on their number. @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_step(coulomb_trainer *trainer);

/**
 * Run updates until update `last` is done.
 *
 * @param trainer   not NULL
 * @param last      number of the last update; if it is done already, the call does nothing
 * @param progress  called after each update; may be NULL
 * @param user      passed to the callback
 * @return as coulomb_trainer_step() of the update that failed; the progress callback's own code;
 *         COULOMB_ERROR_CALLBACK (its code is outside the range for callers)
 *
 * After a stop, call again to continue. @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_run(coulomb_trainer *trainer, uint64_t last,
                                               coulomb_progress_callback *progress, void *user);

/**
 * Get the number of updates done, including those before a loaded checkpoint was saved.
 *
 * @param trainer  not NULL
 * @param update   receives the number; in callbacks of an update, the number of the update before
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_update(const coulomb_trainer *trainer, uint64_t *update);

/**
 * Get a statistic of the last update.
 *
 * @param trainer    not NULL
 * @param statistic  COULOMB_STATISTIC_*
 * @param value      receives the value
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or statistic); COULOMB_ERROR_STATE (no update was done since the
 *         trainer was created or loaded, or the statistic is a discriminator's and there is none)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_statistic(const coulomb_trainer *trainer, int32_t statistic, double *value);
/** @} */

#ifdef __cplusplus
}
#endif

#endif
