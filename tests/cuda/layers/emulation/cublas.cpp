/* cuBLAS's products on the host's memory. How a sum is taken depends on how many rows there are, as it does on a GPU.
 */
#include "emulation.h"

#include <cublas_v2.h>
#include <cuda_bf16.h>
#include <string.h>
#include <vector>

bool emulated_libraries_lack_memory;

namespace
{
struct matrix {
    cublasOperation_t turned;
    const void *at;
    cudaDataType type;
    size_t apart;
};

struct product {
    size_t m, n, k;
    matrix a, b, c;
    float alpha, beta;
};

float read(const matrix &x, size_t row, size_t column)
{
    size_t at = x.turned == CUBLAS_OP_N ? row + column * x.apart : column + row * x.apart;
    return x.type == CUDA_R_16BF ? __bfloat162float(((const __nv_bfloat16 *)x.at)[at]) : ((const float *)x.at)[at];
}

void write(const matrix &x, size_t row, size_t column, float value)
{
    size_t at = row + column * x.apart;
    if (x.type == CUDA_R_16BF)
        ((__nv_bfloat16 *)x.at)[at] = __float2bfloat16_rn(value);
    else
        ((float *)x.at)[at] = value;
}

/* Few rows are summed from the end, since cuBLAS's matrices by columns have our rows as columns. */
size_t term(const product &p, size_t index)
{
    const size_t few = 16;
    return p.n < few ? p.k - 1 - index : index;
}

enum { ROWS = 4, COLUMNS = 256 };

/* The sums of ROWS rows and some columns, each in the order of its terms, so that compilers can keep them side by side.
 */
#if defined(__x86_64__) && defined(__GNUC__)
__attribute__((target_clones("avx512f", "avx2", "default")))
#endif
void add_terms(const product &p, size_t first, size_t columns, const float *a, const float *b, float sum[ROWS][COLUMNS])
{
    for (size_t i = 0; i < p.k; i++) {
        const float *row = b + i * p.n + first;
        for (size_t r = 0; r < ROWS; r++) {
            float factor = a[i * ROWS + r];
            for (size_t j = 0; j < columns; j++)
                sum[r][j] += factor * row[j];
        }
    }
}

/* By columns, as cuBLAS stores matrices. */
void multiply(const product &p)
{
    std::vector<float> a(p.k * ROWS), b(p.k * p.n);
    float sum[ROWS][COLUMNS];
    for (size_t i = 0; i < p.k; i++)
        for (size_t j = 0; j < p.n; j++)
            b[i * p.n + j] = read(p.b, term(p, i), j);
    for (size_t row = 0; row < p.m; row += ROWS) {
        size_t rows = p.m - row < ROWS ? p.m - row : (size_t)ROWS;
        for (size_t i = 0; i < p.k; i++)
            for (size_t r = 0; r < ROWS; r++)
                a[i * ROWS + r] = r < rows ? read(p.a, row + r, term(p, i)) : 0.0f;
        for (size_t first = 0; first < p.n; first += COLUMNS) {
            size_t columns = p.n - first < COLUMNS ? p.n - first : (size_t)COLUMNS;
            memset(sum, 0, sizeof sum);
            add_terms(p, first, columns, a.data(), b.data(), sum);
            for (size_t r = 0; r < rows; r++)
                for (size_t j = 0; j < columns; j++) {
                    float before = p.beta == 0.0f ? 0.0f : p.beta * read(p.c, row + r, first + j);
                    write(p.c, row + r, first + j, p.alpha * sum[r][j] + before);
                }
        }
    }
}
} // namespace

extern "C" {

cublasStatus_t cublasCreate_v2(cublasHandle_t *handle)
{
    if (emulated_libraries_lack_memory)
        return CUBLAS_STATUS_ALLOC_FAILED;
    *handle = (cublasHandle_t) new cudaStream_t();
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasDestroy_v2(cublasHandle_t handle)
{
    delete (cudaStream_t *)handle;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetStream_v2(cublasHandle_t handle, cudaStream_t stream)
{
    *(cudaStream_t *)handle = stream;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetMathMode(cublasHandle_t, cublasMath_t)
{
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetWorkspace_v2(cublasHandle_t, void *, size_t)
{
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasGemmEx(cublasHandle_t handle, cublasOperation_t ta, cublasOperation_t tb, int m, int n, int k,
                            const void *alpha, const void *a, cudaDataType at, int lda, const void *b, cudaDataType bt,
                            int ldb, const void *beta, void *c, cudaDataType ct, int ldc, cublasComputeType_t,
                            cublasGemmAlgo_t)
{
    if (at != bt || (at == CUDA_R_32F && ct != at))
        return CUBLAS_STATUS_NOT_SUPPORTED;
    const product p = {(size_t)m,
                       (size_t)n,
                       (size_t)k,
                       {ta, a, at, (size_t)lda},
                       {tb, b, bt, (size_t)ldb},
                       {CUBLAS_OP_N, c, ct, (size_t)ldc},
                       *(const float *)alpha,
                       *(const float *)beta};
    emulated_queue(*(cudaStream_t *)handle, [=] { multiply(p); });
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasGemmStridedBatchedEx(cublasHandle_t handle, cublasOperation_t ta, cublasOperation_t tb, int m,
                                          int n, int k, const void *alpha, const void *a, cudaDataType at, int lda,
                                          long long stride_a, const void *b, cudaDataType bt, int ldb,
                                          long long stride_b, const void *beta, void *c, cudaDataType ct, int ldc,
                                          long long stride_c, int count, cublasComputeType_t type,
                                          cublasGemmAlgo_t algorithm)
{
    for (int i = 0; i < count; i++)
        cublasGemmEx(handle, ta, tb, m, n, k, alpha, (const float *)a + i * stride_a, at, lda,
                     (const float *)b + i * stride_b, bt, ldb, beta, (float *)c + i * stride_c, ct, ldc, type,
                     algorithm);
    return CUBLAS_STATUS_SUCCESS;
}

const char *cublasGetStatusString(cublasStatus_t)
{
    return "a cuBLAS status";
}
}
