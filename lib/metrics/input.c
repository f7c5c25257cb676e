/* See input.h. */
#include "metrics/input.h"

#include <string.h>

coulomb_status input_check(coulomb_context *context, const char *name, size_t dimension, const float *points,
                           size_t first, size_t count, float *largest)
{
    coulomb_status status = check_count(context, "the number of points", count, 0, dimension);
    if (status != COULOMB_OK)
        return status;
    if (points == NULL && count > 0)
        return fail(context, COULOMB_ERROR_ARGUMENT, "the array is NULL; expected %zu vectors (%s) of %zu values",
                    count, name, dimension);
    size_t values = count * dimension, index = find_not_finite(context, points, values, largest);
    if (index < values)
        return fail(context, COULOMB_ERROR_NOT_FINITE, "%s %zu: value %zu is %s; expected finite numbers", name,
                    first + index / dimension, index % dimension, name_not_finite(points[index]));
    return COULOMB_OK;
}

coulomb_status input_read(coulomb_context *context, const char *name, coulomb_points_callback *read, void *user,
                          size_t dimension, size_t first, size_t count, float *points, float *largest)
{
    memset(points, 0xff, count * dimension * sizeof *points); /* NaN: what the callback leaves out is noticed */
    context_enter(context);
    coulomb_status status = read(user, first, count, points);
    context_leave(context);
    if (status != COULOMB_OK)
        return callback_status(context, status, name);
    return input_check(context, name, dimension, points, first, count, largest);
}
