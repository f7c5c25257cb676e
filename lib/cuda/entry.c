/* The public functions of libcoulomb-cuda. */
#include "device/entry.h"
#include "cuda/cuda_device.h"
#include "cuda/explain.h"

#include <coulomb/cuda.h>
#include <stdio.h>

static _Thread_local char message[512];

coulomb_status cuda_explain(coulomb_status code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return code;
}

const char *coulomb_cuda_error(void)
{
    return message;
}

coulomb_status coulomb_context_new_cuda(int32_t number, coulomb_context **context)
{
    if (context == NULL)
        return cuda_explain(COULOMB_ERROR_ARGUMENT, "context is NULL");
    message[0] = '\0';
    context_memory memory = {0};
    coulomb_status status = coulomb_private_context_new(&cuda_table, &number, &memory, context);
    if (status == COULOMB_OK || message[0] != '\0')
        return status;
    return status == COULOMB_ERROR_DEVICE
               ? cuda_explain(status, "libcoulomb and libcoulomb-cuda are of different releases")
               : cuda_explain(status, "out of host memory");
}

coulomb_status coulomb_cuda_device_count(int32_t *count)
{
    if (count == NULL)
        return cuda_explain(COULOMB_ERROR_ARGUMENT, "count is NULL");
    return cuda_count(count);
}

const char *coulomb_cuda_device_name(int32_t number)
{
    static _Thread_local struct cudaDeviceProp properties;
    return cuda_properties(number, &properties) == COULOMB_OK ? properties.name : NULL;
}

coulomb_status coulomb_cuda_device_memory(int32_t number, size_t *bytes)
{
    if (bytes == NULL)
        return cuda_explain(COULOMB_ERROR_ARGUMENT, "bytes is NULL");
    struct cudaDeviceProp properties;
    coulomb_status status = cuda_properties(number, &properties);
    if (status == COULOMB_OK)
        *bytes = properties.totalGlobalMem;
    return status;
}
