/* How a tile of pairs is summed. Only for files of this folder. */
#ifndef PAIRS_TILES_H
#define PAIRS_TILES_H

#include "pairs/pairs.h"

/* Of a pair with one epsilon: k, and what the difference of the points is multiplied by in the field. */
typedef struct kernel_term {
    double value, weight;
} kernel_term;

kernel_term kernel_term_of(const potential_kernel *kernel, double epsilon, double square);

/* In units of epsilon^2: squared distances from where on a Gaussian counts as 0 in float32, with some room; and squares
 * of both points from where on products lose more than some 4e-6 of it. */
enum { GAUSSIAN_REACH = 176, GAUSSIAN_NORMS_MOST = 16 };

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

/* A way to sum tiles. */
typedef struct tile_method {
    size_t (*chunk)(const pair_sums *sums);   /* most rows and columns of a tile */
    size_t (*scratch)(const pair_sums *sums); /* floats a thread needs */
    void (*add)(const pair_sums *sums, const pair_tile *tile, float *scratch);
} tile_method;

extern const tile_method tile_differences; /* few dimensions */
extern const tile_method tile_products;    /* many: matrix products */
extern const tile_method tile_float64;     /* where float32 would run out of range or digits */

#endif
