/* See input.h. */
#include "metrics/input.h"

#include "kernels/kernels.h"

#include <math.h>
#include <string.h>

enum { SCAN_PIECES = 64, SCAN_LEAST = 65536 };

typedef struct scan {
    const kernels *kernels;
    const float *values;
    size_t count, piece;
    float largest[SCAN_PIECES]; /* of each piece; not finite if a value is not */
} scan;

static void scan_piece(void *work, size_t piece, size_t worker)
{
    (void)worker;
    scan *all = work;
    size_t first = piece * all->piece, rest = all->count - first;
    all->largest[piece] = all->kernels->distances->largest(rest < all->piece ? rest : all->piece, all->values + first);
}

/* Index of the first value that is not finite, or `count`. */
static size_t find_not_finite(coulomb_context *context, const float *values, size_t count, float *largest)
{
    scan all = {.kernels = context_kernels(context), .values = values, .count = count};
    all.piece = piece_count(count, SCAN_PIECES);
    all.piece = all.piece < SCAN_LEAST ? SCAN_LEAST : all.piece;
    size_t pieces = piece_count(count, all.piece);
    run_pieces(context, pieces, scan_piece, &all);
    for (size_t i = 0; i < pieces; i++) {
        if (!isfinite(all.largest[i]))
            return i * all.piece + first_not_finite(values + i * all.piece, count - i * all.piece);
        if (largest != NULL && all.largest[i] > *largest)
            *largest = all.largest[i];
    }
    return count;
}

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
                    first + index / dimension, index % dimension,
                    isnan(points[index])   ? "nan"
                    : points[index] > 0.0f ? "inf"
                                           : "-inf");
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
