/* float32 matrix products on one thread. Any size; packed operands; parts of a product. */
#ifndef PRODUCTS_PRODUCTS_H
#define PRODUCTS_PRODUCTS_H

#include "kernels/kernels.h"

/* C[m,n] = A[m,k] B[k,n] + start, row-major. Leading dimensions in values; a_transposed: A is stored [k,m], likewise B.
 * Every row starts from `bias` [n], or, where that is NULL, C from beta C; beta 0 does not read C.
 *
 * An element of C is always the chain start + a_1 b_1 + a_2 b_2 + ... in this order: its bits depend on its row of A,
 * its column of B and its start alone, not on m, n, the layout of the operands, or how the product is cut. */
typedef struct matrix_product {
    bool a_transposed, b_transposed;
    size_t m, n, k;
    const float *a;
    size_t lda;
    const float *b;
    size_t ldb;
    const float *packed_b; /* as pack_columns() wrote B, which is not read then; or NULL */
    const float *bias;
    float beta;
    float *c;
    size_t ldc;
} matrix_product;

/* Values of `workspace`. */
enum { PRODUCT_WORKSPACE = 5 << 17 };

/* `workspace`, for copies of A, may be NULL: large products take longer then. */
void product_run(const kernels *table, const matrix_product *product, float *workspace);

/* Rows [i, i + rows) and columns [j, j + columns) of C. With packed B, j is a multiple of PACKED_MULTIPLE. */
matrix_product product_part(const matrix_product *whole, size_t i, size_t rows, size_t j, size_t columns);

/* B in the order in which products read it, for operands that many products share. The layout is the table's; products
 * of any m may read it, and parts at multiples of PACKED_MULTIPLE columns may be written by themselves. */
enum { PACKED_MULTIPLE = 32 };

size_t packed_values(const kernels *table, size_t k, size_t n);

/* Columns [j, j + columns) of B[k,n], stored as [n,k] if `transposed`; j is a multiple of PACKED_MULTIPLE. */
void pack_columns(const kernels *table, bool transposed, size_t k, const float *b, size_t ldb, size_t j, size_t columns,
                  float *packed);

#endif
