/* Potentials at the samples themselves, and the energy: pairs are computed once and used at both ends. */
#include "plummer/plummer.h"
#include "plummer/results.h"

static coulomb_status check_batch(const coulomb_plummer *plummer, const charge_batch *batch, float *largest)
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
    if (status != COULOMB_OK || !batch->displaced)
        return status;
    point_set near_model = {"at_model", "point", batch->near_model, batch->at_model};
    point_set near_target = {"at_target", "point", batch->near_target, batch->at_target};
    status = check_set(plummer, &near_model, batch->dimension, largest);
    return status == COULOMB_OK ? check_set(plummer, &near_target, batch->dimension, largest) : status;
}

/* Jobs of a batch, in this order; the last four only where there are charges beyond the first samples. */
enum { MODEL_OWN, TARGET_OWN, CROSS, MODEL_REST, TARGET_REST, MODEL_BY_TARGET_REST, TARGET_BY_MODEL_REST };

static const float *beyond(const float *points, size_t count, size_t dimension)
{
    return points == NULL ? NULL : points + count * dimension;
}

static void add_first(pair_sums *sums, const charge_batch *batch)
{
    const float *model = batch->model, *target = batch->target;
    size_t at_model = batch->at_model, at_target = batch->at_target;
    size_t model_rest = batch->n_model - at_model, target_rest = batch->n_target - at_target;
    job_kind own = sums->plummer->self_terms ? JOB_OWN : JOB_OTHERS;
    sums_add(sums, own, model, at_model, model, at_model);
    sums_add(sums, own, target, at_target, target, at_target);
    sums_add(sums, JOB_BOTH, model, at_model, target, at_target);
    if (model_rest > 0 || target_rest > 0) {
        const float *beyond_model = beyond(model, at_model, batch->dimension);
        const float *beyond_target = beyond(target, at_target, batch->dimension);
        sums_add(sums, JOB_ROWS, model, at_model, beyond_model, model_rest);
        sums_add(sums, JOB_ROWS, target, at_target, beyond_target, target_rest);
        sums_add(sums, JOB_ROWS, model, at_model, beyond_target, target_rest);
        sums_add(sums, JOB_ROWS, target, at_target, beyond_model, model_rest);
    }
}

/* Jobs of a batch with displaced points. */
enum { NEAR_MODEL_OWN, NEAR_TARGET_OWN, NEAR_MODEL_BY_TARGET, NEAR_TARGET_BY_MODEL };

static void add_near(pair_sums *sums, const charge_batch *batch)
{
    job_kind own = sums->plummer->self_terms ? JOB_ROWS : JOB_NEAR_ROWS;
    sums_add(sums, own, batch->near_model, batch->at_model, batch->model, batch->n_model);
    sums_add(sums, own, batch->near_target, batch->at_target, batch->target, batch->n_target);
    sums_add(sums, JOB_ROWS, batch->near_model, batch->at_model, batch->target, batch->n_target);
    sums_add(sums, JOB_ROWS, batch->near_target, batch->at_target, batch->model, batch->n_model);
}

static void describe(pair_sums *sums, coulomb_plummer *plummer, const charge_batch *batch)
{
    sums_begin(sums, plummer, batch->dimension);
    if (batch->displaced)
        add_near(sums, batch);
    else
        add_first(sums, batch);
}

static coulomb_status sum_batch(pair_sums *sums, coulomb_plummer *plummer, const charge_batch *batch, float largest)
{
    describe(sums, plummer, batch);
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

static charge_balance at_first_model(const pair_sums *sums, const charge_batch *batch, float *result)
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

static charge_balance at_first_target(const pair_sums *sums, const charge_batch *batch, float *result)
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

static charge_balance at_model(const pair_sums *sums, const charge_batch *batch, float *result)
{
    if (!batch->displaced)
        return at_first_model(sums, batch, result);
    return (charge_balance){
        .name = "potential_model",
        .target = sums->jobs[NEAR_MODEL_BY_TARGET].row_sums,
        .model = sums->jobs[NEAR_MODEL_OWN].row_sums,
        .n_target = batch->n_target,
        .n_model = own_count(sums->plummer, batch->n_model),
        .count = batch->at_model,
        .result = result,
    };
}

static charge_balance at_target(const pair_sums *sums, const charge_batch *batch, float *result)
{
    if (!batch->displaced)
        return at_first_target(sums, batch, result);
    return (charge_balance){
        .name = "potential_target",
        .target = sums->jobs[NEAR_TARGET_OWN].row_sums,
        .model = sums->jobs[NEAR_TARGET_BY_MODEL].row_sums,
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

static coulomb_status run_batch(coulomb_plummer *plummer, const charge_batch *batch, float *potential_model,
                                float *potential_target, double *energy, float *largest)
{
    double found = 0.0;
    pair_sums sums;
    *largest = 0.0f;
    coulomb_status status = check_batch(plummer, batch, largest);
    if (status == COULOMB_OK)
        status = sum_batch(&sums, plummer, batch, *largest);
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

static charge_batch every_sample(size_t dimension, const float *model, size_t n_model, const float *target,
                                 size_t n_target)
{
    return (charge_batch){.dimension = dimension,
                          .model = model,
                          .target = target,
                          .n_model = n_model,
                          .n_target = n_target,
                          .at_model = n_model,
                          .at_target = n_target};
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
    charge_batch all = every_sample(dimension, model, n_model, target, n_target);
    float largest;
    return run_batch(plummer, &all, potential_model, potential_target, energy, &largest);
}

coulomb_status coulomb_plummer_energy(coulomb_plummer *plummer, size_t dimension, const float *model, size_t n_model,
                                      const float *target, size_t n_target, double *energy)
{
    coulomb_status status = check_idle(plummer, __func__);
    if (status != COULOMB_OK)
        return status;
    if (energy == NULL)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "energy is NULL");
    charge_batch all = every_sample(dimension, model, n_model, target, n_target);
    float largest;
    return run_batch(plummer, &all, NULL, NULL, energy, &largest);
}

coulomb_status plummer_potentials(coulomb_plummer *plummer, const charge_batch *batch, float *potential_model,
                                  float *potential_target, float *largest)
{
    coulomb_status status = check_idle(plummer, __func__);
    return status == COULOMB_OK ? run_batch(plummer, batch, potential_model, potential_target, NULL, largest) : status;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

coulomb_status plummer_memory(const coulomb_plummer *plummer, const charge_batch *batch, size_t at, size_t *bytes)
{
    coulomb_plummer handle = *plummer; /* asked for its settings alone */
    pair_sums of_batch, further;
    describe(&of_batch, &handle, batch);
    sums_begin(&further, &handle, batch->dimension);
    sums_add(&further, JOB_ROWS, NULL, at, NULL, at == 0 ? 0 : batch->n_target);
    sums_add(&further, JOB_ROWS, NULL, at, NULL, at == 0 ? 0 : batch->n_model);
    sums_bytes first, second;
    if (!sums_memory(&of_batch, &first) || !sums_memory(&further, &second))
        return fail(plummer->context, COULOMB_ERROR_MEMORY, "the sums over %zu and %zu charges do not fit into memory",
                    batch->n_model, batch->n_target);
    *bytes = larger(larger(first.sums, second.sums), plummer->sums.bytes) +
             larger(larger(first.scratch, second.scratch), plummer->scratch.bytes) + plummer->blocks.bytes;
    return COULOMB_OK;
}
