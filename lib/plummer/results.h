/* From finished sums to what callers receive. Only for files of this folder. */
#ifndef PLUMMER_RESULTS_H
#define PLUMMER_RESULTS_H

#include "plummer/sums.h"

/* The potential at `count` points (Eq. 32), or as many values of the field: target sums over n_target less model sums
 * over n_model. */
typedef struct charge_balance {
    const char *name;                 /* of the result, for error messages */
    double *target;                   /* [count]; overwritten with the difference */
    const double *target_rest;        /* [count] to be added to target; NULL: nothing */
    const double *model, *model_rest; /* likewise */
    size_t n_target, n_model;         /* 0: no charges, no potential */
    size_t count;
    float *result; /* NULL: not wanted */
} charge_balance;

/* Take the differences; COULOMB_ERROR_NOT_FINITE if one does not fit into float32. Once. */
coulomb_status balance_take(const coulomb_plummer *plummer, const charge_balance *balance);

/* What was taken goes to the results. */
void balance_store(const charge_balance *balance);

/* Field and potential at points from the finished jobs `target` and `model`; either result may be NULL. */
coulomb_status give_at_points(pair_sums *sums, size_t target, size_t n_target, size_t model, size_t n_model,
                              float *field, float *potential);

/* Totals over all pairs, self-terms as the handle has them. */
typedef struct pair_totals {
    double model, target, cross;
} pair_totals;

/* Eq. 8 */
coulomb_status give_energy(const coulomb_plummer *plummer, pair_totals totals, size_t n_model, size_t n_target,
                           double *energy);

#endif
