/*
 * A server of generated samples: opens a generator's file and answers each request, a line with a seed, by a line with
 * the sample of that seed. The same seed gives the same sample. At the end of the input it prints to the standard error
 * stream how long the answers took, and how often memory was allocated after the first of them.
 *
 * Usage: serve FILE < requests
 */
#include <coulomb/coulomb.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { RANK_MOST = 8 };

static coulomb_context *context;

static void must(coulomb_status status)
{
    if (status == COULOMB_OK)
        return;
    fprintf(stderr, "%s\n", context ? coulomb_context_error(context) : coulomb_status_name(status));
    exit(EXIT_FAILURE);
}

static void *allocate(void *user, size_t size)
{
    ++*(size_t *)user;
    return malloc(size);
}

static void release(void *user, void *memory)
{
    (void)user;
    free(memory);
}

static double milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

static size_t values_of(const coulomb_network *network)
{
    size_t shape[RANK_MOST], rank, values = 1;
    must(coulomb_network_output_shape(network, shape, RANK_MOST, &rank));
    for (size_t i = 0; i < rank; i++)
        values *= shape[i];
    return values;
}

/* False if the client is gone. */
static bool print_sample(const float *sample, size_t values)
{
    for (size_t i = 0; i < values; i++)
        printf("%.9g%c", (double)sample[i], i + 1 < values ? ' ' : '\n');
    return fflush(stdout) == 0;
}

int main(int count, char **arguments)
{
    size_t allocations = 0, first_allocations = 0;
    uint64_t requests = 0, seed;
    double total = 0.0, longest = 0.0;
    coulomb_network *generator;
    if (count != 2) {
        fprintf(stderr, "usage: serve FILE < requests\n");
        return 2;
    }
    must(coulomb_context_new_with_allocator(allocate, release, &allocations, &context));
    must(coulomb_network_open(context, arguments[1], COULOMB_PART_ONLY, &generator));
    must(coulomb_network_set_inference_only(generator, 1));
    must(coulomb_network_set_running_averages(generator, 1)); /* a sample does not depend on others of its batch */
    size_t values = values_of(generator);
    float *sample = malloc(values * sizeof *sample);
    while (sample && scanf("%" SCNu64, &seed) == 1) {
        double start = milliseconds();
        must(coulomb_network_set_generation_seed(generator, seed));
        must(coulomb_network_generate(generator, 1, sample));
        double took = milliseconds() - start;
        if (!print_sample(sample, values))
            break;
        if (requests++ == 0) {
            first_allocations = allocations;
            continue; /* the first answer also prepares the memory */
        }
        total += took;
        longest = took > longest ? took : longest;
    }
    if (requests > 1)
        fprintf(stderr, "%" PRIu64 " answers, %.3f ms on average, %.3f ms at most; %zu allocations after the first\n",
                requests, total / (double)(requests - 1), longest, allocations - first_allocations);
    free(sample);
    coulomb_network_free(generator);
    coulomb_context_free(context);
    if (!ferror(stdout) && feof(stdin))
        return EXIT_SUCCESS;
    fprintf(stderr, "stopped after %" PRIu64 " requests: %s\n", requests,
            ferror(stdout) ? "the answer could not be written" : "the next one is not a whole number");
    return EXIT_FAILURE;
}
