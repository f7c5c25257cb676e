/* One rank's failure is all ranks': of its samples, its memory, its transport. */
#include "trainer/ranks.h"
#include "unit/check_more.h"
#include "unit/contexts.h"
#include "unit/rank_jobs.h"
#include "unit/suites.h"

/* Target samples of slices; a rank that is to fail does so at update 2. */
typedef struct slice_source {
    size_t rank;
    coulomb_status code;
    bool nan;
    size_t first, count, total;
} slice_source;

static slice_source sources[THREAD_RANKS_MOST];

static coulomb_status draw_slice(void *user, uint64_t update, size_t total, size_t first, size_t count, float *batch)
{
    slice_source *source = user;
    source->first = first;
    source->count = count;
    source->total = total;
    for (size_t i = 0; i < count; i++)
        random_floats((unsigned)(1000 * update + first + i), 2, 1.0f, batch + 2 * i);
    if (update == 2 && source->nan)
        batch[1] = NAN;
    return update == 2 ? source->code : COULOMB_OK;
}

static coulomb_status draw_all(void *user, uint64_t update, size_t count, float *batch)
{
    slice_source whole;
    (void)user;
    memset(&whole, 0, sizeof whole);
    return draw_slice(&whole, update, count, 0, count, batch);
}

static void use_slices(training_run *run, size_t rank)
{
    sources[rank] = (slice_source){.rank = rank};
    run_must(run->context, coulomb_trainer_set_data_slice(run->trainer, draw_slice, &sources[rank], NULL));
}

static void use_whole_updates(training_run *run, size_t rank)
{
    (void)rank;
    run_must(run->context, coulomb_trainer_set_data(run->trainer, draw_all, NULL, NULL));
}

static void fail_with_code(training_run *run, size_t rank)
{
    use_slices(run, rank);
    sources[rank].code = rank == FAILING ? RANK_CODE : COULOMB_OK;
}

static void fail_outside_the_range(training_run *run, size_t rank)
{
    use_slices(run, rank);
    sources[rank].code = rank == FAILING ? 77 : COULOMB_OK;
}

static void fail_with_nan(training_run *run, size_t rank)
{
    use_slices(run, rank);
    sources[rank].nan = rank == FAILING;
}

static void mend_source(training_run *run, rank_room *room, size_t rank)
{
    (void)run;
    (void)room;
    sources[rank].code = COULOMB_OK;
    sources[rank].nan = false;
}

START_TEST(slices_and_whole_updates_have_the_same_bits)
{
    rank_job slices = {.setting = RUN_MLP_OPTIONS, .shards = 4, .updates = 3, .change = use_slices}, whole = slices;
    whole.change = use_whole_updates;
    thread_ranks_run(RANKS, work_on_job, &slices);
    ck_assert_uint_eq(sources[3].total, RUN_BATCH + 30);
    ck_assert_uint_eq(sources[3].first, 60); /* 78 in parts of 20 */
    ck_assert_uint_eq(sources[3].count, 18);
    thread_ranks_run(2, work_on_job, &whole);
    ck_checkpoints(&slices, RANKS, whole.checkpoint[0], whole.bytes[0]);
    ck_checkpoints(&whole, 2, slices.checkpoint[0], slices.bytes[0]);
    release_job(&slices);
    release_job(&whole);
}
END_TEST

static void ck_all_fail(const rank_job *j, coulomb_status own, coulomb_status others, const char *part)
{
    for (size_t rank = 0; rank < RANKS; rank++) {
        coulomb_status expected = rank == FAILING ? own : others;
        ck_assert_msg(j->status[rank] == expected, "rank %zu: %d, expected %d (%s)", rank, (int)j->status[rank],
                      (int)expected, j->message[rank]);
        ck_assert_msg(strstr(j->message[rank], part) != NULL, "rank %zu: %s", rank, j->message[rank]);
        ck_assert_uint_eq(j->update[rank], 1);
    }
}

/* One rank's error is every rank's in the same update; when its cause is gone, all go on to the same bits. */
START_TEST(a_failure_of_one_rank_is_all_ranks)
{
    static const struct {
        void (*change)(training_run *run, size_t rank);
        coulomb_status own, others;
        const char *part;
    } cases[] = {
        {fail_with_code, RANK_CODE, RANK_CODE, "the data callback returned 1042"},
        {fail_outside_the_range, COULOMB_ERROR_CALLBACK, COULOMB_ERROR_PROCESS, "the data callback returned 77"},
        {fail_with_nan, COULOMB_ERROR_NOT_FINITE, COULOMB_ERROR_NOT_FINITE, "target sample 24"}};
    enum { CASES = sizeof cases / sizeof *cases };
    size_t i = (size_t)_i % CASES;
    bool synchronised = (size_t)_i >= CASES;
    rank_job undisturbed = {.setting = synchronised ? RUN_FIELD_NORM : RUN_MLP,
                            .synchronised = synchronised,
                            .shards = 4,
                            .updates = 3,
                            .change = use_slices};
    thread_ranks_run(RANKS, work_on_job, &undisturbed);
    rank_job j = undisturbed;
    memset(j.checkpoint, 0, sizeof j.checkpoint);
    j.change = cases[i].change;
    j.again = true;
    j.mend = mend_source;
    thread_ranks_run(RANKS, work_on_job, &j);
    ck_all_fail(&j, cases[i].own, cases[i].others, cases[i].part);
    if (cases[i].others != COULOMB_ERROR_NOT_FINITE)
        ck_assert_ptr_nonnull(strstr(j.message[0], "rank 2: "));
    for (size_t rank = 0; rank < RANKS; rank++) {
        ck_assert_uint_eq(j.bytes[rank], undisturbed.bytes[0]);
        ck_assert_mem_eq(j.checkpoint[rank], undisturbed.checkpoint[0], undisturbed.bytes[0]);
    }
    release_job(&undisturbed);
    release_job(&j);
}
END_TEST

/* Wherever one rank gets no memory, the others wait for nothing, and all go on when there is some. */
START_TEST(a_rank_without_memory_ends_the_others)
{
    enum { SHARDS = 4, UPDATES = 2, MOST = 1000 };
    const size_t apart = device_is_slow() ? 7 : 1;
    size_t bytes, allocation = 1 + (size_t)_i % apart;
    bool failed = true;
    char *expected = train_alone(run_kinds[_i].setting, SHARDS, run_kinds[_i].synchronised, UPDATES, &bytes);
    for (; failed && allocation < MOST; allocation += apart) {
        rank_job j = {.setting = run_kinds[_i].setting,
                      .synchronised = run_kinds[_i].synchronised,
                      .shards = SHARDS,
                      .updates = UPDATES,
                      .allocation = allocation,
                      .again = true,
                      .mend = mend_source};
        thread_ranks_run(RANKS, work_on_job, &j);
        failed = j.status[FAILING] != COULOMB_OK;
        for (size_t rank = 0; rank < RANKS; rank++) {
            coulomb_status other = failed ? COULOMB_ERROR_PROCESS : COULOMB_OK;
            ck_assert_msg(j.status[rank] == (failed && rank == FAILING ? COULOMB_ERROR_MEMORY : other),
                          "allocation %zu, rank %zu: %s", allocation, rank, j.message[rank]);
            ck_assert_msg(!failed || rank == FAILING || strstr(j.message[rank], "rank 2: ") != NULL,
                          "allocation %zu, rank %zu: %s", allocation, rank, j.message[rank]);
            if (j.checkpoint[rank] != NULL && j.joined[rank] == COULOMB_OK)
                ck_assert_mem_eq(j.checkpoint[rank], expected, bytes);
        }
        release_job(&j);
    }
    ck_assert_uint_gt(allocation, 4);
    ck_assert(!failed);
    free(expected);
}
END_TEST

static size_t break_at;

static void break_transport(training_run *run, rank_room *room, size_t rank)
{
    run_must(run->context, coulomb_trainer_step(run->trainer));
    if (rank == FAILING)
        thread_ranks_break(room, rank, break_at, RANK_CODE);
}

/* In whichever exchange of an update a rank leaves, the others end, and no network has moved. */
static void ck_gone(size_t exchange, bool synchronised)
{
    break_at = exchange;
    size_t bytes;
    char *expected = train_alone(RUN_IMAGES_NORM, 4, synchronised, 1, &bytes);
    rank_job j = {.setting = RUN_IMAGES_NORM,
                  .synchronised = synchronised,
                  .shards = 4,
                  .updates = 2,
                  .prepare = break_transport};
    thread_ranks_run(RANKS, work_on_job, &j);
    for (size_t rank = 0; rank < RANKS; rank++) {
        ck_assert_int_eq(j.status[rank], rank == FAILING ? RANK_CODE : COULOMB_ERROR_PROCESS);
        ck_assert_uint_eq(j.update[rank], 1);
        ck_assert_uint_eq(j.bytes[rank], bytes);
        ck_assert_mem_eq(j.checkpoint[rank], expected, bytes);
    }
    free(expected);
    release_job(&j);
}

START_TEST(a_rank_that_is_gone_ends_the_others)
{
    ck_gone((size_t)_i, false);
}
END_TEST

/* A meeting; two sums for each of two layers in three passes of the generator; samples; the status before D's passes;
 * of one layer two sums forward in three passes and one in four back; one for each layer back through the generator;
 * gradients, and what else there is. */
START_TEST(a_rank_that_is_gone_in_a_pass_ends_the_others)
{
    ck_gone((size_t)_i, true);
}
END_TEST

TCase *trainer_ranks_failures(void)
{
    TCase *test = tcase_create("ranks failures");
    tcase_set_timeout(test, 120);
    tcase_add_test(test, slices_and_whole_updates_have_the_same_bits);
    tcase_add_loop_test(test, a_failure_of_one_rank_is_all_ranks, 0, 6);
    tcase_add_loop_test(test, a_rank_without_memory_ends_the_others, 0, RUN_KINDS);
    tcase_add_loop_test(test, a_rank_that_is_gone_ends_the_others, 1, 5);
    tcase_add_loop_test(test, a_rank_that_is_gone_in_a_pass_ends_the_others, 1, 30);
    return test;
}
