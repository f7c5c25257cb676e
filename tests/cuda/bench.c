/* Times of the CUDA device's own functions: pairs a second, and bytes a second of what moves flat arrays. */
#include "cuda/cuda_device.h"

#include <coulomb/cuda.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static device *on;

static void *get(size_t bytes)
{
    void *memory = on->table->get(on, bytes);
    if (memory == NULL) {
        printf("%s\n", coulomb_context_error(on->context));
        exit(1);
    }
    return memory;
}

static void end(void)
{
    if (on->table->finish(on) != COULOMB_OK) {
        printf("%s\n", coulomb_context_error(on->context));
        exit(1);
    }
}

typedef struct timed_work {
    void (*run)(void *work);
    void *work;
} timed_work;

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Median time of one run, of groups of runs that take some milliseconds together. */
static double time_of(void (*run)(void *work), void *work)
{
    enum { GROUPS = 9 };
    double times[GROUPS];
    run(work);
    end();
    double start = now();
    run(work);
    end();
    double once = now() - start;
    size_t runs = once > 5e-3 ? 1 : (size_t)(5e-3 / once) + 1;
    for (size_t group = 0; group < GROUPS; group++) {
        start = now();
        for (size_t i = 0; i < runs; i++)
            run(work);
        end();
        times[group] = (now() - start) / (double)runs;
    }
    qsort(times, GROUPS, sizeof *times, ascending);
    return times[GROUPS / 2];
}

static float *random_on_gpu(size_t count)
{
    float *host = malloc(count * sizeof *host), *array = get(count * sizeof *array);
    uint32_t state = 12345;
    for (size_t i = 0; i < count; i++) {
        state = state * 1664525u + 1013904223u;
        host[i] = (float)(state >> 8) * 0x1p-23f - 1.0f;
    }
    on->table->copy_in(on, array, host, count * sizeof *host);
    end();
    free(host);
    return array;
}

typedef struct pair_bench {
    device_pairs *pairs;
    device_kernel kernel;
    charge_batch batch;
    float *at_model, *at_target;
    void *recording;
} pair_bench;

static void run_pairs(void *work)
{
    pair_bench *bench = work;
    on->table->potentials(bench->pairs, &bench->kernel, &bench->batch, bench->at_model, bench->at_target, NULL);
}

static void run_recorded(void *work)
{
    pair_bench *bench = work;
    on->table->run_recorded(on, &bench->recording, 1, run_pairs, work);
}

static pair_bench pairs_new(size_t dimension, size_t n, size_t m, double exponent)
{
    double epsilon = 0.3;
    double *on_gpu = get(sizeof epsilon);
    on->table->copy_in(on, on_gpu, &epsilon, sizeof epsilon);
    return (pair_bench){.pairs = on->table->pairs_new(on),
                        .kernel = {.kind = COULOMB_KERNEL_PLUMMER,
                                   .epsilons = 1,
                                   .exponent = exponent,
                                   .self_terms = true,
                                   .epsilon = on_gpu},
                        .batch = {.dimension = dimension,
                                  .model = random_on_gpu(n * dimension),
                                  .target = random_on_gpu(m * dimension),
                                  .n_model = n,
                                  .n_target = m,
                                  .at_model = n,
                                  .at_target = m},
                        .at_model = get(n * sizeof(float)),
                        .at_target = get(m * sizeof(float))};
}

static void pairs_end(pair_bench *bench)
{
    on->table->free_recording(on, bench->recording);
    on->table->pairs_free(bench->pairs);
    on->table->release(on, (void *)bench->kernel.epsilon);
    on->table->release(on, (void *)bench->batch.model);
    on->table->release(on, (void *)bench->batch.target);
    on->table->release(on, bench->at_model);
    on->table->release(on, bench->at_target);
}

/* Pairs that are asked for: each point with each charge. */
static void bench_pairs(size_t dimension, size_t n, size_t m, double exponent)
{
    pair_bench bench = pairs_new(dimension, n, m, exponent);
    double pairs = (double)(n + m) * (double)(n + m), time = time_of(run_pairs, &bench);
    double recorded = time_of(run_recorded, &bench);
    printf("potentials d=%zu p=%g %zu+%zu: %.1f us, recorded %.1f us, %.3g pairs/s\n", dimension, exponent, n, m,
           1e6 * time, 1e6 * recorded, pairs / recorded);
    pairs_end(&bench);
}

typedef struct product_bench {
    int rows, columns, depth;
    const float *a, *b;
    float *c;
} product_bench;

/* With cuBLAS started. */
static void run_product(void *work)
{
    const product_bench *p = work;
    const float one = 1.0f, zero = 0.0f;
    cuda_device *cuda = (cuda_device *)on;
    cuda_note_blas(cuda,
                   cublasGemmEx(cuda->blas, CUBLAS_OP_T, CUBLAS_OP_N, p->columns, p->rows, p->depth, &one, p->b,
                                CUDA_R_32F, p->depth, p->a, CUDA_R_32F, p->depth, &zero, p->c, CUDA_R_32F, p->columns,
                                CUBLAS_COMPUTE_32F_PEDANTIC, CUBLAS_GEMM_DEFAULT),
                   "a product");
}

/* Potentials in many dimensions beside the product of the same points alone. */
static void bench_products(size_t dimension, size_t n, size_t m)
{
    pair_bench bench = pairs_new(dimension, n, m, 1.0);
    double time = time_of(run_pairs, &bench), recorded = time_of(run_recorded, &bench);
    product_bench product = {.rows = (int)(n + m),
                             .columns = (int)(n + m),
                             .depth = (int)dimension,
                             .a = random_on_gpu((n + m) * dimension),
                             .b = random_on_gpu((n + m) * dimension),
                             .c = get((n + m) * (n + m) * sizeof(float))};
    double alone = time_of(run_product, &product), flops = 2.0 * (double)(n + m) * (double)(n + m) * (double)dimension;
    printf("potentials d=%zu %zu+%zu: %.1f us, recorded %.1f us; product alone %.1f us, %.1f TFLOP/s: ratio %.2f\n",
           dimension, n, m, 1e6 * time, 1e6 * recorded, 1e6 * alone, 1e-12 * flops / alone, alone / recorded);
    on->table->release(on, (void *)product.a);
    on->table->release(on, (void *)product.b);
    on->table->release(on, product.c);
    pairs_end(&bench);
}

typedef struct flat_bench {
    size_t count;
    float *array[5];
    adam_factors *factors;
    double *result;
    int32_t *go;
    float *decay;
} flat_bench;

static void run_adam(void *work)
{
    const flat_bench *b = work;
    device_stretch all = {.count = b->count, .l2 = 1e-7f};
    device_move move = {.stretch = &all,
                        .stretches = 1,
                        .factors = b->factors,
                        .gradient = b->array[0],
                        .moment1 = b->array[1],
                        .moment2 = b->array[2],
                        .parameter = b->array[3],
                        .go = b->go};
    on->table->adam(on, &move);
}

static void run_squares(void *work)
{
    const flat_bench *b = work;
    on->table->sum_squares(on, b->count, b->array[0], b->result);
}

static void run_average(void *work)
{
    const flat_bench *b = work;
    on->table->average(on, b->count, b->decay, b->array[3], b->array[4], b->go);
}

static void run_check(void *work)
{
    const flat_bench *b = work;
    on->table->check_values(on, b->count, b->array[0], b->go);
}

static void run_mean(void *work)
{
    const flat_bench *b = work;
    on->table->mean(on, 256, b->array[0], b->result);
}

static void print_bytes(const char *name, const flat_bench *bench, double arrays, double time)
{
    printf("%s of %zu: %.1f us, %.2f TB/s\n", name, bench->count, 1e6 * time,
           1e-12 * arrays * (double)bench->count * sizeof(float) / time);
}

static void bench_flat(size_t count)
{
    adam_factors factors = {.beta1 = 0.9f,
                            .gain1 = 0.1f,
                            .beta2 = 0.999f,
                            .gain2 = 0.001f,
                            .rate = 1e-6f,
                            .correction = 1.0f,
                            .epsilon = 1e-8f};
    int32_t go = 1;
    float decay = 0.99f;
    flat_bench bench = {.count = count,
                        .factors = get(sizeof factors),
                        .result = get(sizeof(double)),
                        .go = get(sizeof go),
                        .decay = get(sizeof decay)};
    for (size_t i = 0; i < 5; i++)
        bench.array[i] = random_on_gpu(count);
    on->table->fill(on, count, 0.1f, bench.array[2]);
    on->table->copy_in(on, bench.factors, &factors, sizeof factors);
    on->table->copy_in(on, bench.go, &go, sizeof go);
    on->table->copy_in(on, bench.decay, &decay, sizeof decay);
    print_bytes("adam", &bench, 7.0, time_of(run_adam, &bench));
    print_bytes("average", &bench, 3.0, time_of(run_average, &bench));
    print_bytes("sum of squares", &bench, 1.0, time_of(run_squares, &bench));
    print_bytes("check", &bench, 1.0, time_of(run_check, &bench));
    printf("mean of 256: %.2f us a call, unrecorded\n", 1e6 * time_of(run_mean, &bench));
}

int main(void)
{
    coulomb_context *context;
    if (coulomb_context_new_cuda(0, &context) != COULOMB_OK) {
        printf("no CUDA device: %s\n", coulomb_cuda_error());
        return 77;
    }
    on = context_device(context);
    printf("%s\n", coulomb_cuda_device_name(0));
    static const double exponents[] = {1.0, 2.0, 3.0, 2.5};
    for (size_t i = 0; i < sizeof exponents / sizeof *exponents; i++)
        bench_pairs(2, 100000, 100000, exponents[i]);
    bench_pairs(2, 256, 256, 1.0);
    bench_pairs(2, 1000, 1000, 1.0);
    bench_pairs(2, 10000, 10000, 1.0);
    bench_pairs(3, 100000, 100000, 1.0);
    bench_pairs(8, 50000, 50000, 1.0);
    bench_pairs(32, 50000, 50000, 1.0);
    bench_products(3072, 128, 128);
    bench_products(12288, 128, 128);
    bench_products(12288, 1024, 1024);
    bench_products(12288, 2048, 2048);
    bench_products(3072, 1024, 1024);
    bench_flat(30000000);
    bench_flat(100000);
    end();
    coulomb_context_free(context);
    return 0;
}
