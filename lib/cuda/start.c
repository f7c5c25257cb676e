/* The CUDA device's life, and its precision. */
#include "cuda/cuda_device.h"

#include "cuda/explain.h"
#include <cudnn.h>

enum { CAPABILITY_LEAST = 8, BLAS_WORKSPACE = 32 << 20 };

static coulomb_status check_driver(int *devices)
{
    cudaError_t error = cudaGetDeviceCount(devices);
    (void)cudaGetLastError();
    if (error == cudaErrorInsufficientDriver)
        return cuda_explain(COULOMB_ERROR_DEVICE, "there is no CUDA driver, or one older than CUDA %d.%d needs",
                            CUDART_VERSION / 1000, CUDART_VERSION % 1000 / 10);
    if (error == cudaErrorNoDevice || (error == cudaSuccess && *devices == 0))
        return cuda_explain(COULOMB_ERROR_DEVICE, "there is no CUDA device");
    if (error != cudaSuccess)
        return cuda_explain(COULOMB_ERROR_DEVICE, "CUDA cannot be used: %s", cudaGetErrorString(error));
    return COULOMB_OK;
}

coulomb_status cuda_properties(int32_t number, struct cudaDeviceProp *properties)
{
    int devices = 0;
    coulomb_status status = check_driver(&devices);
    if (status != COULOMB_OK)
        return status;
    if (number < 0 || number >= devices)
        return cuda_explain(COULOMB_ERROR_ARGUMENT, "device is %d; expected 0 to %d", number, devices - 1);
    cudaError_t error = cudaGetDeviceProperties(properties, number);
    if (error != cudaSuccess)
        return cuda_explain(COULOMB_ERROR_DEVICE, "CUDA device %d cannot be used: %s", number,
                            cudaGetErrorString(error));
    return COULOMB_OK;
}

coulomb_status cuda_count(int32_t *count)
{
    int devices = 0;
    coulomb_status status = check_driver(&devices);
    *count = devices;
    return status;
}

static coulomb_status open_device(cuda_device *cuda)
{
    cudaError_t error = cudaSetDevice(cuda->ordinal);
    if (error == cudaSuccess)
        error = cudaStreamCreateWithFlags(&cuda->stream, cudaStreamNonBlocking);
    if (error == cudaSuccess)
        error = cudaMalloc(&cuda->scratch, CUDA_SCRATCH_BYTES);
    if (error == cudaSuccess) /* on this stream, which waits for no other */
        error = cudaMemsetAsync(cuda->scratch, 0, CUDA_SCRATCH_BYTES, cuda->stream);
    if (error == cudaSuccess)
        error = cuda_staging_new(cuda);
    if (error == cudaSuccess)
        return COULOMB_OK;
    (void)cudaGetLastError();
    return cuda_explain(error == cudaErrorMemoryAllocation ? COULOMB_ERROR_MEMORY : COULOMB_ERROR_DEVICE,
                        "CUDA device %d (%s) cannot be used: %s", cuda->ordinal, cuda->properties.name,
                        cudaGetErrorString(error));
}

coulomb_status cuda_start(coulomb_context *context, const device_services *services, const void *arguments,
                          device **started)
{
    int32_t number = *(const int32_t *)arguments;
    struct cudaDeviceProp properties;
    coulomb_status status = cuda_properties(number, &properties);
    if (status != COULOMB_OK)
        return status;
    if (properties.major < CAPABILITY_LEAST)
        return cuda_explain(COULOMB_ERROR_DEVICE,
                            "CUDA device %d (%s) is too old: its compute capability is %d.%d; "
                            "expected at least %d.0",
                            number, properties.name, properties.major, properties.minor, CAPABILITY_LEAST);
    cuda_device *cuda = services->memory_get(context, 1, sizeof *cuda);
    if (cuda == NULL)
        return cuda_explain(COULOMB_ERROR_MEMORY, "out of host memory");
    *cuda = (cuda_device){.base = {.table = &cuda_table, .context = context},
                          .services = services,
                          .ordinal = number,
                          .properties = properties,
                          .precision = COULOMB_PRECISION_TF32};
    status = open_device(cuda);
    if (status != COULOMB_OK) {
        cuda_free(&cuda->base);
        return status;
    }
    services->log_line(context, COULOMB_LOG_INFO, "CUDA device %d: %s, %zu MiB", number, properties.name,
                       properties.totalGlobalMem >> 20);
    *started = &cuda->base;
    return COULOMB_OK;
}

/* Whatever fails here has no one left to be told. */
void cuda_free(device *on)
{
    cuda_device *cuda = cuda_enter(on);
    if (cuda->stream != NULL)
        cudaStreamSynchronize(cuda->stream);
    if (cuda->blas != NULL)
        cublasDestroy(cuda->blas);
    if (cuda->dnn != NULL)
        cudnnDestroy(cuda->dnn);
    cudaFree(cuda->blas_workspace);
    cudaFree(cuda->scratch);
    cuda_memory_end(cuda);
    if (cuda->stream != NULL)
        cudaStreamDestroy(cuda->stream);
    (void)cudaGetLastError();
    cuda->services->memory_release(on->context, cuda);
}

/* A workspace of its own keeps cuBLAS from getting memory while work is recorded, and its results the same. */
coulomb_status cuda_start_blas(cuda_device *cuda)
{
    if (cuda->blas != NULL || cuda->failure != COULOMB_OK)
        return cuda_status(cuda);
    cublasHandle_t made = NULL;
    cublasStatus_t status = cublasCreate(&made);
    if (cudaGetLastError() == cudaErrorMemoryAllocation || status == CUBLAS_STATUS_ALLOC_FAILED) {
        if (status == CUBLAS_STATUS_SUCCESS)
            cublasDestroy(made);
        return cuda_lacks_memory(cuda, "starting cuBLAS");
    }
    if (status != CUBLAS_STATUS_SUCCESS) {
        cuda_note_blas(cuda, status, "starting cuBLAS");
        return cuda_status(cuda);
    }
    if (cuda->blas_workspace == NULL)
        cuda->blas_workspace = cuda_get(cuda, BLAS_WORKSPACE);
    if (cuda->blas_workspace == NULL) {
        cublasDestroy(made);
        return cuda->failure == COULOMB_OK ? COULOMB_ERROR_MEMORY : cuda->failure;
    }
    cuda->blas = made;
    cuda_note_blas(cuda, cublasSetStream(made, cuda->stream), "starting cuBLAS");
    cuda_note_blas(cuda, cublasSetWorkspace(made, cuda->blas_workspace, BLAS_WORKSPACE), "starting cuBLAS");
    /* Parts of a sum of bfloat16 products are float32, too. */
    cuda_note_blas(cuda, cublasSetMathMode(made, CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION), "starting cuBLAS");
    return cuda_status(cuda);
}

coulomb_status cuda_start_dnn(cuda_device *cuda)
{
    if (cuda->dnn != NULL || cuda->failure != COULOMB_OK)
        return cuda_status(cuda);
    struct cudnnContext *made = NULL;
    cudnnStatus_t status = cudnnCreate(&made);
    if (cudaGetLastError() == cudaErrorMemoryAllocation || status == CUDNN_STATUS_ALLOC_FAILED) {
        if (status == CUDNN_STATUS_SUCCESS)
            cudnnDestroy(made);
        return cuda_lacks_memory(cuda, "starting cuDNN");
    }
    cuda->dnn = made;
    if (status == CUDNN_STATUS_SUCCESS)
        status = cudnnSetStream(made, cuda->stream);
    if (status != CUDNN_STATUS_SUCCESS)
        cuda_note_text(cuda, "starting cuDNN", cudnnGetErrorString(status));
    return cuda_status(cuda);
}

int32_t cuda_get_precision(const device *on)
{
    return ((const cuda_device *)on)->precision;
}
