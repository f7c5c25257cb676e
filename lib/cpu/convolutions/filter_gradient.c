/* Gradients of convolutions' filters, seen^T small, block by block, and of their biases. */
#include "cpu/convolutions/blocks.h"
#include "cpu/convolutions/winograd.h"

#include <string.h>

/* Most values of partial sums. */
enum { PARTIAL_VALUES = 1 << 22 };

static size_t column_blocks(const products *p)
{
    return piece_count(window_columns(&p->window), block_columns(p));
}

static size_t filter_values(const products *p)
{
    return window_columns(&p->window) * p->channels;
}

/* Few blocks of columns do not keep many threads busy: then the positions are cut into parts too, each with its own
 * sum, added in order at the end. */
static size_t parts_of(const products *p)
{
    size_t parts = smaller(piece_count(SLOTS, column_blocks(p)), PARTIAL_VALUES / filter_values(p));
    return parts < 2 ? 1 : smaller(parts, piece_count(block_positions(p), 2 * block_rows(p)));
}

static size_t gradient_slots(const products *p)
{
    return smaller(SLOTS, column_blocks(p) * parts_of(p));
}

/* Behind the slots' own space. */
static float *partial_sums(const products *p, size_t part)
{
    return p->run->scratch + gradient_slots(p) * slot_values(p) + part * filter_values(p);
}

/* Rows of `seen` count as much as their samples do. */
static void weigh_rows(const products *p, float *matrix, window_part part)
{
    size_t area = window_area(p->window.small);
    for (size_t i = 0; i < part.rows; i++)
        p->run->kernels->scale(part.columns, p->run->weight[(part.first + i) / area], matrix + i * part.columns,
                               matrix + i * part.columns);
}

static void add_block_gradient(const products *p, window_part part, float *scratch, float beta, float *sums)
{
    seen_block seen;
    if (p->run->weight == NULL) {
        seen = block_see(p, part, scratch);
    } else {
        window_gather(&p->window, p->big, part, scratch);
        weigh_rows(p, scratch, part);
        seen = (seen_block){.at = scratch, .stride = part.columns};
    }
    gemm(p->run->kernels, true, false, part.columns, p->channels, part.rows, seen.at, seen.stride,
         p->small + part.first * p->channels, p->channels, beta, sums, p->channels);
}

/* One block of columns over one part of the positions. */
static void gradient_piece(const products *p, size_t piece, float *scratch)
{
    size_t parts = parts_of(p), part = piece % parts, column = piece / parts * block_columns(p);
    size_t columns = smaller(block_columns(p), window_columns(&p->window) - column);
    size_t blocks = piece_count(block_positions(p), block_rows(p));
    size_t first = part * blocks / parts * block_rows(p);
    size_t last = smaller((part + 1) * blocks / parts * block_rows(p), block_positions(p));
    float *sums = scratch + block_columns(p) * block_rows(p);
    bool loaded = p->add && part == 0;
    if (loaded)
        block_load_filters(p, p->filter_gradient, column, columns, sums);
    for (size_t row = first; row < last; row += block_rows(p))
        add_block_gradient(p, (window_part){row, smaller(block_rows(p), last - row), column, columns}, scratch,
                           row > first || loaded ? 1.0f : 0.0f, sums);
    if (parts == 1)
        block_store_filters(p, sums, column, columns);
    else
        memcpy(partial_sums(p, part) + column * p->channels, sums, columns * p->channels * sizeof *sums);
}

static void gradient_slot(void *work, size_t slot, size_t worker)
{
    (void)worker;
    const products *p = work;
    size_t pieces = column_blocks(p) * parts_of(p), slots = gradient_slots(p);
    for (size_t piece = slot * pieces / slots; piece < (slot + 1) * pieces / slots; piece++)
        gradient_piece(p, piece, slot_scratch(p, slot));
}

static void sum_parts(void *work, size_t block, size_t worker)
{
    (void)worker;
    const products *p = work;
    size_t column = block * block_columns(p);
    size_t columns = smaller(block_columns(p), window_columns(&p->window) - column), at = column * p->channels;
    float *sums = partial_sums(p, 0) + at;
    for (size_t part = 1; part < parts_of(p); part++)
        p->run->kernels->accumulate(columns * p->channels, 1.0f, partial_sums(p, part) + at, sums);
    block_store_filters(p, sums, column, columns);
}

void products_filter_gradient(const products *p)
{
    if (winograd_suits(p)) {
        winograd_filter_gradient(p);
        return;
    }
    products work = *p;
    run_pieces(p->run->context, gradient_slots(p), gradient_slot, &work);
    if (parts_of(p) > 1)
        run_pieces(p->run->context, column_blocks(p), sum_parts, &work);
}

size_t filter_gradient_scratch(const products *p)
{
    size_t partial = parts_of(p) > 1 ? parts_of(p) * filter_values(p) : 0;
    return gradient_slots(p) * slot_values(p) + partial;
}

/* --- bias --- */

enum { ROWS_OF_CHUNK = 256 };

typedef struct bias_sum {
    const op_run *run;
    size_t rows, channels, parts;
} bias_sum;

static size_t bias_parts(const op_run *run)
{
    return smaller(SLOTS, run->count);
}

size_t bias_scratch(const op_run *run, size_t channels)
{
    return 2 * bias_parts(run) * channels;
}

/* Chunks of rows, then samples, then parts: sums of few float32 values each. */
static void bias_part(void *work, size_t part, size_t worker)
{
    (void)worker;
    const bias_sum *b = work;
    const kernels *table = b->run->kernels;
    float *sums = b->run->scratch + 2 * part * b->channels, *of_sample = sums + b->channels;
    memset(sums, 0, b->channels * sizeof *sums);
    size_t first = part * b->run->count / b->parts, last = (part + 1) * b->run->count / b->parts;
    for (size_t sample = first; sample < last; sample++) {
        const float *dy = b->run->output_gradient + sample * b->rows * b->channels;
        for (size_t row = 0; row < b->rows; row += ROWS_OF_CHUNK)
            table->sum_rows(smaller(ROWS_OF_CHUNK, b->rows - row), b->channels, dy + row * b->channels, of_sample,
                            row > 0);
        table->accumulate(b->channels, b->run->weight == NULL ? 1.0f : b->run->weight[sample], of_sample, sums);
    }
}

void bias_gradient(const op_run *run, size_t rows, size_t channels, float *sums)
{
    bias_sum work = {.run = run, .rows = rows, .channels = channels, .parts = bias_parts(run)};
    run_pieces(run->context, work.parts, bias_part, &work);
    for (size_t part = 0; part < work.parts; part++) {
        const float *of_part = run->scratch + 2 * part * channels;
        if (part == 0 && !run->add_parameters)
            memcpy(sums, of_part, channels * sizeof *sums);
        else
            run->kernels->accumulate(channels, 1.0f, of_part, sums);
    }
}
