/* Sizes of the blocks in which products go through the caches. They decide how fast a product is, never its bits. */
#ifndef PRODUCTS_BLOCKS_H
#define PRODUCTS_BLOCKS_H

#include "products/product_kernels.h"

/* Values of a panel that is kept on the stack; in a workspace, of a block of rows of A and of panels copied together.
 */
enum { PANEL_VALUES = 1 << 13, BLOCK_VALUES = 1 << 17, PANELS_VALUES = 1 << 19 };

typedef struct product_blocks {
    size_t depth;   /* of a panel; times a tile's columns at most PANEL_VALUES, or PANELS_VALUES with a workspace */
    size_t rows;    /* of A that stay while panels pass by; times depth at most BLOCK_VALUES, with a workspace */
    size_t columns; /* of panels that are copied together; a multiple of a tile's; times depth at most PANELS_VALUES */
} product_blocks;

/* For the caches of this processor, and products of such a depth, with a workspace or without. */
product_blocks product_blocks_for(const product_kernels *tier, size_t k, bool workspace);

#endif
