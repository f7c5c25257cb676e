/* The loops that cost time, behind one table of functions, compiled once per tier of processors: tier.c and the
 * *.tier.c files. A context keeps the best table its processor can run. No kernel allocates, fails or uses threads:
 * callers cut the work into pieces. */
#ifndef KERNELS_KERNELS_H
#define KERNELS_KERNELS_H

#include "kernels/pairwise.h"
#include "kernels/winograd.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One Adam step's constants; gain = 1 - beta, rounded once. */
typedef struct adam_factors {
    float beta1, gain1, beta2, gain2;
    float rate;       /* learning rate / (1 - beta1^t) */
    float correction; /* 1 / sqrt(1 - beta2^t) */
    float epsilon, l2;
} adam_factors;

typedef struct product_kernels product_kernels;

typedef struct kernels {
    const char *name;

    /* y = activation(x) over n values; y may be x, dx may be dy */
    void (*elu)(size_t n, const float *x, float *y);
    void (*relu)(size_t n, const float *x, float *y);
    void (*leaky_relu)(size_t n, float slope, const float *x, float *y);
    void (*tanh)(size_t n, float inner, float outer, const float *x, float *y); /* outer tanh(inner x) */
    void (*sigmoid)(size_t n, const float *x, float *y);

    /* dx = dy * activation'(x), from the output y; `add` adds to dx */
    void (*elu_gradient)(size_t n, const float *y, const float *dy, float *dx, bool add);
    void (*relu_gradient)(size_t n, const float *y, const float *dy, float *dx, bool add);
    void (*leaky_relu_gradient)(size_t n, float slope, const float *y, const float *dy, float *dx, bool add);
    void (*tanh_gradient)(size_t n, float inner, float outer, const float *y, const float *dy, float *dx, bool add);
    void (*sigmoid_gradient)(size_t n, const float *y, const float *dy, float *dx, bool add);

    /* rows of length n, one after the other */
    void (*softmax)(size_t rows, size_t n, const float *x, float *y);
    void (*softmax_gradient)(size_t rows, size_t n, const float *y, const float *dy, float *dx, bool add);

    /* s becomes softmax(factor s) by group, and dx (+)= factor s (dy - sum_j dy_j s_j) */
    void (*soft_groups_gradient)(size_t groups, const size_t *group, float factor, float *s, const float *dy, float *dx,
                                 bool add);

    /* y = -log(-log(P(x))) with the standard normal distribution function P, x taken as within -8 and 8 */
    void (*gumbel)(size_t n, const float *x, float *y);

    void (*scale)(size_t n, float factor, const float *x, float *y);                /* y = factor x */
    void (*shift)(size_t n, float offset, const float *x, float *y);                /* y = x + offset */
    void (*accumulate)(size_t n, float factor, const float *x, float *y);           /* y += factor x */
    void (*add)(size_t n, const float *a, const float *b, float *y);                /* y = a + b */
    void (*multiply)(size_t n, const float *a, const float *b, float *y, bool add); /* y (+)= a b */
    void (*transpose)(size_t rows, size_t n, const float *x, float *y);             /* y[j][i] = x[i][j] */
    void (*fill_rows)(size_t rows, size_t n, const float *row, float *y);           /* y[i][j] = row[j] */
    void (*sum_rows)(size_t rows, size_t n, const float *x, float *sums, bool add); /* sums[j] (+)= sum_i x[i][j] */
    double (*sum_squares)(size_t n, const float *x);

    /* y[j * y_stride + i] = x[i * x_stride + j] */
    void (*transpose_part)(size_t rows, size_t n, const float *x, size_t x_stride, float *y, size_t y_stride);

    /* Rows against their columns' means: sums[j] (+)= sum_i (x[i][j] - mean[j])^2, and times dy[i][j] instead */
    void (*sum_squares_rows)(size_t rows, size_t n, const float *x, const float *mean, float *sums, bool add);
    void (*sum_products_rows)(size_t rows, size_t n, const float *x, const float *mean, const float *dy, float *sums,
                              bool add);
    /* y = (x - mean) factor + shift, by column */
    void (*normalize_rows)(size_t rows, size_t n, const float *x, const float *mean, const float *factor,
                           const float *shift, float *y);
    /* dx (+)= factor (dy - offset - (x - mean) slope), by column */
    void (*normalize_gradient_rows)(size_t rows, size_t n, const float *x, const float *mean, const float *dy,
                                    const float *factor, const float *offset, const float *slope, float *dx, bool add);

    float (*largest)(size_t n, const float *x); /* magnitude; infinity or NaN if a value is not finite */

    void (*adam)(size_t n, const adam_factors *factors, const float *gradient, float *moment1, float *moment2,
                 float *parameter);
    void (*sgd)(size_t n, float rate, float l2, const float *gradient, float *parameter);
    void (*average)(size_t n, float decay, const float *parameter, float *average);

    const pair_kernels *pairs[PAIR_SHAPES]; /* by pair_function.shape, see pairwise.h */
    const distance_kernels *distances;      /* see pairwise.h */
    const winograd_kernels *winograd;       /* see winograd.h */
    const product_kernels *products;        /* for products/ */
} kernels;

/* The best table this processor can run; never NULL. */
const kernels *kernels_best(void);

/* The table of a tier ("portable", "avx2", "avx512"); NULL if this build does not hold it or this processor cannot run
 * it. */
const kernels *kernels_named(const char *name);

#endif
