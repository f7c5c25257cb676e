/* See input.h. */
#include "metrics/input.h"

#include <string.h>

coulomb_status input_check(coulomb_context *context, const input_points *input, const float *points, float *largest)
{
    size_t dimension = input->dimension, count = input->count;
    coulomb_status status = check_count(context, "the number of points", count, 0, dimension);
    if (status != COULOMB_OK)
        return status;
    if (points == NULL && count > 0)
        return fail(context, COULOMB_ERROR_ARGUMENT, "the array is NULL; expected %zu vectors (%s) of %zu values",
                    count, input->name, dimension);
    size_t values = count * dimension, index = find_not_finite(context, points, values, largest);
    if (index < values)
        return fail(context, COULOMB_ERROR_NOT_FINITE, "%s %zu: value %zu is %s; expected finite numbers", input->name,
                    input->first + index / dimension, index % dimension, name_not_finite(points[index]));
    return COULOMB_OK;
}

coulomb_status input_read(coulomb_context *context, const input_points *input, coulomb_points_callback *read,
                          void *user, float *points, float *largest)
{
    memset(points, 0xff, input->count * input->dimension * sizeof *points); /* NaN: what is left out is noticed */
    context_enter(context);
    coulomb_status status = read(user, input->first, input->count, points);
    context_leave(context);
    if (status != COULOMB_OK)
        return callback_status(context, status, input->name);
    return input_check(context, input, points, largest);
}
