/* Products of large float64 matrices, cut into tiles for the context's threads. Only for files of this folder. */
#ifndef METRICS_PRODUCT_H
#define METRICS_PRODUCT_H

#include "base/base.h"

/* C[m,n] = A[m,k] B[k,n], or B^T with B[n,k]; all rows follow each other without a gap. */
typedef struct product {
    size_t m, n, k;
    const double *a, *b;
    bool b_transposed;
    double *c;
} product;

void product_run(coulomb_context *context, const product *whole);

/* C[n,n] += A^T A with A[k,n]; above the tiles on the diagonal C is left alone. */
typedef struct own_product {
    size_t n, k;
    const double *a;
    double *c;
} own_product;

void own_product_run(coulomb_context *context, const own_product *whole);

#endif
