/* The first failure of a CUDA device. What is asked of a GPU happens later, so a failure shows in some later call; from
 * then on every call that returns a status returns this one. */
#include "cuda/cuda_device.h"

#include <stdio.h>

cuda_device *cuda_enter(device *on)
{
    cuda_device *cuda = cuda_select(on);
    cuda_flush_copies(cuda);
    return cuda;
}

cuda_device *cuda_select(device *on)
{
    cuda_device *cuda = (cuda_device *)on;
    int current = -1;
    (void)cudaGetLastError();
    if (cudaGetDevice(&current) != cudaSuccess || current != cuda->ordinal)
        cuda_note(cuda, cudaSetDevice(cuda->ordinal), "choosing the device");
    return cuda;
}

void cuda_note_text(cuda_device *cuda, const char *what, const char *why)
{
    if (cuda->failure != COULOMB_OK)
        return;
    cuda->failure = COULOMB_ERROR_DEVICE;
    snprintf(cuda->message, sizeof cuda->message, "CUDA device %d (%s) failed: %s: %s", cuda->ordinal,
             cuda->properties.name, what, why);
}

void cuda_note(cuda_device *cuda, cudaError_t error, const char *what)
{
    if (error != cudaSuccess)
        cuda_note_text(cuda, what, cudaGetErrorString(error));
}

void cuda_note_blas(cuda_device *cuda, cublasStatus_t status, const char *what)
{
    if (status != CUBLAS_STATUS_SUCCESS)
        cuda_note_text(cuda, what, cublasGetStatusString(status));
}

void cuda_launched(cuda_device *cuda, const char *what)
{
    cuda_note(cuda, cudaGetLastError(), what);
}

coulomb_status cuda_lacks_memory(cuda_device *cuda, const char *what)
{
    size_t free = 0, total = 0;
    if (cudaMemGetInfo(&free, &total) != cudaSuccess)
        free = total = 0;
    return cuda->services->fail(cuda->base.context, COULOMB_ERROR_MEMORY,
                                "CUDA device %d (%s): %s: out of memory; %zu of the device's %zu bytes are free",
                                cuda->ordinal, cuda->properties.name, what, free, total);
}

coulomb_status cuda_status(cuda_device *cuda)
{
    if (cuda->failure == COULOMB_OK)
        return COULOMB_OK;
    return cuda->services->fail(cuda->base.context, cuda->failure, "%s", cuda->message);
}
