/* Processes of one run, as threads: the same bits for any number of them, and after another number resumes. */
#include "trainer/ranks.h"
#include "unit/check_more.h"
#include "unit/contexts.h"
#include "unit/rank_jobs.h"
#include "unit/suites.h"

#include <unistd.h>

START_TEST(any_number_of_ranks_has_the_same_bits)
{
    static const struct {
        size_t shards, ranks;
    } cases[] = {{4, 1}, {4, 2}, {4, 4}, {8, 2}, {8, 4}, {8, 8}, {3, 3}, {6, 3}, {12, 3}, {24, 6}};
    const size_t apart = device_is_slow() ? 3 : 1; /* so that all kinds together have all cases */
    for (size_t i = (size_t)_i % apart; i < sizeof cases / sizeof *cases; i += apart) {
        size_t bytes;
        char *expected = train_alone(run_kinds[_i].setting, cases[i].shards, run_kinds[_i].synchronised, 3, &bytes);
        for (size_t threads = 1; threads <= (device_is_slow() ? 1 : 2); threads++) {
            rank_job j = {.setting = run_kinds[_i].setting,
                          .synchronised = run_kinds[_i].synchronised,
                          .shards = cases[i].shards,
                          .threads = threads,
                          .updates = 3};
            thread_ranks_run(cases[i].ranks, work_on_job, &j);
            ck_checkpoints(&j, cases[i].ranks, expected, bytes);
            release_job(&j);
        }
        free(expected);
    }
}
END_TEST

START_TEST(another_number_of_ranks_resumes_exactly)
{
    char path[] = "/tmp/coulomb-ranks-XXXXXX";
    close(mkstemp(path));
    size_t bytes;
    int setting = run_kinds[_i].setting;
    bool synchronised = run_kinds[_i].synchronised;
    char *expected = train_alone(setting, 4, synchronised, 4, &bytes);
    rank_job first = {.setting = setting, .synchronised = synchronised, .shards = 4, .updates = 2, .save = path};
    rank_job second = {.setting = setting, .synchronised = synchronised, .shards = 4, .updates = 4, .load = path};
    rank_job third = second;
    thread_ranks_run(2, work_on_job, &first);
    thread_ranks_run(4, work_on_job, &second);
    ck_checkpoints(&second, 4, expected, bytes);
    thread_ranks_run(1, work_on_job, &third);
    ck_checkpoints(&third, 1, expected, bytes);
    unlink(path);
    free(expected);
    release_job(&first);
    release_job(&second);
    release_job(&third);
}
END_TEST

/* Fewer charges than the batch's samples are refused, and nothing is counted with them. */
static void count_memory(rank_room *room, size_t rank, void *user)
{
    rank_job *j = user;
    training_run run;
    coulomb_communicator *communicator;
    run_begin(&run, j->setting, j->shards);
    run_must(run.context, thread_communicator(room, run.context, rank, &communicator));
    run_must(run.context, coulomb_trainer_set_communicator(run.trainer, communicator));
    coulomb_communicator_free(communicator);
    run_must(run.context, coulomb_trainer_set_charges(run.trainer, RUN_BATCH - 3, RUN_BATCH));
    note_status(j, &run, rank, coulomb_trainer_memory(run.trainer, &j->bytes[rank]));
    run_end(&run);
}

START_TEST(memory_is_not_counted_for_too_few_charges)
{
    rank_job j = {.setting = RUN_MLP, .shards = 16};
    thread_ranks_run(2, count_memory, &j);
    for (size_t rank = 0; rank < 2; rank++) {
        ck_assert_int_eq(j.status[rank], COULOMB_ERROR_ARGUMENT);
        ck_assert_ptr_nonnull(strstr(j.message[rank], "expected at least the batch"));
        ck_assert_uint_eq(j.bytes[rank], 0);
    }
}
END_TEST

/* As little as a ring sends, beside samples and notes. */
START_TEST(gradients_travel_as_in_a_ring)
{
    rank_job j = {.setting = RUN_IMAGES, .shards = 4, .updates = 1}, two = j;
    two.updates = 2;
    thread_ranks_run(4, work_on_job, &j);
    thread_ranks_run(4, work_on_job, &two);
    double of_update = (double)(two.sent[1] - j.sent[1]), ring = 2.0 * 3.0 / 4.0 * (double)j.parameters * sizeof(float);
    double samples = 3.0 * 2.0 * RUN_BATCH / 4 * 8 * 8 * 3 * sizeof(float), notes = 3.0 * 8192;
    ck_assert_double_ge(of_update, ring);
    ck_assert_double_le(of_update, ring + samples + notes);
    release_job(&j);
    release_job(&two);
}
END_TEST

Suite *suite_trainer_ranks(void)
{
    Suite *suite = suite_create("trainer_ranks");
    TCase *test = tcase_create("ranks");
    tcase_set_timeout(test, 120);
    tcase_add_loop_test(test, any_number_of_ranks_has_the_same_bits, 0, RUN_KINDS);
    tcase_add_loop_test(test, another_number_of_ranks_resumes_exactly, 0, RUN_KINDS);
    tcase_add_test(test, gradients_travel_as_in_a_ring);
    tcase_add_test(test, memory_is_not_counted_for_too_few_charges);
    suite_add_tcase(suite, test);
    suite_add_tcase(suite, trainer_ranks_failures());
    suite_add_tcase(suite, trainer_ranks_differences());
    suite_add_tcase(suite, trainer_ranks_loops());
    suite_add_tcase(suite, trainer_ranks_communicators());
    return suite;
}
