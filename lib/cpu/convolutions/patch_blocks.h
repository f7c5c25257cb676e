/* How the products of patches are cut into blocks. A block of the matrix of patches is block_rows() rows by up to
 * block_columns() columns; a slot's workspace holds one, and behind it the filters that go with it. The matrix never
 * exists as a whole, and the workspace does not grow with the batch beyond a bound. */
#ifndef CONVOLUTIONS_PATCH_BLOCKS_H
#define CONVOLUTIONS_PATCH_BLOCKS_H

#include "cpu/convolutions/convolution.h"
#include "cpu/convolutions/patches.h"
#include "products/products.h"

enum { POSITIONS = 256, POSITIONS_SMALL = 128 };

/* Rows of the matrix of patches. */
size_t block_positions(const convolution *c);

size_t block_rows(const convolution *c);
size_t block_columns(const convolution *c);
size_t slot_values(const convolution *c);
float *slot_workspace(const convolution *c, size_t slot);

/* A block of patches or of filters: where it is, and how far apart its rows are. Made in the workspace if need be. */
typedef struct matrix_block {
    const float *at;
    size_t stride;
} matrix_block;

matrix_block block_patches(const convolution *c, patch_part part, float *workspace);

/* Rows first ... of the filters, which are as long as the parameter array, as [columns, channels], and back to the
 * filter gradient. */
void block_load_filters(const convolution *c, const float *filters, size_t first, size_t columns, float *block);
void block_store_filters(const convolution *c, const float *block, size_t first, size_t columns);

/* The same rows as [channels, columns]. */
matrix_block block_filters_across(const convolution *c, size_t first, size_t columns, float *workspace);

/* The filter gradient, and the values of workspace that it needs. */
void patch_gradient(const convolution *c);
size_t patch_gradient_workspace(const convolution *c);

#endif
