/* Potentials at the samples themselves, and the energy: pairs are computed once and used at both ends. */
#include "plummer/plummer.h"
#include "plummer/results.h"

typedef struct batch_input {
    size_t dimension;
    const float *model, *target;
    size_t n_model, n_target;
    size_t at_model, at_target; /* potentials at this many of the first samples */
} batch_input;

static coulomb_status check_batch(const coulomb_plummer *plummer, const batch_input *batch, float *largest)
{
    point_set model = {"model", "sample", batch->model, batch->n_model};
    point_set target = {"target", "sample", batch->target, batch->n_target};
    coulomb_status status = check_dimension(plummer, batch->dimension);
    if (status == COULOMB_OK)
        status = check_own_count(plummer, "model", batch->n_model);
    if (status == COULOMB_OK)
        status = check_own_count(plummer, "target", batch->n_target);
    if (status == COULOMB_OK)
        status = check_set(plummer, &model, batch->dimension, largest);
    if (status == COULOMB_OK)
        status = check_set(plummer, &target, batch->dimension, largest);
    return status;
}

/* Jobs of a batch, in this order; the last four only where there are charges beyond the first samples. */
enum { MODEL_OWN, TARGET_OWN, CROSS, MODEL_REST, TARGET_REST, MODEL_BY_TARGET_REST, TARGET_BY_MODEL_REST };

static coulomb_status sum_batch(pair_sums *sums, coulomb_plummer *plummer, const batch_input *batch, float largest)
{
    const float *model = batch->model, *target = batch->target;
    size_t at_model = batch->at_model, at_target = batch->at_target;
    size_t model_rest = batch->n_model - at_model, target_rest = batch->n_target - at_target;
    job_kind own = plummer->self_terms ? JOB_OWN : JOB_OTHERS;
    sums_begin(sums, plummer, batch->dimension);
    sums_add(sums, own, model, at_model, model, at_model);
    sums_add(sums, own, target, at_target, target, at_target);
    sums_add(sums, JOB_BOTH, model, at_model, target, at_target);
    if (model_rest > 0 || target_rest > 0) {
        const float *beyond_model = model + at_model * batch->dimension;
        const float *beyond_target = target + at_target * batch->dimension;
        sums_add(sums, JOB_ROWS, model, at_model, beyond_model, model_rest);
        sums_add(sums, JOB_ROWS, target, at_target, beyond_target, target_rest);
        sums_add(sums, JOB_ROWS, model, at_model, beyond_target, target_rest);
        sums_add(sums, JOB_ROWS, target, at_target, beyond_model, model_rest);
    }
    coulomb_status status = sums_reserve(sums);
    if (status == COULOMB_OK)
        status = sums_run(sums, largest);
    if (status == COULOMB_OK)
        sums_finish(sums);
    return status;
}

/* A sample's own set is one smaller when its own charge is left out. */
static size_t own_count(const coulomb_plummer *plummer, size_t n)
{
    return plummer->self_terms ? n : n - 1;
}

static charge_balance at_model(const pair_sums *sums, const batch_input *batch, float *result)
{
    const pair_job *jobs = sums->jobs;
    bool rest = sums->n_jobs > MODEL_REST;
    return (charge_balance){
        .name = "potential_model",
        .target = jobs[CROSS].row_sums,
        .target_rest = rest ? jobs[MODEL_BY_TARGET_REST].row_sums : NULL,
        .model = jobs[MODEL_OWN].row_sums,
        .model_rest = rest ? jobs[MODEL_REST].row_sums : NULL,
        .n_target = batch->n_target,
        .n_model = own_count(sums->plummer, batch->n_model),
        .count = batch->at_model,
        .result = result,
    };
}

static charge_balance at_target(const pair_sums *sums, const batch_input *batch, float *result)
{
    const pair_job *jobs = sums->jobs;
    bool rest = sums->n_jobs > MODEL_REST;
    return (charge_balance){
        .name = "potential_target",
        .target = jobs[TARGET_OWN].row_sums,
        .target_rest = rest ? jobs[TARGET_REST].row_sums : NULL,
        .model = jobs[CROSS].column_sums,
        .model_rest = rest ? jobs[TARGET_BY_MODEL_REST].row_sums : NULL,
        .n_target = own_count(sums->plummer, batch->n_target),
        .n_model = batch->n_model,
        .count = batch->at_target,
        .result = result,
    };
}

static coulomb_status give_potentials(const coulomb_plummer *plummer, const charge_balance *model,
                                      const charge_balance *target)
{
    coulomb_status status = balance_take(plummer, model);
    if (status == COULOMB_OK)
        status = balance_take(plummer, target);
    if (status != COULOMB_OK)
        return status;
    balance_store(model);
    balance_store(target);
    return COULOMB_OK;
}

static coulomb_status run_batch(coulomb_plummer *plummer, const batch_input *batch, float *potential_model,
                                float *potential_target, double *energy)
{
    float largest = 0.0f;
    double found = 0.0;
    pair_sums sums;
    coulomb_status status = check_batch(plummer, batch, &largest);
    if (status == COULOMB_OK)
        status = sum_batch(&sums, plummer, batch, largest);
    if (status == COULOMB_OK && energy != NULL) {
        pair_totals totals = {job_total(&sums.jobs[MODEL_OWN]), job_total(&sums.jobs[TARGET_OWN]),
                              job_total(&sums.jobs[CROSS])};
        status = give_energy(plummer, totals, batch->n_model, batch->n_target, &found);
    }
    if (status != COULOMB_OK)
        return status;
    charge_balance model = at_model(&sums, batch, potential_model), target = at_target(&sums, batch, potential_target);
    status = give_potentials(plummer, &model, &target);
    if (status == COULOMB_OK && energy != NULL)
        *energy = found;
    return status;
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
    batch_input all = {dimension, model, target, n_model, n_target, n_model, n_target};
    return run_batch(plummer, &all, potential_model, potential_target, energy);
}

coulomb_status coulomb_plummer_energy(coulomb_plummer *plummer, size_t dimension, const float *model, size_t n_model,
                                      const float *target, size_t n_target, double *energy)
{
    coulomb_status status = check_idle(plummer, __func__);
    if (status != COULOMB_OK)
        return status;
    if (energy == NULL)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "energy is NULL");
    batch_input all = {dimension, model, target, n_model, n_target, n_model, n_target};
    return run_batch(plummer, &all, NULL, NULL, energy);
}

/* --- for the trainer --- */

static coulomb_status check_first(const coulomb_plummer *plummer, size_t n_at, size_t n_model, size_t n_target,
                                  const float *potential_model, const float *potential_target)
{
    if (potential_model == NULL || potential_target == NULL)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "%s is NULL",
                    potential_model == NULL ? "potential_model" : "potential_target");
    if (n_at > n_model || n_at > n_target)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT,
                    "n_at is %zu; expected at most n_model, which is %zu, and n_target, which is %zu", n_at, n_model,
                    n_target);
    return COULOMB_OK;
}

coulomb_status plummer_batch_first(coulomb_plummer *plummer, size_t dimension, const float *model, size_t n_model,
                                   const float *target, size_t n_target, size_t n_at, float *potential_model,
                                   float *potential_target)
{
    coulomb_status status = check_idle(plummer, __func__);
    if (status == COULOMB_OK)
        status = check_first(plummer, n_at, n_model, n_target, potential_model, potential_target);
    if (status != COULOMB_OK)
        return status;
    batch_input first = {dimension, model, target, n_model, n_target, n_at, n_at};
    return run_batch(plummer, &first, potential_model, potential_target, NULL);
}

enum { NEAR_MODEL_OWN, NEAR_TARGET_OWN, NEAR_MODEL_BY_TARGET, NEAR_TARGET_BY_MODEL };

static coulomb_status sum_near(pair_sums *sums, coulomb_plummer *plummer, const batch_input *batch,
                               const float *near_model, const float *near_target, float largest)
{
    job_kind own = plummer->self_terms ? JOB_ROWS : JOB_NEAR_ROWS;
    sums_begin(sums, plummer, batch->dimension);
    sums_add(sums, own, near_model, batch->at_model, batch->model, batch->n_model);
    sums_add(sums, own, near_target, batch->at_target, batch->target, batch->n_target);
    sums_add(sums, JOB_ROWS, near_model, batch->at_model, batch->target, batch->n_target);
    sums_add(sums, JOB_ROWS, near_target, batch->at_target, batch->model, batch->n_model);
    coulomb_status status = sums_reserve(sums);
    if (status == COULOMB_OK)
        status = sums_run(sums, largest);
    if (status == COULOMB_OK)
        sums_finish(sums);
    return status;
}

static coulomb_status check_near(const coulomb_plummer *plummer, const batch_input *batch, const float *near_model,
                                 const float *near_target, float *largest)
{
    point_set model = {"at_model", "point", near_model, batch->at_model};
    point_set target = {"at_target", "point", near_target, batch->at_target};
    coulomb_status status = check_batch(plummer, batch, largest);
    if (status == COULOMB_OK)
        status = check_set(plummer, &model, batch->dimension, largest);
    return status == COULOMB_OK ? check_set(plummer, &target, batch->dimension, largest) : status;
}

coulomb_status plummer_batch_near(coulomb_plummer *plummer, size_t dimension, const float *near_model,
                                  const float *near_target, size_t n_at, const float *model, size_t n_model,
                                  const float *target, size_t n_target, float *potential_model, float *potential_target)
{
    float largest = 0.0f;
    pair_sums sums;
    batch_input first = {dimension, model, target, n_model, n_target, n_at, n_at};
    coulomb_status status = check_idle(plummer, __func__);
    if (status == COULOMB_OK)
        status = check_first(plummer, n_at, n_model, n_target, potential_model, potential_target);
    if (status == COULOMB_OK)
        status = check_near(plummer, &first, near_model, near_target, &largest);
    if (status == COULOMB_OK)
        status = sum_near(&sums, plummer, &first, near_model, near_target, largest);
    if (status != COULOMB_OK)
        return status;
    const pair_job *jobs = sums.jobs;
    charge_balance at_x = {
        .name = "potential_model",
        .target = jobs[NEAR_MODEL_BY_TARGET].row_sums,
        .model = jobs[NEAR_MODEL_OWN].row_sums,
        .n_target = n_target,
        .n_model = own_count(plummer, n_model),
        .count = n_at,
        .result = potential_model,
    };
    charge_balance at_y = {
        .name = "potential_target",
        .target = jobs[NEAR_TARGET_OWN].row_sums,
        .model = jobs[NEAR_TARGET_BY_MODEL].row_sums,
        .n_target = own_count(plummer, n_target),
        .n_model = n_model,
        .count = n_at,
        .result = potential_target,
    };
    return give_potentials(plummer, &at_x, &at_y);
}
