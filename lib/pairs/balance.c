/* Sums become means, differences of means, and float32. */
#include "pairs/pairs.h"

#include <float.h>
#include <math.h>

/* Two equal quotients must cancel exactly, so there is no product here that a compiler could fuse with the difference.
 */
static double difference(const charge_balance *balance, size_t i)
{
    double target = balance->target[i], model = balance->model[i];
    if (balance->target_rest != NULL)
        target += balance->target_rest[i];
    if (balance->model_rest != NULL)
        model += balance->model_rest[i];
    target = balance->n_target == 0 ? 0.0 : target / (double)balance->n_target;
    model = balance->n_model == 0 ? 0.0 : model / (double)balance->n_model;
    return target - model;
}

static coulomb_status take(const pair_sums *sums, const charge_balance *balance)
{
    for (size_t i = 0; balance->result != NULL && i < balance->count; i++) {
        balance->target[i] = difference(balance, i);
        if (!(fabs(balance->target[i]) <= (double)FLT_MAX))
            return fail(sums->context, COULOMB_ERROR_NOT_FINITE, "%s value %zu exceeds the range of float32 (%s)",
                        balance->name, i, kernel_print(&sums->kernel).text);
    }
    return COULOMB_OK;
}

static void store(const charge_balance *balance)
{
    for (size_t i = 0; balance->result != NULL && i < balance->count; i++)
        balance->result[i] = (float)balance->target[i];
}

coulomb_status balances_give(const pair_sums *sums, const charge_balance *first, const charge_balance *second)
{
    coulomb_status status = take(sums, first);
    if (status == COULOMB_OK)
        status = take(sums, second);
    if (status != COULOMB_OK)
        return status;
    store(first);
    store(second);
    return COULOMB_OK;
}

coulomb_status give_at_points(const pair_sums *sums, size_t target, size_t n_target, size_t model, size_t n_model,
                              float *field, float *potential)
{
    const pair_job *pull = &sums->jobs[target], *push = &sums->jobs[model];
    charge_balance potentials = {
        .name = "potential",
        .target = pull->row_sums,
        .model = push->row_sums,
        .n_target = n_target,
        .n_model = n_model,
        .count = pull->n_rows,
        .result = potential,
    };
    charge_balance fields = potentials; /* Eq. 33 */
    fields.name = "field";
    fields.target = pull->fields;
    fields.model = push->fields;
    fields.count = pull->n_rows * sums->dimension;
    fields.result = field;
    return balances_give(sums, &potentials, &fields);
}

coulomb_status give_energy(coulomb_context *context, const potential_kernel *kernel, pair_totals totals, size_t n_model,
                           size_t n_target, double *energy)
{
    double left_out = kernel->self_terms ? 0.0 : 1.0, n = (double)n_model, m = (double)n_target;
    double value = 0.5 * (totals.target / (m * (m - left_out)) - 2.0 * totals.cross / (n * m) +
                          totals.model / (n * (n - left_out)));
    if (!isfinite(value))
        return fail(context, COULOMB_ERROR_NOT_FINITE, "the energy exceeds the range of float64 (%s)",
                    kernel_print(kernel).text);
    *energy = value;
    return COULOMB_OK;
}
