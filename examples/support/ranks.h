/*
 * The processes of one run, its ranks. Started by mpirun or srun, a training program's processes train together: each
 * reads its own part of the data and computes its own shards; rank 0 writes the files and speaks to the user. This is
 * the place that knows of it. Others ask whether something is theirs to write, and bring the ranks together where they
 * must agree. A program that was started alone is rank 0 of one.
 *
 * Ranks meet in the functions that say so: all must call them in the same order, and so must whatever the library does
 * together (loading, training). Whoever fails need not say so: it ends, which is a meeting too (ranks_end()), and the
 * others learn of it where they wait. After that nobody meets again, and all end with an error. What went wrong is told
 * once, by rank 0, with the rank named.
 */
#ifndef SUPPORT_RANKS_H
#define SUPPORT_RANKS_H

#include <coulomb/trainer.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Before anything is complained of: what this process complains of waits for the others, if it has such. */
void ranks_expect(void);

/* Bring the processes together, unless this one is to be alone. Loads libcoulomb-mpi if there are several. False with a
 * complaint. */
bool ranks_begin(bool alone);

/* The last meeting: ends with the first rank's code that is no success. Returns the code of all. */
int ranks_end(int code);

/* 1: this process is alone. */
size_t ranks_count(void);

/* Whether files and the terminal are this process's: it is rank 0, or alone. */
bool ranks_writes(void);

/* The processes of the run on this host, this one's place among them, and the processors that they may run on together;
 * 0: not known. */
typedef struct ranks_sharing {
    size_t place, count, processors;
} ranks_sharing;
ranks_sharing ranks_on_host(void);

/* Processors for this process: those it may run on, divided among the run's processes on this host; at least 1. */
size_t ranks_processors(void);

/* --- meetings --- */

/* Whether all are fine. The signal that one has caught becomes every rank's, see ranks_signal(). */
bool ranks_agree(bool fine);

/* The same; then all have the values of rank 0. */
bool ranks_share(bool fine, void *values, size_t bytes);

/* The same; then all have the values of all: [ranks_count(), bytes]. */
bool ranks_gather(bool fine, const void *send, size_t bytes, void *receive);

/* Whether all have the same number; `what` names it in the complaint: "rank 2 and rank 0 differ in ...". */
bool ranks_same(const char *what, uint64_t number);

/* Have a trainer compute its part of a run. */
bool ranks_join(coulomb_context *context, coulomb_trainer *trainer);

/* The signal that ended the run for all: of any rank at the last meeting, or this process's own if it is alone; 0:
 * none. What interrupt_signal() says may differ between ranks. */
int ranks_signal(void);

/* Rank of this process. */
size_t ranks_own(void);

#endif
