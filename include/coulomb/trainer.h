/**
 * @file trainer.h
 * The Coulomb GAN's training step and loop (Unterthiner et al. 2017, Eqs. 9-10 and Algorithm 1).
 *
 * One update draws latents, generates model samples, asks the data callback for target samples, computes the potential
 * of the batch at all of its samples, and moves both networks from the same forward pass: the discriminator towards the
 * potential, the generator up the discriminator's slope. Nothing is allocated after the first update.
 *
 * With model samples x = G(z), target samples y and their potential Phi (plummer.h), in which no gradient flows:
 *
 * L_D = mean_x (D(x) - Phi(x))^2 + mean_y (D(y) - Phi(y))^2,    L_G = -mean_x D(x)
 *
 * Options may change at any time between updates. In a callback that runs within an update the trainer refuses to be
 * changed, stepped, saved or loaded, and its optimizers to be changed: COULOMB_ERROR_STATE, wherever it stands below
 * without a reason. A trainer freed from one of its callbacks goes when the update or loop under way returns.
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
    COULOMB_STATISTIC_POTENTIAL_MODEL = 4,    /**< mean potential, before the potential's scale, at model samples */
    COULOMB_STATISTIC_POTENTIAL_TARGET = 5,   /**< likewise at the target samples */
    COULOMB_STATISTIC_GRADIENT_GENERATOR = 6, /**< Euclidean norm of the generator's gradient, without L2 */
    COULOMB_STATISTIC_GRADIENT_DISCRIMINATOR = 7,      /**< likewise of the discriminator's */
    COULOMB_STATISTIC_LEARNING_RATE_GENERATOR = 8,     /**< rate times the schedule's factor */
    COULOMB_STATISTIC_LEARNING_RATE_DISCRIMINATOR = 9, /**< likewise */
    COULOMB_STATISTIC_EPSILON = 10                     /**< of the Plummer kernel, times the schedule's factor */
};

/**
 * Fills in the target samples of an update. They must be a function of `update` and `count`, so that training resumes
 * exactly. Runs on the thread that called the library; must not call back with the same trainer.
 *
 * @param user    as given to coulomb_trainer_set_data()
 * @param update  counted from 1
 * @param count   samples wanted: the batch, or the target charges if they were set
 * @param batch   [count, discriminator's input shape] result, finite; holds NaN before the call: samples that are not
 *                written end the step with COULOMB_ERROR_NOT_FINITE
 * @return COULOMB_OK, or a code of the callers' range, which ends the step and comes back unchanged
 *
 * @since 0.1
 */
typedef coulomb_status coulomb_batch_callback(void *user, uint64_t update, size_t count, float *batch);

/**
 * Called by coulomb_trainer_run() after each update, on the same thread. It may read statistics, generate from the
 * networks, set options and save; it must not train or load.
 *
 * @param user    as given to coulomb_trainer_run()
 * @param update  the update that is done
 * @return COULOMB_OK to go on, or a code of the callers' range, which stops the loop after this update and comes back
 *         unchanged
 *
 * @since 0.1
 */
typedef coulomb_status coulomb_progress_callback(void *user, uint64_t update);

/**
 * Make a trainer: batch 128, exponent 1, epsilon 1, l2 loss, seed 0, self-terms kept.
 *
 * @param context        not NULL
 * @param generator      finished, of this context; kept alive by the trainer
 * @param discriminator  finished, of this context; takes what the generator puts out and gives one value; kept alive
 * @param trainer        receives the handle; free it with coulomb_trainer_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, a network of another context, twice the same network);
 *         COULOMB_ERROR_SHAPE (what one gives is not what the other takes, or not one value);
 *         COULOMB_ERROR_STATE (a network is not finished, only goes forward, or is in use by a running callback);
 *         COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_new(coulomb_context *context, coulomb_network *generator,
                                               coulomb_network *discriminator, coulomb_trainer **trainer);

/**
 * Let go of the trainer.
 *
 * @param trainer  may be NULL; from one of its own callbacks it goes when the call under way returns
 *
 * @since 0.1
 */
COULOMB_API void coulomb_trainer_free(coulomb_trainer *trainer);

/**
 * Where target samples come from; needed before the first update.
 *
 * @param trainer  not NULL
 * @param data     NULL: none
 * @param user     passed to it
 * @param destroy  called with `user` when the callback is replaced or the trainer freed; may be NULL
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_data(coulomb_trainer *trainer, coulomb_batch_callback *data, void *user,
                                                    coulomb_destroy_callback *destroy);

/**
 * Get the data callback.
 *
 * @param trainer  not NULL
 * @param data     receives it; NULL: none is set
 * @param user     receives its user pointer
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_data(const coulomb_trainer *trainer, coulomb_batch_callback **data,
                                                    void **user);

/**
 * Take target samples from an array, in random order. Every sample is taken once in each epoch; an update's batch may
 * end one epoch and begin the next. Replaces the data callback, as coulomb_trainer_set_data() replaces the array.
 *
 * The epochs' permutations follow each other as one endless sequence, a function of `seed`, `count` and the epoch
 * alone. With c target charges, update u takes positions (u - 1) c to u c - 1 of the sequence, so training resumes
 * exactly. Checkpoints compare `count` and `seed`, not the samples.
 *
 * @param trainer  not NULL
 * @param samples  [count, discriminator's input shape], finite, not NULL. Borrowed: must stay there, unchanged, until
 *                 the data are replaced or the trainer is destroyed
 * @param count    samples of the array, at least 1; may be below the batch
 * @param seed     of the permutations
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or the count); COULOMB_ERROR_NOT_FINITE (a value, named by its
 *         index); COULOMB_ERROR_STATE; COULOMB_ERROR_MEMORY. After a failure the source of target samples is as before
 *
 * Time: one pass over the array here, and O(count) for each epoch. Memory: a size_t for each sample, allocated here.
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_data_array(coulomb_trainer *trainer, const float *samples, size_t count,
                                                          uint64_t seed);

/**
 * Get the data array.
 *
 * @param trainer  not NULL
 * @param samples  receives the array; NULL: none is set
 * @param count    receives its number of samples; 0: none is set
 * @param seed     receives the seed of the permutations; 0: none is set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_data_array(const coulomb_trainer *trainer, const float **samples,
                                                          size_t *count, uint64_t *seed);

/**
 * How many samples an update learns from.
 *
 * @param trainer  not NULL
 * @param batch    of the model and of the target each, 1 to 1,048,576; 128 unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_batch(coulomb_trainer *trainer, size_t batch);

/**
 * Get the batch.
 *
 * @param trainer  not NULL
 * @param batch  receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_batch(const coulomb_trainer *trainer, size_t *batch);

/**
 * How many samples make the potential. 0, the default: those of the batch. More than the batch: the first of them are
 * the batch, the others only act as charges, which makes the potential less noisy. Model charges cost a forward pass of
 * the generator.
 *
 * @param trainer  not NULL
 * @param model    0, or at least the batch, at most 1,048,576
 * @param target   likewise
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or a number is too large); COULOMB_ERROR_STATE
 *
 * A number below the batch is an error of the next step, or of saving or loading: COULOMB_ERROR_ARGUMENT. @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_charges(coulomb_trainer *trainer, size_t model, size_t target);

/**
 * Get the charges as they were set.
 *
 * @param trainer  not NULL
 * @param model    receives the number of model charges; 0: the batch
 * @param target   receives the number of target charges; 0: the batch
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_charges(const coulomb_trainer *trainer, size_t *model, size_t *target);

/**
 * Choose the discriminator's loss.
 *
 * @param trainer  not NULL
 * @param loss     COULOMB_LOSS_*; COULOMB_LOSS_L2 unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_loss(coulomb_trainer *trainer, int32_t loss);

/**
 * Get the discriminator's loss.
 *
 * @param trainer  not NULL
 * @param loss  receives it: COULOMB_LOSS_*
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_loss(const coulomb_trainer *trainer, int32_t *loss);

/**
 * Let the discriminator's loss have a third term over the previous update's model samples, at which the potential is
 * that of the present charges. The first update after replay was turned on, or the batch changed, has none.
 *
 * @param trainer  not NULL
 * @param replay   1: yes; 0, the default: no
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_replay(coulomb_trainer *trainer, int32_t replay);

/**
 * Get whether replay is on.
 *
 * @param trainer  not NULL
 * @param replay  receives it: 0 or 1
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_replay(const coulomb_trainer *trainer, int32_t *replay);

/**
 * Noise on the points where discriminator and potential are compared: normal, of this standard deviation (the paper's
 * Gaussian ball). Charges and the generator's gradient stay at the samples themselves.
 *
 * @param trainer    not NULL
 * @param deviation  in the unit of the samples: finite, at least 0; 0, the default: no noise
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_smoothing(coulomb_trainer *trainer, double deviation);

/**
 * Get the standard deviation of the smoothing noise.
 *
 * @param trainer  not NULL
 * @param deviation  receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_smoothing(const coulomb_trainer *trainer, double *deviation);

/**
 * Set the exponent p of the kernel; the paper's m is p + 2.
 *
 * @param trainer   not NULL
 * @param exponent  finite, above 0; 1 unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_exponent(coulomb_trainer *trainer, double exponent);

/**
 * Get the kernel's exponent.
 *
 * @param trainer  not NULL
 * @param exponent  receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_exponent(const coulomb_trainer *trainer, double *exponent);

/**
 * Set epsilon of the kernel, which its schedule multiplies.
 *
 * @param trainer  not NULL
 * @param epsilon  in the unit of the samples: finite, above 0; 1 unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_epsilon(coulomb_trainer *trainer, double epsilon);

/**
 * Get the kernel's epsilon, without its schedule.
 *
 * @param trainer  not NULL
 * @param epsilon  receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_epsilon(const coulomb_trainer *trainer, double *epsilon);

/**
 * Set epsilon's schedule.
 *
 * @param trainer   not NULL
 * @param schedule  of the same context; kept alive by the trainer; NULL: constant
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the schedule belongs to another context);
 *         COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_epsilon_schedule(coulomb_trainer *trainer, coulomb_schedule *schedule);

/**
 * Get epsilon's schedule.
 *
 * @param trainer  not NULL
 * @param schedule  receives it; NULL: none; borrowed: do not free it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_epsilon_schedule(const coulomb_trainer *trainer,
                                                                coulomb_schedule **schedule);

/**
 * As coulomb_plummer_set_self_terms(), for the training potential.
 *
 * @param trainer  not NULL
 * @param keep     1, the default: a sample's potential includes its own charge; 0: not, then a
 *                 step needs two charges of each kind
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_self_terms(coulomb_trainer *trainer, int32_t keep);

/**
 * Get whether self-terms are kept.
 *
 * @param trainer  not NULL
 * @param keep  receives it: 0 or 1
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_self_terms(const coulomb_trainer *trainer, int32_t *keep);

/**
 * Factor on the potential before the discriminator learns it; its unit changes, the charges' positions do not.
 *
 * @param trainer  not NULL
 * @param scale    finite, above 0; 1 unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_potential_scale(coulomb_trainer *trainer, double scale);

/**
 * Get the scale of the potential.
 *
 * @param trainer  not NULL
 * @param scale  receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_potential_scale(const coulomb_trainer *trainer, double *scale);

/**
 * Seed of latents and smoothing noise.
 *
 * @param trainer  not NULL
 * @param seed     0 unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_seed(coulomb_trainer *trainer, uint64_t seed);

/**
 * Get the seed.
 *
 * @param trainer  not NULL
 * @param seed  receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_seed(const coulomb_trainer *trainer, uint64_t *seed);

/**
 * Exponential moving average of the generator's parameters: average = decay average + (1 - decay) parameters after each
 * update. The decay in force at update u is min(decay, (1 + u)/(10 + u)), so that the start is forgotten. The average
 * starts as the generator is when averaging is turned on.
 *
 * @param trainer  not NULL
 * @param decay    0, the default: no average; otherwise above 0, below 1
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE; COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_averaging(coulomb_trainer *trainer, double decay);

/**
 * Get the decay of the generator's average.
 *
 * @param trainer  not NULL
 * @param decay  receives it; 0: no average
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_averaging(const coulomb_trainer *trainer, double *decay);

/**
 * A network with the averaged parameters, to generate from or to save; it belongs to the trainer, follows each update
 * and must not be trained. Its latents are drawn as the generator's are at the time of this call: call again after
 * changing them. It generates from a sequence of its own, which starts with the generator's seed.
 *
 * @param trainer  not NULL
 * @param average  receives it; lives as long as the trainer; do not free
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_STATE (averaging is off)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_average(coulomb_trainer *trainer, coulomb_network **average);

/**
 * Get one of the networks.
 *
 * @param trainer  not NULL
 * @param which    COULOMB_GENERATOR or COULOMB_DISCRIMINATOR
 * @param network  receives it; borrowed: do not free it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or no such network)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_network(const coulomb_trainer *trainer, int32_t which,
                                                   coulomb_network **network);

/**
 * The optimizer of one of the networks, to set its options.
 *
 * @param trainer    not NULL
 * @param network    COULOMB_GENERATOR or COULOMB_DISCRIMINATOR
 * @param optimizer  receives it; it belongs to the trainer and lives as long: do not free, do not step
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or no such network)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_optimizer(coulomb_trainer *trainer, int32_t network,
                                                     coulomb_optimizer **optimizer);

/**
 * Bytes of all arrays after the next update, with the settings as they are: parameters, gradients and activations of
 * both networks, the average, the optimizers' moments, samples and potentials, and the data array's order. Known before
 * the first update allocates any of them.
 *
 * Handles, names and graphs (some KiB), alignment (72 bytes for each array), the data array itself and the threads'
 * stacks are not counted. Exact unless the samples or the kernel are so far from 1 that sums need float64 (plummer.h).
 *
 * @param trainer  not NULL
 * @param bytes    receives the size; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or charges below the batch); COULOMB_ERROR_MEMORY (it does not
 *         fit into size_t)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_memory(const coulomb_trainer *trainer, size_t *bytes);

/**
 * One update (Algorithm 1).
 *
 * @param trainer  not NULL
 * @return COULOMB_OK; COULOMB_ERROR_STATE (no data callback, or called from one of this trainer's callbacks, or of its
 *         networks'); COULOMB_ERROR_NOT_FINITE (a target sample, named by its index, a sample or latent of the model, a
 *         potential, a loss, a gradient, a running average, or a schedule's factor); COULOMB_ERROR_ARGUMENT (trainer
 *         is NULL, charges below the batch or too few, a sample of more than 200,000 values); COULOMB_ERROR_MEMORY; a
 * callback's own code, with the callback named; COULOMB_ERROR_CALLBACK (it is outside the callers' range)
 *
 * After a failure both networks' parameters, both optimizers, the average, the statistics and the update number are as
 * before. Runs on the context's threads. @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_step(coulomb_trainer *trainer);

/**
 * Updates until their number is `last`.
 *
 * @param trainer   not NULL
 * @param last      number of the last update; nothing happens if it is done already
 * @param progress  called after each update; may be NULL
 * @param user      passed to it
 * @return as coulomb_trainer_step() of the update that failed; the progress callback's own code, or
 *         COULOMB_ERROR_CALLBACK for one outside the callers' range
 *
 * Call again to go on after a stop. @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_run(coulomb_trainer *trainer, uint64_t last,
                                               coulomb_progress_callback *progress, void *user);

/**
 * Number of updates done, those before a loaded checkpoint was saved included.
 *
 * @param trainer  not NULL
 * @param update   receives it; within an update's callbacks the number of the update before
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_update(const coulomb_trainer *trainer, uint64_t *update);

/**
 * A figure of the last update.
 *
 * @param trainer    not NULL
 * @param statistic  COULOMB_STATISTIC_*
 * @param value      receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or no such statistic); COULOMB_ERROR_STATE (no update has been
 *         made yet, or none since loading)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_statistic(const coulomb_trainer *trainer, int32_t statistic, double *value);

#ifdef __cplusplus
}
#endif

#endif
