/**
 * @file trainer.h
 * Trainer: the training step and loop of the Coulomb GAN (Unterthiner et al. 2017, Eqs. 9-10 and Algorithm 1).
 *
 * One update draws latents, generates model samples, reads target samples, computes the potential of the batch at all
 * of its samples, and moves both networks from the same forward pass. The discriminator learns the potential; the
 * generator ascends the discriminator. Nothing is allocated after the first update.
 *
 * With model samples x = G(z), target samples y and their potential Phi (plummer.h), through which no gradient flows:
 *
 * L_D = mean_x (D(x) - Phi(x))^2 + mean_y (D(y) - Phi(y))^2,    L_G = -mean_x D(x)
 *
 * Without a discriminator, the model samples follow the exact field of the update's charges, and the generator follows
 * its samples: see coulomb_trainer_set_field(). What belongs to a discriminator is COULOMB_ERROR_STATE then: loss,
 * smoothing, its optimizer and its statistics.
 *
 * Settings may change between updates. While a step runs, its callbacks may call only what context.h lists under
 * "Callbacks"; setters and the functions that step, save or load fail with COULOMB_ERROR_STATE. Below,
 * COULOMB_ERROR_STATE without a reason means this. A trainer freed in one of its callbacks is destroyed when the step
 * or loop under way returns.
 */
#ifndef COULOMB_TRAINER_H
#define COULOMB_TRAINER_H

#include <coulomb/communicator.h>
#include <coulomb/kernel.h>
#include <coulomb/network.h>
#include <coulomb/optimizer.h>
#include <coulomb/schedule.h>

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

/** What a generator without a discriminator follows, see coulomb_trainer_set_field(). @since 0.1 */
enum {
    COULOMB_FIELD_POTENTIAL = 1, /**< the gradient of the potential: the field of all charges; the default */
    COULOMB_FIELD_DRIFT = 2      /**< the gradient of the logarithm of the potentials' quotient: the normalised drift */
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
    COULOMB_STATISTIC_EPSILON = 10                     /**< epsilon of the kernel times its schedule's factor */
};

/**
 * Write the target samples of an update. The samples must be a function of `update` and `count` alone, so that training
 * resumes exactly. The library may request an update more than once, and the next update early: do not rely on the
 * order of the calls. Runs on the thread that called the library. Must not use the trainer, its networks or its
 * optimizers (see "Callbacks" in context.h).
 *
 * @param user    as given to coulomb_trainer_set_data()
 * @param update  counted from 1
 * @param count   number of samples: the target charges in force
 * @param batch   [count, generator's output shape] result, finite. Holds NaN before the call; a value that is not
 *                written ends the step with COULOMB_ERROR_NOT_FINITE
 * @return COULOMB_OK, or a code of the range for callers: ends the step and is returned unchanged
 *
 * @since 0.1
 */
typedef coulomb_status coulomb_batch_callback(void *user, uint64_t update, size_t count, float *batch);

/**
 * Write a part of an update's target samples: those with numbers `first` to `first + count - 1` of `total`. A sample
 * must be a function of `update`, `total` and its number, whatever the parts. Otherwise as coulomb_batch_callback.
 *
 * @param user    as given to coulomb_trainer_set_data_slice()
 * @param update  counted from 1
 * @param total   number of samples of the update: the target charges in force
 * @param first   number of the first wanted sample, counted from 0
 * @param count   number of wanted samples, at least 1
 * @param batch   [count, discriminator's input shape] result, finite
 * @return as coulomb_batch_callback
 *
 * @since 0.1
 */
typedef coulomb_status coulomb_slice_callback(void *user, uint64_t update, size_t total, size_t first, size_t count,
                                              float *batch);

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

/** @name Target samples
 * The first update needs a data callback or a data array. Setting one replaces what was set before.
 * @{ */

/**
 * Read target samples from a callback.
 *
 * @param trainer  not NULL
 * @param data     NULL: none
 * @param user     passed to the callback
 * @param destroy  called with `user` when the callback is replaced or the trainer is destroyed; may be NULL
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
 * @param data     receives the callback; NULL if none is set
 * @param user     receives its user pointer; NULL if no callback is set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_data(const coulomb_trainer *trainer, coulomb_batch_callback **data,
                                                    void **user);

/**
 * Read target samples from a callback that writes parts of an update. With a communicator each rank reads only its own
 * part: rank r of R reads samples r c to (r + 1) c - 1, with c = ceil(total/R), as far as there are so many. A rank
 * without a part is not called. With coulomb_trainer_set_data() each rank reads all samples of the update and uses the
 * same part. In either case ranks exchange their parts.
 *
 * @param trainer  not NULL
 * @param data     NULL: none
 * @param user     passed to the callback
 * @param destroy  called with `user` when the callback is replaced or the trainer is destroyed; may be NULL
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_data_slice(coulomb_trainer *trainer, coulomb_slice_callback *data,
                                                          void *user, coulomb_destroy_callback *destroy);

/**
 * Get the data callback that writes parts of an update.
 *
 * @param trainer  not NULL
 * @param data     receives the callback; NULL if none is set
 * @param user     receives its user pointer; NULL if no such callback is set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_data_slice(const coulomb_trainer *trainer, coulomb_slice_callback **data,
                                                          void **user);

/**
 * Read target samples from an array, in random order. Each epoch uses every sample once. An update's samples may be the
 * last of one epoch and the first of the next.
 *
 * The samples' order is one endless sequence of random permutations, one for each epoch. A permutation depends on
 * `seed`, `count` and the epoch's number alone; all are equally likely. With c target charges, update u uses positions
 * (u - 1) c to u c - 1 of the sequence, so training resumes exactly. Checkpoints compare `count` and `seed`, but not
 * the samples.
 *
 * @param trainer  not NULL
 * @param samples  [count, generator's output shape], finite, not NULL. Borrowed: must stay valid and unchanged until
 *                 it is replaced or the trainer is destroyed
 * @param count    number of samples, at least 1; may be below the batch
 * @param seed     of the permutations
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or count); COULOMB_ERROR_NOT_FINITE (a value, named by its
 * index); COULOMB_ERROR_STATE; COULOMB_ERROR_MEMORY. After a failure the previous callback or array stays in use
 *
 * Scans the array once for NaN and infinity. Allocates one size_t for each sample; a step allocates nothing. An epoch's
 * permutation takes time O(count). @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_data_array(coulomb_trainer *trainer, const float *samples, size_t count,
                                                          uint64_t seed);

/**
 * Get the data array.
 *
 * @param trainer  not NULL
 * @param samples  receives the array; NULL if none is set
 * @param count    receives the number of samples; 0 if no array is set
 * @param seed     receives the seed; 0 if no array is set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_data_array(const coulomb_trainer *trainer, const float **samples,
                                                          size_t *count, uint64_t *seed);
/** @} */

/** @name Settings
 * Each setting has a getter, which gives the value in force. Checkpoints compare all settings.
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
 * Set the number of shards: equal parts of the batch, consecutive samples, that go forward and back through the
 * networks one after the other. The activations in memory are those of one shard, so more shards train the same batch
 * in less memory; the generator then goes forward twice, except for the first shard.
 *
 * The potential is that of the whole batch and of all charges, and both losses are means over the whole batch, so the
 * update is the same as with one shard within the rounding of float32. Exception: batch normalisation takes its
 * statistics over each shard, unless coulomb_trainer_set_synchronised_norm() says otherwise. Its running averages take
 * in a shard's statistics after another's: of charges beyond the batch (in blocks as large as a shard, the last block
 * first), of the model samples, of the target samples, and of the previous model samples with replay.
 *
 * Shards' gradients add up in a fixed tree: neighbours pairwise, level by level, and an odd one rises alone. So the
 * result depends on the number of shards, but on nothing else.
 *
 * @param trainer  not NULL
 * @param shards   1, the default, to 1,048,576; must divide the batch
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * A number that does not divide the batch makes the next step, save or load fail with COULOMB_ERROR_ARGUMENT.
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_shards(coulomb_trainer *trainer, size_t shards);

/**
 * Get the number of shards.
 *
 * @param trainer  not NULL
 * @param shards   receives the number
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_shards(const coulomb_trainer *trainer, size_t *shards);

/**
 * Set whether batch normalisation takes its statistics over the whole batch where there are several shards: in each
 * pass that an update makes, over the shards of all processes. So the update is that of one shard within the rounding
 * of float32, running averages included, and the same to the bit for any number of processes.
 *
 * A process's shards then go forward and back together, layer by layer: with one process the activations in memory are
 * those of the whole batch, and a process with several shards has gradients for each of them. Without batch
 * normalisation, or with one shard, the setting changes nothing.
 *
 * Within a pass all processes exchange sums for each channel of each such layer: one twice on the way forward, two on
 * the way back.
 *
 * @param trainer  not NULL
 * @param on       1, or 0, the default
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL; the value; or 1 in a context of a GPU, which cannot do
 *         this); COULOMB_ERROR_STATE
 *
 * Checkpoints compare the setting, and so do processes. Source: Peng et al. 2018, MegDet (cross-GPU batch
 * normalization). @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_synchronised_norm(coulomb_trainer *trainer, int32_t on);

/**
 * Get whether batch normalisation takes its statistics over the whole batch.
 *
 * @param trainer  not NULL
 * @param on       receives 1 or 0
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_synchronised_norm(const coulomb_trainer *trainer, int32_t *on);

/**
 * Set the numbers of charges: the samples that make the potential. The first of them are the batch; the others only act
 * as charges, which makes the potential less noisy. Each further model charge costs a forward pass of the generator.
 *
 * @param trainer  not NULL
 * @param model    0, the default: the batch; otherwise at least the batch, at most 1,048,576
 * @param target   0, the default: the batch; otherwise at least the batch, at most 1,048,576
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or a number is too large); COULOMB_ERROR_STATE
 *
 * A number below the batch makes the next step, save or load fail with COULOMB_ERROR_ARGUMENT. @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_charges(coulomb_trainer *trainer, size_t model, size_t target);

/**
 * Get the numbers of charges as they were set.
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
 * Set what the generator follows in a trainer without a discriminator.
 *
 * With the batch's model samples x_i, b of them, and scale as in coulomb_trainer_set_potential_scale(), the gradient at
 * x_i that goes back through the generator is
 *
 * -scale/b grad Phi(x_i)                                                    COULOMB_FIELD_POTENTIAL
 * -scale/b grad [log Phi_target(x_i) - log Phi_model(x_i)]                  COULOMB_FIELD_DRIFT
 *
 * Phi is the potential of all charges of the update (Eq. 32). Phi_target and Phi_model are the means of the kernel over
 * the charges of one kind, the latter without x_i itself. So the drift is E_model/Phi_model - E_target/Phi_target with
 * their fields E, and does not fade far from all charges as the field does. Following the field of all charges
 * descends the energy (Eq. 8); following the drift descends no energy in general.
 *
 * A sample's own charge exerts no force on it. Without self-terms (coulomb_trainer_set_self_terms()), the other model
 * charges count 1/(n - 1) each instead of 1/n in COULOMB_FIELD_POTENTIAL; the drift always does so.
 *
 * @param trainer  not NULL
 * @param field    COULOMB_FIELD_*; COULOMB_FIELD_POTENTIAL unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE (also: the trainer
 * has a discriminator)
 *
 * Error at a sample: within 1e-5 of the sum of the terms' magnitudes. The drift needs two model charges, and fails with
 * COULOMB_ERROR_NOT_FINITE where a potential is below the range of float32. @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_field(coulomb_trainer *trainer, int32_t field);

/**
 * Get what the generator follows.
 *
 * @param trainer  not NULL
 * @param field    receives COULOMB_FIELD_*
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_STATE (the trainer has a discriminator)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_field(const coulomb_trainer *trainer, int32_t *field);

/**
 * Take distances between features: a network stands between samples and the kernel, so that potential and field compare
 * what it finds in them. Without a discriminator, the field at the features goes back through the network into the
 * generator; replayed samples pass through it, too. A discriminator sees samples, and learns the potential of their
 * features; with smoothing, of the features of the displaced points.
 *
 * The network works in evaluation mode and is not trained. It is no part of checkpoints, which compare a digest of its
 * layers, parameters and running averages instead. The digest is taken here: call again after changing them. Epsilon is
 * then in the unit of the features.
 *
 * @param trainer   not NULL
 * @param features  finished, of this context, none of the trainer's own networks; its input shape is the generator's
 *                  output shape; the trainer holds a reference. NULL, the default: distances between samples
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, a network of another context, or one that the trainer
 *         trains); COULOMB_ERROR_SHAPE (the shapes do not fit together); COULOMB_ERROR_STATE (also: the network is not
 *         finished, is inference-only, or its batch norm normalises by the batch, see
 *         coulomb_network_set_running_averages()); COULOMB_ERROR_MEMORY
 *
 * The network's memory for passes over a shard comes with the next step and is part of coulomb_trainer_memory(). An
 * update costs a forward pass over all charges (on each rank) and, without a discriminator, one back over the batch.
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_features(coulomb_trainer *trainer, coulomb_network *features);

/**
 * Get the network between samples and the kernel.
 *
 * @param trainer   not NULL
 * @param features  receives the network; NULL if none is set; borrowed: valid until it is replaced; do not free it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_features(const coulomb_trainer *trainer, coulomb_network **features);

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
 * Set the kernel of the potential.
 *
 * Without a discriminator, a Gaussian makes the trainer a generative moment matching network: the energy is half the
 * squared maximum mean discrepancy with that kernel.
 *
 * @param trainer  not NULL
 * @param kernel   COULOMB_KERNEL_* (kernel.h); COULOMB_KERNEL_PLUMMER unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_kernel(coulomb_trainer *trainer, int32_t kernel);

/**
 * Get the kernel of the potential.
 *
 * @param trainer  not NULL
 * @param kernel   receives COULOMB_KERNEL_*
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_kernel(const coulomb_trainer *trainer, int32_t *kernel);

/**
 * Set the exponent p of the kernel (plummer.h). A Gaussian has none: there it has no effect. The paper's m is p + 2.
 *
 * @param trainer   not NULL
 * @param exponent  finite, above 0; 1 unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_exponent(coulomb_trainer *trainer, double exponent);

/**
 * Get the exponent of the kernel.
 *
 * @param trainer   not NULL
 * @param exponent  receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_exponent(const coulomb_trainer *trainer, double *exponent);

/**
 * Set the epsilon of the kernel (plummer.h), as the only one. Its schedule multiplies it.
 *
 * @param trainer  not NULL
 * @param epsilon  in the unit of the samples: finite, above 0; 1 unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_epsilon(coulomb_trainer *trainer, double epsilon);

/**
 * Get the epsilon of the kernel, the first one of several, without its schedule's factor.
 *
 * @param trainer  not NULL
 * @param epsilon  receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_epsilon(const coulomb_trainer *trainer, double *epsilon);

/**
 * Set several epsilons: the kernel is the sum of the kernels that have one each, so that the field has structure of all
 * these lengths. Its values are as many times as large. The schedule multiplies all epsilons.
 *
 * @param trainer   not NULL
 * @param epsilons  [count] in the unit of the samples: each finite, above 0
 * @param count     1 to COULOMB_EPSILONS_MAX; 1 is coulomb_trainer_set_epsilon()
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, count, or a value, named by its index); COULOMB_ERROR_STATE
 *
 * Matrix products of points, in more than 32 dimensions, serve all epsilons. @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_epsilons(coulomb_trainer *trainer, const double *epsilons, size_t count);

/**
 * Get all epsilons, without the schedule's factor.
 *
 * @param trainer   not NULL
 * @param epsilons  [capacity] receives them; untouched on failure
 * @param capacity  COULOMB_EPSILONS_MAX is always enough
 * @param count     receives their number; untouched on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a capacity that is too small)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_epsilons(const coulomb_trainer *trainer, double *epsilons,
                                                        size_t capacity, size_t *count);

/**
 * Set the schedule of epsilon.
 *
 * @param trainer   not NULL
 * @param schedule  of the same context; the trainer holds a reference; NULL, the default: constant
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the schedule belongs to another context);
 *         COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_epsilon_schedule(coulomb_trainer *trainer, coulomb_schedule *schedule);

/**
 * Get the schedule of epsilon.
 *
 * @param trainer   not NULL
 * @param schedule  receives the schedule; NULL if none is set; borrowed: valid until it is replaced; do not free it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_epsilon_schedule(const coulomb_trainer *trainer,
                                                                coulomb_schedule **schedule);

/**
 * Set whether a sample's potential includes its own charge, see coulomb_plummer_set_self_terms().
 *
 * @param trainer  not NULL
 * @param keep     1, the default: included; 0: left out, then a step needs two charges of each kind
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_self_terms(coulomb_trainer *trainer, int32_t keep);

/**
 * Get whether a sample's potential includes its own charge.
 *
 * @param trainer  not NULL
 * @param keep     receives 1 or 0
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_self_terms(const coulomb_trainer *trainer, int32_t *keep);

/**
 * Set the scale of the discriminator's regression target: D learns scale * potential. Without a discriminator, a factor
 * on the field.
 *
 * @param trainer  not NULL
 * @param scale    finite, above 0; 1 unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the value); COULOMB_ERROR_STATE
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_potential_scale(coulomb_trainer *trainer, double scale);

/**
 * Get the scale of the discriminator's regression target.
 *
 * @param trainer  not NULL
 * @param scale    receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_potential_scale(const coulomb_trainer *trainer, double *scale);

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

/** @name Processes
 * Several processes, called ranks, may train as one: each has a context, networks and a trainer of its own, with equal
 * parameters and settings, and does some of the batch's shards. Parameters, moments, samples and statistics have the
 * same bits on all ranks, and the same as with any other number of ranks, one included: as long as the number of
 * shards, the processor's kernels (coulomb_context_kernels()) and the math library are the same. So a checkpoint does
 * not depend on the number of ranks.
 *
 * All ranks call coulomb_trainer_set_communicator(), coulomb_trainer_load(), coulomb_trainer_step() and
 * coulomb_trainer_run() in the same order. These calls succeed on all ranks or fail on all: before anything is
 * exchanged, ranks tell one another how it went and compare settings and parameters. An error of one rank (its data,
 * memory, a callback's code) ends the same call of the others, before a network has moved, and all can go on when its
 * cause is gone. The rank itself returns its own code. The others return the same code if it is of the range for
 * callers, otherwise COULOMB_ERROR_PROCESS; their error message names the rank and has its message. Calls that the
 * trainer refuses because one of its callbacks is running are not told to the others.
 *
 * To stop a loop on all ranks, return a code from the progress callback of coulomb_trainer_run() on any rank. A rank
 * may save alone: the file has what every rank would write.
 * @{ */

/**
 * Set the communicator: train as one rank of its ranks. Ranks compare their parameters and what else checkpoints hold;
 * all ranks must call.
 *
 * The number of shards must be that of the ranks times a power of two. Rank r of R does shards r S/R to (r + 1) S/R
 * - 1. Every rank computes the potential of the whole batch. In each update a rank sends its samples and, twice, the
 * gradients of both networks divided by the number of ranks to each other rank. Latents must not depend on the rank: a
 * latent callback is called on each rank for all samples.
 *
 * @param trainer       not NULL
 * @param communicator  of the same context; the trainer holds a reference; NULL, the default: this process trains
 * alone, which is not told to other ranks
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the communicator belongs to another context);
 *         COULOMB_ERROR_STATE; COULOMB_ERROR_PROCESS (ranks differ, or another rank failed or is gone); the
 * communicator's own code; COULOMB_ERROR_MEMORY. After a failure the communicator is the one before
 *
 * A number of shards that does not fit the ranks makes the next step, save or load fail with COULOMB_ERROR_ARGUMENT.
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_communicator(coulomb_trainer *trainer,
                                                            coulomb_communicator *communicator);

/**
 * Get the communicator.
 *
 * @param trainer       not NULL
 * @param communicator  receives the communicator; NULL if none is set; borrowed: valid until it is replaced; do not
 * free it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_communicator(const coulomb_trainer *trainer,
                                                            coulomb_communicator **communicator);
/** @} */

/** @name Parts
 * What belongs to the trainer. All of it is borrowed: do not free it.
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
 * Get the network with the averaged parameters, to generate from it or to save it. It follows each update and must not
 * be trained. It has the generator's latent distribution at the time of this call: call again after changing that. It
 * generates from a sequence of its own, which starts with the generator's seed.
 *
 * @param trainer  not NULL
 * @param average  receives the network; valid as long as the trainer
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_STATE (averaging is off)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_average(coulomb_trainer *trainer, coulomb_network **average);

/**
 * Get the optimizer of one of the networks, to change its settings.
 *
 * @param trainer    not NULL
 * @param network    COULOMB_GENERATOR or COULOMB_DISCRIMINATOR
 * @param optimizer  receives the optimizer; valid as long as the trainer; do not step it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or network); COULOMB_ERROR_STATE (no discriminator)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_optimizer(coulomb_trainer *trainer, int32_t network,
                                                     coulomb_optimizer **optimizer);

/**
 * Compute the bytes that the arrays of training take, with the present settings: parameters, gradients and activations
 * of both networks, average, optimizers, samples, potentials, and the order of the data array. Known before the first
 * update, which allocates most of them.
 *
 * Not counted: handles, names and graphs (some KiB), alignment (72 bytes for each array), the data array itself, stacks
 * of threads, and what coulomb_network_generate() allocates. Exact unless the sums need float64 (plummer.h).
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
 * @return COULOMB_OK; COULOMB_ERROR_STATE (there are no target samples, or the call comes from a callback of this
 * trainer or of its networks); COULOMB_ERROR_NOT_FINITE (a target sample, named by its index, a model sample, a latent,
 * a potential, a loss, a gradient, a running average, or a schedule's factor); COULOMB_ERROR_ARGUMENT (trainer is NULL,
 * charges below the batch or too few, a sample of more than 200,000 values); COULOMB_ERROR_MEMORY; a callback's own
 * code, with the callback named; COULOMB_ERROR_CALLBACK (its code is outside the range for callers);
 * COULOMB_ERROR_PROCESS (see "Processes")
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
