/* Potential and field at arbitrary points. */
#include "plummer/results.h"

static coulomb_status at_points(coulomb_plummer *plummer, size_t dimension, const point_set *at, const point_set *model,
                                const point_set *target, float *field, float *potential)
{
    float largest = 0.0f;
    coulomb_status status = check_dimension(plummer, dimension);
    if (status == COULOMB_OK)
        status = check_set(plummer, at, dimension, &largest);
    if (status == COULOMB_OK)
        status = check_set(plummer, model, dimension, &largest);
    if (status == COULOMB_OK)
        status = check_set(plummer, target, dimension, &largest);
    if (status != COULOMB_OK)
        return status;
    pair_sums sums;
    sums_begin(&sums, plummer, dimension);
    sums.with_fields = field != NULL;
    size_t pull = sums_add(&sums, JOB_ROWS, at->values, at->count, target->values, target->count);
    size_t push = sums_add(&sums, JOB_ROWS, at->values, at->count, model->values, model->count);
    status = sums_reserve(&sums);
    if (status == COULOMB_OK)
        status = sums_run(&sums, largest);
    if (status != COULOMB_OK)
        return status;
    sums_finish(&sums);
    return give_at_points(&sums, pull, target->count, push, model->count, field, potential);
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
    return at_points(plummer, dimension, &(point_set){"at", "point", at, n_at},
                     &(point_set){"model", "sample", model, n_model},
                     &(point_set){"target", "sample", target, n_target}, NULL, potential);
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
    return at_points(plummer, dimension, &(point_set){"at", "point", at, n_at},
                     &(point_set){"model", "sample", model, n_model},
                     &(point_set){"target", "sample", target, n_target}, field, potential);
}
