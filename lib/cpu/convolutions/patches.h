/* Parts of the matrix that holds for each position of a window what it sees in the big image: one row a position, see
 * window_columns(). */
#ifndef CONVOLUTIONS_PATCHES_H
#define CONVOLUTIONS_PATCHES_H

#include "ops/window.h"

/* Part of the matrix: rows are positions, sample by sample. */
typedef struct window_part {
    size_t first, rows, first_column, columns;
} window_part;

/* A part of the matrix from and to the big images. window_scatter() adds. */
void window_gather(const window *w, const float *big, window_part part, float *matrix);
void window_scatter(const kernels *table, const window *w, const float *matrix, window_part part, float *big);

#endif
