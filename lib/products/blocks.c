/* See blocks.h. */
#include "products/blocks.h"

#include "products/cache.h"

enum { DEPTH_STEP = 16, ROWS_LEAST = 48 };

/* A panel takes at most two thirds of the first-level cache, a block of A a quarter of the second-level one: rows a
 * power of two apart do not find room in all of it. */
product_blocks product_blocks_for(size_t columns)
{
    size_t depth = 2 * cache_of_level(1) / 3 / (columns * sizeof(float)) / DEPTH_STEP * DEPTH_STEP;
    depth = depth < DEPTH_STEP ? DEPTH_STEP : depth > DEPTH_MOST ? DEPTH_MOST : depth;
    size_t rows = cache_of_level(2) / 4 / (depth * sizeof(float));
    return (product_blocks){.depth = depth, .rows = rows < ROWS_LEAST ? ROWS_LEAST : rows};
}
