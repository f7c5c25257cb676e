/* Ranks that differ are told before anything moves, and do not join. */
#include "trainer/ranks.h"
#include "unit/rank_jobs.h"
#include "unit/suites.h"

#include <coulomb/parameters.h>

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
    rank_job j = {.setting = RUN_MLP, .shards = 4, .updates = 3, .prepare = cases[_i].prepare};
    thread_ranks_run(RANKS, work_on_job, &j);
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
    rank_job j = {.setting = RUN_MLP, .shards = 4, .change = _i == 0 ? draw_other_parameters : advance};
    thread_ranks_run(RANKS, work_on_job, &j);
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
    rank_job j = {.setting = RUN_MLP, .shards = 4, .change = other_networks};
    thread_ranks_run(RANKS, work_on_job, &j);
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
    rank_job j = {.setting = RUN_MLP, .shards = 4, .told = 1};
    thread_ranks_run(RANKS, work_on_job, &j);
    for (size_t rank = 0; rank < RANKS; rank++) {
        ck_assert_int_eq(j.joined[rank], COULOMB_ERROR_PROCESS);
        ck_assert_msg(strstr(j.message[rank], "brings what rank 1 of 4 sent as rank 2's of 4") != NULL, "%s",
                      j.message[rank]);
    }
    release_job(&j);
}
END_TEST

TCase *trainer_ranks_differences(void)
{
    TCase *test = tcase_create("ranks differences");
    tcase_set_timeout(test, 120);
    tcase_add_loop_test(test, a_difference_is_named_before_anything_moves, 0, 11);
    tcase_add_loop_test(test, ranks_that_differ_do_not_join, 0, 2);
    tcase_add_test(test, ranks_of_other_networks_do_not_join);
    tcase_add_test(test, a_rank_of_another_number_does_not_join);
    return test;
}
