/* Potential, field and energy of the caller's arrays: checked here, summed by the device. */
#include "plummer/handle.h"

static const device_table *table_of(const coulomb_plummer *plummer)
{
    return context_device(plummer->context)->table;
}

/* --- at points --- */

/* What acts, where, and where the results go; `field` may be NULL. */
typedef struct point_query {
    size_t dimension;
    point_set at, model, target;
    float *field, *potential;
} point_query;

static point_query make_query(size_t dimension, const float *at, size_t n_at, const float *model, size_t n_model,
                              const float *target, size_t n_target)
{
    return (point_query){.dimension = dimension,
                         .at = {"at", "point", at, n_at},
                         .model = {"model", "sample", model, n_model},
                         .target = {"target", "sample", target, n_target}};
}

static coulomb_status answer(coulomb_plummer *plummer, const point_query *query)
{
    float largest = 0.0f;
    coulomb_status status = check_dimension(plummer, query->dimension);
    if (status == COULOMB_OK)
        status = check_set(plummer, &query->at, query->dimension, &largest);
    if (status == COULOMB_OK)
        status = check_set(plummer, &query->model, query->dimension, &largest);
    if (status == COULOMB_OK)
        status = check_set(plummer, &query->target, query->dimension, &largest);
    if (status != COULOMB_OK)
        return status;
    size_t dimension = query->dimension, n_at = query->at.count;
    device_call call;
    call_begin(&call, plummer);
    charge_batch charges = {.dimension = dimension,
                            .model = call_set(&call, query->model.values, query->model.count, dimension),
                            .target = call_set(&call, query->target.values, query->target.count, dimension),
                            .n_model = query->model.count,
                            .n_target = query->target.count,
                            .bounded = true,
                            .largest = largest};
    const float *at = call_set(&call, query->at.values, n_at, dimension);
    float *potential = call_result_for(
        &call, (call_result){.name = "potential", .host = query->potential, .count = n_at, .size = sizeof(float)});
    float *field = call_result_for(
        &call, (call_result){.name = "field", .host = query->field, .count = n_at * dimension, .size = sizeof(float)});
    if (call.status == COULOMB_OK)
        call.status =
            table_of(plummer)->potentials_at(plummer->pairs, &call.kernel, &charges, at, n_at, field, potential);
    return call_end(&call);
}

coulomb_status coulomb_plummer_potential(coulomb_plummer *plummer, size_t dimension, const float *at, size_t n_at,
                                         const float *model, size_t n_model, const float *target, size_t n_target,
                                         float *potential)
{
    coulomb_status status = check_idle(plummer, __func__);
    if (status != COULOMB_OK)
        return status;
    if (potential == NULL && n_at > 0)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "potential is NULL; expected an array of %zu values",
                    n_at);
    point_query query = make_query(dimension, at, n_at, model, n_model, target, n_target);
    query.potential = potential;
    return answer(plummer, &query);
}

coulomb_status coulomb_plummer_field(coulomb_plummer *plummer, size_t dimension, const float *at, size_t n_at,
                                     const float *model, size_t n_model, const float *target, size_t n_target,
                                     float *field, float *potential)
{
    coulomb_status status = check_idle(plummer, __func__);
    if (status != COULOMB_OK)
        return status;
    if (field == NULL && n_at > 0)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "field is NULL; expected an array of %zu points", n_at);
    point_query query = make_query(dimension, at, n_at, model, n_model, target, n_target);
    query.field = field;
    query.potential = potential;
    return answer(plummer, &query);
}

/* --- at the samples themselves --- */

static coulomb_status check_batch(const coulomb_plummer *plummer, charge_batch *batch)
{
    const point_set model = {"model", "sample", batch->model, batch->n_model};
    const point_set target = {"target", "sample", batch->target, batch->n_target};
    coulomb_status status = plummer_check_batch(plummer, batch);
    if (status == COULOMB_OK)
        status = check_set(plummer, &model, batch->dimension, &batch->largest);
    return status == COULOMB_OK ? check_set(plummer, &target, batch->dimension, &batch->largest) : status;
}

/* `batch` has the caller's arrays. */
static coulomb_status sum_batch(coulomb_plummer *plummer, charge_batch *batch, float *potential_model,
                                float *potential_target, double *energy)
{
    device_call call;
    call_begin(&call, plummer);
    batch->model = call_set(&call, batch->model, batch->n_model, batch->dimension);
    batch->target = call_set(&call, batch->target, batch->n_target, batch->dimension);
    float *at_model = call_result_for(
        &call, (call_result){
                   .name = "potential_model", .host = potential_model, .count = batch->n_model, .size = sizeof(float)});
    float *at_target = call_result_for(&call, (call_result){.name = "potential_target",
                                                            .host = potential_target,
                                                            .count = batch->n_target,
                                                            .size = sizeof(float)});
    double *found =
        call_result_for(&call, (call_result){.name = "energy", .host = energy, .count = 1, .size = sizeof(double)});
    if (call.status == COULOMB_OK)
        call.status = table_of(plummer)->potentials(plummer->pairs, &call.kernel, batch, at_model, at_target, found);
    return call_end(&call);
}

coulomb_status coulomb_plummer_batch(coulomb_plummer *plummer, size_t dimension, const float *model, size_t n_model,
                                     const float *target, size_t n_target, float *potential_model,
                                     float *potential_target, double *energy)
{
    coulomb_status status = check_idle(plummer, __func__);
    if (status != COULOMB_OK)
        return status;
    if (potential_model == NULL && potential_target == NULL && energy == NULL)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT,
                    "potential_model, potential_target and energy are all NULL; expected one of them");
    charge_batch all = {.dimension = dimension,
                        .model = model,
                        .target = target,
                        .n_model = n_model,
                        .n_target = n_target,
                        .at_model = n_model,
                        .at_target = n_target,
                        .bounded = true};
    status = check_batch(plummer, &all);
    if (status != COULOMB_OK)
        return status;
    return sum_batch(plummer, &all, potential_model, potential_target, energy);
}

coulomb_status coulomb_plummer_energy(coulomb_plummer *plummer, size_t dimension, const float *model, size_t n_model,
                                      const float *target, size_t n_target, double *energy)
{
    coulomb_status status = check_idle(plummer, __func__);
    if (status != COULOMB_OK)
        return status;
    if (energy == NULL)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "energy is NULL");
    return coulomb_plummer_batch(plummer, dimension, model, n_model, target, n_target, NULL, NULL, energy);
}
