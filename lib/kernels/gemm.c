/* Matrix products by name: float32 on the tier's kernel, float64 on the BLAS. */
#include "kernels/kernels.h"

#include <cblas.h>

void gemm(const kernels *table, bool a_transposed, bool b_transposed, size_t m, size_t n, size_t k, const float *a,
          size_t lda, const float *b, size_t ldb, float beta, float *c, size_t ldc)
{
    const matrix_product product = {.a_transposed = a_transposed,
                                    .b_transposed = b_transposed,
                                    .m = m,
                                    .n = n,
                                    .k = k,
                                    .a = a,
                                    .lda = lda,
                                    .b = b,
                                    .ldb = ldb,
                                    .beta = beta,
                                    .c = c,
                                    .ldc = ldc};
    table->product(&product);
}

void gemm_wide(bool a_transposed, bool b_transposed, size_t m, size_t n, size_t k, const double *a, size_t lda,
               const double *b, size_t ldb, double beta, double *c, size_t ldc)
{
    cblas_dgemm(CblasRowMajor, a_transposed ? CblasTrans : CblasNoTrans, b_transposed ? CblasTrans : CblasNoTrans,
                (int)m, (int)n, (int)k, 1.0, a, (int)lda, b, (int)ldb, beta, c, (int)ldc);
}

void gemm_own_wide(size_t n, size_t k, const double *a, size_t lda, double *c, size_t ldc)
{
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, (int)n, (int)k, 1.0, a, (int)lda, 1.0, c, (int)ldc);
}
