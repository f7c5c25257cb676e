/* Sums of k over all pairs of two sets of points: how they are cut into tiles, and how a tile is summed. Only for files
 * of this folder. */
#ifndef PLUMMER_SUMS_H
#define PLUMMER_SUMS_H

#include "plummer/handle.h"

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

/* A rectangle of pairs that one thread sums. */
typedef struct pair_tile {
    const float *rows, *columns;
    size_t n_rows, n_columns;
    bool same;           /* columns are the rows */
    bool others;         /* leave out pairs of equal index */
    double *row_sums;    /* [n_rows], added to */
    double *column_sums; /* [n_columns], added to; NULL: not wanted. Never with `same` or `others` */
    double *fields;      /* [n_rows, dimension], added to; NULL: not wanted */
} pair_tile;

struct pair_sums;

/* A way to sum tiles. */
typedef struct tile_method {
    size_t (*chunk)(const struct pair_sums *sums);   /* most rows and columns of a tile */
    size_t (*scratch)(const struct pair_sums *sums); /* floats a thread needs */
    void (*add)(const struct pair_sums *sums, const pair_tile *tile, float *scratch);
} tile_method;

extern const tile_method method_direct;   /* few dimensions: differences */
extern const tile_method method_products; /* many: matrix products */
extern const tile_method method_float64;  /* where float32 would run out of range or digits: float64 */

enum { JOBS_MOST = 7 };

typedef struct pair_sums {
    coulomb_plummer *plummer;
    const kernels *kernels; /* of the context */
    size_t dimension;
    bool with_fields;
    pair_job jobs[JOBS_MOST];
    size_t n_jobs;
    /* set by each run */
    const tile_method *method;
    pair_function function;
    double threshold; /* of method_products; see kernels/pairwise.h */
    size_t chunk, scratch_size, round;
} pair_sums;

void sums_begin(pair_sums *sums, coulomb_plummer *plummer, size_t dimension);

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

/* k from the squared distance, in float64, whatever the exponent and epsilon. */
double float64_value(const coulomb_plummer *plummer, double square);

/* Of a finished job. */
double job_total(const pair_job *job);

#endif
