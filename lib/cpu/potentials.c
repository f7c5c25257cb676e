/* Potentials, field and energy on the host: pairs of a batch are computed once and used at both ends. */
#include "cpu/cpu.h"
#include "pairs/pairs.h"

struct device_pairs {
    coulomb_context *context;
    pair_workspace workspace;
    float largest; /* bound of the last batch's coordinates */
};

device_pairs *cpu_pairs_new(device *on)
{
    device_pairs *made = memory_get_zeroed(on->context, 1, sizeof *made);
    if (made != NULL)
        made->context = on->context;
    return made;
}

void cpu_pairs_free(device_pairs *pairs)
{
    pair_workspace_release(pairs->context, &pairs->workspace);
    memory_release(pairs->context, pairs);
}

/* The bound is kept for potentials at further points. */
static coulomb_status find_bound(device_pairs *pairs, const charge_batch *batch)
{
    const point_set sets[] = {{"model", "sample", batch->model, batch->n_model},
                              {"target", "sample", batch->target, batch->n_target},
                              {"at_model", "point", batch->near_model, batch->at_model},
                              {"at_target", "point", batch->near_target, batch->at_target}};
    coulomb_status status = COULOMB_OK;
    pairs->largest = batch->bounded ? batch->largest : 0.0f;
    for (size_t i = 0; !batch->bounded && i < (batch->displaced ? 4 : 2) && status == COULOMB_OK; i++)
        status = check_points_finite(pairs->context, &sets[i], 0, batch->dimension, &pairs->largest);
    return status;
}

/* Of charges that are known to be finite, and of points that may not be. */
static coulomb_status find_bound_at(const device_pairs *pairs, const charge_batch *batch, const float *at, size_t n_at,
                                    float *largest)
{
    *largest = batch->bounded ? batch->largest : pairs->largest;
    return batch->bounded ? COULOMB_OK
                          : check_points_finite(pairs->context, &(point_set){"at", "point", at, n_at}, 0,
                                                batch->dimension, largest);
}

/* Without addresses of epsilons, sums are only counted. */
static void begin(pair_sums *sums, device_pairs *pairs, const device_kernel *kernel, size_t dimension)
{
    potential_kernel own = {.kind = kernel->kind,
                            .exponent = kernel->exponent,
                            .epsilons = kernel->epsilons,
                            .self_terms = kernel->self_terms};
    for (size_t i = 0; i < own.epsilons; i++)
        own.epsilon[i] = kernel->epsilon == NULL ? 1.0 : kernel->epsilon[i];
    sums_begin(sums, pairs->context, &pairs->workspace, &own, dimension);
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
    job_kind own = sums->kernel.self_terms ? JOB_OWN : JOB_OTHERS;
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
    job_kind own = sums->kernel.self_terms ? JOB_ROWS : JOB_NEAR_ROWS;
    sums_add(sums, own, batch->near_model, batch->at_model, batch->model, batch->n_model);
    sums_add(sums, own, batch->near_target, batch->at_target, batch->target, batch->n_target);
    sums_add(sums, JOB_ROWS, batch->near_model, batch->at_model, batch->target, batch->n_target);
    sums_add(sums, JOB_ROWS, batch->near_target, batch->at_target, batch->model, batch->n_model);
}

static void describe(pair_sums *sums, const charge_batch *batch)
{
    if (batch->displaced)
        add_near(sums, batch);
    else
        add_first(sums, batch);
}

static coulomb_status add_up(pair_sums *sums, float largest)
{
    coulomb_status status = sums_reserve(sums);
    if (status == COULOMB_OK)
        status = sums_run(sums, largest);
    if (status == COULOMB_OK)
        sums_finish(sums);
    return status;
}

/* A sample's own set is one smaller when its own charge is left out. */
static size_t own_count(const pair_sums *sums, size_t n)
{
    return sums->kernel.self_terms ? n : n - 1;
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
        .n_model = own_count(sums, batch->n_model),
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
        .n_target = own_count(sums, batch->n_target),
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
        .n_model = own_count(sums, batch->n_model),
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
        .n_target = own_count(sums, batch->n_target),
        .n_model = batch->n_model,
        .count = batch->at_target,
        .result = result,
    };
}

coulomb_status cpu_potentials(device_pairs *pairs, const device_kernel *kernel, const charge_batch *batch,
                              float *potential_model, float *potential_target, double *energy)
{
    double found = 0.0;
    pair_sums sums;
    coulomb_status status = find_bound(pairs, batch);
    if (status != COULOMB_OK)
        return status;
    begin(&sums, pairs, kernel, batch->dimension);
    describe(&sums, batch);
    status = add_up(&sums, pairs->largest);
    if (status == COULOMB_OK && energy != NULL) {
        pair_totals totals = {job_total(&sums.jobs[MODEL_OWN]), job_total(&sums.jobs[TARGET_OWN]),
                              job_total(&sums.jobs[CROSS])};
        status = give_energy(pairs->context, &sums.kernel, totals, batch->n_model, batch->n_target, &found);
    }
    if (status != COULOMB_OK)
        return status;
    charge_balance model = at_model(&sums, batch, potential_model), target = at_target(&sums, batch, potential_target);
    status = balances_give(&sums, &model, &target);
    if (status == COULOMB_OK && energy != NULL)
        *energy = found;
    return status;
}

coulomb_status cpu_potentials_at(device_pairs *pairs, const device_kernel *kernel, const charge_batch *batch,
                                 const float *at, size_t n_at, float *field, float *potential)
{
    float largest;
    pair_sums sums;
    coulomb_status status = find_bound_at(pairs, batch, at, n_at, &largest);
    if (status != COULOMB_OK)
        return status;
    begin(&sums, pairs, kernel, batch->dimension);
    sums.with_fields = field != NULL;
    size_t pull = sums_add(&sums, JOB_ROWS, at, n_at, batch->target, batch->n_target);
    size_t push = sums_add(&sums, JOB_ROWS, at, n_at, batch->model, batch->n_model);
    status = add_up(&sums, largest);
    if (status != COULOMB_OK)
        return status;
    return give_at_points(&sums, pull, batch->n_target, push, batch->n_model, field, potential);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* For an epsilon, and points, that can be summed in float32. */
coulomb_status cpu_pairs_bytes(const device_pairs *pairs, const device_kernel *kernel, const charge_batch *batch,
                               size_t at, bool field, size_t *bytes)
{
    const pair_workspace *held = &pairs->workspace;
    device_pairs counted = {.context = pairs->context}; /* asked for sizes alone */
    device_kernel unread = *kernel;
    unread.epsilon = NULL;
    pair_sums of_batch, further;
    begin(&of_batch, &counted, &unread, batch->dimension);
    describe(&of_batch, batch);
    begin(&further, &counted, &unread, batch->dimension);
    further.with_fields = field;
    sums_add(&further, JOB_ROWS, NULL, at, NULL, at == 0 ? 0 : batch->n_target);
    sums_add(&further, JOB_ROWS, NULL, at, NULL, at == 0 ? 0 : batch->n_model);
    sums_bytes first, second;
    if (!sums_memory(&of_batch, &first) || !sums_memory(&further, &second))
        return fail(pairs->context, COULOMB_ERROR_MEMORY, "the sums over %zu and %zu charges do not fit into memory",
                    batch->n_model, batch->n_target);
    *bytes = larger(larger(first.sums, second.sums), held->sums.bytes) +
             larger(larger(first.scratch, second.scratch), held->scratch.bytes);
    return COULOMB_OK;
}
