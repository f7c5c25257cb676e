/* The parts of the CUDA runtime and of cuBLAS that layers use, on the host's memory. New memory holds NaNs. */
#include <cublas_v2.h>
#include <cuda_bf16.h>
#include <cuda_runtime_api.h>
#include <cudnn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vector>

extern "C" {

static unsigned long long recording;

cudaError_t cudaGetDevice(int *device)
{
    *device = 0;
    return cudaSuccess;
}
cudaError_t cudaSetDevice(int)
{
    return cudaSuccess;
}
cudaError_t cudaGetLastError(void)
{
    return cudaSuccess;
}
const char *cudaGetErrorString(cudaError_t)
{
    return "an error";
}
cudaError_t cudaMalloc(void **memory, size_t bytes)
{
    *memory = aligned_alloc(256, (bytes + 255) / 256 * 256);
    memset(*memory, 0xff, bytes);
    return cudaSuccess;
}
cudaError_t cudaFree(void *memory)
{
    free(memory);
    return cudaSuccess;
}
cudaError_t cudaMallocHost(void **memory, size_t bytes)
{
    *memory = malloc(bytes);
    return cudaSuccess;
}
cudaError_t cudaFreeHost(void *memory)
{
    free(memory);
    return cudaSuccess;
}
cudaError_t cudaMemGetInfo(size_t *available, size_t *total)
{
    *available = *total = (size_t)1 << 40;
    return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t)
{
    return cudaSuccess;
}
cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind, cudaStream_t)
{
    memcpy(to, from, bytes);
    return cudaSuccess;
}
cudaError_t cudaMemsetAsync(void *memory, int value, size_t bytes, cudaStream_t)
{
    memset(memory, value, bytes);
    return cudaSuccess;
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t *, unsigned)
{
    return cudaSuccess;
}
cudaError_t cudaEventSynchronize(cudaEvent_t)
{
    return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t, cudaStream_t)
{
    return cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t)
{
    return cudaSuccess;
}
#undef cudaStreamGetCaptureInfo
cudaError_t cudaStreamGetCaptureInfo(cudaStream_t, cudaStreamCaptureStatus *status, unsigned long long *id,
                                     cudaGraph_t *, const cudaGraphNode_t **, const cudaGraphEdgeData **, size_t *)
{
    *status = recording ? cudaStreamCaptureStatusActive : cudaStreamCaptureStatusNone;
    *id = recording;
    return cudaSuccess;
}

cudaError_t cudaGetDeviceCount(int *count)
{
    *count = 1;
    return cudaSuccess;
}
#undef cudaGetDeviceProperties
cudaError_t cudaGetDeviceProperties(cudaDeviceProp *properties, int)
{
    *properties = {};
    snprintf(properties->name, sizeof properties->name, "no GPU at all");
    properties->major = 9;
    properties->totalGlobalMem = (size_t)1 << 40;
    return cudaSuccess;
}
cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned)
{
    *stream = (cudaStream_t)&recording;
    return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t)
{
    return cudaSuccess;
}
cudaError_t cudaMemset(void *memory, int value, size_t bytes)
{
    memset(memory, value, bytes);
    return cudaSuccess;
}
cudaError_t cudaStreamBeginCapture(cudaStream_t, cudaStreamCaptureMode)
{
    return cudaErrorNotSupported;
}
cudaError_t cudaStreamEndCapture(cudaStream_t, cudaGraph_t *)
{
    return cudaErrorNotSupported;
}
cudaError_t cudaGraphInstantiate(cudaGraphExec_t *, cudaGraph_t, unsigned long long)
{
    return cudaErrorNotSupported;
}
cudaError_t cudaGraphDestroy(cudaGraph_t)
{
    return cudaSuccess;
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t)
{
    return cudaSuccess;
}
cudaError_t cudaGraphLaunch(cudaGraphExec_t, cudaStream_t)
{
    return cudaErrorNotSupported;
}
cublasStatus_t cublasCreate_v2(cublasHandle_t *handle)
{
    *handle = (cublasHandle_t)&recording;
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasDestroy_v2(cublasHandle_t)
{
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasSetStream_v2(cublasHandle_t, cudaStream_t)
{
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasSetWorkspace_v2(cublasHandle_t, void *, size_t)
{
    return CUBLAS_STATUS_SUCCESS;
}

cudnnStatus_t cudnnCreate(cudnnHandle_t *handle)
{
    *handle = (cudnnHandle_t)&recording;
    return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnDestroy(cudnnHandle_t)
{
    return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnSetStream(cudnnHandle_t, cudaStream_t)
{
    return CUDNN_STATUS_SUCCESS;
}
const char *cudnnGetErrorString(cudnnStatus_t)
{
    return "a cuDNN status";
}

static float read(const void *x, cudaDataType_t type, size_t at)
{
    return type == CUDA_R_16BF ? __bfloat162float(((const __nv_bfloat16 *)x)[at]) : ((const float *)x)[at];
}

/* By columns, as cuBLAS stores matrices. */
cublasStatus_t cublasGemmEx(cublasHandle_t, cublasOperation_t ta, cublasOperation_t tb, int m, int n, int k,
                            const void *alpha, const void *a, cudaDataType at, int lda, const void *b, cudaDataType bt,
                            int ldb, const void *beta, void *c, cudaDataType ct, int ldc, cublasComputeType_t,
                            cublasGemmAlgo_t)
{
    if (at != bt || (at == CUDA_R_32F && ct != at))
        return CUBLAS_STATUS_NOT_SUPPORTED;
    std::vector<float> as((size_t)m * k), bs((size_t)k * n), row(n);
    for (int i = 0; i < m; i++)
        for (int p = 0; p < k; p++)
            as[(size_t)i * k + p] = read(a, at, ta == CUBLAS_OP_N ? i + (size_t)p * lda : p + (size_t)i * lda);
    for (int p = 0; p < k; p++)
        for (int j = 0; j < n; j++)
            bs[(size_t)p * n + j] = read(b, bt, tb == CUBLAS_OP_N ? p + (size_t)j * ldb : j + (size_t)p * ldb);
    float factor = *(const float *)beta, scale = *(const float *)alpha;
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++)
            row[j] = 0.0f;
        for (int p = 0; p < k; p++)
            for (int j = 0; j < n; j++)
                row[j] += as[(size_t)i * k + p] * bs[(size_t)p * n + j];
        for (int j = 0; j < n; j++) {
            size_t to = i + (size_t)j * ldc;
            float sum = scale * row[j] + (factor == 0.0f ? 0.0f : factor * read(c, ct, to));
            if (ct == CUDA_R_16BF)
                ((__nv_bfloat16 *)c)[to] = __float2bfloat16_rn(sum);
            else
                ((float *)c)[to] = sum;
        }
    }
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
