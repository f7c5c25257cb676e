/* Runs of several ranks, as threads: what each does, and what came of it. */
#ifndef UNIT_RANK_JOBS_H
#define UNIT_RANK_JOBS_H

#include "unit/ledger.h"
#include "unit/shard_runs.h"
#include "unit/thread_ranks.h"

#include <stdbool.h>

/* Ranks where one of them fails, which one, and the code of a callback that does. */
enum { RANKS = 4, FAILING = 2, RANK_CODE = 1042 };

/* What the ranks of a test do, and what came of it. Each rank writes only its own results. */
typedef struct rank_job {
    int setting; /* run_setting */
    size_t shards, threads;
    bool synchronised; /* batch norm */
    uint64_t updates;
    const char *load, *save;                        /* paths; NULL: neither. Rank 0 saves */
    void (*change)(training_run *run, size_t rank); /* before the communicator is set; NULL: nothing */
    void (*prepare)(training_run *run, rank_room *room, size_t rank); /* after it */
    size_t told;       /* the rank that the failing one's communicator is told; 0: its own */
    size_t allocation; /* of the failing rank, counted from before it joins, that gets no memory; 0: none */
    ledger memory;     /* of that rank */
    bool again;        /* after a failure: go on to the last update with nothing changed */
    void (*mend)(training_run *run, rank_room *room, size_t rank);
    coulomb_status joined[THREAD_RANKS_MOST], status[THREAD_RANKS_MOST];
    uint64_t update[THREAD_RANKS_MOST];
    char message[THREAD_RANKS_MOST][512];
    char *checkpoint[THREAD_RANKS_MOST];
    size_t bytes[THREAD_RANKS_MOST], sent[THREAD_RANKS_MOST], parameters;
} rank_job;

/* The work of a rank; `user` is the job, to be released. */
void work_on_job(rank_room *room, size_t rank, void *user);
void release_job(rank_job *j);

/* What came of a call of a rank. */
void note_status(rank_job *j, const training_run *run, size_t rank, coulomb_status status);

/* All ranks' checkpoints are this one. */
void ck_checkpoints(const rank_job *j, size_t ranks, const char *expected, size_t bytes);

/* The checkpoint of one process without a communicator, to be freed. */
char *train_alone(int setting, size_t shards, bool synchronised, uint64_t updates, size_t *bytes);

/* All settings; of those with batch norm also such runs that synchronise it. */
typedef struct run_kind {
    int setting;
    bool synchronised;
} run_kind;

enum { RUN_KINDS = 15 };

extern const run_kind run_kinds[RUN_KINDS];

#endif
