/* The three products behind convolutions, and the methods that compute them. With `patches` the matrix of what each
 * position's window has of the big image, [positions, columns], and `filters` [columns, channels of the small image]:
 *
 *   gather            small += patches filters         a convolution's forward pass, a transposed one's way back
 *   scatter           big += positions of small filters^T        the other way round
 *   filter gradient   filters' gradient = patches^T small
 *
 * A method is a row of the table in conv.c and a file of its own. It knows this file and the geometry of windows, and
 * no other method. */
#ifndef CONVOLUTIONS_CONVOLUTION_H
#define CONVOLUTIONS_CONVOLUTION_H

#include "cpu/layers/layers.h"
#include "ops/window.h"

/* What the products work on, in op_run's terms. `transposed`: the parameter's layout is [kernel, small channels, big
 * channels] instead of [kernel, big channels, small channels]. */
typedef struct convolution {
    const op_run *run;
    window window;
    size_t channels; /* of the small image */
    bool transposed;
    const float *filters, *bias; /* bias: where results start from; NULL: from 0, or from what is there */
    bool add;                    /* to what is there */
    const float *big, *small;    /* what is read */
    float *big_result, *small_result, *filter_gradient;
} convolution;

typedef struct convolution_method {
    const char *name;
    bool (*suits)(const convolution *c);       /* decided by the shape and run->alone, never by the number of samples: a
                                                  sample's values must be those it has among many */
    size_t (*workspace)(const convolution *c); /* values of run->scratch, never fewer for more samples */
    size_t (*prepared)(const convolution *c, bool scatter); /* values of filters that it keeps prepared for gather, or
                                                               for scatter; NULL: none */
    void (*gather)(const convolution *c);                   /* small_result from big and filters */
    void (*scatter)(const convolution *c);                  /* big_result from small and filters */
    void (*filter_gradient)(const convolution *c);          /* from big and small, samples weighted by run->weight */
} convolution_method;

extern const convolution_method convolution_by_minimal_filtering, convolution_by_plain_products, convolution_by_im2col;

/* The most pieces that run at the same time, each with workspace of its own. */
enum { SLOTS = 64 };

static inline size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static inline size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Where scatter starts from, in some samples: the bias, zeros, or what is there. */
void convolution_start_big(const convolution *c, size_t first_sample, size_t samples);

/* sums[j] (+)= the sum over all rows of dy [rows of a sample, channels], samples weighted; workspace as
 * bias_gradient_workspace(). */
void bias_gradient(const op_run *run, size_t rows, size_t channels, float *sums);
size_t bias_gradient_workspace(const op_run *run, size_t channels);

#endif
