/* Matrix products by cuBLAS, row by row as the library stores matrices. */
#ifndef CUDA_PRODUCTS_H
#define CUDA_PRODUCTS_H

#include "cuda/plan.h"

/* c (+)= a b, c [m, n], or with a or b as stored transposed: a [k, m], b [n, k]. a and b are of one type. */
typedef struct device_product {
    bool a_transposed, b_transposed;
    size_t m, n, k, lda, ldb, ldc;
    stored a, b, c;
    bool add;
} device_product;

void cuda_product(device_plan *plan, const device_product *product);

/* Values as products read them: themselves, or a copy of another type at `room`, which then takes up so many bytes. */
stored cuda_operand(const node_run *run, stored x, size_t values, char *room);
size_t cuda_operand_bytes(const device_plan *plan, bool half, size_t values);

/* dy as the parameter gradients see it: times the samples' weights, which takes up as many bytes at `room`. */
stored cuda_weighted(const node_run *run, stored dy, char *room);

/* The gradient of parameter 1, from dy without weights. */
void cuda_bias_gradient(const node_run *run, size_t columns, stored dy, char *room);

#endif
