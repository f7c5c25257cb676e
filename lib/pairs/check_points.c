/* Points must be finite: a term that is not would be in every sum. */
#include "pairs/pairs.h"

coulomb_status check_points_finite(coulomb_context *context, const point_set *set, size_t first, size_t dimension,
                                   float *largest)
{
    size_t count = set->count * dimension, index = find_not_finite(context, set->values, count, largest);
    if (index == count)
        return COULOMB_OK;
    return fail(context, COULOMB_ERROR_NOT_FINITE,
                "%s value %zu (%s %zu, coordinate %zu) is %s; expected finite numbers", set->name,
                first * dimension + index, set->item, first + index / dimension, index % dimension,
                name_not_finite(set->values[index]));
}
