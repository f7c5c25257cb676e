/* Sums over pairs in many dimensions: matrix products of centred points, then the kernels that make sums of them. */
#include "cuda/pair_layout.h"

enum {
    ROWS_AT_ONCE = 1024,    /* of a matrix product */
    COLUMNS_AT_ONCE = 2048, /* likewise */
    PRODUCT_TILE = 128,     /* rows and columns of a product that one multiprocessor computes */
    TILES_WANTED = 132,     /* for an H100 */
    SLICE_LEAST = 256       /* coordinates of a product */
};

/* Few points need many products, or most of the GPU would be idle. */
static void cut_coordinates(pair_layout *layout, const pair_work *work, size_t rows, size_t columns)
{
    size_t tiles = pair_parts(rows, PRODUCT_TILE) * pair_parts(columns, PRODUCT_TILE);
    size_t wanted = pair_least(pair_parts(TILES_WANTED, tiles), pair_parts(work->dimension, SLICE_LEAST));
    size_t slices = pair_most(pair_parts(work->dimension, PAIR_SLICE), wanted);
    layout->slice = pair_parts(pair_parts(work->dimension, slices), 8) * 8;
    layout->slices = pair_parts(work->dimension, layout->slice);
    layout->padded = layout->slice * layout->slices;
}

/* The rows of both sets stand one after the other, and so do the columns. */
void pair_cut_products(pair_layout *layout, const pair_work *work, bool separate)
{
    size_t columns = work->n_columns[0] + work->n_columns[1];
    layout->groups = 1;
    layout->tickets = pair_carve(layout, PAIR_TICKETS, sizeof(uint32_t));
    layout->joined = columns <= COLUMNS_AT_ONCE;
    layout->copied = separate || work->rows[0].count < work->n_columns[0];
    size_t at_once =
        layout->joined ? columns : pair_least(pair_most(work->n_columns[0], work->n_columns[1]), COLUMNS_AT_ONCE);
    size_t rows = pair_least(layout->rows, ROWS_AT_ONCE), copies = layout->copied ? layout->rows : 0;
    cut_coordinates(layout, work, rows, pair_most(at_once, 1));
    layout->centre = pair_carve(layout, layout->padded, sizeof(float));
    layout->row_norms = pair_carve(layout, copies, sizeof(double));
    layout->column_norms = pair_carve(layout, columns, sizeof(double));
    layout->centred_rows = pair_carve(layout, copies * layout->padded, sizeof(float));
    layout->centred_columns = pair_carve(layout, columns * layout->padded, sizeof(float));
    layout->dots = pair_carve(layout, rows * at_once * layout->slices, sizeof(float));
    layout->weights = pair_carve(layout, work->field ? rows * at_once : 0, sizeof(double));
}

typedef struct products {
    cuda_device *cuda;
    const pair_work *work;
    const pair_layout *layout;
    char *memory;
    const float *rows, *columns; /* centred, all of them */
    const double *row_norms, *column_norms;
    bool same;
} products;

static void centre_points(products *run, const float *const points[2], const size_t count[2], float *centred,
                          double *norms)
{
    const pair_layout *layout = run->layout;
    pair_shift shift = {.points = {points[0], points[1]},
                        .count = {count[0], count[1]},
                        .dimension = run->work->dimension,
                        .width = layout->padded,
                        .centre = (const float *)(const void *)(run->memory + layout->centre),
                        .centred = centred,
                        .norms = norms};
    if (count[0] + count[1] > 0)
        launch_pair_shift(run->cuda->stream, &shift);
}

static void centre_all(products *run)
{
    const pair_work *work = run->work;
    const pair_layout *layout = run->layout;
    launch_pair_centre(run->cuda->stream, work, layout->padded, (float *)(void *)(run->memory + layout->centre));
    float *columns = (float *)(void *)(run->memory + layout->centred_columns), *rows = columns;
    double *column_norms = (double *)(void *)(run->memory + layout->column_norms), *row_norms = column_norms;
    centre_points(run, work->columns, work->n_columns, columns, column_norms);
    if (layout->copied) {
        const float *const points[2] = {work->rows[0].points, work->rows[1].points};
        const size_t count[2] = {work->rows[0].count, work->rows[1].count};
        rows = (float *)(void *)(run->memory + layout->centred_rows);
        row_norms = (double *)(void *)(run->memory + layout->row_norms);
        centre_points(run, points, count, rows, row_norms);
    }
    run->rows = rows;
    run->columns = columns;
    run->row_norms = row_norms;
    run->column_norms = column_norms;
}

/* Rows first, columns second, as cuBLAS sees matrices by columns. float32 whatever the context's precision. */
static void multiply(products *run, const float *rows, size_t n_rows, const float *columns, size_t n_columns)
{
    const float one = 1.0f, zero = 0.0f;
    const pair_layout *layout = run->layout;
    cublasHandle_t blas = run->cuda->blas;
    if (run->cuda->failure != COULOMB_OK)
        return;
    cuda_note_blas(run->cuda,
                   cublasGemmStridedBatchedEx(blas, CUBLAS_OP_T, CUBLAS_OP_N, (int)n_columns, (int)n_rows,
                                              (int)layout->slice, &one, columns, CUDA_R_32F, (int)layout->padded,
                                              (long long)layout->slice, rows, CUDA_R_32F, (int)layout->padded,
                                              (long long)layout->slice, &zero, run->memory + layout->dots, CUDA_R_32F,
                                              (int)n_columns, (long long)n_rows * (long long)n_columns,
                                              (int)layout->slices, CUBLAS_COMPUTE_32F_PEDANTIC, CUBLAS_GEMM_DEFAULT),
                   "multiplying points");
}

/* `column`: the first of the ranges' columns among all. */
static void add_block(products *run, size_t row, size_t column, const pair_range range[PAIR_SETS])
{
    const pair_work *work = run->work;
    const pair_layout *layout = run->layout;
    pair_block block = {
        .row_norms = run->row_norms,
        .column_norms = {run->column_norms, run->column_norms + work->n_columns[0]},
        .dots = (const float *)(const void *)(run->memory + layout->dots),
        .slices = layout->slices,
        .first_row = row,
        .rows = pair_least(layout->rows - row, ROWS_AT_ONCE),
        .columns = range[0].count + range[1].count,
        .range = {range[0], range[1]},
        .same = run->same,
        .weights = work->field ? (double *)(void *)(run->memory + layout->weights) : NULL,
    };
    multiply(run, run->rows + row * layout->padded, block.rows, run->columns + column * layout->padded, block.columns);
    launch_pair_block(run->cuda->stream, work, &block);
    if (work->field)
        launch_pair_field(run->cuda->stream, work, &block);
}

/* Each set is cut alike, so that equal sets are summed alike. */
static void add_row_blocks(products *run, size_t row)
{
    const pair_work *work = run->work;
    size_t n = work->n_columns[0], m = work->n_columns[1];
    if (run->layout->joined) {
        const pair_range range[PAIR_SETS] = {{0, n, 0}, {0, m, n}};
        if (n + m > 0)
            add_block(run, row, 0, range);
        return;
    }
    for (size_t set = 0; set < PAIR_SETS; set++)
        for (size_t column = 0; column < work->n_columns[set]; column += COLUMNS_AT_ONCE) {
            pair_range range[PAIR_SETS] = {{0}};
            range[set] = (pair_range){column, pair_least(work->n_columns[set] - column, COLUMNS_AT_ONCE), 0};
            add_block(run, row, set * n + column, range);
        }
}

void pair_run_products(device_pairs *pairs, const pair_work *work, const pair_layout *layout, bool separate)
{
    cuda_device *cuda = pairs->cuda;
    products run = {.cuda = cuda, .work = work, .layout = layout, .memory = pairs->memory, .same = !separate};
    cuda_note(cuda, cudaMemsetAsync(work->sums, 0, layout->total - layout->sums, cuda->stream), "clearing sums");
    centre_all(&run);
    for (size_t row = 0; row < layout->rows; row += ROWS_AT_ONCE)
        add_row_blocks(&run, row);
    for (int set = 0; set < 2; set++)
        if (work->rows[set].count > 0)
            launch_pair_results(cuda->stream, work, set, set == 0 ? 0 : work->rows[0].count);
    cuda_launched(cuda, "summing pairs");
}
