/* In the place of libcoulomb-cuda where there is no GPU: two devices that are the CPU. With the variable STUB_ERROR
 * there is none, and that is the error message. */
#include <coulomb/cuda.h>
#include <stdio.h>
#include <stdlib.h>

enum { DEVICES = 2 };

static char message[128];

coulomb_status coulomb_context_new_cuda(int32_t device, coulomb_context **context)
{
    const char *error = getenv("STUB_ERROR");
    *context = NULL;
    if (error) {
        snprintf(message, sizeof message, "%s", error);
        return COULOMB_ERROR_DEVICE;
    }
    if (device < 0 || device >= DEVICES) {
        snprintf(message, sizeof message, "device is %d; expected 0 to %d", (int)device, DEVICES - 1);
        return COULOMB_ERROR_ARGUMENT;
    }
    return coulomb_context_new(context);
}

const char *coulomb_cuda_device_name(int32_t device)
{
    return device == 0 ? "the first stub" : "the second stub";
}

coulomb_status coulomb_cuda_device_memory(int32_t device, size_t *bytes)
{
    *bytes = (size_t)(device + 1) << 20;
    return COULOMB_OK;
}

coulomb_status coulomb_cuda_device_count(int32_t *count)
{
    *count = DEVICES;
    return COULOMB_OK;
}

const char *coulomb_cuda_error(void)
{
    return message;
}
