/* Ranks of a run as threads of this process: a transport in memory, and the threads. */
#ifndef UNIT_THREAD_RANKS_H
#define UNIT_THREAD_RANKS_H

#include <coulomb/communicator.h>

enum { THREAD_RANKS_MOST = 8 };

/* What ranks share. */
typedef struct rank_room rank_room;

/* Run `work` once for each rank, each on a thread of its own, and return when all have returned. `user` is passed on.
 */
typedef void rank_work(rank_room *room, size_t rank, void *user);
void thread_ranks_run(size_t ranks, rank_work *work, void *user);

/* The communicator of a rank. The first exchange in which a rank does not take part, because it has left, fails with
 * COULOMB_ERROR_PROCESS. */
coulomb_status thread_communicator(rank_room *room, coulomb_context *context, size_t rank,
                                   coulomb_communicator **communicator);

/* The same, but the library is told that this were another rank. */
coulomb_status thread_communicator_as(rank_room *room, coulomb_context *context, size_t rank, size_t told,
                                      coulomb_communicator **communicator);

/* From the n-th exchange of a rank on (counted from 1; 0: never), its callbacks return this code without exchanging
 * anything, and the rank counts as gone. */
void thread_ranks_break(rank_room *room, size_t rank, size_t exchange, coulomb_status code);

/* Bytes that a rank has sent to others so far. */
size_t thread_ranks_sent(rank_room *room, size_t rank);

#endif
