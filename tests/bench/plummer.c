/* Kernel evaluations per second in 2 and 3 dimensions, and in 12,288 dimensions the share of the SGEMM rate of the same
 * run. Not a test: prints what it measures. */
#include "timing.h"

#include <coulomb/plummer.h>

#include <cblas.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { LOW_POINTS = 10000, BATCH = 128, HIGH_DIMENSION = 12288, HIGH_POINTS = 512, SGEMM_SIZE = 1024, REPEATS = 25 };

static float *random_points(size_t count)
{
    static uint64_t state = 1;
    float *values = malloc(count * sizeof *values);
    if (values == NULL)
        exit(EXIT_FAILURE);
    for (size_t i = 0; i < count; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        values[i] = (float)(state >> 40) * 0x1p-23f - 1.0f;
    }
    return values;
}

/* What is measured, on the same points each time. */
typedef struct bench {
    coulomb_context *context;
    coulomb_plummer *plummer;
    size_t dimension, n;
    const float *at, *model, *target;
    float *potential, *field, *at_model, *at_target;
} bench;

typedef coulomb_status bench_function(const bench *bench);

static coulomb_status potential(const bench *b)
{
    return coulomb_plummer_potential(b->plummer, b->dimension, b->at, b->n, b->model, b->n, b->target, b->n,
                                     b->potential);
}

static coulomb_status field(const bench *b)
{
    return coulomb_plummer_field(b->plummer, b->dimension, b->at, b->n, b->model, b->n, b->target, b->n, b->field,
                                 b->potential);
}

static coulomb_status batch(const bench *b)
{
    return coulomb_plummer_batch(b->plummer, b->dimension, b->model, b->n, b->target, b->n, b->at_model, b->at_target,
                                 NULL);
}

static void call(const bench *b, bench_function *function)
{
    if (function(b) != COULOMB_OK) {
        printf("%s\n", coulomb_context_error(b->context));
        exit(EXIT_FAILURE);
    }
}

/* Best seconds of a call; short calls are made many times. */
static double seconds(const bench *b, bench_function *function)
{
    double best = 1e30;
    size_t calls = 1;
    for (int repeat = 0; repeat < REPEATS; repeat++) {
        double start = now();
        for (size_t i = 0; i < calls; i++)
            call(b, function);
        double taken = (now() - start) / (double)calls;
        best = taken < best ? taken : best;
        calls = best < 0.002 ? (size_t)(0.005 / best) + 1 : 1;
    }
    return best;
}

static bench prepare(coulomb_context *context, double exponent, size_t dimension, size_t n)
{
    bench b = {.context = context, .dimension = dimension, .n = n};
    if (coulomb_plummer_new(context, exponent, 1.0, &b.plummer) != COULOMB_OK)
        exit(EXIT_FAILURE);
    b.at = random_points(n * dimension);
    b.model = random_points(n * dimension);
    b.target = random_points(n * dimension);
    b.potential = random_points(n);
    b.field = random_points(n * dimension);
    b.at_model = random_points(n);
    b.at_target = random_points(n);
    return b;
}

static void finish(bench *b)
{
    coulomb_plummer_free(b->plummer);
    float *arrays[] = {(float *)b->at, (float *)b->model, (float *)b->target, b->potential,
                       b->field,       b->at_model,       b->at_target};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        free(arrays[i]);
}

static void low_dimension(coulomb_context *context, size_t dimension, double exponent)
{
    bench b = prepare(context, exponent, dimension, LOW_POINTS);
    double pairs = (double)b.n * (double)b.n;
    printf("  d %zu, exponent %g: potential %.2f, field and potential %.2f, batch %.2f; ", dimension, exponent,
           2e-9 * pairs / seconds(&b, potential), 2e-9 * pairs / seconds(&b, field), 2e-9 * pairs / seconds(&b, batch));
    b.n = BATCH;
    printf("batch of %d + %d in %.1f us\n", BATCH, BATCH, 1e6 * seconds(&b, batch));
    finish(&b);
}

/* Operations per second of one thread's matrix product. */
static double sgemm_rate(const float *a, const float *b, float *c)
{
    const int n = SGEMM_SIZE;
    double start = now();
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, n, n, 1.0f, a, n, b, n, 0.0f, c, n);
    return 2.0 * (double)n * (double)n * (double)n / (now() - start);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median(double *values)
{
    qsort(values, REPEATS, sizeof *values, compare);
    return values[REPEATS / 2];
}

/* Median percentage of the SGEMM rate, measured in turns so that a busy machine slows both; *rate becomes the median
 * rate. Operations are those of the matrix products alone. */
static double sgemm_share(const bench *b, bench_function *function, double operations, size_t threads, double *rate)
{
    const size_t size = (size_t)SGEMM_SIZE * SGEMM_SIZE;
    float *x = random_points(size), *y = random_points(size), *z = random_points(size);
    double shares[REPEATS], rates[REPEATS];
    for (int repeat = 0; repeat < REPEATS; repeat++) {
        rates[repeat] = sgemm_rate(x, y, z) * (double)threads;
        double start = now();
        call(b, function);
        shares[repeat] = 100.0 * operations / (now() - start) / rates[repeat];
    }
    free(x);
    free(y);
    free(z);
    *rate = median(rates);
    return median(shares);
}

static void high_dimension(coulomb_context *context, size_t threads)
{
    bench b = prepare(context, 1.0, HIGH_DIMENSION, HIGH_POINTS);
    double product = 2.0 * (double)b.n * (double)b.n * (double)b.dimension, rate;
    double potential_share = sgemm_share(&b, potential, 2.0 * product, threads, &rate);
    double field_share = sgemm_share(&b, field, 4.0 * product, threads, &rate);
    b.n = BATCH;
    product = 2.0 * (double)b.n * (double)b.n * (double)b.dimension;
    double batch_share = sgemm_share(&b, batch, 3.0 * product, threads, &rate);
    printf("  d %d: SGEMM %.1f GFlop/s on %zu thread%s; share of it: potential %.0f %%, field and potential %.0f %%, "
           "batch of %d + %d %.0f %%\n",
           HIGH_DIMENSION, 1e-9 * rate, threads, threads == 1 ? "" : "s", potential_share, field_share, BATCH, BATCH,
           batch_share);
    finish(&b);
}

int main(void)
{
    coulomb_context *context;
    if (coulomb_context_new(&context) != COULOMB_OK)
        return EXIT_FAILURE;
    printf("%s kernels, BLAS %s\n", coulomb_context_kernels(context), coulomb_context_blas(context));
    for (size_t threads = 1; threads <= 2; threads++) {
        if (coulomb_context_set_threads(context, threads) != COULOMB_OK)
            break;
        printf("%zu thread%s, 10^9 kernel evaluations a second (a batch: pairs between the sets and half of those "
               "within):\n",
               threads, threads == 1 ? "" : "s");
        for (size_t dimension = 2; dimension <= 3; dimension++)
            low_dimension(context, dimension, 1.0);
        low_dimension(context, 2, 3.0);
        low_dimension(context, 2, 1.7);
        high_dimension(context, threads);
    }
    coulomb_context_free(context);
    return EXIT_SUCCESS;
}
