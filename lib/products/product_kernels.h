/* What each processor tier has for matrix products: tiles of C, and copies of operands in the order tiles read them.
 * Only for files of this folder; others use products.h. */
#ifndef PRODUCTS_PRODUCT_KERNELS_H
#define PRODUCTS_PRODUCT_KERNELS_H

#include "kernels/kernels.h"

/* Of all tiers. */
enum { TILE_ROWS_MOST = 12, TILE_COLUMNS_MOST = 32 };

/* Element [i][j] is values[i * row + j * column]. */
typedef struct matrix_view {
    const float *values;
    size_t row, column;
} matrix_view;

/* A tile: some rows of A times a panel, which is `depth` rows of B as wide as a tile, on top of `start`. */
typedef struct tile_work {
    size_t depth;
    const float *a; /* element [i][p] is a[i * a_row + p * a_column] */
    size_t a_row, a_column;
    const float *panel;
    size_t panel_row;
    const float *start;
    size_t start_row;
    float *c;
    size_t c_row;
    bool narrow; /* half of the columns are enough */
} tile_work;

struct product_kernels {
    size_t rows, columns; /* of a tile, at most */

    /* `rows` of C, all columns of a tile. */
    void (*tile)(size_t rows, const tile_work *tile);

    /* A tile that does not fit C, or whose columns are apart in C: what is in `start` and C is that matrix's part. */
    void (*tile_beside)(size_t rows, size_t columns, const tile_work *tile, const matrix_view *start, float *c,
                        size_t c_row, size_t c_column);

    /* A panel: `columns` columns, `depth` values of each, filled up with zeros. */
    void (*pack_panel)(const matrix_view *b, size_t depth, size_t columns, float *panel);

    /* `rows` rows of A, `depth` values of each, as [depth][rows of a tile]; a tile reads them with a_row 1. */
    void (*pack_rows)(const matrix_view *a, size_t depth, size_t rows, float *packed);
};

#endif
