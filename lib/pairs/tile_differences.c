/* Tiles in few dimensions: differences, coordinate by coordinate, of rows against columns that stand in vectors. */
#include "pairs/tiles.h"

#include <string.h>

/* Strides that are no power of two spread the coordinates over the cache. */
enum { CHUNK = 512, STRIDE = CHUNK + PAIR_PADDING };

typedef struct differences {
    const pair_sums *sums;
    const pair_function *function;
    const pair_kernels *pairs;
    const pair_tile *tile;
    float *columns;     /* [dimension, STRIDE] */
    float *column_sums; /* [STRIDE] */
    float *row_sums;    /* [PAIR_ROWS_MOST] */
    float *fields;      /* [PAIR_ROWS_MOST, dimension] */
} differences;

static size_t differences_chunk(const pair_sums *sums)
{
    (void)sums;
    return CHUNK;
}

static size_t differences_scratch(const pair_sums *sums)
{
    return STRIDE * (sums->dimension + 1) + PAIR_ROWS_MOST * (sums->dimension + 1);
}

static void to_columns(size_t dimension, size_t n, const float *points, float *columns)
{
    size_t padded = piece_count(n, PAIR_PADDING) * PAIR_PADDING;
    for (size_t k = 0; k < dimension; k++) {
        float *column = columns + k * STRIDE;
        for (size_t j = 0; j < n; j++)
            column[j] = points[j * dimension + k];
        for (size_t j = n; j < padded; j++)
            column[j] = 0.0f;
    }
}

static void add_float64(size_t n, const float *from, double *to)
{
    for (size_t i = 0; i < n; i++)
        to[i] += (double)from[i];
}

/* Rows [row, row + n) of the tile against columns [column, column + count). */
static void add_strip(const differences *work, size_t row, size_t n, size_t column, size_t count, double *column_sums)
{
    const pair_tile *tile = work->tile;
    const pair_function *function = work->function;
    size_t dimension = work->sums->dimension;
    const float *rows = tile->rows + row * dimension;
    pair_columns columns = {work->columns + column, STRIDE, count};
    if (tile->fields != NULL) {
        work->pairs->fields(function, dimension, rows, n, &columns, work->row_sums, work->fields);
        add_float64(n * dimension, work->fields, tile->fields + row * dimension);
    } else if (column_sums != NULL) {
        work->pairs->both(function, dimension, rows, n, &columns, work->row_sums, work->column_sums);
        add_float64(count, work->column_sums, column_sums);
    } else {
        work->pairs->rows(function, dimension, rows, n, &columns, work->row_sums);
    }
    add_float64(n, work->row_sums, tile->row_sums + row);
}

/* Square blocks along the diagonal alone, what is beside them as usual: of symmetric tiles only what is to the right.
 */
static void add_diagonal(const differences *work)
{
    const pair_tile *tile = work->tile;
    for (size_t i = 0; i < tile->n_rows; i += PAIR_OWN_MOST) {
        size_t rest = tile->n_rows - i, n = rest < PAIR_OWN_MOST ? rest : PAIR_OWN_MOST;
        size_t columns_rest = tile->n_columns > i ? tile->n_columns - i : 0;
        size_t count = columns_rest < PAIR_OWN_MOST ? columns_rest : PAIR_OWN_MOST;
        pair_columns square = {work->columns + i, STRIDE, count};
        const float *rows = tile->rows + i * work->sums->dimension;
        if (tile->others)
            work->pairs->others(work->function, work->sums->dimension, rows, n, &square, work->row_sums);
        else
            work->pairs->rows(work->function, work->sums->dimension, rows, n, &square, work->row_sums);
        add_float64(n, work->row_sums, tile->row_sums + i);
        if (!tile->same && i > 0)
            add_strip(work, i, n, 0, i < tile->n_columns ? i : tile->n_columns, NULL);
        if (columns_rest > count)
            add_strip(work, i, n, i + count, columns_rest - count, tile->same ? tile->row_sums + i + count : NULL);
    }
}

/* The sums of one function. */
static void add_function(const differences *work)
{
    const pair_tile *tile = work->tile;
    if (tile->same || tile->others) {
        add_diagonal(work);
        return;
    }
    for (size_t row = 0; row < tile->n_rows; row += PAIR_ROWS_MOST) {
        size_t rest = tile->n_rows - row;
        add_strip(work, row, rest < PAIR_ROWS_MOST ? rest : PAIR_ROWS_MOST, 0, tile->n_columns, tile->column_sums);
    }
}

static void differences_add(const pair_sums *sums, const pair_tile *tile, float *scratch)
{
    size_t dimension = sums->dimension;
    differences work = {
        .sums = sums, .pairs = sums->kernels->pairs[sums->function[0].shape], .tile = tile, .columns = scratch};
    work.column_sums = work.columns + STRIDE * dimension;
    work.row_sums = work.column_sums + STRIDE;
    work.fields = work.row_sums + PAIR_ROWS_MOST;
    to_columns(dimension, tile->n_columns, tile->columns, work.columns);
    for (size_t i = 0; i < sums->kernel.epsilons; i++) {
        work.function = &sums->function[i];
        add_function(&work);
    }
}

const tile_method tile_differences = {
    .chunk = differences_chunk, .scratch = differences_scratch, .add = differences_add};
