/* Checks of values that come in from callers. */
#include "base/base.h"

#include <math.h>

const char *name_not_finite(float value)
{
    return isnan(value) ? "nan" : value > 0.0f ? "inf" : "-inf";
}

coulomb_status check_positive(coulomb_context *context, const char *name, double value)
{
    if (isfinite(value) && value > 0.0)
        return COULOMB_OK;
    return fail(context, COULOMB_ERROR_ARGUMENT, "%s is %g; expected a finite number above 0", name, value);
}

coulomb_status check_not_negative(coulomb_context *context, const char *name, double value)
{
    if (isfinite(value) && value >= 0.0)
        return COULOMB_OK;
    return fail(context, COULOMB_ERROR_ARGUMENT, "%s is %g; expected a finite number of at least 0", name, value);
}

coulomb_status check_flag(coulomb_context *context, const char *name, int32_t value)
{
    if (value == 0 || value == 1)
        return COULOMB_OK;
    return fail(context, COULOMB_ERROR_ARGUMENT, "%s is %d; expected 0 or 1", name, (int)value);
}

coulomb_status check_count(coulomb_context *context, const char *name, size_t count, size_t least, size_t values)
{
    size_t most = PTRDIFF_MAX / sizeof(float) / (values == 0 ? 1 : values);
    if (count >= least && count <= most)
        return COULOMB_OK;
    return fail(context, COULOMB_ERROR_ARGUMENT, "%s is %zu; expected %zu to %zu", name, count, least, most);
}

coulomb_status check_context(coulomb_context *context, const char *name, const coulomb_context *owner)
{
    if (owner == context)
        return COULOMB_OK;
    return fail(context, COULOMB_ERROR_ARGUMENT, "the %s belongs to another context; expected the same one", name);
}
