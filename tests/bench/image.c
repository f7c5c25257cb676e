/* Time of one update of the published image networks, and the rate of the matrix products it amounts to beside SGEMM's
 * in the same run. Arguments: threads (or a GPU's precision, see context.h), side, discriminator (a preset's name),
 * batch, updates (single steps), shards, updates of a run (0: no runs), "again" (runs.h). */
#include "context.h"
#include "image_trainer.h"
#include "products/products.h"
#include "runs.h"
#include "timing.h"

#include <coulomb/parameters.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PRODUCT = 1024, PRODUCTS = 12, THREADS_MOST = 64, UPDATES_MOST = 1000, WARM_UP = 5, RUNS = 3 };

struct noise {
    float *values;
    size_t sample; /* values of one */
};

/* Noise, uniform in [-1, 1). Drawing it would take a GPU's update as long as all the rest. */
static float *draw_noise(size_t values)
{
    uint64_t state = 0x9e3779b97f4a7c15u;
    float *noise = malloc(values * sizeof *noise);
    for (size_t i = 0; noise != NULL && i < values; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        noise[i] = (float)(int32_t)(state >> 32) * 0x1p-31f;
    }
    return noise;
}

static coulomb_status copy_noise(void *user, uint64_t update, size_t count, float *batch)
{
    const struct noise *noise = user;
    (void)update;
    memcpy(batch, noise->values, count * noise->sample * sizeof *batch);
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

static coulomb_status measure(const struct image_trainer *t, const char *where, size_t updates, size_t run,
                              double gflop)
{
    double seconds[UPDATES_MOST], in_runs[RUNS];
    char text[128];
    size_t bytes = 0, threads = strtoul(where, NULL, 10);
    double before = sgemm_rate(threads);
    coulomb_status status = time_runs(t->trainer, 1, updates, seconds);
    if (status == COULOMB_OK && run > 0)
        status = time_runs(t->trainer, run, RUNS, in_runs);
    if (status == COULOMB_OK)
        status = coulomb_trainer_memory(t->trainer, &bytes);
    if (status != COULOMB_OK)
        return status;
    double after = sgemm_rate(threads), sgemm = before > after ? before : after;
    double median = median_of(seconds, updates);
    bench_describe(t->context, where, sizeof text, text);
    printf("libcoulomb %s, %s: %.5f s an update (median), %.5f (least); %zu MiB", coulomb_version_string(), text,
           median, seconds[0], bytes >> 20);
    if (run > 0)
        printf("; %.5f in runs of %zu", median_of(in_runs, RUNS), run);
    putchar('\n');
    printf("  an update is %.0f GFLOP of direct convolutions: %.1f GFLOP/s", gflop, gflop / median);
    if (threads > 0)
        printf(", %.0f %% of SGEMM's %.1f", 100.0 * gflop / median / sgemm, sgemm);
    putchar('\n');
    return COULOMB_OK;
}

static size_t number(int count, char **words, int index, size_t otherwise)
{
    return count > index ? (size_t)strtoull(words[index], NULL, 10) : otherwise;
}

int main(int argument_count, char **arguments)
{
    const char *where = argument_count > 1 ? arguments[1] : "1";
    size_t side = number(argument_count, arguments, 2, 64);
    const char *kind = argument_count > 3 ? arguments[3] : "coulomb-128-discriminator";
    size_t batch = number(argument_count, arguments, 4, 128), updates = number(argument_count, arguments, 5, 3);
    struct noise noise = {.sample = side * side * IMAGE_CHANNELS};
    struct image_trainer t;
    if (strtoul(where, NULL, 10) > THREADS_MOST || updates < 1 || updates > UPDATES_MOST)
        return EXIT_FAILURE;
    noise.values = draw_noise(batch * noise.sample);
    if (noise.values == NULL)
        return EXIT_FAILURE;
    coulomb_status status = image_trainer_new(&t, where, side, kind, batch);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_shards(t.trainer, number(argument_count, arguments, 6, 1));
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_data(t.trainer, copy_noise, &noise, NULL);
    if (status == COULOMB_OK) /* the first updates get memory and, on a GPU, are recorded */
        status = coulomb_trainer_run(t.trainer, strtoul(where, NULL, 10) > 0 ? 1 : WARM_UP, NULL, NULL);
    do {
        if (status == COULOMB_OK) /* two passes forward and five halves of backward for D; one and two for G */
            status = measure(&t, where, updates, number(argument_count, arguments, 7, 0),
                             (double)batch * (7.0 * forward_gflop(t.discriminator, side, false) +
                                              3.0 * forward_gflop(t.generator, side, true)));
    } while (status == COULOMB_OK && asked_again(argument_count > 8 ? arguments[8] : ""));
    free(noise.values);
    return image_trainer_free(&t, status);
}
