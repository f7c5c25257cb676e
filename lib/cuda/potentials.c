/* Potentials, fields and energies on the GPU: cuts, memory, and the launches of pairs.h. All pairs are summed at their
 * rows. In few dimensions one kernel does it all; in many, matrix products come first. */
#include "cuda/pair_layout.h"

enum {
    BLOCKS_WANTED = 2048,
    WIDTH_LEAST = 64, /* columns of a group */
    MANY_ROWS = 16384 /* from here on threads have several */
};

/* Groups of columns make work for the whole GPU of few rows. How sums are cut depends on counts alone. */
static void cut_direct(pair_layout *layout, const pair_work *work)
{
    size_t several = work->dimension <= 4 ? 4 : work->dimension <= 8 ? 2 : 1;
    bool many = layout->rows >= MANY_ROWS && !work->field;
    layout->tile = many ? PAIR_TILE * several : PAIR_TILE;
    size_t tiles = pair_parts(work->rows[0].count, layout->tile) + pair_parts(work->rows[1].count, layout->tile);
    size_t columns = pair_most(pair_most(work->n_columns[0], work->n_columns[1]), 1);
    size_t wanted = pair_most(pair_parts(BLOCKS_WANTED, PAIR_SETS * pair_most(tiles, 1)), 1);
    layout->width = pair_parts(pair_most(pair_parts(columns, wanted), WIDTH_LEAST), WIDTH_LEAST) * WIDTH_LEAST;
    layout->groups = pair_parts(columns, layout->width);
    layout->tickets = pair_carve(layout, pair_most(PAIR_TICKETS, 1 + tiles), sizeof(uint32_t));
    layout->many_tickets = 1 + tiles > PAIR_TICKETS;
}

/* `separate`: rows are no columns. The decision and the tickets come first: they are 0 when nothing runs. */
static pair_layout lay_out(const pair_work *work, bool separate)
{
    pair_layout layout = {.direct = work->dimension <= PAIR_DIRECT_MOST,
                          .rows = work->rows[0].count + work->rows[1].count};
    layout.decision = pair_carve(&layout, 1, sizeof(pair_decision));
    if (layout.direct)
        cut_direct(&layout, work);
    else
        pair_cut_products(&layout, work, separate);
    size_t sums = PAIR_SETS * layout.groups * layout.rows;
    layout.sums = pair_carve(&layout, sums, sizeof(double));
    layout.fields = pair_carve(&layout, work->field ? sums * work->dimension : 0, sizeof(double));
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
    coulomb_status status = layout->direct ? COULOMB_OK : cuda_start_blas(cuda);
    if (status != COULOMB_OK)
        return status;
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

static pair_work work_of(const device_kernel *kernel, const charge_batch *batch, bool field)
{
    bool gaussian = kernel->kind == COULOMB_KERNEL_GAUSSIAN;
    double power = (gaussian ? 0.0 : kernel->exponent) + (field ? 2.0 : 0.0);
    return (pair_work){.dimension = batch->dimension,
                       .columns = {batch->model, batch->target},
                       .n_columns = {batch->n_model, batch->n_target},
                       .gaussian = gaussian,
                       .exponent = kernel->exponent,
                       .kernels = kernel->epsilons,
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
                      .gaussian = work->gaussian,
                      .exponent = work->exponent,
                      .power = work->exponent + (work->field ? 2.0 : 0.0),
                      .kernels = work->kernels,
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
        pair_run_products(pairs, work, &layout, separate);
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
    *bytes = pair_most(pair_most(needed, at == 0 ? 0 : lay_out(&second, true).total), pairs->bytes);
    return COULOMB_OK;
}
