/* The most similar pairs within one set of samples. */
#include <coulomb/neighbours.h>

#include "metrics/input.h"
#include "metrics/search.h"

#include <math.h>

enum { DIMENSION_MOST = 200000 };

static coulomb_status check_numbers(coulomb_context *context, size_t dimension, size_t count, size_t pairs)
{
    if (dimension < 1 || dimension > DIMENSION_MOST)
        return fail(context, COULOMB_ERROR_ARGUMENT, "dimension is %zu; expected 1 to %d", dimension, DIMENSION_MOST);
    if (count < 2 || count > UINT32_MAX)
        return fail(context, COULOMB_ERROR_ARGUMENT, "count is %zu; expected 2 to %lu", count,
                    (unsigned long)UINT32_MAX);
    uint64_t most = (uint64_t)count * (count - 1) / 2;
    if (pairs < 1 || pairs > most)
        return fail(context, COULOMB_ERROR_ARGUMENT, "pairs is %zu; expected 1 to %llu, all pairs of %zu samples",
                    pairs, (unsigned long long)most, count);
    return COULOMB_OK;
}

static void give(const candidates *found, size_t *indices, double *distances)
{
    for (size_t i = 0; i < found->count; i++) {
        indices[2 * i] = found->held[i].row;
        indices[2 * i + 1] = found->held[i].column;
        if (distances != NULL)
            distances[i] = sqrt(found->held[i].square);
    }
}

coulomb_status coulomb_closest_pairs(coulomb_context *context, size_t dimension, const float *samples, size_t count,
                                     size_t pairs, size_t *indices, double *distances)
{
    if (context == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (samples == NULL || indices == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "%s is NULL", samples == NULL ? "samples" : "indices");
    coulomb_status status = check_numbers(context, dimension, count, pairs);
    search all = {.context = context,
                  .dimension = dimension,
                  .rows = samples,
                  .columns = samples,
                  .n_rows = count,
                  .n_columns = count,
                  .own = true,
                  .most = pairs};
    if (status == COULOMB_OK)
        status = input_check(context, &(input_points){"sample", dimension, 0, count}, samples, &all.largest);
    if (status == COULOMB_OK)
        status = search_begin(&all);
    if (status == COULOMB_OK) {
        search_run(&all);
        search_finish(&all);
        give(&all.lists[0], indices, distances);
    }
    search_release(&all);
    return status;
}
