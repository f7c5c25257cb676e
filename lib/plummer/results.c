/* Sums become means, differences of means, and float32. */
#include "plummer/results.h"

#include <float.h>
#include <math.h>

static double source_sum(const job_side *source, size_t i)
{
    if (source->job == NULL)
        return 0.0;
    return source->at_columns ? job_column(source->job, i) : job_row(source->job, i);
}

static double mean(double sum, size_t n)
{
    return n == 0 ? 0.0 : sum / (double)n;
}

static double balance_value(const charge_balance *balance, size_t i)
{
    double target = source_sum(&balance->target[0], i) + source_sum(&balance->target[1], i);
    double model = source_sum(&balance->model[0], i) + source_sum(&balance->model[1], i);
    return mean(target, balance->n_target) - mean(model, balance->n_model);
}

static coulomb_status check_result(const coulomb_plummer *plummer, const char *name, size_t index, double value)
{
    if (fabs(value) <= (double)FLT_MAX)
        return COULOMB_OK;
    return fail(plummer->context, COULOMB_ERROR_NOT_FINITE,
                "%s value %zu is beyond float32's range (exponent %g, epsilon %g)", name, index, plummer->exponent,
                plummer->epsilon);
}

coulomb_status balance_check(const coulomb_plummer *plummer, const charge_balance *balance)
{
    coulomb_status status = COULOMB_OK;
    for (size_t i = 0; balance->result != NULL && i < balance->count && status == COULOMB_OK; i++)
        status = check_result(plummer, balance->name, i, balance_value(balance, i));
    return status;
}

void balance_store(const charge_balance *balance)
{
    for (size_t i = 0; balance->result != NULL && i < balance->count; i++)
        balance->result[i] = (float)balance_value(balance, i);
}

typedef struct field_balance {
    const pair_job *target, *model;
    size_t dimension, n_target, n_model;
} field_balance;

/* Eq. 33: value k of all rows' fields, one after the other */
static double field_value(const field_balance *balance, size_t k)
{
    size_t row = k / balance->dimension, coordinate = k % balance->dimension;
    double target = job_field(balance->target, balance->dimension, row, coordinate);
    double model = job_field(balance->model, balance->dimension, row, coordinate);
    return mean(target, balance->n_target) - mean(model, balance->n_model);
}

coulomb_status give_at_points(const pair_sums *sums, size_t target, size_t n_target, size_t model, size_t n_model,
                              float *field, float *potential)
{
    const pair_job *pull = &sums->jobs[target], *push = &sums->jobs[model];
    field_balance fields = {pull, push, sums->dimension, n_target, n_model};
    charge_balance potentials = {
        .name = "potential",
        .target = {{.job = pull}},
        .model = {{.job = push}},
        .n_target = n_target,
        .n_model = n_model,
        .count = pull->n_rows,
        .result = potential,
    };
    size_t values = field == NULL ? 0 : pull->n_rows * sums->dimension;
    coulomb_status status = balance_check(sums->plummer, &potentials);
    for (size_t k = 0; k < values && status == COULOMB_OK; k++)
        status = check_result(sums->plummer, "field", k, field_value(&fields, k));
    if (status != COULOMB_OK)
        return status;
    balance_store(&potentials);
    for (size_t k = 0; k < values; k++)
        field[k] = (float)field_value(&fields, k);
    return COULOMB_OK;
}

coulomb_status give_energy(const coulomb_plummer *plummer, pair_totals totals, size_t n_model, size_t n_target,
                           double *energy)
{
    double left_out = plummer->self_terms ? 0.0 : 1.0, n = (double)n_model, m = (double)n_target;
    double value = 0.5 * (totals.target / (m * (m - left_out)) - 2.0 * totals.cross / (n * m) +
                          totals.model / (n * (n - left_out)));
    if (!isfinite(value))
        return fail(plummer->context, COULOMB_ERROR_NOT_FINITE, "the energy is beyond float64's range (exponent %g, epsilon %g)",
                    plummer->exponent, plummer->epsilon);
    *energy = value;
    return COULOMB_OK;
}
