/* Time of one update in processes under mpirun. Arguments: the networks ("points": those of step.c; "image": those of
 * image.c at 64 pixels), threads of a process, shards, batch, updates of a window, windows. The first process prints
 * the median and the least, and how many parameters there are. */
#include "timing.h"

#include <coulomb/coulomb.h>
#include <coulomb/mpi.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POINT = 2, SIDE = 64, CHANNELS = 3, LATENT_OF_POINTS = 2, LATENT_OF_IMAGES = 32, WINDOWS_MOST = 1000 };

static size_t values_of_sample;

/* Uniform noise from the sample's number: any rank can draw any part. Mixing each word of an image anew would be
 * measured too, so values follow one another in a short loop. */
static coulomb_status draw(void *user, uint64_t update, size_t total, size_t first, size_t count, float *batch)
{
    (void)user;
    for (size_t i = 0; i < count; i++) {
        uint32_t state = (uint32_t)(update * total + first + i) * 2654435761u + 1;
        for (size_t j = 0; j < values_of_sample; j++) {
            state = state * 1664525u + 1013904223u;
            batch[i * values_of_sample + j] = (float)(int32_t)state * 0x1p-31f;
        }
    }
    return COULOMB_OK;
}

typedef struct run {
    int rank, ranks;
    coulomb_context *context;
    coulomb_network *generator, *discriminator;
    coulomb_trainer *trainer;
    coulomb_communicator *communicator;
} run;

static coulomb_status make_networks(run *r, bool image)
{
    const size_t point[] = {POINT}, pixels[] = {SIDE, SIDE, CHANNELS};
    const size_t *shape = image ? pixels : point, dimensions = image ? 3 : 1;
    values_of_sample = image ? SIDE * SIDE * CHANNELS : POINT;
    coulomb_status status =
        coulomb_network_new_preset(r->context, image ? "coulomb-generator" : "mlp-generator", shape, dimensions,
                                   image ? LATENT_OF_IMAGES : LATENT_OF_POINTS, 1, &r->generator);
    if (status != COULOMB_OK)
        return status;
    return coulomb_network_new_preset(r->context, image ? "coulomb-128-discriminator" : "mlp-discriminator", shape,
                                      dimensions, 0, 2, &r->discriminator);
}

static coulomb_status begin(run *r, bool image, size_t threads, size_t shards, size_t batch)
{
    coulomb_status status = coulomb_context_new(&r->context);
    if (status == COULOMB_OK)
        status = coulomb_context_set_threads(r->context, threads);
    if (status == COULOMB_OK)
        status = make_networks(r, image);
    if (status == COULOMB_OK)
        status = coulomb_trainer_new(r->context, r->generator, r->discriminator, &r->trainer);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_batch(r->trainer, batch);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_shards(r->trainer, shards);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_data_slice(r->trainer, draw, NULL, NULL);
    if (status == COULOMB_OK && r->ranks > 1)
        status = coulomb_communicator_new_mpi(r->context, MPI_COMM_WORLD, &r->communicator);
    if (status == COULOMB_OK && r->ranks > 1)
        status = coulomb_trainer_set_communicator(r->trainer, r->communicator);
    return status;
}

static void end(run *r)
{
    coulomb_trainer_free(r->trainer);
    coulomb_communicator_free(r->communicator);
    coulomb_network_free(r->generator);
    coulomb_network_free(r->discriminator);
    coulomb_context_free(r->context);
}

static size_t parameter_values(const coulomb_network *network)
{
    size_t total = 0;
    for (size_t i = 0; i < coulomb_network_parameter_count(network); i++) {
        size_t dimensions = 0, shape[COULOMB_RANK_MAX], count = 1;
        const char *name = coulomb_network_parameter_name(network, i);
        if (coulomb_network_parameter_shape(network, name, shape, COULOMB_RANK_MAX, &dimensions) != COULOMB_OK)
            return 0;
        for (size_t j = 0; j < dimensions; j++)
            count *= shape[j];
        total += count;
    }
    return total;
}

static coulomb_status measure(const run *r, size_t shards, size_t updates, size_t windows)
{
    double window[WINDOWS_MOST];
    uint64_t update = 0;
    coulomb_status status = coulomb_trainer_run(r->trainer, update += updates, NULL, NULL);
    for (size_t i = 0; i < windows && status == COULOMB_OK; i++) {
        double start = now();
        status = coulomb_trainer_run(r->trainer, update += updates, NULL, NULL);
        window[i] = 1e3 * (now() - start) / (double)updates;
    }
    if (status != COULOMB_OK || r->rank != 0)
        return status;
    size_t threads = 1, parameters = parameter_values(r->generator) + parameter_values(r->discriminator);
    coulomb_context_get_threads(r->context, &threads);
    double median = median_of(window, windows);
    printf("libcoulomb %s, %s kernels, %d process%s of %zu thread%s, %zu shards: %.4f ms an update (median), %.4f "
           "(least), %zu parameters, %llu updates\n",
           coulomb_version_string(), coulomb_context_kernels(r->context), r->ranks, r->ranks == 1 ? "" : "es", threads,
           threads == 1 ? "" : "s", shards, median, window[0], parameters, (unsigned long long)update);
    return COULOMB_OK;
}

static size_t number(int count, char **words, int index, size_t otherwise)
{
    return count > index ? (size_t)strtoull(words[index], NULL, 10) : otherwise;
}

int main(int count, char **arguments)
{
    run r = {.ranks = 1};
    MPI_Init(&count, &arguments);
    MPI_Comm_rank(MPI_COMM_WORLD, &r.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &r.ranks);
    bool image = count > 1 && strcmp(arguments[1], "image") == 0;
    size_t shards = number(count, arguments, 3, 2), windows = number(count, arguments, 6, image ? 5 : 41);
    coulomb_status status = begin(&r, image, number(count, arguments, 2, 1), shards, number(count, arguments, 4, 128));
    if (status == COULOMB_OK && windows <= WINDOWS_MOST)
        status = measure(&r, shards, number(count, arguments, 5, image ? 1 : 50), windows);
    if (status != COULOMB_OK)
        fprintf(stderr, "rank %d: %s\n", r.rank, coulomb_context_error(r.context));
    end(&r);
    MPI_Finalize();
    return status == COULOMB_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
