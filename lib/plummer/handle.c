/* The kernel's life, and the checks its entry points share. */
#include "plummer/handle.h"

#include <stdio.h>
#include <string.h>

static void end(void *object)
{
    coulomb_plummer *plummer = object;
    device *on = context_device(plummer->context);
    if (plummer->pairs != NULL)
        on->table->pairs_free(plummer->pairs);
    call_memory_release(on, &plummer->call_memory);
    pair_workspace_release(plummer->context, &plummer->workspace);
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
    made->kernel = (potential_kernel){
        .kind = COULOMB_KERNEL_PLUMMER, .exponent = exponent, .epsilons = 1, .epsilon = {epsilon}, .self_terms = true};
    device *on = context_device(context);
    made->pairs = on->table->pairs_new(on);
    if (made->pairs == NULL) {
        object_release(made);
        return COULOMB_ERROR_MEMORY;
    }
    *plummer = made;
    return COULOMB_OK;
}

void coulomb_plummer_free(coulomb_plummer *plummer)
{
    object_release(plummer);
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

coulomb_status check_set(const coulomb_plummer *plummer, const point_set *set, size_t dimension, float *largest)
{
    coulomb_status status = check_array(plummer, set->name, set->values, set->count, dimension);
    return status == COULOMB_OK ? check_points_finite(plummer->context, set, 0, dimension, largest) : status;
}

coulomb_status check_own_count(const coulomb_plummer *plummer, const char *name, size_t count)
{
    if (count == 0)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "n_%s is 0; expected at least 1", name);
    if (count == 1 && !plummer->kernel.self_terms)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "n_%s is 1; expected at least 2 without self-terms",
                    name);
    return COULOMB_OK;
}

coulomb_status plummer_check_batch(const coulomb_plummer *plummer, const charge_batch *batch)
{
    coulomb_status status = check_dimension(plummer, batch->dimension);
    if (status == COULOMB_OK)
        status = check_own_count(plummer, "model", batch->n_model);
    return status == COULOMB_OK ? check_own_count(plummer, "target", batch->n_target) : status;
}

device_pairs *plummer_pairs(const coulomb_plummer *plummer)
{
    return plummer->pairs;
}

device_kernel plummer_device_kernel(const coulomb_plummer *plummer, const double *epsilon)
{
    return (device_kernel){.kind = plummer->kernel.kind,
                           .exponent = plummer->kernel.exponent,
                           .self_terms = plummer->kernel.self_terms,
                           .epsilons = plummer->kernel.epsilons,
                           .epsilon = epsilon};
}

kernel_text plummer_print(const coulomb_plummer *plummer)
{
    return kernel_print(&plummer->kernel);
}

coulomb_status plummer_read(coulomb_plummer *plummer, const point_stream *stream, size_t dimension, size_t first,
                            size_t count, float *points, float *largest)
{
    memset(points, 0xff, count * dimension * sizeof *points); /* NaN: what the callback leaves out is noticed */
    plummer->busy = true;
    context_enter(plummer->context);
    coulomb_status status = stream->read(stream->user, first, count, points);
    context_leave(plummer->context);
    plummer->busy = false;
    if (status != COULOMB_OK)
        return callback_status(plummer->context, status, stream->name);
    return check_points_finite(plummer->context, &(point_set){stream->name, "sample", points, count}, first, dimension,
                               largest);
}
