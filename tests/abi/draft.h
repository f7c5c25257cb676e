/**
 * @file draft.h
 * Drafts of declarations that later releases may add: shards and processes, training in the field itself. Nothing implements them. They compile beside coulomb.h, so that the interface has the room they need.
 */
#ifndef COULOMB_DRAFT_H
#define COULOMB_DRAFT_H

#include <coulomb/coulomb.h>
#include <coulomb/cuda.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- shards and processes --- */

/** Cut the batch into shards that go forward and back one after the other. The number divides the batch. */
COULOMB_API coulomb_status coulomb_trainer_set_shards(coulomb_trainer *trainer, size_t shards);
COULOMB_API coulomb_status coulomb_trainer_get_shards(const coulomb_trainer *trainer, size_t *shards);
/** Take the statistics of batch norm over the whole batch. */
COULOMB_API coulomb_status coulomb_trainer_set_synchronised_norm(coulomb_trainer *trainer, int32_t synchronised);
COULOMB_API coulomb_status coulomb_trainer_get_synchronised_norm(const coulomb_trainer *trainer, int32_t *synchronised);

/** A group of processes that train together. */
typedef struct coulomb_communicator coulomb_communicator;

/** Collect `bytes` bytes of each process, in the order of their ranks. Blocks. */
typedef coulomb_status coulomb_allgather_callback(void *user, const void *send, size_t bytes, void *receive);
/** Exchange `bytes` bytes between each two processes. Blocks. */
typedef coulomb_status coulomb_alltoall_callback(void *user, const void *send, size_t bytes, void *receive);

COULOMB_API coulomb_status coulomb_communicator_new(coulomb_context *context, size_t rank, size_t size,
                                                    coulomb_allgather_callback *allgather,
                                                    coulomb_alltoall_callback *alltoall, void *user,
                                                    coulomb_destroy_callback *destroy,
                                                    coulomb_communicator **communicator);
COULOMB_API void coulomb_communicator_free(coulomb_communicator *communicator);
COULOMB_API coulomb_status coulomb_trainer_set_communicator(coulomb_trainer *trainer,
                                                            coulomb_communicator *communicator);
COULOMB_API coulomb_status coulomb_trainer_get_communicator(const coulomb_trainer *trainer,
                                                            coulomb_communicator **communicator);

/** Fill samples `first` to `first` + `count` - 1 of the `total` that the update uses. */
typedef coulomb_status coulomb_slice_callback(void *user, uint64_t update, size_t total, size_t first, size_t count,
                                              float *batch);

COULOMB_API coulomb_status coulomb_trainer_set_data_slice(coulomb_trainer *trainer, coulomb_slice_callback *data,
                                                          void *user, coulomb_destroy_callback *destroy);
COULOMB_API coulomb_status coulomb_trainer_get_data_slice(const coulomb_trainer *trainer, coulomb_slice_callback **data,
                                                          void **user);

/* --- training in the field itself --- */

/** Sum of kernels, one for each epsilon; coulomb_plummer_set_epsilon() is the case of one. */
COULOMB_API coulomb_status coulomb_plummer_set_epsilons(coulomb_plummer *plummer, const double *epsilons, size_t count);
COULOMB_API coulomb_status coulomb_plummer_get_epsilons(const coulomb_plummer *plummer, double *epsilons,
                                                        size_t capacity, size_t *count);

/** Take distances between the outputs of a frozen network; NULL: between samples. */
COULOMB_API coulomb_status coulomb_trainer_set_features(coulomb_trainer *trainer, coulomb_network *features);
COULOMB_API coulomb_status coulomb_trainer_get_features(const coulomb_trainer *trainer, coulomb_network **features);

/** Append a categorical output: hard one-hot samples forward, the gradient of the soft ones backward. The noise is a
 * slice of the latent. */
COULOMB_API coulomb_status coulomb_network_categorical(coulomb_network *network, int32_t logits, int32_t noise,
                                                       double temperature, int32_t *node);

#ifdef __cplusplus
}
#endif

#endif
