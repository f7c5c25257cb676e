/* Processes of one run, as threads: the same bits for any number of them, and one rank's failure is all ranks'. */
#include "trainer/ranks.h"
#include "unit/check_more.h"
#include "unit/shard_runs.h"
#include "unit/suites.h"
#include "unit/thread_ranks.h"

#include <coulomb/checkpoint.h>
#include <coulomb/parameters.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

/* Allocations so far, and the one that fails; 0: none. */
typedef struct rank_memory {
    size_t calls, failing_call;
} rank_memory;

/* What the ranks of a test do, and what came of it. Each rank writes only its own results. */
typedef struct job {
    int setting; /* run_setting */
    size_t shards, threads;
    bool synchronised; /* batch norm */
    uint64_t updates;
    const char *load, *save;                        /* paths; NULL: neither. Rank 0 saves */
    void (*change)(training_run *run, size_t rank); /* before the communicator is set; NULL: nothing */
    void (*prepare)(training_run *run, rank_room *room, size_t rank); /* after it */
    size_t told;        /* the rank that the failing one's communicator is told; 0: its own */
    size_t allocation;  /* of the failing rank, counted from before it joins, that gets no memory; 0: none */
    rank_memory memory; /* of that rank */
    bool again;         /* after a failure: go on to the last update with nothing changed */
    void (*mend)(training_run *run, rank_room *room, size_t rank);
    coulomb_status joined[THREAD_RANKS_MOST], status[THREAD_RANKS_MOST];
    uint64_t update[THREAD_RANKS_MOST];
    char message[THREAD_RANKS_MOST][512];
    char *checkpoint[THREAD_RANKS_MOST];
    size_t bytes[THREAD_RANKS_MOST], sent[THREAD_RANKS_MOST], parameters;
} job;

enum { CODE = 1042, RANKS = 4, FAILING = 2 };

static void *allocate_unless(void *user, size_t size)
{
    rank_memory *memory = user;
    return ++memory->calls == memory->failing_call ? NULL : malloc(size);
}

static void release_memory(void *user, void *memory)
{
    (void)user;
    free(memory);
}

static void note_status(job *j, const training_run *run, size_t rank, coulomb_status status)
{
    j->status[rank] = status;
    snprintf(j->message[rank], sizeof j->message[rank], "%s", coulomb_context_error(run->context));
    run_must(run->context, coulomb_trainer_update(run->trainer, &j->update[rank]));
}

static void train(job *j, training_run *run, rank_room *room, size_t rank)
{
    coulomb_status status = j->load == NULL ? COULOMB_OK : coulomb_trainer_load(run->trainer, j->load);
    if (status == COULOMB_OK)
        status = coulomb_trainer_run(run->trainer, j->updates, NULL, NULL);
    note_status(j, run, rank, status);
    if (rank == FAILING)
        j->memory.failing_call = 0;
    if (status != COULOMB_OK && j->again) {
        j->mend(run, room, rank);
        run_must(run->context, coulomb_trainer_run(run->trainer, j->updates, NULL, NULL));
    }
    if (j->save != NULL && rank == 0)
        run_must(run->context, coulomb_trainer_save(run->trainer, j->save));
    if (status != COULOMB_ERROR_ARGUMENT) /* settings that cannot be saved */
        j->checkpoint[rank] = run_checkpoint(run, &j->bytes[rank]);
}

static void work(rank_room *room, size_t rank, void *user)
{
    job *j = user;
    training_run run;
    coulomb_communicator *communicator;
    if (rank == FAILING && j->allocation > 0)
        run_begin_with_allocator(&run, j->setting, j->shards, allocate_unless, release_memory, &j->memory);
    else
        run_begin(&run, j->setting, j->shards);
    run_must(run.context, coulomb_trainer_set_synchronized_norm(run.trainer, j->synchronised));
    if (j->threads > 0)
        run_must(run.context, coulomb_context_set_threads(run.context, j->threads));
    if (j->change != NULL)
        j->change(&run, rank);
    size_t told = rank == FAILING && j->told > 0 ? j->told : rank;
    run_must(run.context, thread_communicator_as(room, run.context, rank, told, &communicator));
    if (rank == FAILING && j->allocation > 0)
        j->memory.failing_call = j->memory.calls + j->allocation;
    j->joined[rank] = coulomb_trainer_set_communicator(run.trainer, communicator);
    coulomb_communicator_free(communicator);
    if (j->joined[rank] == COULOMB_OK) {
        if (j->prepare != NULL)
            j->prepare(&run, room, rank);
        train(j, &run, room, rank);
    } else {
        note_status(j, &run, rank, j->joined[rank]);
    }
    if (rank == 0)
        j->parameters = run.generator->graph.parameter_values +
                        (run.discriminator == NULL ? 0 : run.discriminator->graph.parameter_values);
    j->sent[rank] = thread_ranks_sent(room, rank);
    run_end(&run);
}

static void release_job(job *j)
{
    for (size_t rank = 0; rank < THREAD_RANKS_MOST; rank++)
        free(j->checkpoint[rank]);
}

/* All ranks' checkpoints are this one. */
static void ck_checkpoints(const job *j, size_t ranks, const char *expected, size_t bytes)
{
    for (size_t rank = 0; rank < ranks; rank++) {
        ck_assert_msg(j->status[rank] == COULOMB_OK, "rank %zu: %s", rank, j->message[rank]);
        ck_assert_uint_eq(j->bytes[rank], bytes);
        ck_assert_msg(memcmp(j->checkpoint[rank], expected, bytes) == 0, "rank %zu of %zu has other bits", rank, ranks);
    }
}

/* The checkpoint of one process without a communicator. */
static char *train_alone(int setting, size_t shards, bool synchronised, uint64_t updates, size_t *bytes)
{
    training_run run;
    run_begin(&run, setting, shards);
    ck_ok(run.context, coulomb_trainer_set_synchronized_norm(run.trainer, synchronised));
    ck_ok(run.context, coulomb_trainer_run(run.trainer, updates, NULL, NULL));
    char *checkpoint = run_checkpoint(&run, bytes);
    run_end(&run);
    return checkpoint;
}

/* Of settings with batch norm also such runs that synchronise it. */
static const struct {
    int setting;
    bool synchronised;
} kinds[] = {{RUN_MLP, false},           {RUN_MLP_OPTIONS, false},      {RUN_IMAGES, false},
             {RUN_IMAGES_NORM, false},   {RUN_IMAGES_NORM_NEAR, false}, {RUN_FIELD, false},
             {RUN_FIELD_NORM, false},    {RUN_IMAGES_NORM, true},       {RUN_IMAGES_NORM_NEAR, true},
             {RUN_FIELD_NORM, true},     {RUN_MLP_NORM, false},         {RUN_FEATURES, false},
             {RUN_FEATURES_NEAR, false}, {RUN_FEATURES_NEAR, true},     {RUN_MLP_NORM, true}};

enum { KINDS = sizeof kinds / sizeof *kinds };

_Static_assert((int)KINDS >= (int)RUN_SETTINGS, "all settings are among them");

START_TEST(any_number_of_ranks_has_the_same_bits)
{
    static const struct {
        size_t shards, ranks;
    } cases[] = {{4, 1}, {4, 2}, {4, 4}, {8, 2}, {8, 4}, {8, 8}, {3, 3}, {6, 3}, {12, 3}, {24, 6}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t bytes;
        char *expected = train_alone(kinds[_i].setting, cases[i].shards, kinds[_i].synchronised, 3, &bytes);
        for (size_t threads = 1; threads <= 2; threads++) {
            job j = {.setting = kinds[_i].setting,
                     .synchronised = kinds[_i].synchronised,
                     .shards = cases[i].shards,
                     .threads = threads,
                     .updates = 3};
            thread_ranks_run(cases[i].ranks, work, &j);
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
    int setting = kinds[_i].setting;
    bool synchronised = kinds[_i].synchronised;
    char *expected = train_alone(setting, 4, synchronised, 4, &bytes);
    job first = {.setting = setting, .synchronised = synchronised, .shards = 4, .updates = 2, .save = path};
    job second = {.setting = setting, .synchronised = synchronised, .shards = 4, .updates = 4, .load = path};
    job third = second;
    thread_ranks_run(2, work, &first);
    thread_ranks_run(4, work, &second);
    ck_checkpoints(&second, 4, expected, bytes);
    thread_ranks_run(1, work, &third);
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
    job *j = user;
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
    job j = {.setting = RUN_MLP, .shards = 16};
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
    job j = {.setting = RUN_IMAGES, .shards = 4, .updates = 1}, two = j;
    two.updates = 2;
    thread_ranks_run(4, work, &j);
    thread_ranks_run(4, work, &two);
    double of_update = (double)(two.sent[1] - j.sent[1]), ring = 2.0 * 3.0 / 4.0 * (double)j.parameters * sizeof(float);
    double samples = 3.0 * 2.0 * RUN_BATCH / 4 * 8 * 8 * 3 * sizeof(float), notes = 3.0 * 8192;
    ck_assert_double_ge(of_update, ring);
    ck_assert_double_le(of_update, ring + samples + notes);
    release_job(&j);
    release_job(&two);
}
END_TEST

/* --- failures --- */

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
    sources[rank].code = rank == FAILING ? CODE : COULOMB_OK;
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
    job slices = {.setting = RUN_MLP_OPTIONS, .shards = 4, .updates = 3, .change = use_slices}, whole = slices;
    whole.change = use_whole_updates;
    thread_ranks_run(RANKS, work, &slices);
    ck_assert_uint_eq(sources[3].total, RUN_BATCH + 30);
    ck_assert_uint_eq(sources[3].first, 60); /* 78 in parts of 20 */
    ck_assert_uint_eq(sources[3].count, 18);
    thread_ranks_run(2, work, &whole);
    ck_checkpoints(&slices, RANKS, whole.checkpoint[0], whole.bytes[0]);
    ck_checkpoints(&whole, 2, slices.checkpoint[0], slices.bytes[0]);
    release_job(&slices);
    release_job(&whole);
}
END_TEST

static void ck_all_fail(const job *j, coulomb_status own, coulomb_status others, const char *part)
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
        {fail_with_code, CODE, CODE, "the data callback returned 1042"},
        {fail_outside_the_range, COULOMB_ERROR_CALLBACK, COULOMB_ERROR_PROCESS, "the data callback returned 77"},
        {fail_with_nan, COULOMB_ERROR_NOT_FINITE, COULOMB_ERROR_NOT_FINITE, "target sample 24"}};
    enum { CASES = sizeof cases / sizeof *cases };
    size_t i = (size_t)_i % CASES;
    bool synchronised = (size_t)_i >= CASES;
    job undisturbed = {.setting = synchronised ? RUN_FIELD_NORM : RUN_MLP,
                       .synchronised = synchronised,
                       .shards = 4,
                       .updates = 3,
                       .change = use_slices};
    thread_ranks_run(RANKS, work, &undisturbed);
    job j = undisturbed;
    memset(j.checkpoint, 0, sizeof j.checkpoint);
    j.change = cases[i].change;
    j.again = true;
    j.mend = mend_source;
    thread_ranks_run(RANKS, work, &j);
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
    size_t bytes, allocation = 1;
    bool failed = true;
    char *expected = train_alone(kinds[_i].setting, SHARDS, kinds[_i].synchronised, UPDATES, &bytes);
    for (; failed && allocation < MOST; allocation++) {
        job j = {.setting = kinds[_i].setting,
                 .synchronised = kinds[_i].synchronised,
                 .shards = SHARDS,
                 .updates = UPDATES,
                 .allocation = allocation,
                 .again = true,
                 .mend = mend_source};
        thread_ranks_run(RANKS, work, &j);
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

/* --- settings that differ --- */

static void other_batch(training_run *run, rank_room *room, size_t rank)
{
    (void)room;
    if (rank == FAILING)
        run_must(run->context, coulomb_trainer_set_batch(run->trainer, 2 * RUN_BATCH));
}

static void other_shards(training_run *run, rank_room *room, size_t rank)
{
    (void)room;
    if (rank == FAILING)
        run_must(run->context, coulomb_trainer_set_shards(run->trainer, 8));
}

static void other_norm(training_run *run, rank_room *room, size_t rank)
{
    (void)room;
    run_must(run->context, coulomb_trainer_set_synchronized_norm(run->trainer, rank == FAILING));
}

static void other_seed(training_run *run, rank_room *room, size_t rank)
{
    (void)room;
    if (rank == FAILING)
        run_must(run->context, coulomb_trainer_set_seed(run->trainer, 5));
}

static void other_kernel(training_run *run, rank_room *room, size_t rank)
{
    (void)room;
    if (rank == FAILING)
        run_must(run->context, coulomb_trainer_set_kernel(run->trainer, COULOMB_KERNEL_GAUSSIAN));
}

static void other_epsilons(training_run *run, rank_room *room, size_t rank)
{
    double epsilons[] = {1.0, 0.5, 2.0};
    (void)room;
    if (rank == FAILING)
        epsilons[2] = 3.0;
    run_must(run->context, coulomb_trainer_set_epsilons(run->trainer, epsilons, 3));
}

static void other_features(training_run *run, rank_room *room, size_t rank)
{
    coulomb_network *features;
    int32_t node;
    (void)room;
    run_must(run->context, coulomb_network_new(run->context, &features));
    run_must(run->context, coulomb_network_input(features, &(size_t){2}, 1, &node));
    run_must(run->context, coulomb_network_dense(features, node, 3, NULL, &node));
    run_must(run->context, coulomb_network_finish(features, node, rank == FAILING ? 5 : 4));
    run_must(run->context, coulomb_trainer_set_features(run->trainer, features));
    coulomb_network_free(features);
}

static void other_rate(training_run *run, rank_room *room, size_t rank)
{
    coulomb_optimizer *optimizer;
    (void)room;
    run_must(run->context, coulomb_trainer_optimizer(run->trainer, COULOMB_GENERATOR, &optimizer));
    if (rank == FAILING)
        run_must(run->context, coulomb_optimizer_set_learning_rate(optimizer, 1e-3));
}

static void other_bias(training_run *run, rank_room *room, size_t rank)
{
    const float bias = 0.5f;
    (void)room;
    if (rank == FAILING)
        run_must(run->context, coulomb_network_write_parameter(run->discriminator, "dense3.bias", &bias, 1));
}

static void shards_for_no_rank(training_run *run, rank_room *room, size_t rank)
{
    (void)room;
    (void)rank;
    run_must(run->context, coulomb_trainer_set_shards(run->trainer, 3));
}

static void odd_shards_for_a_rank(training_run *run, rank_room *room, size_t rank)
{
    (void)room;
    (void)rank;
    run_must(run->context, coulomb_trainer_set_shards(run->trainer, 12));
}

START_TEST(a_difference_is_named_before_anything_moves)
{
    static const struct {
        void (*prepare)(training_run *run, rank_room *room, size_t rank);
        coulomb_status status;
        const char *part;
    } cases[] = {{other_batch, COULOMB_ERROR_PROCESS, "rank 2 and rank 0 differ in the batch"},
                 {other_shards, COULOMB_ERROR_PROCESS, "rank 2 and rank 0 differ in the number of shards"},
                 {other_norm, COULOMB_ERROR_PROCESS, "rank 2 and rank 0 differ in synchronised batch norm"},
                 {other_seed, COULOMB_ERROR_PROCESS, "rank 2 and rank 0 differ in the seed"},
                 {other_kernel, COULOMB_ERROR_PROCESS, "rank 2 and rank 0 differ in the kernel"},
                 {other_epsilons, COULOMB_ERROR_PROCESS, "rank 2 and rank 0 differ in the further epsilons"},
                 {other_features, COULOMB_ERROR_PROCESS, "rank 2 and rank 0 differ in the features"},
                 {other_rate, COULOMB_ERROR_PROCESS, "rank 2 and rank 0 differ in the generator's optimizer"},
                 {other_bias, COULOMB_ERROR_PROCESS, "rank 2 and rank 0 differ in the discriminator's parameters"},
                 {shards_for_no_rank, COULOMB_ERROR_ARGUMENT, "shards is 3 and there are 4 ranks"},
                 {odd_shards_for_a_rank, COULOMB_ERROR_ARGUMENT, "shards is 12 and there are 4 ranks"}};
    job j = {.setting = RUN_MLP, .shards = 4, .updates = 3, .prepare = cases[_i].prepare};
    thread_ranks_run(RANKS, work, &j);
    for (size_t rank = 0; rank < RANKS; rank++) {
        ck_assert_int_eq(j.status[rank], cases[_i].status);
        ck_assert_msg(strstr(j.message[rank], cases[_i].part) != NULL, "%s", j.message[rank]);
        ck_assert_uint_eq(j.update[rank], 0);
    }
    release_job(&j);
}
END_TEST

static void draw_other_parameters(training_run *run, size_t rank)
{
    if (rank == FAILING)
        run_must(run->context, coulomb_network_initialize(run->generator, 7));
}

static void advance(training_run *run, size_t rank)
{
    if (rank == FAILING)
        run_must(run->context, coulomb_trainer_step(run->trainer));
}

START_TEST(ranks_that_differ_do_not_join)
{
    job j = {.setting = RUN_MLP, .shards = 4, .change = _i == 0 ? draw_other_parameters : advance};
    thread_ranks_run(RANKS, work, &j);
    for (size_t rank = 0; rank < RANKS; rank++) {
        ck_assert_int_eq(j.joined[rank], COULOMB_ERROR_PROCESS);
        ck_assert_msg(strstr(j.message[rank], _i == 0 ? "rank 2 and rank 0 differ in the generator's parameters"
                                                      : "rank 2 is given its communicator after update 1, but rank 0 "
                                                        "is given its communicator after update 0") != NULL,
                      "%s", j.message[rank]);
    }
    release_job(&j);
}
END_TEST

static void other_networks(training_run *run, size_t rank)
{
    if (rank != FAILING)
        return;
    run_end(run);
    run_begin(run, RUN_IMAGES, 4);
}

START_TEST(ranks_of_other_networks_do_not_join)
{
    job j = {.setting = RUN_MLP, .shards = 4, .change = other_networks};
    thread_ranks_run(RANKS, work, &j);
    for (size_t rank = 0; rank < RANKS; rank++) {
        ck_assert_int_eq(j.joined[rank], COULOMB_ERROR_PROCESS);
        ck_assert_msg(strstr(j.message[rank], "rank 2 and rank 0 differ in the generator") != NULL, "%s",
                      j.message[rank]);
    }
    release_job(&j);
}
END_TEST

START_TEST(a_rank_of_another_number_does_not_join)
{
    job j = {.setting = RUN_MLP, .shards = 4, .told = 1};
    thread_ranks_run(RANKS, work, &j);
    for (size_t rank = 0; rank < RANKS; rank++) {
        ck_assert_int_eq(j.joined[rank], COULOMB_ERROR_PROCESS);
        ck_assert_msg(strstr(j.message[rank], "brings what rank 1 of 4 sent as rank 2's of 4") != NULL, "%s",
                      j.message[rank]);
    }
    release_job(&j);
}
END_TEST

/* --- loops --- */

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
    return update == *(const uint64_t *)user ? CODE : COULOMB_OK;
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
            ck_assert_int_eq(end.status[rank], CODE);
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

/* --- loading --- */

START_TEST(a_checkpoint_that_one_rank_cannot_load_is_loaded_by_none)
{
    job j = {.setting = RUN_MLP, .shards = 4, .updates = 0, .load = "/nonexistent/checkpoint"};
    size_t bytes;
    char *fresh = train_alone(RUN_MLP, 4, false, 0, &bytes);
    thread_ranks_run(RANKS, work, &j);
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

/* --- a transport that breaks --- */

static size_t break_at;

static void break_transport(training_run *run, rank_room *room, size_t rank)
{
    run_must(run->context, coulomb_trainer_step(run->trainer));
    if (rank == FAILING)
        thread_ranks_break(room, rank, break_at, CODE);
}

/* In whichever exchange of an update a rank leaves, the others end, and no network has moved. */
static void ck_gone(size_t exchange, bool synchronised)
{
    break_at = exchange;
    size_t bytes;
    char *expected = train_alone(RUN_IMAGES_NORM, 4, synchronised, 1, &bytes);
    job j = {.setting = RUN_IMAGES_NORM,
             .synchronised = synchronised,
             .shards = 4,
             .updates = 2,
             .prepare = break_transport};
    thread_ranks_run(RANKS, work, &j);
    for (size_t rank = 0; rank < RANKS; rank++) {
        ck_assert_int_eq(j.status[rank], rank == FAILING ? CODE : COULOMB_ERROR_PROCESS);
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

/* --- communicators --- */

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

Suite *suite_trainer_ranks(void)
{
    Suite *suite = suite_create("trainer_ranks");
    TCase *test = tcase_create("ranks");
    tcase_set_timeout(test, 120);
    tcase_add_loop_test(test, any_number_of_ranks_has_the_same_bits, 0, KINDS);
    tcase_add_loop_test(test, another_number_of_ranks_resumes_exactly, 0, KINDS);
    tcase_add_test(test, gradients_travel_as_in_a_ring);
    tcase_add_test(test, memory_is_not_counted_for_too_few_charges);
    tcase_add_test(test, slices_and_whole_updates_have_the_same_bits);
    tcase_add_loop_test(test, a_failure_of_one_rank_is_all_ranks, 0, 6);
    tcase_add_loop_test(test, a_difference_is_named_before_anything_moves, 0, 11);
    tcase_add_loop_test(test, ranks_that_differ_do_not_join, 0, 2);
    tcase_add_loop_test(test, a_rank_without_memory_ends_the_others, 0, KINDS);
    tcase_add_test(test, ranks_of_other_networks_do_not_join);
    tcase_add_test(test, a_rank_of_another_number_does_not_join);
    tcase_add_test(test, a_wish_to_stop_is_all_ranks);
    tcase_add_test(test, loops_of_different_lengths_end_together);
    tcase_add_test(test, a_checkpoint_that_one_rank_cannot_load_is_loaded_by_none);
    tcase_add_test(test, ranks_load_the_same_checkpoint_or_none);
    tcase_add_loop_test(test, a_rank_that_is_gone_ends_the_others, 1, 5);
    tcase_add_loop_test(test, a_rank_that_is_gone_in_a_pass_ends_the_others, 1, 30);
    tcase_add_test(test, communicators_are_checked_and_counted);
    tcase_add_test(test, programs_exchange_bytes_of_their_own);
    suite_add_tcase(suite, test);
    return suite;
}
