/* Communicators by themselves: checked, counted, and used by programs. */
#include "trainer/ranks.h"
#include "unit/check_more.h"
#include "unit/rank_jobs.h"
#include "unit/suites.h"

static coulomb_status move_nothing(void *user, const void *send, size_t bytes, void *receive)
{
    (void)user;
    (void)send;
    (void)bytes;
    (void)receive;
    return COULOMB_OK;
}

static void count_destroyed(void *user)
{
    ++*(int *)user;
}

START_TEST(communicators_are_checked_and_counted)
{
    training_run run;
    run_begin(&run, RUN_MLP, 4);
    coulomb_context *context = run.context;
    coulomb_communicator *made, *found;
    int destroyed = 0;
    ck_fails(context, coulomb_communicator_new(context, 2, 2, move_nothing, move_nothing, NULL, NULL, &made),
             COULOMB_ERROR_ARGUMENT, "rank is 2 and size is 2");
    ck_assert_ptr_null(made);
    ck_fails(context, coulomb_communicator_new(context, 0, 0, move_nothing, move_nothing, NULL, NULL, &made),
             COULOMB_ERROR_ARGUMENT, "size");
    ck_fails(context, coulomb_communicator_new(context, 0, 1, NULL, move_nothing, NULL, NULL, &made),
             COULOMB_ERROR_ARGUMENT, "allgather is NULL");
    ck_ok(context,
          coulomb_communicator_new(context, 0, 1, move_nothing, move_nothing, &destroyed, count_destroyed, &made));
    size_t rank = 5, size = 5;
    ck_ok(context, coulomb_communicator_rank(made, &rank));
    ck_ok(context, coulomb_communicator_size(made, &size));
    ck_assert_uint_eq(rank, 0);
    ck_assert_uint_eq(size, 1);
    ck_fails(context, coulomb_communicator_allgather(made, NULL, 4, &size), COULOMB_ERROR_ARGUMENT, "send is NULL");
    ck_fails(context, coulomb_communicator_allgather(made, &rank, 4, NULL), COULOMB_ERROR_ARGUMENT, "receive is NULL");
    ck_fails(context, coulomb_communicator_allgather(made, &rank, 0, &size), COULOMB_ERROR_ARGUMENT, "bytes is 0");
    ck_ok(context, coulomb_communicator_allgather(made, &rank, sizeof rank, &size));
    ck_ok(context, coulomb_trainer_set_communicator(run.trainer, made));
    ck_ok(context, coulomb_trainer_get_communicator(run.trainer, &found));
    ck_assert_ptr_eq(found, made);
    coulomb_communicator_free(made);
    ck_assert_int_eq(destroyed, 0);
    ck_ok(context, coulomb_trainer_step(run.trainer));
    ck_ok(context, coulomb_trainer_set_communicator(run.trainer, NULL));
    ck_assert_int_eq(destroyed, 1);
    run_end(&run);
}
END_TEST

/* What a program's ranks tell one another between calls of the library. */
static void tell_number(rank_room *room, size_t rank, void *user)
{
    size_t(*told)[RANKS] = user;
    coulomb_context *context;
    run_must(NULL, new_context(&context));
    coulomb_communicator *communicator;
    run_must(context, thread_communicator(room, context, rank, &communicator));
    size_t number = 10 + rank;
    run_must(context, coulomb_communicator_allgather(communicator, &number, sizeof number, told[rank]));
    coulomb_communicator_free(communicator);
    coulomb_context_free(context);
}

START_TEST(programs_exchange_bytes_of_their_own)
{
    size_t told[RANKS][RANKS] = {{0}};
    thread_ranks_run(RANKS, tell_number, told);
    for (size_t rank = 0; rank < RANKS; rank++)
        for (size_t other = 0; other < RANKS; other++)
            ck_assert_uint_eq(told[rank][other], 10 + other);
}
END_TEST

TCase *trainer_ranks_communicators(void)
{
    TCase *test = tcase_create("ranks communicators");
    tcase_set_timeout(test, 120);
    tcase_add_test(test, communicators_are_checked_and_counted);
    tcase_add_test(test, programs_exchange_bytes_of_their_own);
    return test;
}
