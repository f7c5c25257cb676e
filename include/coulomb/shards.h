/**
 * @file shards.h
 * Shards and processes: an update's batch in parts, in one process or in several, to the same bits.
 *
 * COULOMB_ERROR_STATE without a reason means that a step of the trainer is under way, see trainer.h.
 */
#ifndef COULOMB_SHARDS_H
#define COULOMB_SHARDS_H

#include <coulomb/communicator.h>
#include <coulomb/trainer.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Set the number of shards: equal parts of the batch, consecutive samples, that go forward and back through the
 * networks one after the other. The activations in memory are those of one shard, so more shards train the same batch
 * in less memory; the generator then goes forward twice, except for the first shard.
 *
 * The potential is that of the whole batch and of all charges, and both losses are means over the whole batch, so the
 * update is the same as with one shard within the rounding of float32. Exception: batch normalisation takes its
 * statistics over each shard, unless coulomb_trainer_set_synchronized_norm() says otherwise. Its running averages are
 * updated with the statistics of one shard after another, in this order: the charges beyond the batch (in blocks as
 * large as a shard, the last block first), the model samples, the target samples, and with replay the previous model
 * samples.
 *
 * Shards' gradients are added in a fixed tree: neighbours in pairs, level by level; one without a partner goes to the
 * next level as it is. So the result depends on the number of shards, but not on threads or processes.
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
 * For each such layer, all processes exchange sums for each channel: one sum, twice, in the forward pass, and two in
 * the backward pass. In a context of a GPU the host adds them up, also with one process: it waits for the GPU in each
 * such layer, and the update cannot be recorded as a graph.
 *
 * @param trainer  not NULL
 * @param on       1: over the whole batch; 0, the default: over each shard
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL; the value); COULOMB_ERROR_STATE
 *
 * Checkpoints compare the setting, and so do processes. Source: Peng et al. 2018, MegDet (cross-GPU batch
 * normalization). @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_set_synchronized_norm(coulomb_trainer *trainer, int32_t on);

/**
 * Get whether batch normalisation takes its statistics over the whole batch.
 *
 * @param trainer  not NULL
 * @param on       receives 1 or 0
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_synchronized_norm(const coulomb_trainer *trainer, int32_t *on);

/** @name Processes
 * Several processes, called ranks, may train as one: each has a context, networks and a trainer of its own, with equal
 * parameters and settings, and does some of the batch's shards. Parameters, moments, samples and statistics have the
 * same bits on all ranks, and the same as with any other number of ranks, one included: as long as the number of
 * shards, the processor's kernels (coulomb_context_kernels()) and the math library are the same. So a checkpoint does
 * not depend on the number of ranks.
 *
 * All ranks call coulomb_trainer_set_communicator(), coulomb_trainer_load(), coulomb_trainer_load_bytes(),
 * coulomb_trainer_step() and coulomb_trainer_run() in the same order. These calls succeed on all ranks or fail on all:
 * ranks first exchange their status and compare settings and parameters. An error of one rank (its data, memory, a
 * callback's code) ends the same call of the others before any parameter has changed, and all can continue when its
 * cause is removed. The rank itself returns its own code. The others return the same code if it is of the range for
 * callers, otherwise COULOMB_ERROR_PROCESS; their error message names the rank and contains its message. If a trainer
 * refuses a call because one of its callbacks is running, the other ranks are not notified.
 *
 * To stop a loop on all ranks, return a code from the progress callback of coulomb_trainer_run() on any rank. One rank
 * may save without the others: every rank would write the same file.
 * @{ */

/**
 * Set the communicator: train as one rank of its ranks. All ranks must call. They compare their parameters and all else
 * that checkpoints contain.
 *
 * The number of shards must be that of the ranks times a power of two. Of S shards, rank r of R computes shards r S/R
 * to (r + 1) S/R - 1. Every rank computes the potential of the whole batch. In each update a rank sends its samples
 * and, twice, the gradients of both networks divided by the number of ranks to each other rank. Latents must not depend
 * on the rank: a latent callback is called on each rank for all samples.
 *
 * @param trainer       not NULL
 * @param communicator  of the same context; the trainer holds a reference; NULL, the default: this process trains
 *                      alone; other ranks are not notified
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (trainer is NULL, or the communicator belongs to another context);
 *         COULOMB_ERROR_STATE; COULOMB_ERROR_PROCESS (ranks differ, or another rank failed or is gone); the
 *         communicator's own code; COULOMB_ERROR_MEMORY. After a failure the communicator is the one before
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
 *                      free it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_trainer_get_communicator(const coulomb_trainer *trainer,
                                                            coulomb_communicator **communicator);
/** @} */

#ifdef __cplusplus
}
#endif

#endif
