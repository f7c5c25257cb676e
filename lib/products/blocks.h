/* Sizes of the blocks in which products go through the caches. They decide how fast a product is, never its bits. */
#ifndef PRODUCTS_BLOCKS_H
#define PRODUCTS_BLOCKS_H

#include "products/product_kernels.h"

enum { DEPTH_MOST = 256 };

typedef struct product_blocks {
    size_t depth; /* of a panel, at most DEPTH_MOST */
    size_t rows;  /* of A that pass a panel */
} product_blocks;

/* For this processor's caches, and tiles of so many columns. */
product_blocks product_blocks_for(size_t columns);

#endif
