/* Tiles in float64, pair by pair: for exponents, epsilons and coordinates so far from 1 that float32 terms would
 * overflow, vanish or lose their digits. Slow, and right. */
#include "distances/distances.h"
#include "pairs/tiles.h"

enum { CHUNK = 128 };

static size_t float64_chunk(const pair_sums *sums)
{
    (void)sums;
    return CHUNK;
}

static size_t float64_scratch(const pair_sums *sums)
{
    (void)sums;
    return 0;
}

/* With all epsilons. */
static kernel_term term_of(const potential_kernel *kernel, double square)
{
    kernel_term sum = {0};
    for (size_t i = 0; i < kernel->epsilons; i++) {
        kernel_term term = kernel_term_of(kernel, kernel->epsilon[i], square);
        sum.value += term.value;
        sum.weight += term.weight;
    }
    return sum;
}

static void float64_add(const pair_sums *sums, const pair_tile *tile, float *scratch)
{
    (void)scratch;
    size_t dimension = sums->dimension;
    for (size_t i = 0; i < tile->n_rows; i++) {
        const float *a = tile->rows + i * dimension;
        for (size_t j = 0; j < tile->n_columns; j++) {
            if (tile->others && i == j)
                continue;
            const float *b = tile->columns + j * dimension;
            kernel_term term = term_of(&sums->kernel, square_distance(dimension, a, b));
            tile->row_sums[i] += term.value;
            if (tile->column_sums != NULL)
                tile->column_sums[j] += term.value;
            for (size_t k = 0; tile->fields != NULL && k < dimension; k++)
                tile->fields[i * dimension + k] += term.weight * ((double)a[k] - (double)b[k]);
        }
    }
}

const tile_method tile_float64 = {.chunk = float64_chunk, .scratch = float64_scratch, .add = float64_add};
