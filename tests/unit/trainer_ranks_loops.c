/* Ranks stop together, and load the same checkpoint or none. */
#include "trainer/ranks.h"
#include "unit/check_more.h"
#include "unit/rank_jobs.h"
#include "unit/suites.h"

#include <coulomb/checkpoint.h>
#include <stdio.h>
#include <unistd.h>

typedef struct loop_end {
    size_t rank;
    uint64_t last, stop; /* of the rank that stops */
    coulomb_status status[THREAD_RANKS_MOST];
    uint64_t update[THREAD_RANKS_MOST];
    char message[THREAD_RANKS_MOST][512];
    uint64_t last_of_failing;
} loop_end;

static coulomb_status stop_at(void *user, uint64_t update)
{
    return update == *(const uint64_t *)user ? RANK_CODE : COULOMB_OK;
}

static void loop(rank_room *room, size_t rank, void *user)
{
    loop_end *end = user;
    training_run run;
    coulomb_communicator *communicator;
    uint64_t stop = rank == FAILING ? end->stop : 0;
    run_begin(&run, RUN_MLP, 4);
    run_must(run.context, thread_communicator(room, run.context, rank, &communicator));
    run_must(run.context, coulomb_trainer_set_communicator(run.trainer, communicator));
    coulomb_communicator_free(communicator);
    uint64_t last = rank == FAILING && end->last_of_failing > 0 ? end->last_of_failing : end->last;
    end->status[rank] = coulomb_trainer_run(run.trainer, last, rank == 1 ? NULL : stop_at, &stop);
    run_must(run.context, coulomb_trainer_update(run.trainer, &end->update[rank]));
    snprintf(end->message[rank], sizeof end->message[rank], "%s", coulomb_context_error(run.context));
    run_end(&run);
}

START_TEST(a_wish_to_stop_is_all_ranks)
{
    for (uint64_t stop = 1; stop <= 3; stop++) { /* the last update included */
        loop_end end = {.last = 3, .stop = stop};
        thread_ranks_run(RANKS, loop, &end);
        for (size_t rank = 0; rank < RANKS; rank++) {
            ck_assert_int_eq(end.status[rank], RANK_CODE);
            ck_assert_uint_eq(end.update[rank], stop);
            ck_assert_ptr_nonnull(strstr(end.message[rank], "the progress callback returned 1042"));
        }
    }
}
END_TEST

START_TEST(loops_of_different_lengths_end_together)
{
    loop_end end = {.last = 3, .last_of_failing = 2};
    thread_ranks_run(RANKS, loop, &end);
    for (size_t rank = 0; rank < RANKS; rank++) {
        ck_assert_int_eq(end.status[rank], COULOMB_ERROR_PROCESS);
        ck_assert_uint_eq(end.update[rank], 2);
        ck_assert_msg(strstr(end.message[rank], "rank 2 has done its last update after update 2, but rank 0 goes on") !=
                          NULL,
                      "%s", end.message[rank]);
    }
}
END_TEST

START_TEST(a_checkpoint_that_one_rank_cannot_load_is_loaded_by_none)
{
    rank_job j = {.setting = RUN_MLP, .shards = 4, .updates = 0, .load = "/nonexistent/checkpoint"};
    size_t bytes;
    char *fresh = train_alone(RUN_MLP, 4, false, 0, &bytes);
    thread_ranks_run(RANKS, work_on_job, &j);
    for (size_t rank = 0; rank < RANKS; rank++) {
        ck_assert_int_eq(j.status[rank], COULOMB_ERROR_FILE);
        ck_assert_uint_eq(j.bytes[rank], bytes);
        ck_assert_mem_eq(j.checkpoint[rank], fresh, bytes);
    }
    free(fresh);
    release_job(&j);
}
END_TEST

typedef struct loading {
    const char *path[RANKS];
    coulomb_status status[RANKS];
    uint64_t update[RANKS];
    char message[RANKS][512];
} loading;

static void load_own(rank_room *room, size_t rank, void *user)
{
    loading *of = user;
    training_run run;
    coulomb_communicator *communicator;
    run_begin(&run, RUN_MLP, 4);
    run_must(run.context, thread_communicator(room, run.context, rank, &communicator));
    run_must(run.context, coulomb_trainer_set_communicator(run.trainer, communicator));
    coulomb_communicator_free(communicator);
    of->status[rank] = coulomb_trainer_load(run.trainer, of->path[rank]);
    run_must(run.context, coulomb_trainer_update(run.trainer, &of->update[rank]));
    snprintf(of->message[rank], sizeof of->message[rank], "%s", coulomb_context_error(run.context));
    run_end(&run);
}

START_TEST(ranks_load_the_same_checkpoint_or_none)
{
    char path[2][32] = {"/tmp/coulomb-load-XXXXXX", "/tmp/coulomb-load-XXXXXX"};
    for (size_t i = 0; i < 2; i++) {
        close(mkstemp(path[i]));
        training_run run;
        run_begin(&run, RUN_MLP, 4);
        ck_ok(run.context, coulomb_trainer_run(run.trainer, 1 + i, NULL, NULL));
        ck_ok(run.context, coulomb_trainer_save(run.trainer, path[i]));
        run_end(&run);
    }
    loading other = {.path = {path[0], path[0], path[1], path[0]}},
            missing = {.path = {path[0], path[0], "/nonexistent/file", path[0]}};
    thread_ranks_run(RANKS, load_own, &other);
    thread_ranks_run(RANKS, load_own, &missing);
    for (size_t rank = 0; rank < RANKS; rank++) {
        ck_assert_int_eq(other.status[rank], COULOMB_ERROR_PROCESS);
        ck_assert_ptr_nonnull(strstr(other.message[rank], "rank 2 and rank 0 differ in the values of the checkpoint"));
        ck_assert_int_eq(missing.status[rank], rank == FAILING ? COULOMB_ERROR_FILE : COULOMB_ERROR_PROCESS);
        ck_assert_ptr_nonnull(strstr(missing.message[rank], "/nonexistent/file"));
        ck_assert_uint_eq(other.update[rank] + missing.update[rank], 0);
    }
    unlink(path[0]);
    unlink(path[1]);
}
END_TEST

TCase *trainer_ranks_loops(void)
{
    TCase *test = tcase_create("ranks loops");
    tcase_set_timeout(test, 120);
    tcase_add_test(test, a_wish_to_stop_is_all_ranks);
    tcase_add_test(test, loops_of_different_lengths_end_together);
    tcase_add_test(test, a_checkpoint_that_one_rank_cannot_load_is_loaded_by_none);
    tcase_add_test(test, ranks_load_the_same_checkpoint_or_none);
    return test;
}
