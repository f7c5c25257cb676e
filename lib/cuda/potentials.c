/* Potentials, fields and energies on the GPU: cuts, memory, and the launches of pairs.h. All pairs are summed at their
 * rows. In few dimensions one kernel does it all; in many, matrix products come first. */
#include "cuda/cuda_device.h"
#include "cuda/pairs.h"

#include <string.h>

enum {
    BLOCKS_WANTED = 2048,
    WIDTH_LEAST = 64,       /* columns of a group */
    MANY_ROWS = 16384,      /* from here on threads have several */
    ROWS_AT_ONCE = 1024,    /* of a matrix product */
    COLUMNS_AT_ONCE = 2048, /* likewise */
    PRODUCT_TILE = 128,     /* rows and columns of a product that one multiprocessor computes */
    TILES_WANTED = 132,     /* for an H100 */
    SLICE_LEAST = 256,      /* coordinates of a product */
    TICKETS = 16384,        /* that stay 0 between launches */
    ALIGNMENT = 256
};

struct device_pairs {
    cuda_device *cuda;
    char *memory;
    size_t bytes;
};

/* Where everything stands in the memory. */
typedef struct pair_layout {
    bool direct, many_tickets;
    bool copied, joined;              /* rows are copies; all columns go into one product */
    size_t rows, tile, groups, width; /* as in pair_work */
    size_t slice, slices, padded;     /* coordinates of a product, how many products, both together */
    size_t row_norms, column_norms, centre, centred_rows, centred_columns, dots, weights; /* in bytes, as below */
    size_t decision, tickets, sums, fields, total;
} pair_layout;

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t most(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t parts(size_t count, size_t part)
{
    return (count + part - 1) / part;
}

static size_t carve(pair_layout *layout, size_t count, size_t size)
{
    size_t at = layout->total;
    layout->total += parts(count * size, ALIGNMENT) * ALIGNMENT;
    return at;
}

/* Groups of columns make work for the whole GPU of few rows. How sums are cut depends on counts alone. */
static void cut_direct(pair_layout *layout, const pair_work *work)
{
    size_t several = work->dimension <= 4 ? 4 : work->dimension <= 8 ? 2 : 1;
    bool many = layout->rows >= MANY_ROWS && !work->field;
    layout->tile = many ? PAIR_TILE * several : PAIR_TILE;
    size_t tiles = parts(work->rows[0].count, layout->tile) + parts(work->rows[1].count, layout->tile);
    size_t columns = most(most(work->n_columns[0], work->n_columns[1]), 1);
    size_t wanted = most(parts(BLOCKS_WANTED, PAIR_SETS * most(tiles, 1)), 1);
    layout->width = parts(most(parts(columns, wanted), WIDTH_LEAST), WIDTH_LEAST) * WIDTH_LEAST;
    layout->groups = parts(columns, layout->width);
    layout->tickets = carve(layout, most(TICKETS, 1 + tiles), sizeof(uint32_t));
    layout->many_tickets = 1 + tiles > TICKETS;
}

/* Few points need many products, or most of the GPU would be idle. */
static void cut_coordinates(pair_layout *layout, const pair_work *work, size_t rows, size_t columns)
{
    size_t tiles = parts(rows, PRODUCT_TILE) * parts(columns, PRODUCT_TILE);
    size_t wanted = least(parts(TILES_WANTED, tiles), parts(work->dimension, SLICE_LEAST));
    size_t slices = most(parts(work->dimension, PAIR_SLICE), wanted);
    layout->slice = parts(parts(work->dimension, slices), 8) * 8;
    layout->slices = parts(work->dimension, layout->slice);
    layout->padded = layout->slice * layout->slices;
}

/* The rows of both sets stand one after the other, and so do the columns. */
static void cut_products(pair_layout *layout, const pair_work *work, bool separate)
{
    size_t columns = work->n_columns[0] + work->n_columns[1];
    layout->groups = 1;
    layout->tickets = carve(layout, TICKETS, sizeof(uint32_t));
    layout->joined = columns <= COLUMNS_AT_ONCE;
    layout->copied = separate || work->rows[0].count < work->n_columns[0];
    size_t at_once = layout->joined ? columns : least(most(work->n_columns[0], work->n_columns[1]), COLUMNS_AT_ONCE);
    size_t rows = least(layout->rows, ROWS_AT_ONCE), copies = layout->copied ? layout->rows : 0;
    cut_coordinates(layout, work, rows, most(at_once, 1));
    layout->centre = carve(layout, layout->padded, sizeof(float));
    layout->row_norms = carve(layout, copies, sizeof(double));
    layout->column_norms = carve(layout, columns, sizeof(double));
    layout->centred_rows = carve(layout, copies * layout->padded, sizeof(float));
    layout->centred_columns = carve(layout, columns * layout->padded, sizeof(float));
    layout->dots = carve(layout, rows * at_once * layout->slices, sizeof(float));
    layout->weights = carve(layout, work->field ? rows * at_once : 0, sizeof(double));
}

/* `separate`: rows are no columns. The decision and the tickets come first: they are 0 when nothing runs. */
static pair_layout lay_out(const pair_work *work, bool separate)
{
    pair_layout layout = {.direct = work->dimension <= PAIR_DIRECT_MOST,
                          .rows = work->rows[0].count + work->rows[1].count};
    layout.decision = carve(&layout, 1, sizeof(pair_decision));
    if (layout.direct)
        cut_direct(&layout, work);
    else
        cut_products(&layout, work, separate);
    size_t sums = PAIR_SETS * layout.groups * layout.rows;
    layout.sums = carve(&layout, sums, sizeof(double));
    layout.fields = carve(&layout, work->field ? sums * work->dimension : 0, sizeof(double));
    return layout;
}

device_pairs *cuda_pairs_new(device *on)
{
    cuda_device *cuda = cuda_enter(on);
    device_pairs *made = cuda->services->memory_get(on->context, 1, sizeof *made);
    if (made != NULL)
        *made = (device_pairs){.cuda = cuda};
    return made;
}

void cuda_pairs_free(device_pairs *pairs)
{
    cuda_device *cuda = cuda_enter(&pairs->cuda->base);
    cuda_release(cuda, pairs->memory);
    cuda->services->memory_release(cuda->base.context, pairs);
}

/* On failure everything is as before. Beyond the usual number of tickets, other layouts may have had other things. */
static coulomb_status prepare(device_pairs *pairs, pair_work *work, const pair_layout *layout)
{
    cuda_device *cuda = pairs->cuda;
    bool grown = layout->total > pairs->bytes;
    if (grown) {
        char *memory = cuda_get(cuda, layout->total);
        if (memory == NULL)
            return cuda->failure == COULOMB_OK ? COULOMB_ERROR_MEMORY : cuda->failure;
        cuda_release(cuda, pairs->memory);
        pairs->memory = memory;
        pairs->bytes = layout->total;
    }
    char *memory = pairs->memory;
    work->all_rows = layout->rows;
    work->tile = layout->tile;
    work->groups = layout->groups;
    work->width = layout->width;
    work->decision = (pair_decision *)(void *)(memory + layout->decision);
    work->tickets = (uint32_t *)(void *)(memory + layout->tickets);
    work->sums = (double *)(void *)(memory + layout->sums);
    work->fields = (double *)(void *)(memory + layout->fields);
    if (grown || layout->many_tickets)
        cuda_note(cuda, cudaMemsetAsync(memory, 0, layout->direct ? layout->sums : layout->centre, cuda->stream),
                  "clearing counters");
    return cuda_status(cuda);
}

static void run_direct(cuda_device *cuda, const pair_work *work)
{
    if (work->dimension <= 2)
        launch_pairs_direct_2(cuda->stream, work);
    else if (work->dimension <= 3)
        launch_pairs_direct_3(cuda->stream, work);
    else if (work->dimension <= 4)
        launch_pairs_direct_4(cuda->stream, work);
    else if (work->dimension <= 8)
        launch_pairs_direct_8(cuda->stream, work);
    else if (work->dimension <= 16)
        launch_pairs_direct_16(cuda->stream, work);
    else
        launch_pairs_direct_32(cuda->stream, work);
    cuda_launched(cuda, "summing pairs");
}

/* --- many dimensions --- */

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
    cublasHandle_t blas = cuda_blas(run->cuda);
    if (blas == NULL)
        return;
    cuda_note_blas(run->cuda,
                   cublasGemmStridedBatchedEx(blas, CUBLAS_OP_T, CUBLAS_OP_N, (int)n_columns, (int)n_rows,
                                              (int)layout->slice, &one, columns, CUDA_R_32F, (int)layout->padded,
                                              (long long)layout->slice, rows, CUDA_R_32F, (int)layout->padded,
                                              (long long)layout->slice, &zero, run->memory + layout->dots, CUDA_R_32F,
                                              (int)n_columns, (long long)(n_rows * n_columns), (int)layout->slices,
                                              CUBLAS_COMPUTE_32F_PEDANTIC, CUBLAS_GEMM_DEFAULT),
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
        .rows = least(layout->rows - row, ROWS_AT_ONCE),
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
            range[set] = (pair_range){column, least(work->n_columns[set] - column, COLUMNS_AT_ONCE), 0};
            add_block(run, row, set * n + column, range);
        }
}

static void run_products(device_pairs *pairs, const pair_work *work, const pair_layout *layout, bool separate)
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

/* --- both --- */

static pair_work work_of(const device_kernel *kernel, const charge_batch *batch, bool field)
{
    double power = kernel->exponent + (field ? 2.0 : 0.0);
    return (pair_work){.dimension = batch->dimension,
                       .columns = {batch->model, batch->target},
                       .n_columns = {batch->n_model, batch->n_target},
                       .exponent = kernel->exponent,
                       .epsilon = kernel->epsilon,
                       .field = field,
                       .threshold = power / 16.0};
}

/* A sample's own set is one smaller when its own charge is left out. */
static void add_rows(pair_work *work, const device_kernel *kernel, int set, const float *points, size_t count,
                     float *potential)
{
    work->rows[set] =
        (pair_rows){.points = points, .count = count, .own = kernel->self_terms ? -1 : set, .potential = potential};
    for (int from = 0; from < PAIR_SETS; from++)
        work->divisor[set][from] = (double)work->n_columns[from] - (!kernel->self_terms && from == set ? 1.0 : 0.0);
}

static void choose_method(cuda_device *cuda, const pair_work *work, const charge_batch *batch)
{
    pair_scan scan = {.dimension = work->dimension,
                      .bounded = batch->bounded,
                      .largest = batch->largest,
                      .exponent = work->exponent,
                      .power = work->exponent + (work->field ? 2.0 : 0.0),
                      .epsilon = work->epsilon,
                      .decision = work->decision,
                      .ticket = work->tickets};
    for (size_t set = 0; !batch->bounded && set < 2; set++) {
        bool apart = work->rows[set].points != work->columns[set];
        scan.array[set] = work->columns[set];
        scan.count[set] = work->n_columns[set] * work->dimension;
        scan.array[2 + set] = work->rows[set].points;
        scan.count[2 + set] = apart ? work->rows[set].count * work->dimension : 0;
    }
    launch_pair_scan(cuda->stream, &scan);
    cuda_launched(cuda, "scanning points");
}

static coulomb_status run(device_pairs *pairs, pair_work *work, const charge_batch *batch, bool separate)
{
    pair_layout layout = lay_out(work, separate);
    if (layout.rows == 0)
        return cuda_status(pairs->cuda);
    coulomb_status status = prepare(pairs, work, &layout);
    if (status != COULOMB_OK)
        return status;
    choose_method(pairs->cuda, work, batch);
    work->tickets++; /* the first was the scan's */
    if (layout.direct)
        run_direct(pairs->cuda, work);
    else
        run_products(pairs, work, &layout, separate);
    return cuda_status(pairs->cuda);
}

static pair_work work_of_batch(const device_kernel *kernel, const charge_batch *batch, float *potential_model,
                               float *potential_target)
{
    pair_work work = work_of(kernel, batch, false);
    add_rows(&work, kernel, PAIR_MODEL, batch->displaced ? batch->near_model : batch->model, batch->at_model,
             potential_model);
    add_rows(&work, kernel, PAIR_TARGET, batch->displaced ? batch->near_target : batch->target, batch->at_target,
             potential_target);
    return work;
}

coulomb_status cuda_potentials(device_pairs *pairs, const device_kernel *kernel, const charge_batch *batch,
                               float *potential_model, float *potential_target, double *energy)
{
    cuda_device *cuda = cuda_enter(&pairs->cuda->base);
    pair_work work = work_of_batch(kernel, batch, potential_model, potential_target);
    coulomb_status status = run(pairs, &work, batch, batch->displaced);
    if (status == COULOMB_OK && energy != NULL) {
        launch_pair_energy(cuda->stream, &work, kernel->self_terms, energy);
        cuda_launched(cuda, "the energy");
    }
    return status;
}

static pair_work work_at(const device_kernel *kernel, const charge_batch *batch, const float *at, size_t n_at,
                         float *field, float *potential)
{
    pair_work work = work_of(kernel, batch, field != NULL);
    device_kernel from_all = *kernel;
    from_all.self_terms = true;
    add_rows(&work, &from_all, 0, at, n_at, potential);
    work.rows[0].field = field;
    return work;
}

coulomb_status cuda_potentials_at(device_pairs *pairs, const device_kernel *kernel, const charge_batch *batch,
                                  const float *at, size_t n_at, float *field, float *potential)
{
    cuda_enter(&pairs->cuda->base);
    pair_work work = work_at(kernel, batch, at, n_at, field, potential);
    return run(pairs, &work, batch, true);
}

coulomb_status cuda_pairs_bytes(const device_pairs *pairs, const device_kernel *kernel, const charge_batch *batch,
                                size_t at, bool field, size_t *bytes)
{
    pair_work first = work_of_batch(kernel, batch, NULL, NULL), second = work_at(kernel, batch, NULL, at, NULL, NULL);
    second.field = field;
    size_t needed = lay_out(&first, batch->displaced).total;
    *bytes = most(most(needed, at == 0 ? 0 : lay_out(&second, true).total), pairs->bytes);
    return COULOMB_OK;
}
