/**
 * @file communicator.h
 * Communicators: how the processes of one training run exchange bytes.
 *
 * A run may have several processes, called ranks and counted from 0. Each has a trainer with the same networks,
 * settings and parameters, and computes some of the batch's shards (coulomb_trainer_set_communicator()). A communicator
 * transports bytes between ranks and does no arithmetic. It consists of two callbacks, so that a program can use a
 * transport of its own. coulomb/mpi.h provides one that uses MPI.
 */
#ifndef COULOMB_COMMUNICATOR_H
#define COULOMB_COMMUNICATOR_H

#include <coulomb/context.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Communicator. Not safe to use from two threads at once. @since 0.1 */
typedef struct coulomb_communicator coulomb_communicator;

/** Largest number of processes of a run. @since 0.1 */
enum { COULOMB_PROCESSES_MAX = 65536 };

/**
 * Send this rank's bytes to all ranks and receive the bytes of all ranks (allgather). All ranks call with the same
 * number of bytes, in the same order of calls. The call returns when this rank has received everything. Runs on the
 * thread that called the library. Must not use the trainer, its networks or its optimizers (see "Callbacks" in
 * context.h).
 *
 * @param user     as given to coulomb_communicator_new()
 * @param send     [bytes] of this rank
 * @param bytes    number of bytes of one rank, above 0
 * @param receive  [size, bytes] result: rank 0's bytes, rank 1's, ..., this rank's own included; does not overlap
 *                 `send`
 * @return COULOMB_OK; COULOMB_ERROR_PROCESS (another rank is gone), or a code of the range for callers: ends the step
 *         and is returned unchanged
 *
 * If a call cannot be completed, it must return an error on every rank that is still running, and not block for ever.
 * @since 0.1
 */
typedef coulomb_status coulomb_allgather_callback(void *user, const void *send, size_t bytes, void *receive);

/**
 * Send a part of this rank's bytes to each rank: rank r receives part r of what every rank sends (all-to-all).
 * Otherwise as coulomb_allgather_callback.
 *
 * @param user        as given to coulomb_communicator_new()
 * @param send        [size, bytes_each] part 0 for rank 0, part 1 for rank 1, ...
 * @param bytes_each  number of bytes of one part, above 0
 * @param receive     [size, bytes_each] result: rank 0's part for this rank, rank 1's, ..., its own included; does not
 *                    overlap `send`
 * @return as coulomb_allgather_callback
 *
 * @since 0.1
 */
typedef coulomb_status coulomb_alltoall_callback(void *user, const void *send, size_t bytes_each, void *receive);

/**
 * Create a communicator from callbacks.
 *
 * @param context       not NULL
 * @param rank          of this process, below `size`
 * @param size          number of ranks, 1 to COULOMB_PROCESSES_MAX
 * @param allgather     not NULL
 * @param alltoall      not NULL
 * @param user          passed to the callbacks
 * @param destroy       called with `user` when the communicator is destroyed; may be NULL. Not called if this function
 *                      fails
 * @param communicator  receives the handle; release it with coulomb_communicator_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, rank or size); COULOMB_ERROR_MEMORY
 *
 * Communicates nothing. @since 0.1
 */
COULOMB_API coulomb_status coulomb_communicator_new(coulomb_context *context, size_t rank, size_t size,
                                                    coulomb_allgather_callback *allgather,
                                                    coulomb_alltoall_callback *alltoall, void *user,
                                                    coulomb_destroy_callback *destroy,
                                                    coulomb_communicator **communicator);

/**
 * Release the communicator. A trainer that uses it holds a reference.
 *
 * @param communicator  may be NULL
 *
 * @since 0.1
 */
COULOMB_API void coulomb_communicator_free(coulomb_communicator *communicator);

/**
 * Get this process's rank.
 *
 * @param communicator  not NULL
 * @param rank          receives the rank, counted from 0
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_communicator_rank(const coulomb_communicator *communicator, size_t *rank);

/**
 * Get the number of ranks.
 *
 * @param communicator  not NULL
 * @param size          receives the number
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_communicator_size(const coulomb_communicator *communicator, size_t *size);

/**
 * Send this rank's bytes to all ranks and receive the bytes of all ranks, for a program's own messages. All ranks call
 * with the same number of bytes. A trainer that uses the communicator exchanges bytes, too: all ranks must make these
 * calls and the trainer's calls in the same order. Blocks until all ranks have called.
 *
 * @param communicator  not NULL
 * @param send          [bytes] of this rank; not NULL
 * @param bytes         above 0
 * @param receive       [size, bytes] result: rank 0's bytes, rank 1's, ..., this rank's own included; must not overlap
 *                      `send`
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or no bytes); COULOMB_ERROR_PROCESS (another rank is gone); the
 *         transport's own code
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_communicator_allgather(coulomb_communicator *communicator, const void *send,
                                                          size_t bytes, void *receive);

#ifdef __cplusplus
}
#endif

#endif
