/* The kernel's life, its settings, and the checks its entry points share. */
#include "plummer/handle.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void end(void *object)
{
    coulomb_plummer *plummer = object;
    buffer_release(plummer->context, &plummer->sums);
    buffer_release(plummer->context, &plummer->scratch);
    buffer_release(plummer->context, &plummer->blocks);
}

coulomb_status coulomb_plummer_new(coulomb_context *context, double exponent, double epsilon, coulomb_plummer **plummer)
{
    if (context == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (plummer == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "plummer is NULL");
    *plummer = NULL;
    coulomb_status status = check_positive(context, "exponent", exponent);
    if (status == COULOMB_OK)
        status = check_positive(context, "epsilon", epsilon);
    if (status != COULOMB_OK)
        return status;
    coulomb_plummer *made = object_new(context, sizeof *made, end);
    if (made == NULL)
        return COULOMB_ERROR_MEMORY;
    made->context = context;
    made->exponent = exponent;
    made->epsilon = epsilon;
    made->self_terms = true;
    *plummer = made;
    return COULOMB_OK;
}

void coulomb_plummer_free(coulomb_plummer *plummer)
{
    object_release(plummer);
}

coulomb_status coulomb_plummer_set_exponent(coulomb_plummer *plummer, double exponent)
{
    coulomb_status status = check_idle(plummer, __func__);
    if (status == COULOMB_OK)
        status = check_positive(plummer->context, "exponent", exponent);
    if (status == COULOMB_OK)
        plummer->exponent = exponent;
    return status;
}

coulomb_status coulomb_plummer_set_epsilon(coulomb_plummer *plummer, double epsilon)
{
    coulomb_status status = check_idle(plummer, __func__);
    if (status == COULOMB_OK)
        status = check_positive(plummer->context, "epsilon", epsilon);
    if (status == COULOMB_OK)
        plummer->epsilon = epsilon;
    return status;
}

coulomb_status coulomb_plummer_set_self_terms(coulomb_plummer *plummer, int32_t keep)
{
    coulomb_status status = check_idle(plummer, __func__);
    if (status == COULOMB_OK)
        status = check_flag(plummer->context, "keep", keep);
    if (status == COULOMB_OK)
        plummer->self_terms = keep == 1;
    return status;
}

coulomb_status coulomb_plummer_get_exponent(const coulomb_plummer *plummer, double *exponent)
{
    if (plummer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (exponent == NULL)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "exponent is NULL");
    *exponent = plummer->exponent;
    return COULOMB_OK;
}

coulomb_status coulomb_plummer_get_epsilon(const coulomb_plummer *plummer, double *epsilon)
{
    if (plummer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (epsilon == NULL)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "epsilon is NULL");
    *epsilon = plummer->epsilon;
    return COULOMB_OK;
}

coulomb_status coulomb_plummer_get_self_terms(const coulomb_plummer *plummer, int32_t *keep)
{
    if (plummer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (keep == NULL)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "keep is NULL");
    *keep = plummer->self_terms;
    return COULOMB_OK;
}

coulomb_status check_idle(const coulomb_plummer *plummer, const char *caller)
{
    if (plummer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (plummer->busy)
        return fail(plummer->context, COULOMB_ERROR_STATE, "%s was called from a callback of the same handle", caller);
    return COULOMB_OK;
}

coulomb_status check_dimension(const coulomb_plummer *plummer, size_t dimension)
{
    if (dimension >= 1 && dimension <= DIMENSION_MOST)
        return COULOMB_OK;
    return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "dimension is %zu; expected 1 to %d", dimension,
                DIMENSION_MOST);
}

coulomb_status check_array(const coulomb_plummer *plummer, const char *name, const float *values, size_t count,
                           size_t dimension)
{
    if (values == NULL && count > 0)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "%s is NULL; expected %zu points", name, count);
    char counted[32];
    snprintf(counted, sizeof counted, "n_%s", name);
    return check_count(plummer->context, counted, count, 0, dimension);
}

enum { SCAN_PIECES = 64, SCAN_LEAST = 65536 };

typedef struct scan {
    const kernels *kernels;
    const float *values;
    size_t count, piece;
    float largest[SCAN_PIECES];
} scan;

static void scan_piece(void *work, size_t piece, size_t worker)
{
    (void)worker;
    scan *all = work;
    size_t first = piece * all->piece, rest = all->count - first;
    all->largest[piece] = all->kernels->distances->largest(rest < all->piece ? rest : all->piece, all->values + first);
}

coulomb_status check_values(const coulomb_plummer *plummer, const point_set *set, size_t first, size_t dimension,
                            float *largest)
{
    scan all = {.kernels = context_kernels(plummer->context), .values = set->values, .count = set->count * dimension};
    all.piece = piece_count(all.count, SCAN_PIECES);
    all.piece = all.piece < SCAN_LEAST ? SCAN_LEAST : all.piece;
    size_t pieces = piece_count(all.count, all.piece);
    run_pieces(plummer->context, pieces, scan_piece, &all);
    for (size_t i = 0; i < pieces; i++) {
        if (!isfinite(all.largest[i])) {
            size_t index = first_not_finite(set->values, all.count);
            float value = set->values[index];
            return fail(plummer->context, COULOMB_ERROR_NOT_FINITE,
                        "%s value %zu (%s %zu, coordinate %zu) is %s; expected finite numbers", set->name,
                        first * dimension + index, set->item, first + index / dimension, index % dimension,
                        isnan(value)   ? "nan"
                        : value > 0.0f ? "inf"
                                       : "-inf");
        }
        *largest = all.largest[i] > *largest ? all.largest[i] : *largest;
    }
    return COULOMB_OK;
}

coulomb_status check_set(const coulomb_plummer *plummer, const point_set *set, size_t dimension, float *largest)
{
    coulomb_status status = check_array(plummer, set->name, set->values, set->count, dimension);
    return status == COULOMB_OK ? check_values(plummer, set, 0, dimension, largest) : status;
}

coulomb_status check_own_count(const coulomb_plummer *plummer, const char *name, size_t count)
{
    if (count == 0)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "n_%s is 0; expected at least 1", name);
    if (count == 1 && !plummer->self_terms)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "n_%s is 1; expected at least 2 without self-terms",
                    name);
    return COULOMB_OK;
}

coulomb_status plummer_read(coulomb_plummer *plummer, coulomb_points_callback *read, void *user,
                            const char *callback_name, const char *name, size_t dimension, size_t first, size_t count,
                            float *points, float *largest)
{
    memset(points, 0xff, count * dimension * sizeof *points); /* NaN: what the callback leaves out is noticed */
    plummer->busy = true;
    context_enter(plummer->context);
    coulomb_status status = read(user, first, count, points);
    context_leave(plummer->context);
    plummer->busy = false;
    if (status != COULOMB_OK)
        return callback_status(plummer->context, status, callback_name);
    return check_values(plummer, &(point_set){name, "sample", points, count}, first, dimension, largest);
}
