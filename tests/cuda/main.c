/* Compares the CUDA device's table with the CPU's, row by row. Needs a GPU; prints "N passed, N failed" last. */
#include "cases.h"

#include <coulomb/cuda.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t passed, failed;

void expect(bool ok, const char *format, ...)
{
    if (ok) {
        passed++;
        return;
    }
    failed++;
    va_list arguments;
    va_start(arguments, format);
    printf("FAILED ");
    vprintf(format, arguments);
    printf("\n");
    fflush(stdout);
    va_end(arguments);
}

enum { HELD = 64 };
static void *held[HELD];
static size_t holds;

void *on_gpu(const device_pair *pair, size_t bytes)
{
    void *memory = pair->cuda->table->get(pair->cuda, bytes);
    if (memory == NULL || holds == HELD) {
        printf("%s\n", coulomb_context_error(pair->cuda_context));
        exit(1);
    }
    held[holds++] = memory;
    return memory;
}

void *to_gpu(const device_pair *pair, const void *from, size_t bytes)
{
    void *memory = on_gpu(pair, bytes);
    pair->cuda->table->copy_in(pair->cuda, memory, from, bytes);
    return memory;
}

void from_gpu(const device_pair *pair, void *to, const void *from, size_t bytes)
{
    if (pair->cuda->table->copy_out(pair->cuda, to, from, bytes) == COULOMB_OK)
        return;
    printf("%s\n", coulomb_context_error(pair->cuda_context));
    printf("%zu passed, %zu failed, and the device is lost\n", passed, failed);
    exit(1);
}

void forget_gpu(const device_pair *pair)
{
    while (holds > 0)
        pair->cuda->table->release(pair->cuda, held[--holds]);
}

float *random_array(unsigned seed, size_t count, float width)
{
    float *values = malloc((count == 0 ? 1 : count) * sizeof *values);
    uint64_t state = 0x9e3779b97f4a7c15u * (seed + 1);
    for (size_t i = 0; values != NULL && i < count; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        values[i] = ((float)(state >> 40) * 0x1p-23f - 1.0f) * width;
    }
    return values;
}

double largest_error(size_t count, const float *a, const float *b, double least)
{
    double largest = 0.0;
    for (size_t i = 0; i < count; i++) {
        if (memcmp(&a[i], &b[i], sizeof a[i]) == 0 || (isnan(a[i]) && isnan(b[i])) || a[i] == b[i])
            continue;
        double scale = fmax(least, fmax(fabs((double)a[i]), fabs((double)b[i])));
        double error = fabs((double)a[i] - (double)b[i]) / scale;
        if (!(error <= largest))
            largest = isnan(error) ? INFINITY : error;
    }
    return largest;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(const device_pair *pair);
    } groups[] = {{"memory", test_memory},
                  {"flat", test_flat},
                  {"moves", test_moves},
                  {"potentials", test_potentials},
                  {"recording", test_recording},
                  {"refusals", test_refusals},
                  {"counts", test_counts},
                  {"norms", test_norms},
                  {"small", test_small},
                  {"pairs", test_few_pairs},
                  {"lost", test_lost}};
    device_pair pair;
    if (coulomb_context_new(&pair.cpu_context) != COULOMB_OK)
        return 1;
    coulomb_context_set_threads(pair.cpu_context, 0);
    if (coulomb_context_new_cuda(0, &pair.cuda_context) != COULOMB_OK) {
        printf("no CUDA device: %s\n", coulomb_cuda_error());
        return 77;
    }
    pair.cpu = context_device(pair.cpu_context);
    pair.cuda = context_device(pair.cuda_context);
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        bool lost = groups[i].run == test_lost;
        if (argc > 1 ? strcmp(argv[1], groups[i].name) != 0
                     : lost || groups[i].run == test_small || groups[i].run == test_few_pairs)
            continue;
        size_t before = failed;
        groups[i].run(&pair);
        forget_gpu(&pair);
        expect(lost || pair.cuda->table->finish(pair.cuda) == COULOMB_OK, "%s: %s", groups[i].name,
               coulomb_context_error(pair.cuda_context));
        printf("%s: %zu failed\n", groups[i].name, failed - before);
        fflush(stdout);
    }
    coulomb_context_free(pair.cuda_context);
    coulomb_context_free(pair.cpu_context);
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed > 0;
}
