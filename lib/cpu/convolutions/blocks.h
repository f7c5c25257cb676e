/* Inside of the products: how they are cut into blocks. A block of `seen` is block_rows() rows by up to block_columns()
 * columns; a slot's scratch holds one, and behind it the filters that go with it. */
#ifndef CONVOLUTIONS_BLOCKS_H
#define CONVOLUTIONS_BLOCKS_H

#include "cpu/convolutions/products.h"
#include "products/gemm.h"

/* The most pieces that run at the same time, each with a slot of its own. */
enum { SLOTS = 64, POSITIONS = 256, POSITIONS_SMALL = 128 };

static inline size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Rows of `seen`. */
size_t block_positions(const products *p);

size_t block_rows(const products *p);
size_t block_columns(const products *p);
size_t slot_values(const products *p);
float *slot_scratch(const products *p, size_t slot);

/* A block of `seen`: where it is, and how far apart its rows are. Made in `scratch` if need be. */
typedef struct seen_block {
    const float *at;
    size_t stride;
} seen_block;

seen_block block_see(const products *p, window_part part, float *scratch);

/* Rows first ... of the filters, which are as long as the parameter array, as [columns, channels]; as [channels,
 * columns]; and back from [columns, channels] to the filter gradient. */
void block_load_filters(const products *p, const float *filters, size_t first, size_t columns, float *block);
void block_load_filters_across(const products *p, size_t first, size_t columns, float *block);
void block_store_filters(const products *p, const float *block, size_t first, size_t columns);

/* Where products_scatter() starts from: the bias, zeros, or what is there. */
void products_start_big(const products *p);

/* Values of scratch space for products_filter_gradient(). */
size_t filter_gradient_scratch(const products *p);

#endif
