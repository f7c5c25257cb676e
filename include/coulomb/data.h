/**
 * @file data.h
 * Target samples: where a trainer's updates take them from.
 *
 * The first update needs a data callback, a slice callback or a data array. Setting one replaces what was set before.
 * COULOMB_ERROR_STATE without a reason means that a step of the trainer is under way, see trainer.h.
 */
#ifndef COULOMB_DATA_H
#define COULOMB_DATA_H

#include <coulomb/trainer.h>

#ifdef __cplusplus
extern "C" {
#endif

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
 * @param batch   [count, generator's output shape] result, finite
 * @return as coulomb_batch_callback
 *
 * @since 0.1
 */
typedef coulomb_status coulomb_slice_callback(void *user, uint64_t update, size_t total, size_t first, size_t count,
                                              float *batch);

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
 *         index); COULOMB_ERROR_STATE; COULOMB_ERROR_MEMORY. After a failure the previous callback or array stays in
 *         use
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

#ifdef __cplusplus
}
#endif

#endif
