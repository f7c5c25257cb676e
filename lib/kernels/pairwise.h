/* Kernels over pairs of points: distances, k(a,b) = (|a-b|^2 + epsilon^2)^(-exponent/2) or exp(-|a-b|^2 / (2
 * epsilon^2)), and their sums. Sums are taken in float32 over short stretches only; callers add those in float64. */
#ifndef KERNELS_PAIRWISE_H
#define KERNELS_PAIRWISE_H

#include <stddef.h>
#include <stdint.h>

enum {
    PAIR_OWN_MOST = 64,   /* points of one block on the diagonal */
    PAIR_ROWS_MOST = 128, /* rows of one `both` call, so that sums over rows stay short */
    PAIR_PADDING = 16,    /* strides are multiples of this */
    PAIR_DIMENSION_MOST = 32,
    PAIR_GAUSSIAN = 4, /* a shape */
    PAIR_SHAPES
};

/* The function of the squared distance; pair_function_of() or gaussian_function_of() makes it. Exponents 1, 2 and 3
 * have shapes of their own. */
typedef struct pair_function {
    int32_t shape;  /* 1, 2, 3: the exponent; 0: any; PAIR_GAUSSIAN */
    float weight;   /* factor of the field's weights: p; 1 / epsilon^2 of a Gaussian */
    float epsilon2; /* what squared distances include: epsilon^2; 0 of a Gaussian */
    float slope;    /* of the exponent: -p/2, times log2 s; of a Gaussian -log2(e) / (2 epsilon^2), times s */
    float slope_high, slope_low; /* its leading 12 bits and the rest */
} pair_function;

/* Points by coordinates: coordinate k of point j is values[k * stride + j]. Behind the last point, up to the next
 * multiple of PAIR_PADDING, stand finite values. */
typedef struct pair_columns {
    const float *values;
    size_t stride, count;
} pair_columns;

/* Sums of one shape of functions, in few dimensions and, after the matrix products, in many. */
typedef struct pair_kernels {
    /* sums[i] = sum_j k(row i, column j). At most some hundred columns at a time. */
    void (*rows)(const pair_function *function, size_t dimension, const float *rows, size_t n_rows,
                 const pair_columns *columns, float *sums);
    /* Each value used twice: also column_sums[j] = sum_i k(row i, column j), room for the padding; at most
     * PAIR_ROWS_MOST rows. */
    void (*both)(const pair_function *function, size_t dimension, const float *rows, size_t n_rows,
                 const pair_columns *columns, float *sums, float *column_sums);
    /* As rows, leaving out pairs of equal index. */
    void (*others)(const pair_function *function, size_t dimension, const float *rows, size_t n_rows,
                   const pair_columns *columns, float *sums);
    /* As rows, and fields[i] = -grad sums[i] in the same pass: p sum_j (row i - column j) (|row i - column j|^2 +
     * epsilon^2)^(-p/2-1), or sum_j (row i - column j) k / epsilon^2. */
    void (*fields)(const pair_function *function, size_t dimension, const float *rows, size_t n_rows,
                   const pair_columns *columns, float *sums, float *fields);

    /* values[j] = k of the squared distance (epsilon2 included) values[j]; weights, unless NULL, likewise what the
     * difference of the points is multiplied by in the field */
    void (*apply)(const pair_function *function, size_t n, float *values, float *weights);
} pair_kernels;

/* Distances in many dimensions, by matrix products. */
typedef struct distance_kernels {
    /* y[i] = x[i] - centre over `width` of a row's `stride` values, norms[i] +=
     * |y[i]|^2 */
    void (*centre)(size_t n_rows, size_t width, size_t stride, const float *x, const float *centre, float *y,
                   double *norms);
    /* sums[k] += sum_i x[i][k] */
    void (*add_rows)(size_t n_rows, size_t width, size_t stride, const float *x, float *sums);
    /* sums[i] += x[i] */
    void (*accumulate)(size_t n, const float *x, double *sums);
    /* squares[j] = norm + norms[j] - 2 products[j] + epsilon2, or -1 where that, with `counted` in the place of
     * epsilon2, is below threshold * (norm + norms[j]): there the difference has lost too many digits. Returns how
     * many. */
    size_t (*squares)(size_t n, double norm, const double *norms, const double *products, double epsilon2,
                      double counted, double threshold, float *squares);
    /* -1 also where norm + norms[j] is above `most` and squares[j], for all that it has lost, could be below
     * `reach`. Returns how many such there are. */
    size_t (*mark)(size_t n, double norm, const double *norms, double most, double reach, float *squares);
    float (*sum)(size_t n, const float *x);
    /* fields[k] += weight a[k] - products[k] */
    void (*add_field)(size_t n, float weight, const float *a, const float *products, double *fields);

    /* |a-b|^2, and sums[k] += weight (a[k] - b[k]), by direct differences */
    double (*distance)(size_t n, const float *a, const float *b);
    void (*add_difference)(size_t n, float weight, const float *a, const float *b, double *sums);
} distance_kernels;

pair_function pair_function_of(double exponent, double epsilon);
pair_function gaussian_function_of(double epsilon);

#endif
