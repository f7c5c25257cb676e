/* Sums over all pairs of two sets of points in host memory, with a kernel of coulomb/kernel.h: what the CPU's
 * potentials and the estimators of lib/plummer add up. Knows neither handles nor devices. */
#ifndef PAIRS_PAIRS_H
#define PAIRS_PAIRS_H

#include "base/base.h"

#include <coulomb/kernel.h>

/* A kernel, or the sum of kernels that differ in their epsilon. */
typedef struct potential_kernel {
    int32_t kind; /* COULOMB_KERNEL_* */
    double exponent;
    size_t epsilons;
    double epsilon[COULOMB_EPSILONS_MAX];
    bool self_terms; /* sums over a set's own samples have them */
} potential_kernel;

/* k from the squared distance, in float64, whatever the exponent and epsilon. */
double kernel_value(const potential_kernel *kernel, double square);

/* A squared distance that a product of float32 points gave is exact enough for k; `norms`: the sum of both points'
 * squares, of which some 1e-7 is lost. */
bool kernel_bears(const potential_kernel *kernel, double square, double norms);

/* For error messages: "exponent 1, epsilon 0.5". */
typedef struct kernel_text {
    char text[80];
} kernel_text;

kernel_text kernel_print(const potential_kernel *kernel);

/* A set of points as it came in; `name` is for error messages ("model"), `item` what one of them is called ("sample").
 */
typedef struct point_set {
    const char *name, *item;
    const float *values;
    size_t count;
} point_set;

/* All values are finite; *largest becomes at least the largest magnitude. `first` is the index of the set's first
 * point. */
coulomb_status check_points_finite(coulomb_context *context, const point_set *set, size_t first, size_t dimension,
                                   float *largest);

/* Memory of the sums, kept from call to call. */
typedef struct pair_workspace {
    buffer sums, scratch;
} pair_workspace;

void pair_workspace_release(coulomb_context *context, pair_workspace *workspace);

/* What a job wants of the pairs (row, column). */
typedef enum job_kind {
    JOB_ROWS,      /* sums at rows, and fields if those are wanted */
    JOB_NEAR_ROWS, /* sums at rows, without pairs of equal index */
    JOB_BOTH,      /* sums at rows and at columns, each pair computed once */
    JOB_OWN,       /* columns are the rows: each pair computed once */
    JOB_OTHERS     /* likewise without pairs of equal index */
} job_kind;

typedef struct pair_job {
    job_kind kind;
    const float *rows, *columns;
    size_t n_rows, n_columns;
    size_t groups;       /* JOB_ROWS, JOB_NEAR_ROWS: columns are cut into groups that have sums of their own */
    double *row_sums;    /* [groups, n_rows] */
    double *column_sums; /* JOB_BOTH [n_columns]; JOB_OWN, JOB_OTHERS [n_rows]: what rows got in the role of columns */
    double *fields;      /* [groups, n_rows, dimension] or NULL */
} pair_job;

enum { JOBS_MOST = 7 };

struct tile_method;

typedef struct pair_sums {
    coulomb_context *context;
    pair_workspace *workspace;
    potential_kernel kernel; /* epsilons in ascending order */
    const kernels *kernels;  /* of the context */
    size_t dimension;
    bool with_fields;
    pair_job jobs[JOBS_MOST];
    size_t n_jobs;
    /* set by each run */
    const struct tile_method *method;
    pair_function function[COULOMB_EPSILONS_MAX]; /* of one shape */
    double threshold;                             /* of products; see kernels/pairwise.h */
    size_t chunk, scratch_size, round;
} pair_sums;

/* The workspace may be NULL for sums that are only counted. */
void sums_begin(pair_sums *sums, coulomb_context *context, pair_workspace *workspace, const potential_kernel *kernel,
                size_t dimension);

/* Jobs keep their index; groups are chosen for the largest n_columns that the job will have. */
size_t sums_add(pair_sums *sums, job_kind kind, const float *rows, size_t n_rows, const float *columns,
                size_t n_columns);

/* Memory for the results of all jobs, set to 0. */
coulomb_status sums_reserve(pair_sums *sums);

/* Bytes that sums_reserve() and sums_run() of these jobs need, for points that can be summed in float32; false if they
 * do not fit into size_t. */
typedef struct sums_bytes {
    size_t sums, scratch;
} sums_bytes;

bool sums_memory(pair_sums *sums, sums_bytes *bytes);

/* Add up all jobs' pairs; no magnitude among their points is above `largest`. */
coulomb_status sums_run(pair_sums *sums, float largest);

/* Add up the jobs' groups and roles: from then on row_sums[n_rows] and fields[n_rows, dimension] are their results. */
void sums_finish(pair_sums *sums);

/* Of a finished job. */
double job_total(const pair_job *job);

/* --- from finished sums to what callers receive --- */

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

/* Store the differences of two balances; COULOMB_ERROR_NOT_FINITE, with both results untouched, if one does not fit
 * into float32. Once. */
coulomb_status balances_give(const pair_sums *sums, const charge_balance *first, const charge_balance *second);

/* Field and potential at points from the finished jobs `target` and `model`; either result may be NULL. */
coulomb_status give_at_points(const pair_sums *sums, size_t target, size_t n_target, size_t model, size_t n_model,
                              float *field, float *potential);

/* Totals over all pairs, self-terms as the kernel has them. */
typedef struct pair_totals {
    double model, target, cross;
} pair_totals;

/* Eq. 8 */
coulomb_status give_energy(coulomb_context *context, const potential_kernel *kernel, pair_totals totals, size_t n_model,
                           size_t n_target, double *energy);

#endif
