/* From finished sums to what callers receive. Only for files of this folder. */
#ifndef PLUMMER_RESULTS_H
#define PLUMMER_RESULTS_H

#include "plummer/sums.h"

/* Sums of a job, at its rows or at its columns; no job: 0. */
typedef struct job_side {
    const pair_job *job;
    bool at_columns;
} job_side;

/* The potential at `count` points (Eq. 32): target sources over n_target less model sources over n_model. */
typedef struct charge_balance {
    const char *name; /* of the result, for sentences */
    job_side target[2], model[2];
    size_t n_target, n_model; /* 0: no charges, no potential */
    size_t count;
    float *result; /* NULL: not wanted */
} charge_balance;

/* COULOMB_ERROR_NOT_FINITE if a result does not fit into float32. */
coulomb_status balance_check(const coulomb_plummer *plummer, const charge_balance *balance);
void balance_store(const charge_balance *balance);

/* Field and potential at points from the jobs `target` and `model`; either result may be NULL. */
coulomb_status give_at_points(const pair_sums *sums, size_t target, size_t n_target, size_t model, size_t n_model,
                              float *field, float *potential);

/* Totals over all pairs, self-terms as the handle has them. */
typedef struct pair_totals {
    double model, target, cross;
} pair_totals;

/* Eq. 8 */
coulomb_status give_energy(const coulomb_plummer *plummer, pair_totals totals, size_t n_model, size_t n_target,
                           double *energy);

#endif
