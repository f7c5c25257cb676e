/**
 * @file trainer.h
 * The Coulomb GAN's training step and loop (Unterthiner et al. 2017, Eqs. 9-10 and Algorithm 1).
 *
 * One update draws latents, generates model samples, asks the data callback for target samples, computes the potential
 * of the batch at all of its samples, and moves both networks from the same forward pass: the discriminator towards the
 * potential, the generator up the discriminator's slope. Nothing is allocated after the first update.
 */
#ifndef COULOMB_TRAINER_H
#define COULOMB_TRAINER_H

#include <coulomb/network.h>
#include <coulomb/optimizer.h>
#include <coulomb/schedule.h>

#ifdef __cplusplus
extern "C" {
#endif

/** See the file's comment. Not safe to use from two threads at once. @since 0.1 */
typedef struct coulomb_trainer coulomb_trainer;

/** The trainer's two networks. @since 0.1 */
enum { COULOMB_GENERATOR = 1, COULOMB_DISCRIMINATOR = 2 };

/** Losses of the discriminator. @since 0.1 */
enum {
    COULOMB_LOSS_L2 = 1, /**< mean (D - potential)^2 over model and over target samples, added (the default) */
    COULOMB_LOSS_L1 = 2  /**< mean |D - potential|, likewise */
};

/** What coulomb_trainer_statistic() tells of the last update. @since 0.1 */
enum {
    COULOMB_STATISTIC_LOSS_DISCRIMINATOR = 1, /**< L_D, without the L2 term */
    COULOMB_STATISTIC_LOSS_GENERATOR = 2,     /**< L_G = - mean D over model samples, without the L2 term */
    COULOMB_STATISTIC_ENERGY = 3,             /**< 1/2 (mean target potential - mean model potential) of the batch */
    COULOMB_STATISTIC_POTENTIAL_MODEL = 4,    /**< mean potential at the model samples */
    COULOMB_STATISTIC_POTENTIAL_TARGET = 5,   /**< mean potential at the target samples */
    COULOMB_STATISTIC_GRADIENT_GENERATOR = 6, /**< Euclidean norm of the generator's gradient, without L2 */
    COULOMB_STATISTIC_GRADIENT_DISCRIMINATOR = 7, /**< likewise of the discriminator's */
    COULOMB_STATISTIC_LEARNING_RATE_GENERATOR = 8,
    COULOMB_STATISTIC_LEARNING_RATE_DISCRIMINATOR = 9,
    COULOMB_STATISTIC_EPSILON = 10 /**< of the Plummer kernel */
};

/**
 * Fills `batch` with [count, discriminator's input shape] target samples for update `update`, counted from 1. What it
 * gives must be a function of `update` and `count`, so that training resumes exactly. Runs on the thread that called
 * the library; must not call back with the same trainer.
 *
 * @return COULOMB_OK, or a code of the callers' range, which ends the step and comes back unchanged. The library fills
 * the buffer with NaN before the call: samples that were not written end the step with COULOMB_ERROR_NOT_FINITE. @since
 * 0.1
 */
typedef coulomb_status coulomb_batch_callback(void *user, uint64_t update, size_t count, float *batch);

/**
 * Called by coulomb_trainer_run() after each update.
 *
 * @return COULOMB_OK to go on, or a code of the callers' range, which stops the loop after this update and comes back
 * unchanged. It may read statistics, generate from the networks and save; it must not train. @since 0.1
 */
typedef coulomb_status coulomb_progress_callback(void *user, uint64_t update);

/**
 * Make a trainer: batch 128, exponent 1, epsilon 1, l2 loss, seed 0, self-terms kept.
 *
 * @param context        not NULL
 * @param generator      finished, of this context; kept alive by the trainer
 * @param discriminator  finished, of this context; takes what the generator puts out and gives one value; kept alive
 * @param trainer        receives the handle
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT; COULOMB_ERROR_SHAPE; COULOMB_ERROR_STATE (a network is not finished);
 *         COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_new(coulomb_context *context, coulomb_network *generator,
                                               coulomb_network *discriminator, coulomb_trainer **trainer);

/** Let go of the trainer; NULL is allowed. @since 0.1 */
COULOMB_API void coulomb_trainer_free(coulomb_trainer *trainer);

/**
 * Where target samples come from; needed before the first update.
 *
 * @param data     NULL: none
 * @param user     passed to it
 * @param destroy  called with `user` when the callback is replaced or the trainer freed; may be NULL
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_data(coulomb_trainer *trainer, coulomb_batch_callback *data, void *user,
                                                    coulomb_destroy_callback *destroy);

/** Samples of an update, of the model and of the target each: 1 to 1,048,576. @since 0.1 */
COULOMB_API coulomb_status coulomb_trainer_set_batch(coulomb_trainer *trainer, size_t batch);

/**
 * How many samples make the potential. 0, the default: those of the batch. More than the batch: the first of them are
 * the batch, the others only act as charges, which makes the potential less noisy. Model charges cost a forward pass of
 * the generator.
 *
 * @param model   0, or at least the batch
 * @param target  0, or at least the batch
 *
 * A number below the batch is an error of the next step, COULOMB_ERROR_ARGUMENT. @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_charges(coulomb_trainer *trainer, size_t model, size_t target);

/** Discriminator's loss, COULOMB_LOSS_*. @since 0.1 */
COULOMB_API coulomb_status coulomb_trainer_set_loss(coulomb_trainer *trainer, int32_t loss);

/** 1: the discriminator's loss has a third term over the previous update's model samples; 0, the default: not. @since
 * 0.1 */
COULOMB_API coulomb_status coulomb_trainer_set_replay(coulomb_trainer *trainer, int32_t replay);

/**
 * Noise on the points where discriminator and potential are compared: normal, of this standard deviation (the paper's
 * Gaussian ball; 0, the default: none). Charges and the generator's gradient stay at the samples themselves.
 * @param deviation finite, at least 0. @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_smoothing(coulomb_trainer *trainer, double deviation);

/** Exponent p of the kernel (the paper's m is p + 2): finite, above 0. @since 0.1 */
COULOMB_API coulomb_status coulomb_trainer_set_exponent(coulomb_trainer *trainer, double exponent);

/** Epsilon of the kernel, in the unit of the samples: finite, above 0. @since 0.1 */
COULOMB_API coulomb_status coulomb_trainer_set_epsilon(coulomb_trainer *trainer, double epsilon);

/** Epsilon's schedule. @param schedule NULL: constant. Kept alive by the trainer. @since 0.1 */
COULOMB_API coulomb_status coulomb_trainer_set_epsilon_schedule(coulomb_trainer *trainer, coulomb_schedule *schedule);

/** As coulomb_plummer_set_self_terms(), for the training potential. @since 0.1 */
COULOMB_API coulomb_status coulomb_trainer_set_self_terms(coulomb_trainer *trainer, int32_t keep);

/** Factor on the potential before the discriminator learns it; its unit changes, the charges' positions do not. Finite,
 * above 0. @since 0.1 */
COULOMB_API coulomb_status coulomb_trainer_set_potential_scale(coulomb_trainer *trainer, double scale);

/** Seed of latents and smoothing noise. @since 0.1 */
COULOMB_API coulomb_status coulomb_trainer_set_seed(coulomb_trainer *trainer, uint64_t seed);

/**
 * Exponential moving average of the generator's parameters: average = decay average + (1 - decay) parameters after each
 * update. The decay in force at update u is min(decay, (1 + u)/(10 + u)), so that the start is forgotten.
 *
 * @param decay 0, the default: no average; otherwise below 1. @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_averaging(coulomb_trainer *trainer, double decay);

/**
 * A network with the averaged parameters, to generate from or to save; it belongs to the trainer, follows each update
 * and must not be trained. Its latents are drawn as the generator's are at the time of this call.
 *
 * @param average  receives it; do not free
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT; COULOMB_ERROR_STATE (averaging is off)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_average(coulomb_trainer *trainer, coulomb_network **average);

/**
 * The optimizer of one of the networks, to set its options.
 *
 * @param network    COULOMB_GENERATOR or COULOMB_DISCRIMINATOR
 * @param optimizer  receives it; it belongs to the trainer: do not free, do not step
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_optimizer(coulomb_trainer *trainer, int32_t network,
                                                     coulomb_optimizer **optimizer);

/**
 * One update.
 *
 * @return COULOMB_OK; COULOMB_ERROR_STATE (no data callback, or called from one of this trainer's callbacks);
 *         COULOMB_ERROR_NOT_FINITE (a target sample, named by its index, a loss or a gradient is not finite);
 *         COULOMB_ERROR_ARGUMENT (charges below the batch); COULOMB_ERROR_MEMORY; a callback's own code, with the
 * callback named
 *
 * After a failure both networks, both optimizers and the update number are as before. @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_step(coulomb_trainer *trainer);

/**
 * Updates until their number is `last`.
 *
 * @param last      number of the last update; nothing happens if it is done already
 * @param progress  called after each update; may be NULL
 * @param user      passed to it
 * @return as coulomb_trainer_step(); the progress callback's own code
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_run(coulomb_trainer *trainer, uint64_t last,
                                               coulomb_progress_callback *progress, void *user);

/** Number of updates done. @since 0.1 */
COULOMB_API coulomb_status coulomb_trainer_update(const coulomb_trainer *trainer, uint64_t *update);

/**
 * A figure of the last update.
 *
 * @param statistic  COULOMB_STATISTIC_*
 * @param value      receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT; COULOMB_ERROR_STATE (no update has been made yet)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_statistic(const coulomb_trainer *trainer, int32_t statistic, double *value);

#ifdef __cplusplus
}
#endif

#endif
