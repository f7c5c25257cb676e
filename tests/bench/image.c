/* Time of one update of the published image networks, and the rate of the matrix products it amounts to beside SGEMM's
 * in the same run. Arguments: threads, side, discriminator (a preset's name), batch, updates,
 * shards. */
#include "image_trainer.h"
#include "products/products.h"
#include "timing.h"

#include <coulomb/parameters.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PRODUCT = 1024, PRODUCTS = 12, THREADS_MOST = 64 };

/* Noise, uniform in [-1, 1): a function of the update number. */
static coulomb_status noise(void *user, uint64_t update, size_t count, float *batch)
{
    uint64_t state = update * 0x9e3779b97f4a7c15u;
    size_t values = count * *(const size_t *)user;
    for (size_t i = 0; i < values; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        batch[i] = (float)(int32_t)(state >> 32) * 0x1p-31f;
    }
    return COULOMB_OK;
}

/* --- SGEMM --- */

static void *multiply(void *argument)
{
    float *matrices = argument, workspace[PRODUCT_WORKSPACE];
    const matrix_product product = {.m = PRODUCT,
                                    .n = PRODUCT,
                                    .k = PRODUCT,
                                    .a = matrices,
                                    .lda = PRODUCT,
                                    .b = matrices + PRODUCT * PRODUCT,
                                    .ldb = PRODUCT,
                                    .c = matrices + 2 * PRODUCT * PRODUCT,
                                    .ldc = PRODUCT};
    for (size_t i = 0; i < PRODUCTS; i++)
        product_run(kernels_best(), &product, workspace);
    return NULL;
}

/* GFLOP/s of so many threads, each with products of its own; 0 if there is no memory. */
static double sgemm_rate(size_t threads)
{
    pthread_t thread[THREADS_MOST];
    float *matrices[THREADS_MOST];
    size_t started = 0;
    for (size_t i = 0; i < threads; i++) {
        matrices[i] = malloc(3 * PRODUCT * PRODUCT * sizeof(float));
        for (size_t j = 0; matrices[i] != NULL && j < 3 * PRODUCT * PRODUCT; j++)
            matrices[i][j] = (float)(j % 7) - 3.0f;
    }
    double start = now();
    for (size_t i = 0; i < threads; i++)
        started += matrices[i] != NULL && pthread_create(&thread[started], NULL, multiply, matrices[i]) == 0;
    for (size_t i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
    double seconds = now() - start;
    for (size_t i = 0; i < threads; i++)
        free(matrices[i]);
    return 2e-9 * PRODUCT * PRODUCT * (double)(PRODUCT * PRODUCTS * started) / seconds;
}

/* --- the networks' work --- */

/* Multiplications and additions of a forward pass of one sample, from the convolutions' and dense layers' shapes: each
 * weight of a layer is used once for each position of its smaller image. */
static double forward_gflop(const coulomb_network *network, size_t side, bool generator)
{
    double flop = 0.0;
    size_t at = generator ? 4 : side / 2, count = coulomb_network_parameter_count(network);
    for (size_t i = 0; i < count; i++) {
        size_t rank = 0, extents[COULOMB_RANK_MAX];
        coulomb_network_parameter_shape(network, coulomb_network_parameter_name(network, i), extents, COULOMB_RANK_MAX,
                                        &rank);
        if (rank == 2)
            flop += 2.0 * (double)(extents[0] * extents[1]);
        if (rank != 4)
            continue;
        flop += 2.0 * (double)(extents[0] * extents[1] * extents[2] * extents[3]) * (double)(at * at);
        at = generator ? 2 * at : at / 2;
    }
    return 1e-9 * flop;
}

static coulomb_status measure(coulomb_context *context, coulomb_trainer *trainer, size_t updates, double gflop)
{
    double seconds[1000];
    size_t threads = 1;
    coulomb_context_get_threads(context, &threads);
    coulomb_status status = coulomb_trainer_run(trainer, 1, NULL, NULL);
    double before = sgemm_rate(threads);
    for (size_t i = 0; i < updates && status == COULOMB_OK; i++) {
        double start = now();
        status = coulomb_trainer_run(trainer, 2 + i, NULL, NULL);
        seconds[i] = now() - start;
    }
    if (status != COULOMB_OK)
        return status;
    double after = sgemm_rate(threads), sgemm = before > after ? before : after;
    double median = median_of(seconds, updates);
    printf("libcoulomb %s, %s kernels, %zu threads: %.3f s an update (median), %.3f (least)\n",
           coulomb_version_string(), coulomb_context_kernels(context), threads, median, seconds[0]);
    printf("  an update is %.0f GFLOP of direct convolutions: %.1f GFLOP/s, %.0f %% of SGEMM's %.1f\n", gflop,
           gflop / median, 100.0 * gflop / median / sgemm, sgemm);
    return COULOMB_OK;
}

static size_t number(int count, char **words, int index, size_t otherwise)
{
    return count > index ? (size_t)strtoull(words[index], NULL, 10) : otherwise;
}

int main(int argument_count, char **arguments)
{
    size_t threads = number(argument_count, arguments, 1, 1), side = number(argument_count, arguments, 2, 64);
    const char *kind = argument_count > 3 ? arguments[3] : "coulomb-128-discriminator";
    size_t batch = number(argument_count, arguments, 4, 128), updates = number(argument_count, arguments, 5, 3);
    size_t values = side * side * IMAGE_CHANNELS;
    struct image_trainer t;
    if (threads < 1 || threads > THREADS_MOST || updates < 1 || updates > 1000)
        return EXIT_FAILURE;
    coulomb_status status = image_trainer_new(&t, threads, side, kind, batch);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_shards(t.trainer, number(argument_count, arguments, 6, 1));
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_data(t.trainer, noise, &values, NULL);
    if (status == COULOMB_OK) /* two passes forward and five halves of backward for D; one and two for G */
        status = measure(t.context, t.trainer, updates,
                         (double)batch * (7.0 * forward_gflop(t.discriminator, side, false) +
                                          3.0 * forward_gflop(t.generator, side, true)));
    return image_trainer_free(&t, status);
}
