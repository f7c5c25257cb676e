/* Potential and field at arbitrary points. */
#include "plummer/plummer.h"
#include "plummer/results.h"

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

static coulomb_status answer(coulomb_plummer *plummer, const point_query *query, float largest)
{
    const point_set *at = &query->at, *model = &query->model, *target = &query->target;
    pair_sums sums;
    sums_begin(&sums, plummer, query->dimension);
    sums.with_fields = query->field != NULL;
    size_t pull = sums_add(&sums, JOB_ROWS, at->values, at->count, target->values, target->count);
    size_t push = sums_add(&sums, JOB_ROWS, at->values, at->count, model->values, model->count);
    coulomb_status status = sums_reserve(&sums);
    if (status == COULOMB_OK)
        status = sums_run(&sums, largest);
    if (status != COULOMB_OK)
        return status;
    sums_finish(&sums);
    return give_at_points(&sums, pull, target->count, push, model->count, query->field, query->potential);
}

static coulomb_status check_and_answer(coulomb_plummer *plummer, const point_query *query)
{
    float largest = 0.0f;
    coulomb_status status = check_dimension(plummer, query->dimension);
    if (status == COULOMB_OK)
        status = check_set(plummer, &query->at, query->dimension, &largest);
    if (status == COULOMB_OK)
        status = check_set(plummer, &query->model, query->dimension, &largest);
    if (status == COULOMB_OK)
        status = check_set(plummer, &query->target, query->dimension, &largest);
    return status == COULOMB_OK ? answer(plummer, query, largest) : status;
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
    return check_and_answer(plummer, &query);
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
    return check_and_answer(plummer, &query);
}

coulomb_status plummer_potentials_at(coulomb_plummer *plummer, const charge_batch *batch, float largest,
                                     const float *at, size_t n_at, float *potential)
{
    point_query query =
        make_query(batch->dimension, at, n_at, batch->model, batch->n_model, batch->target, batch->n_target);
    query.potential = potential;
    coulomb_status status = check_set(plummer, &query.at, query.dimension, &largest);
    return status == COULOMB_OK ? answer(plummer, &query, largest) : status;
}
