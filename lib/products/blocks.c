/* See blocks.h.
 *
 * What costs time beside the sums is reading and writing C once for each depth of panels, and what cannot wait in the
 * second-level cache. So panels are deep: they come from that cache fast enough. A quarter of it holds the block of
 * rows, as panels, C and the next rows pass through it too. Without a workspace panels stay in the first-level cache
 * and are copied for each block. */
#include "products/blocks.h"

#include "products/cache.h"

enum { DEPTH_LEAST = 256, DEPTH_MOST = 1024, DEPTH_STEP = 16, ROWS_LEAST = 48, ROWS_WANTED = 60 };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t most_depth(size_t columns, bool workspace, size_t block)
{
    if (workspace)
        return larger(DEPTH_LEAST, smaller(DEPTH_MOST * columns / TILE_COLUMNS_MOST, block / ROWS_WANTED));
    size_t depth = 2 * cache_of_level(1) / 3 / (columns * sizeof(float)) / DEPTH_STEP * DEPTH_STEP;
    return larger(DEPTH_STEP, smaller(depth, PANEL_VALUES / TILE_COLUMNS_MOST));
}

product_blocks product_blocks_for(const product_kernels *tier, size_t k, bool workspace)
{
    size_t block = smaller(cache_of_level(2) / 4 / sizeof(float), BLOCK_VALUES);
    size_t most = most_depth(tier->columns, workspace, block), parts = k == 0 ? 1 : (k + most - 1) / most;
    size_t depth = larger(1, (k + parts - 1) / parts), rows = larger(ROWS_LEAST, block / depth);
    return (product_blocks){.depth = depth,
                            .rows = larger(tier->rows, rows / tier->rows * tier->rows),
                            .columns = PANELS_VALUES / depth / tier->columns * tier->columns};
}
