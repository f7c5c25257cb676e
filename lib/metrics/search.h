/* Search of the nearest among all pairs of two sets of points, or of one. Only for files of this folder. */
#ifndef METRICS_SEARCH_H
#define METRICS_SEARCH_H

#include "kernels/kernels.h"
#include "metrics/candidates.h"

typedef struct search {
    coulomb_context *context;
    size_t dimension;
    const float *rows, *columns;
    size_t n_rows, n_columns;
    size_t first_column; /* number of the first of the columns */
    bool own;            /* columns are the rows: each pair once, nothing with itself */
    bool by_row;         /* the nearest of each row; otherwise of all pairs */
    size_t most;         /* pairs of a list */
    float largest;       /* no magnitude among the points is above */
    /* set by search_begin() */
    size_t workers;
    candidate *held;   /* of all lists */
    candidates *lists; /* [workers, n_rows] or [workers] */
    float *scratch;
    /* set by each run */
    bool in_range;
} search;

/* Memory for the lists, which are empty. Columns, their number and `largest` may change from run to run. */
coulomb_status search_begin(search *all);

/* Look at all pairs. */
void search_run(search *all);

/* From then on the first lists, one for each row or a single one, hold what was found. */
void search_finish(search *all);

void search_release(search *all);

#endif
