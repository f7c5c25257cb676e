/* Squared distances of a tile by matrix products; see distances.h. */
#include "distances/distances.h"
#include "products/products.h"

#include <string.h>

enum { CENTRE_ROWS = 16 /* points of a set whose mean is taken for the set's */ };

size_t distance_scratch(size_t chunk)
{
    size_t doubles = chunk * chunk + 2 * chunk;
    return 2 * doubles + chunk * chunk + 2 * chunk * DISTANCE_SLICE;
}

void distance_tile_lay_out(distance_tile *tile, float *scratch)
{
    size_t chunk = tile->chunk;
    tile->dots = (double *)(void *)scratch;
    tile->row_norms = tile->dots + chunk * chunk;
    tile->column_norms = tile->row_norms + chunk;
    tile->values = (float *)(tile->column_norms + chunk);
    tile->row_slice = tile->values + chunk * chunk;
    tile->column_slice = tile->row_slice + chunk * DISTANCE_SLICE;
}

/* Add up some of n points, spread evenly; returns how many. */
static size_t add_some(distance_tile *tile, size_t first, size_t width, const float *points, size_t n)
{
    size_t step = (n + CENTRE_ROWS - 1) / CENTRE_ROWS, count = (n + step - 1) / step;
    tile->kernels->distances->add_rows(count, width, step * tile->dimension, points + first, tile->centre);
    return count;
}

/* Any centre is right, and the closer it is to the mean the less is lost. */
void distance_tile_centre(distance_tile *tile, size_t first, size_t width)
{
    size_t dimension = tile->dimension;
    memset(tile->centre, 0, sizeof tile->centre);
    size_t n = add_some(tile, first, width, tile->rows, tile->n_rows);
    if (!tile->same)
        n += add_some(tile, first, width, tile->columns, tile->n_columns);
    for (size_t k = 0; k < width; k++)
        tile->centre[k] /= (float)n;
    tile->kernels->distances->centre(tile->n_rows, width, dimension, tile->rows + first, tile->centre, tile->row_slice,
                                     tile->row_norms);
    if (!tile->same)
        tile->kernels->distances->centre(tile->n_columns, width, dimension, tile->columns + first, tile->centre,
                                         tile->column_slice, tile->column_norms);
}

void distance_tile_dots(distance_tile *tile)
{
    size_t dimension = tile->dimension, pairs = tile->n_rows * tile->n_columns;
    memset(tile->dots, 0, pairs * sizeof *tile->dots);
    memset(tile->row_norms, 0, 2 * tile->chunk * sizeof *tile->row_norms);
    for (size_t first = 0; first < dimension; first += DISTANCE_SLICE) {
        size_t width = dimension - first < DISTANCE_SLICE ? dimension - first : DISTANCE_SLICE;
        distance_tile_centre(tile, first, width);
        product_run(tile->kernels,
                    &(matrix_product){.b_transposed = true,
                                      .m = tile->n_rows,
                                      .n = tile->n_columns,
                                      .k = width,
                                      .a = tile->row_slice,
                                      .lda = width,
                                      .b = tile->same ? tile->row_slice : tile->column_slice,
                                      .ldb = width,
                                      .c = tile->values,
                                      .ldc = tile->n_columns},
                    NULL);
        tile->kernels->distances->accumulate(pairs, tile->values, tile->dots);
    }
}

const double *distance_column_norms(const distance_tile *tile)
{
    return tile->same ? tile->row_norms : tile->column_norms;
}
