/* What stands around the matrix products that give the distances of points with many coordinates, and their exact
 * repair. */
#include "kernels/tier.h"

#include "kernels/lanes.inc.c"

static void centre(size_t n_rows, size_t width, size_t stride, const float *restrict x, const float *restrict centre,
                   float *restrict y, double *norms)
{
    for (size_t i = 0; i < n_rows; i++) {
        lanes sum = {0};
        float rest = 0.0f;
        size_t k = 0;
        for (; k + PAIR_LANES <= width; k += PAIR_LANES) {
            __builtin_prefetch(x + (i + 2) * stride + k); /* rows are far apart */
            lanes difference = lanes_load(x + i * stride + k) - lanes_load(centre + k);
            lanes_store(y + i * width + k, difference);
            sum += difference * difference;
        }
        for (; k < width; k++) {
            float difference = x[i * stride + k] - centre[k];
            y[i * width + k] = difference;
            rest += difference * difference;
        }
        norms[i] += (double)lanes_sum(sum) + (double)rest;
    }
}

static void add_rows(size_t n_rows, size_t width, size_t stride, const float *restrict x, float *restrict sums)
{
    for (size_t i = 0; i < n_rows; i++)
        for (size_t k = 0; k < width; k++)
            sums[k] += x[i * stride + k];
}

static void accumulate(size_t n, const float *restrict x, double *restrict sums)
{
    for (size_t i = 0; i < n; i++)
        sums[i] += (double)x[i];
}

static size_t products_to_squares(size_t n, double norm, const double *restrict norms, const double *restrict products,
                                  double epsilon2, double counted, double threshold, float *restrict squares)
{
    int64_t near = 0;
    for (size_t j = 0; j < n; j++) {
        double total = norm + norms[j];
        double square = total - 2.0 * products[j];
        int64_t lost = square + counted < threshold * total ? 1 : 0;
        squares[j] = lost ? -1.0f : (float)(square + epsilon2);
        near += lost;
    }
    return (size_t)near;
}

static size_t mark_lost(size_t n, double norm, const double *restrict norms, double most, double reach,
                        float *restrict squares)
{
    int64_t marked = 0;
    for (size_t j = 0; j < n; j++) {
        double total = norm + norms[j];
        int64_t lost = total > most && (double)squares[j] < reach + 1e-6 * total ? 1 : 0;
        squares[j] = lost ? -1.0f : squares[j];
        marked += lost;
    }
    return (size_t)marked;
}

static float sum_of(size_t n, const float *x)
{
    lanes sum = {0};
    float rest = 0.0f;
    size_t j = 0;
    for (; j + PAIR_LANES <= n; j += PAIR_LANES)
        sum += lanes_load(x + j);
    for (; j < n; j++)
        rest += x[j];
    return lanes_sum(sum) + rest;
}

static void add_field(size_t n, float weight, const float *restrict a, const float *restrict products,
                      double *restrict fields)
{
    for (size_t k = 0; k < n; k++)
        fields[k] += (double)weight * (double)a[k] - (double)products[k];
}

ALWAYS_INLINE lanes square_at(const float *a, const float *b)
{
    lanes difference = lanes_load(a) - lanes_load(b);
    return difference * difference;
}

/* The sums in float32 are short: what a Gaussian makes of a square, far out, is as good as the square's last digits. */
static double square_of_distance(size_t n, const float *a, const float *b)
{
    enum { SHORT = 4 * PAIR_LANES };
    double total = 0.0;
    size_t k = 0;
    for (; k + 2 * SHORT <= n; k += 2 * SHORT) {
        lanes sum = {0}, beside = {0};
        for (size_t i = k; i < k + SHORT; i += PAIR_LANES) {
            sum += square_at(a + i, b + i);
            beside += square_at(a + SHORT + i, b + SHORT + i);
        }
        total += (double)lanes_sum(sum + beside);
    }
    for (; k + PAIR_LANES <= n; k += PAIR_LANES)
        total += (double)lanes_sum(square_at(a + k, b + k));
    for (; k < n; k++) {
        double difference = (double)(a[k] - b[k]);
        total += difference * difference;
    }
    return total;
}

static void add_difference(size_t n, float weight, const float *restrict a, const float *restrict b,
                           double *restrict sums)
{
    for (size_t k = 0; k < n; k++)
        sums[k] += (double)(weight * (a[k] - b[k]));
}

const distance_kernels IN_TIER(distances) = {
    .centre = centre,
    .add_rows = add_rows,
    .accumulate = accumulate,
    .squares = products_to_squares,
    .mark = mark_lost,
    .sum = sum_of,
    .add_field = add_field,
    .distance = square_of_distance,
    .add_difference = add_difference,
};
