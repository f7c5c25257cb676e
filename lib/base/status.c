/* Names of the status codes, and what this library is. */
#include "base/base.h"

#include <coulomb/version.h>
#include <string.h>

const char *coulomb_status_name(coulomb_status status)
{
    if (status >= COULOMB_CALLER_FIRST && status <= COULOMB_CALLER_LAST)
        return "caller's code";
    switch (status) {
    case COULOMB_OK:
        return "COULOMB_OK";
    case COULOMB_ERROR_ARGUMENT:
        return "COULOMB_ERROR_ARGUMENT";
    case COULOMB_ERROR_SHAPE:
        return "COULOMB_ERROR_SHAPE";
    case COULOMB_ERROR_NOT_FOUND:
        return "COULOMB_ERROR_NOT_FOUND";
    case COULOMB_ERROR_MEMORY:
        return "COULOMB_ERROR_MEMORY";
    case COULOMB_ERROR_NOT_FINITE:
        return "COULOMB_ERROR_NOT_FINITE";
    case COULOMB_ERROR_STATE:
        return "COULOMB_ERROR_STATE";
    case COULOMB_ERROR_FILE:
        return "COULOMB_ERROR_FILE";
    case COULOMB_ERROR_FORMAT:
        return "COULOMB_ERROR_FORMAT";
    case COULOMB_ERROR_MISMATCH:
        return "COULOMB_ERROR_MISMATCH";
    case COULOMB_ERROR_CALLBACK:
        return "COULOMB_ERROR_CALLBACK";
    case COULOMB_ERROR_THREAD:
        return "COULOMB_ERROR_THREAD";
    case COULOMB_ERROR_DEVICE:
        return "COULOMB_ERROR_DEVICE";
    case COULOMB_ERROR_PROCESS:
        return "COULOMB_ERROR_PROCESS";
    default:
        return "unknown status";
    }
}

coulomb_status callback_status(coulomb_context *context, coulomb_status returned, const char *name)
{
    if (returned == COULOMB_OK)
        return COULOMB_OK;
    if (returned >= COULOMB_CALLER_FIRST && returned <= COULOMB_CALLER_LAST)
        return fail(context, returned, "the %s callback returned %d", name, (int)returned);
    return fail(context, COULOMB_ERROR_CALLBACK, "the %s callback returned %d; expected 0 or %d to %d", name,
                (int)returned, COULOMB_CALLER_FIRST, COULOMB_CALLER_LAST);
}

uint32_t coulomb_version(void)
{
    return COULOMB_VERSION;
}

const char *coulomb_version_string(void)
{
    return COULOMB_RELEASE;
}

uint32_t coulomb_abi_version(void)
{
    return COULOMB_ABI;
}

int32_t coulomb_has_feature(const char *name)
{
    if (name == NULL)
        return 0;
    return (strcmp(name, "openblas") == 0 && blas_is_openblas()) || kernels_named(name) != NULL;
}
