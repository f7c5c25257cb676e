/* The matrix of patches: a row for each position of the small image, which holds what the window has of the big one
 * there, see window_columns(). */
#ifndef CONVOLUTIONS_PATCHES_H
#define CONVOLUTIONS_PATCHES_H

#include "ops/window.h"

/* Part of the matrix: rows are positions, sample by sample. */
typedef struct patch_part {
    size_t first, rows, first_column, columns;
} patch_part;

/* A part of the matrix from and to the big images. patches_add() adds. */
void patches_read(const window *w, const float *big, patch_part part, float *matrix);
void patches_add(const kernels *table, const window *w, const float *matrix, patch_part part, float *big);

#endif
