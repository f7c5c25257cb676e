/* Seconds that measures of finished samples take, at sizes they are used at. Not a test: prints what it measures. */
#include "timing.h"

#include <coulomb/coulomb.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    LINES = 1000000,
    LENGTH = 32,
    FEATURE_DIMENSION = 2048,
    FEATURE_VECTORS = 4096,
    QUERIES = 1024,
    TARGETS = 50000,
    PIXELS = 12288,
    TESTED = 2000
};

static uint64_t next_random(void)
{
    static uint64_t state = 1;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return state >> 40;
}

static float *random_floats(size_t count)
{
    float *values = malloc(count * sizeof *values);
    if (values == NULL)
        exit(EXIT_FAILURE);
    for (size_t i = 0; i < count; i++)
        values[i] = (float)next_random() * 0x1p-23f - 1.0f;
    return values;
}

static void require(coulomb_context *context, coulomb_status status)
{
    if (status == COULOMB_OK)
        return;
    printf("%s\n", coulomb_context_error(context));
    exit(EXIT_FAILURE);
}

/* Words of 2 to 8 letters, the frequent ones as frequent as in text (Zipf's law), and spaces. */
static uint16_t *random_text(size_t symbols)
{
    enum { WORDS = 20000, LETTERS_LEAST = 2, LETTERS_MOST = 8 };
    static uint16_t words[WORDS][LETTERS_MOST];
    static size_t lengths[WORDS];
    for (size_t word = 0; word < WORDS; word++) {
        lengths[word] = LETTERS_LEAST + next_random() % (LETTERS_MOST - LETTERS_LEAST + 1);
        for (size_t i = 0; i < lengths[word]; i++) /* uneven: the product of two uniform numbers */
            words[word][i] = (uint16_t)(1 + (next_random() * next_random() >> 24) * 26 / (1 << 24));
    }
    uint16_t *text = malloc(symbols * sizeof *text);
    if (text == NULL)
        exit(EXIT_FAILURE);
    for (size_t i = 0; i < symbols; text[i++] = 0) {
        size_t word = (size_t)pow(WORDS, (double)next_random() * 0x1p-24);
        for (size_t letter = 0; letter < lengths[word] && i + 1 < symbols; letter++)
            text[i++] = words[word][letter];
    }
    return text;
}

static void ngrams(coulomb_context *context)
{
    uint16_t *lines = random_text((size_t)LINES * LENGTH);
    double total = 0;
    for (size_t n = 1; n <= 6; n++) {
        coulomb_ngrams *all, *some;
        double start = now(), divergence;
        require(context, coulomb_ngrams_new(context, n, &all));
        require(context, coulomb_ngrams_new(context, n, &some));
        require(context, coulomb_ngrams_add(all, lines, LINES, LENGTH));
        double counted = now() - start;
        require(context, coulomb_ngrams_add(some, lines, 640, LENGTH));
        require(context, coulomb_ngrams_divergence(all, some, &divergence));
        double taken = now() - start;
        total += taken;
        printf("  n %zu: %.2f s to count, %.3f s to compare with 640 lines; %llu distinct n-grams\n", n, counted,
               taken - counted, (unsigned long long)coulomb_ngrams_distinct(all));
        coulomb_ngrams_free(all);
        coulomb_ngrams_free(some);
    }
    printf("  all six from %d lines of %d: %.2f s\n", LINES, LENGTH, total);
    free(lines);
}

static void frechet(coulomb_context *context)
{
    float *features = random_floats((size_t)FEATURE_VECTORS * FEATURE_DIMENSION);
    coulomb_moments *a, *b;
    double distance;
    require(context, coulomb_moments_new(context, FEATURE_DIMENSION, &a));
    require(context, coulomb_moments_new(context, FEATURE_DIMENSION, &b));
    double start = now();
    require(context, coulomb_moments_add(a, features, FEATURE_VECTORS));
    double added = now() - start;
    require(context, coulomb_moments_add(b, features, FEATURE_VECTORS / 4 * 3));
    start = now();
    require(context, coulomb_moments_distance(a, b, &distance));
    printf("  Frechet distance in %d dimensions: %.2f s; moments of %d vectors: %.2f s\n", FEATURE_DIMENSION,
           now() - start, FEATURE_VECTORS, added);
    coulomb_moments_free(a);
    coulomb_moments_free(b);
    free(features);
}

static void neighbours(coulomb_context *context, const float *targets)
{
    float *queries = random_floats((size_t)QUERIES * PIXELS);
    size_t indices[QUERIES];
    double start = now();
    require(context, coulomb_neighbours(context, PIXELS, queries, QUERIES, targets, TARGETS, 1, indices, NULL));
    double taken = now() - start, operations = 2.0 * QUERIES * TARGETS * PIXELS;
    printf("  nearest of %d among %d of %d values: %.2f s, %.1f GFlop/s of matrix products\n", QUERIES, TARGETS, PIXELS,
           taken, 1e-9 * operations / taken);
    free(queries);
}

static void energy_test(coulomb_context *context, const float *samples)
{
    coulomb_plummer *plummer;
    double p_value, start = now();
    require(context, coulomb_plummer_new(context, 1.0, 1.0, &plummer));
    require(context,
            coulomb_plummer_energy_test(plummer, PIXELS, samples, TESTED / 2, samples + (size_t)TESTED / 2 * PIXELS,
                                        TESTED / 2, 999, 1, NULL, &p_value));
    printf("  energy test of %d + %d samples of %d values, 999 permutations: %.2f s\n", TESTED / 2, TESTED / 2, PIXELS,
           now() - start);
    coulomb_plummer_free(plummer);
}

int main(void)
{
    coulomb_context *context;
    if (coulomb_context_new(&context) != COULOMB_OK)
        return EXIT_FAILURE;
    printf("Measures; %s kernels, BLAS %s\n", coulomb_context_kernels(context), coulomb_context_blas(context));
    ngrams(context);
    float *targets = random_floats((size_t)TARGETS * PIXELS);
    for (size_t threads = 1; threads <= 2; threads++) {
        require(context, coulomb_context_set_threads(context, threads));
        printf("%zu thread%s:\n", threads, threads == 1 ? "" : "s");
        frechet(context);
        neighbours(context, targets);
        energy_test(context, targets);
    }
    free(targets);
    coulomb_context_free(context);
    return EXIT_SUCCESS;
}
