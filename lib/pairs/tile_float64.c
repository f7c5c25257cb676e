/* Tiles in float64, pair by pair: for exponents, epsilons and coordinates so far from 1 that float32 terms would
 * overflow, vanish or lose their digits. Slow, and right. */
#include "distances/distances.h"
#include "pairs/tiles.h"

#include <math.h>

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

/* log(|a-b|^2 + epsilon^2), also where epsilon^2 is below all float64 numbers */
static double log_softened(double square, double epsilon)
{
    double softened = square + epsilon * epsilon;
    return softened > 1e-290 ? log(softened) : 2.0 * log(hypot(sqrt(square), epsilon));
}

double kernel_value(const plummer_kernel *kernel, double square)
{
    return exp(-0.5 * kernel->exponent * log_softened(square, kernel->epsilon));
}

static void float64_add(const pair_sums *sums, const pair_tile *tile, float *scratch)
{
    (void)scratch;
    size_t dimension = sums->dimension;
    double exponent = sums->kernel.exponent, epsilon = sums->kernel.epsilon;
    for (size_t i = 0; i < tile->n_rows; i++) {
        const float *a = tile->rows + i * dimension;
        for (size_t j = 0; j < tile->n_columns; j++) {
            if (tile->others && i == j)
                continue;
            const float *b = tile->columns + j * dimension;
            double log_square = log_softened(square_distance(dimension, a, b), epsilon);
            double value = exp(-0.5 * exponent * log_square);
            tile->row_sums[i] += value;
            if (tile->column_sums != NULL)
                tile->column_sums[j] += value;
            if (tile->fields == NULL)
                continue;
            double weight = exponent * exp(-(0.5 * exponent + 1.0) * log_square);
            for (size_t k = 0; k < dimension; k++)
                tile->fields[i * dimension + k] += weight * ((double)a[k] - (double)b[k]);
        }
    }
}

const tile_method tile_float64 = {.chunk = float64_chunk, .scratch = float64_scratch, .add = float64_add};
