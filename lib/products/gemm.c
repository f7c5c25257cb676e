/* Matrix products by arguments. */
#include "products/gemm.h"

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
    product_run(table, &product, NULL);
}
