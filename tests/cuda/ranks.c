/* Two contexts on one GPU, on a thread each, as the ranks of a run with synchronised batch norm: the same bits as in
 * one process. */
#include "unit/thread_ranks.h"

#include <check.h>
#include <coulomb/coulomb.h>
#include <coulomb/cuda.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RANKS = 2, BATCH = 12, CHARGES = 17, POINT = 6, SHARDS = 4, UPDATES = 3, PARAMETERS_MOST = 4096 };

typedef struct outcome {
    float values[RANKS][PARAMETERS_MOST];
    size_t count;
} outcome;

static void must(coulomb_context *context, coulomb_status status, const char *doing)
{
    if (status == COULOMB_OK)
        return;
    printf("FAILED %s: %s\n", doing, context == NULL ? coulomb_cuda_error() : coulomb_context_error(context));
    exit(1);
}

/* Dense layers with batch norm between them. */
static coulomb_network *network_of(coulomb_context *context, size_t in, size_t out)
{
    coulomb_network *network;
    int32_t node;
    must(context, coulomb_network_new(context, &network), "a network");
    must(context, coulomb_network_input(network, &in, 1, &node), "an input");
    must(context, coulomb_network_dense(network, node, 24, NULL, &node), "a dense layer");
    must(context, coulomb_network_batch_norm(network, node, 1e-3, 0.9, 1, NULL, &node), "batch norm");
    must(context, coulomb_network_elu(network, node, &node), "an activation");
    must(context, coulomb_network_dense(network, node, out, NULL, &node), "a dense layer");
    must(context, coulomb_network_finish(network, node, 5), "finishing a network");
    return network;
}

static void read_network(coulomb_context *context, coulomb_network *network, float *values, size_t *read)
{
    for (size_t i = 0; i < coulomb_network_parameter_count(network); i++) {
        const char *name = coulomb_network_parameter_name(network, i);
        size_t rank, shape[COULOMB_RANK_MAX], count = 1;
        must(context, coulomb_network_parameter_shape(network, name, shape, COULOMB_RANK_MAX, &rank), "a shape");
        for (size_t j = 0; j < rank; j++)
            count *= shape[j];
        must(context, coulomb_network_read_parameter(network, name, values + *read, count), "a parameter");
        *read += count;
    }
}

/* room NULL: one process. */
static void train(rank_room *room, size_t rank, outcome *out)
{
    static float samples[4 * BATCH * POINT];
    coulomb_context *context;
    coulomb_trainer *trainer;
    must(NULL, coulomb_context_new_cuda(0, &context), "a context");
    coulomb_network *generator = network_of(context, 4, POINT), *discriminator = network_of(context, POINT, 1);
    must(context, coulomb_trainer_new(context, generator, discriminator, &trainer), "a trainer");
    for (size_t i = 0; i < sizeof samples / sizeof *samples && rank == 0 && room == NULL; i++)
        samples[i] = (float)((i * 37 + 5) % 89) / 44.0f - 1.0f;
    must(context, coulomb_trainer_set_data_array(trainer, samples, 4 * BATCH, 1), "samples");
    must(context, coulomb_trainer_set_batch(trainer, BATCH), "the batch");
    must(context, coulomb_trainer_set_charges(trainer, CHARGES, BATCH), "the charges");
    must(context, coulomb_trainer_set_shards(trainer, SHARDS), "shards");
    must(context, coulomb_trainer_set_synchronized_norm(trainer, 1), "synchronised batch norm");
    if (room != NULL) {
        coulomb_communicator *communicator;
        must(context, thread_communicator(room, context, rank, &communicator), "a communicator");
        must(context, coulomb_trainer_set_communicator(trainer, communicator), "joining");
        coulomb_communicator_free(communicator);
    }
    must(context, coulomb_trainer_run(trainer, UPDATES, NULL, NULL), "updates");
    size_t read = 0;
    read_network(context, generator, out->values[rank], &read);
    read_network(context, discriminator, out->values[rank], &read);
    if (rank == 0)
        out->count = read;
    coulomb_trainer_free(trainer);
    coulomb_network_free(generator);
    coulomb_network_free(discriminator);
    coulomb_context_free(context);
}

static void train_rank(rank_room *room, size_t rank, void *user)
{
    train(room, rank, user);
}

START_TEST(two_ranks_on_one_gpu_have_the_bits_of_one_process)
{
    static outcome one, several;
    train(NULL, 0, &one);
    thread_ranks_run(RANKS, train_rank, &several);
    ck_assert_uint_gt(one.count, 0);
    ck_assert_uint_eq(one.count, several.count);
    for (size_t rank = 0; rank < RANKS; rank++)
        ck_assert_mem_eq(one.values[0], several.values[rank], one.count * sizeof(float));
}
END_TEST

int main(void)
{
    int32_t devices;
    if (coulomb_cuda_device_count(&devices) != COULOMB_OK) {
        printf("no CUDA device: %s\n", coulomb_cuda_error());
        return 77;
    }
    Suite *suite = suite_create("ranks");
    TCase *test = tcase_create("ranks");
    tcase_add_test(test, two_ranks_on_one_gpu_have_the_bits_of_one_process);
    suite_add_tcase(suite, test);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK); /* which would take the GPU away */
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed > 0;
}
