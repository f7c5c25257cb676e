/* Tiles in many dimensions: |a-b|^2 = |a|^2 + |b|^2 - 2 a.b with all products a.b of a tile from a matrix product.
 *
 * Points are first centred at the mean of the tile's points, slice by slice of the coordinates, and the slices'
 * products are added in float64: what is lost is then some 1e-7 of |a|^2 + |b|^2. Pairs whose result is below a
 * threshold of that (or'ed with epsilon^2, which no rounding touches) are computed again by differences, so that the
 * lost part stays below 1e-5 of k.
 *
 * The field is sum_j w_ij (a_i - b_j) = a_i sum_j w_ij - sum_j w_ij b_j: a second matrix product, of the weights and
 * the centred points. */
#include "plummer/sums.h"

#include <string.h>

enum {
    SLICE = 256,       /* coordinates of one matrix product */
    CENTRE_ROWS = 16,  /* points of a set whose mean is taken for the set's */
    CHUNK_SMALL = 128, /* points of a tile of small sets, so that several threads find work */
    CHUNK_LARGE = 256, /* of large sets: the points are read from memory fewer times */
    LARGE_PAIRS = 1 << 18
};

typedef struct near_pair {
    uint16_t row, column;
} near_pair;

typedef struct products {
    const pair_sums *sums;
    const pair_kernels *pairs;
    const pair_tile *tile;
    double *row_norms, *column_norms; /* [chunk] */
    double *dots;                     /* [n_rows, n_columns] */
    float *weights;                   /* likewise; overwrites dots */
    float *values;                    /* likewise; one slice's dots, then squared distances, then k */
    float *rows, *columns;            /* [chunk, SLICE] centred */
    float *product;                   /* [chunk, SLICE] weights times columns */
    near_pair *near;                  /* [chunk * chunk] */
    size_t n_near;
    float centre[SLICE];
} products;

static size_t products_chunk(const pair_sums *sums)
{
    double pairs = 0.0;
    for (size_t i = 0; i < sums->n_jobs; i++)
        pairs += (double)sums->jobs[i].n_rows * (double)sums->jobs[i].n_columns;
    return pairs < (double)LARGE_PAIRS ? CHUNK_SMALL : CHUNK_LARGE;
}

static size_t products_scratch(const pair_sums *sums)
{
    size_t chunk = sums->chunk, doubles = chunk * chunk + 2 * chunk;
    return 2 * doubles + chunk * chunk + 3 * chunk * SLICE + chunk * chunk;
}

static void lay_out(products *work, float *scratch)
{
    size_t chunk = work->sums->chunk;
    work->dots = (double *)(void *)scratch;
    work->weights = scratch;
    work->row_norms = work->dots + chunk * chunk;
    work->column_norms = work->row_norms + chunk;
    work->values = (float *)(work->column_norms + chunk);
    work->rows = work->values + chunk * chunk;
    work->columns = work->rows + chunk * SLICE;
    work->product = work->columns + chunk * SLICE;
    work->near = (near_pair *)(void *)(work->product + chunk * SLICE);
}

/* Add up some of n points, spread evenly; returns how many. */
static size_t add_some(products *work, size_t first, size_t width, const float *points, size_t n)
{
    size_t step = piece_count(n, CENTRE_ROWS), count = piece_count(n, step), dimension = work->sums->dimension;
    work->pairs->add_rows(count, width, step * dimension, points + first, work->centre);
    return count;
}

/* Coordinates [first, first + width) of the tile's points about their mean, or nearly that: any centre is right, and
 * the closer it is the fewer pairs need repair. Norms are added to. */
static void centre_slice(products *work, size_t first, size_t width)
{
    const pair_tile *tile = work->tile;
    size_t dimension = work->sums->dimension;
    memset(work->centre, 0, sizeof work->centre);
    size_t n = add_some(work, first, width, tile->rows, tile->n_rows);
    if (!tile->same)
        n += add_some(work, first, width, tile->columns, tile->n_columns);
    for (size_t k = 0; k < width; k++)
        work->centre[k] /= (float)n;
    work->pairs->centre(tile->n_rows, width, dimension, tile->rows + first, work->centre, work->rows, work->row_norms);
    if (!tile->same)
        work->pairs->centre(tile->n_columns, width, dimension, tile->columns + first, work->centre, work->columns,
                            work->column_norms);
}

static void add_dots(products *work)
{
    const pair_tile *tile = work->tile;
    size_t dimension = work->sums->dimension, pairs = tile->n_rows * tile->n_columns;
    memset(work->dots, 0, pairs * sizeof *work->dots);
    memset(work->row_norms, 0, 2 * work->sums->chunk * sizeof *work->row_norms);
    for (size_t first = 0; first < dimension; first += SLICE) {
        size_t width = dimension - first < SLICE ? dimension - first : SLICE;
        centre_slice(work, first, width);
        gemm(false, true, tile->n_rows, tile->n_columns, width, work->rows, width,
             tile->same ? work->rows : work->columns, width, 0.0f, work->values, tile->n_columns);
        work->pairs->widen(pairs, work->values, work->dots);
    }
}

/* One row's pairs that lost their digits, from scratch. */
static void repair_row(products *work, size_t i, float *squares)
{
    const pair_tile *tile = work->tile;
    size_t dimension = work->sums->dimension;
    double epsilon = work->sums->plummer->epsilon;
    for (size_t j = 0; j < tile->n_columns; j++) {
        if (squares[j] >= 0.0f)
            continue;
        double square = tile->same && i == j ? 0.0
                                             : work->pairs->distance(dimension, tile->rows + i * dimension,
                                                                     tile->columns + j * dimension);
        squares[j] = (float)(square + epsilon * epsilon);
        work->near[work->n_near++] = (near_pair){(uint16_t)i, (uint16_t)j};
    }
}

static void dots_to_squares(products *work)
{
    const pair_tile *tile = work->tile;
    const double *column_norms = tile->same ? work->row_norms : work->column_norms;
    double epsilon2 = work->sums->plummer->epsilon * work->sums->plummer->epsilon;
    work->n_near = 0;
    for (size_t i = 0; i < tile->n_rows; i++) {
        float *squares = work->values + i * tile->n_columns;
        if (work->pairs->squares(tile->n_columns, work->row_norms[i], column_norms, work->dots + i * tile->n_columns,
                                 epsilon2, work->sums->threshold, squares) > 0)
            repair_row(work, i, squares);
    }
}

static void add_values(products *work)
{
    const pair_tile *tile = work->tile;
    size_t n = tile->n_columns;
    for (size_t i = 0; i < tile->n_rows; i++) {
        float *values = work->values + i * n;
        work->pairs->apply(&work->sums->function, n, values, tile->fields == NULL ? NULL : work->weights + i * n);
        if (tile->others && i < n)
            values[i] = 0.0f;
        tile->row_sums[i] += (double)work->pairs->sum(n, values);
        if (tile->column_sums != NULL)
            work->pairs->widen(n, values, tile->column_sums);
    }
}

/* Near pairs' differences would lose digits in the matrix product as their distances did. */
static void add_near_fields(products *work)
{
    const pair_tile *tile = work->tile;
    size_t dimension = work->sums->dimension;
    for (size_t pair = 0; pair < work->n_near; pair++) {
        size_t i = work->near[pair].row, j = work->near[pair].column;
        float *weight = work->weights + i * tile->n_columns + j;
        work->pairs->add_difference(dimension, *weight, tile->rows + i * dimension, tile->columns + j * dimension,
                                    tile->fields + i * dimension);
        *weight = 0.0f;
    }
}

static void add_fields(products *work)
{
    const pair_tile *tile = work->tile;
    size_t dimension = work->sums->dimension, n = tile->n_columns;
    add_near_fields(work);
    for (size_t first = 0; first < dimension; first += SLICE) {
        size_t width = dimension - first < SLICE ? dimension - first : SLICE;
        centre_slice(work, first, width);
        gemm(false, false, tile->n_rows, width, n, work->weights, n, work->columns, width, 0.0f, work->product, width);
        for (size_t i = 0; i < tile->n_rows; i++)
            work->pairs->add_field(width, work->pairs->sum(n, work->weights + i * n), work->rows + i * width,
                                   work->product + i * width, tile->fields + i * dimension + first);
    }
}

static void products_add(const pair_sums *sums, const pair_tile *tile, float *scratch)
{
    products work = {.sums = sums, .pairs = sums->plummer->kernels->pairs, .tile = tile};
    lay_out(&work, scratch);
    add_dots(&work);
    dots_to_squares(&work);
    add_values(&work);
    if (tile->fields != NULL)
        add_fields(&work);
}

const tile_method method_products = {.chunk = products_chunk, .scratch = products_scratch, .add = products_add};
