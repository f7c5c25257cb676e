/* Linear algebra in float64 on BLAS and LAPACK: products of matrices and eigenvalues. */
#ifndef LINALG_LINALG_H
#define LINALG_LINALG_H

#include "base/base.h"

/* C[m,n] = A[m,k] B[k,n] + beta C, row-major. Leading dimensions in values; a_transposed: A is stored [k,m], likewise
 * B; beta 0 does not read C. */
typedef struct float64_product {
    bool a_transposed, b_transposed;
    size_t m, n, k;
    const double *a;
    size_t lda;
    const double *b;
    size_t ldb;
    double beta;
    double *c;
    size_t ldc;
} float64_product;

/* Before the products and decompositions that follow, of so many pieces at once: COULOMB_ERROR_MEMORY if BLAS would not
 * get the memory that it takes by itself. */
coulomb_status float64_reserve(coulomb_context *context, size_t pieces);

/* Pieces of large_gram_run() of n columns. */
size_t large_gram_pieces(size_t n);

/* On the calling thread, and on the context's. */
void float64_product_run(const float64_product *product);
void large_product_run(coulomb_context *context, const float64_product *product);

/* C[n,n] += A^T A with A[k,n], on the context's threads; all rows follow each other without a gap. Above the tiles on
 * the diagonal C is left alone. */
typedef struct large_gram {
    size_t n, k;
    const double *a;
    double *c;
} large_gram;

void large_gram_run(coulomb_context *context, const large_gram *gram);

/* Eigenvalues of a symmetric matrix, on the calling thread. */
typedef struct eigen_size {
    size_t reals, integers; /* working memory in doubles and in int */
} eigen_size;

eigen_size eigen_size_of(size_t n, bool vectors);

/* values[n] in ascending order. The matrix is overwritten; with `vectors`, by the eigenvectors, one a row, in the order
 * of the values. False if the iteration did not converge. */
bool eigen_symmetric(size_t n, bool vectors, double *matrix, double *values, eigen_size size, double *reals,
                     int *integers);

#endif
