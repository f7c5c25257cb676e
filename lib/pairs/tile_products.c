/* Tiles in many dimensions: squared distances from matrix products of centred points (distances.h).
 *
 * What is lost is some 1e-7 of |a|^2 + |b|^2. Where |a-b|^2 + epsilon^2 falls below a threshold of that the pair is
 * computed again by differences, so that k never loses more than some 1e-6 of itself. For the field |a-b|^2 alone
 * counts. A Gaussian takes an error of |a-b|^2 in units of epsilon^2: it marks pairs by these.
 *
 * The field is sum_j w_ij (a_i - b_j) = a_i sum_j w_ij - sum_j w_ij b_j: a second matrix product, of the weights and
 * the centred points. */
#include "distances/distances.h"
#include "pairs/tiles.h"
#include "products/products.h"

#include <string.h>

enum {
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
    const distance_kernels *kernels;
    const pair_tile *tile;
    distance_tile distances;              /* its values: slices' dots, then squared distances, then k */
    float *weights;                       /* [n_rows, n_columns]; overwrites the dots */
    float *product;                       /* [chunk, DISTANCE_SLICE] weights times columns */
    near_pair *near;                      /* [chunk * chunk] */
    float *squares, *part, *part_weights; /* [chunk] a row with several epsilons */
    size_t n_near;
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
    size_t chunk = sums->chunk;
    size_t row = sums->kernel.epsilons > 1 ? 3 * chunk : 0;
    return distance_scratch(chunk) + chunk * DISTANCE_SLICE + chunk * chunk + row;
}

static products begin(const pair_sums *sums, const pair_tile *tile, float *scratch)
{
    size_t chunk = sums->chunk;
    products work = {.sums = sums,
                     .pairs = sums->kernels->pairs[sums->function[0].shape],
                     .kernels = sums->kernels->distances,
                     .tile = tile,
                     .weights = scratch};
    work.distances = (distance_tile){
        .kernels = sums->kernels,
        .chunk = chunk,
        .dimension = sums->dimension,
        .rows = tile->rows,
        .columns = tile->columns,
        .n_rows = tile->n_rows,
        .n_columns = tile->n_columns,
        .same = tile->same,
    };
    distance_tile_lay_out(&work.distances, scratch);
    work.product = scratch + distance_scratch(chunk);
    work.near = (near_pair *)(void *)(work.product + chunk * DISTANCE_SLICE);
    work.squares = work.product + chunk * DISTANCE_SLICE + chunk * chunk;
    work.part = work.squares + chunk;
    work.part_weights = work.part + chunk;
    return work;
}

/* What squares include: epsilon^2 of the smallest epsilon; a Gaussian's are bare. */
static double base_of(const pair_sums *sums)
{
    bool gaussian = sums->kernel.kind == COULOMB_KERNEL_GAUSSIAN;
    return gaussian ? 0.0 : sums->kernel.epsilon[0] * sums->kernel.epsilon[0];
}

/* One row's pairs that lost their digits, from scratch. */
static void repair_row(products *work, size_t i, float *squares)
{
    const pair_tile *tile = work->tile;
    size_t dimension = work->sums->dimension;
    double base = base_of(work->sums);
    for (size_t j = 0; j < tile->n_columns; j++) {
        if (squares[j] >= 0.0f)
            continue;
        double square = tile->same && i == j ? 0.0
                                             : work->kernels->distance(dimension, tile->rows + i * dimension,
                                                                       tile->columns + j * dimension);
        squares[j] = (float)(square + base);
        work->near[work->n_near++] = (near_pair){(uint16_t)i, (uint16_t)j};
    }
}

static size_t mark_gaussian(const products *work, double norm, const double *column_norms, float *squares)
{
    const potential_kernel *kernel = &work->sums->kernel;
    size_t marked = 0;
    for (size_t i = 0; i < kernel->epsilons && kernel->kind == COULOMB_KERNEL_GAUSSIAN; i++) {
        double epsilon2 = kernel->epsilon[i] * kernel->epsilon[i];
        marked += work->kernels->mark(work->tile->n_columns, norm, column_norms, GAUSSIAN_NORMS_MOST * epsilon2,
                                      GAUSSIAN_REACH * epsilon2, squares);
    }
    return marked;
}

static void dots_to_squares(products *work)
{
    const pair_tile *tile = work->tile;
    const distance_tile *distances = &work->distances;
    const double *column_norms = distance_column_norms(distances);
    double base = base_of(work->sums);
    /* the field's terms are differences themselves: epsilon does not make up for the digits that those lose */
    double counted = tile->fields == NULL ? base : 0.0;
    work->n_near = 0;
    for (size_t i = 0; i < tile->n_rows; i++) {
        float *squares = distances->values + i * tile->n_columns;
        double norm = distances->row_norms[i];
        size_t lost = work->kernels->squares(tile->n_columns, norm, column_norms, distances->dots + i * tile->n_columns,
                                             base, counted, work->sums->threshold, squares);
        lost += mark_gaussian(work, norm, column_norms, squares);
        if (tile->same) { /* a point and itself, whose product is the worst of all: a long sum of terms of one sign */
            lost++;
            squares[i] = -1.0f;
        }
        if (lost > 0)
            repair_row(work, i, squares);
    }
}

/* A row's squares become k, the sum over all epsilons; likewise its weights, unless NULL. */
static void apply_functions(const products *work, float *values, float *weights)
{
    const pair_sums *sums = work->sums;
    const pair_function *function = sums->function;
    size_t n = work->tile->n_columns, functions = sums->kernel.epsilons;
    if (functions > 1)
        memcpy(work->squares, values, n * sizeof *values);
    work->pairs->apply(function, n, values, weights);
    for (size_t i = 1; i < functions; i++) {
        sums->kernels->shift(n, function[i].epsilon2 - function[0].epsilon2, work->squares, work->part);
        work->pairs->apply(&function[i], n, work->part, weights == NULL ? NULL : work->part_weights);
        sums->kernels->add(n, values, work->part, values);
        if (weights != NULL)
            sums->kernels->add(n, weights, work->part_weights, weights);
    }
}

static void add_values(products *work)
{
    const pair_tile *tile = work->tile;
    size_t n = tile->n_columns;
    for (size_t i = 0; i < tile->n_rows; i++) {
        float *values = work->distances.values + i * n;
        apply_functions(work, values, tile->fields == NULL ? NULL : work->weights + i * n);
        if (tile->others && i < n)
            values[i] = 0.0f;
        tile->row_sums[i] += (double)work->kernels->sum(n, values);
        if (tile->column_sums != NULL)
            work->kernels->accumulate(n, values, tile->column_sums);
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
        work->kernels->add_difference(dimension, *weight, tile->rows + i * dimension, tile->columns + j * dimension,
                                      tile->fields + i * dimension);
        *weight = 0.0f;
    }
}

static void add_fields(products *work)
{
    const pair_tile *tile = work->tile;
    size_t dimension = work->sums->dimension, n = tile->n_columns;
    add_near_fields(work);
    for (size_t first = 0; first < dimension; first += DISTANCE_SLICE) {
        size_t width = dimension - first < DISTANCE_SLICE ? dimension - first : DISTANCE_SLICE;
        distance_tile_centre(&work->distances, first, width);
        product_run(work->distances.kernels,
                    &(matrix_product){.m = tile->n_rows,
                                      .n = width,
                                      .k = n,
                                      .a = work->weights,
                                      .lda = n,
                                      .b = work->distances.column_slice,
                                      .ldb = width,
                                      .c = work->product,
                                      .ldc = width},
                    NULL);
        for (size_t i = 0; i < tile->n_rows; i++)
            work->kernels->add_field(width, work->kernels->sum(n, work->weights + i * n),
                                     work->distances.row_slice + i * width, work->product + i * width,
                                     tile->fields + i * dimension + first);
    }
}

static void products_add(const pair_sums *sums, const pair_tile *tile, float *scratch)
{
    products work = begin(sums, tile, scratch);
    distance_tile_dots(&work.distances);
    dots_to_squares(&work);
    add_values(&work);
    if (tile->fields != NULL)
        add_fields(&work);
}

const tile_method tile_products = {.chunk = products_chunk, .scratch = products_scratch, .add = products_add};
