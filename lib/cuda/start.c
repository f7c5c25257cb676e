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
    if (error == cudaSuccess)
        error = cudaMemset(cuda->scratch, 0, CUDA_SCRATCH_BYTES);
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
cublasHandle_t cuda_blas(cuda_device *cuda)
{
    if (cuda->blas != NULL || cuda->failure != COULOMB_OK)
        return cuda->blas;
    cublasHandle_t made = NULL;
    cuda_note_blas(cuda, cublasCreate(&made), "starting cuBLAS");
    if (made == NULL)
        return NULL;
    cuda_note(cuda, cudaMalloc(&cuda->blas_workspace, BLAS_WORKSPACE), "getting memory for cuBLAS");
    cuda_note_blas(cuda, cublasSetStream(made, cuda->stream), "starting cuBLAS");
    if (cuda->failure == COULOMB_OK)
        cuda_note_blas(cuda, cublasSetWorkspace(made, cuda->blas_workspace, BLAS_WORKSPACE), "starting cuBLAS");
    cuda->blas = made;
    return cuda->failure == COULOMB_OK ? made : NULL;
}

struct cudnnContext *cuda_dnn(cuda_device *cuda)
{
    if (cuda->dnn != NULL || cuda->failure != COULOMB_OK)
        return cuda->dnn;
    cudnnStatus_t status = cudnnCreate(&cuda->dnn);
    if (status == CUDNN_STATUS_SUCCESS)
        status = cudnnSetStream(cuda->dnn, cuda->stream);
    if (status != CUDNN_STATUS_SUCCESS)
        cuda_note_text(cuda, "starting cuDNN", cudnnGetErrorString(status));
    return cuda->failure == COULOMB_OK ? cuda->dnn : NULL;
}

int32_t cuda_get_precision(const device *on)
{
    return ((const cuda_device *)on)->precision;
}
