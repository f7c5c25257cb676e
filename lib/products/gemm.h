/* Products by arguments, while callers move to matrix_product. */
#ifndef PRODUCTS_GEMM_H
#define PRODUCTS_GEMM_H

#include "products/products.h"

void gemm(const kernels *table, bool a_transposed, bool b_transposed, size_t m, size_t n, size_t k, const float *a,
          size_t lda, const float *b, size_t ldb, float beta, float *c, size_t ldc);

#endif
