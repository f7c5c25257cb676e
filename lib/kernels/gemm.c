/* Matrix products: the kernel does small ones, where the BLAS would spend its time on preparing, the BLAS the others.
 * Results differ in rounding, so the choice depends on the sizes alone. */
#include "kernels/kernels.h"

#include <cblas.h>

/* Multiplications up to which the kernel is the faster, as measured for square, wide and tall matrices. */
static const double small = 256.0 * 256.0 * 256.0;

void gemm_run(const matrix_product *p)
{
    const kernels *table = kernels_best();
    if ((double)p->m * (double)p->n * (double)p->k <= small) {
        table->product(p);
        return;
    }
    if (p->bias != NULL)
        for (size_t i = 0; i < p->m; i++)
            table->fill_rows(1, p->n, p->bias, p->c + i * p->ldc);
    cblas_sgemm(CblasRowMajor, p->a_transposed ? CblasTrans : CblasNoTrans, p->b_transposed ? CblasTrans : CblasNoTrans,
                (int)p->m, (int)p->n, (int)p->k, 1.0f, p->a, (int)p->lda, p->b, (int)p->ldb,
                p->bias != NULL ? 1.0f : p->beta, p->c, (int)p->ldc);
}

void gemm(bool a_transposed, bool b_transposed, size_t m, size_t n, size_t k, const float *a, size_t lda,
          const float *b, size_t ldb, float beta, float *c, size_t ldc)
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
    gemm_run(&product);
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
