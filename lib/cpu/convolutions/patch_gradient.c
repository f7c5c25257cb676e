/* Gradients of convolutions' filters, patches^T small, block by block. */
#include "cpu/convolutions/patch_blocks.h"

#include <string.h>

/* Most values of partial sums. */
enum { PARTIAL_VALUES = 1 << 22 };

static size_t column_blocks(const convolution *c)
{
    return piece_count(window_columns(&c->window), block_columns(c));
}

static size_t filter_values(const convolution *c)
{
    return window_columns(&c->window) * c->channels;
}

/* Few blocks of columns do not keep many threads busy: then the positions are cut into parts too, each with its own
 * sum, added in order at the end. */
static size_t parts_of(const convolution *c)
{
    size_t parts = smaller(piece_count(SLOTS, column_blocks(c)), PARTIAL_VALUES / filter_values(c));
    return parts < 2 ? 1 : smaller(parts, piece_count(block_positions(c), 2 * block_rows(c)));
}

static size_t gradient_slots(const convolution *c)
{
    return smaller(SLOTS, column_blocks(c) * parts_of(c));
}

/* Behind the slots' own space. */
static float *partial_sums(const convolution *c, size_t part)
{
    return c->run->scratch + gradient_slots(c) * slot_values(c) + part * filter_values(c);
}

/* Rows of `patches` count as much as their samples do. */
static void weigh_rows(const convolution *c, float *matrix, patch_part part)
{
    size_t area = window_area(c->window.small);
    for (size_t i = 0; i < part.rows; i++)
        c->run->kernels->scale(part.columns, c->run->weight[(part.first + i) / area], matrix + i * part.columns,
                               matrix + i * part.columns);
}

static void add_block_gradient(const convolution *c, patch_part part, float *workspace, float beta, float *sums)
{
    matrix_block patches;
    if (c->run->weight == NULL) {
        patches = block_patches(c, part, workspace);
    } else {
        patches_read(&c->window, c->big, part, workspace);
        weigh_rows(c, workspace, part);
        patches = (matrix_block){.at = workspace, .stride = part.columns};
    }
    product_run(c->run->kernels,
                &(matrix_product){.a_transposed = true,
                                  .m = part.columns,
                                  .n = c->channels,
                                  .k = part.rows,
                                  .a = patches.at,
                                  .lda = patches.stride,
                                  .b = c->small + part.first * c->channels,
                                  .ldb = c->channels,
                                  .beta = beta,
                                  .c = sums,
                                  .ldc = c->channels},
                NULL);
}

/* One block of columns over one part of the positions. */
static void gradient_piece(const convolution *c, size_t piece, float *workspace)
{
    size_t parts = parts_of(c), part = piece % parts, column = piece / parts * block_columns(c);
    size_t columns = smaller(block_columns(c), window_columns(&c->window) - column);
    size_t blocks = piece_count(block_positions(c), block_rows(c));
    size_t first = part * blocks / parts * block_rows(c);
    size_t last = smaller((part + 1) * blocks / parts * block_rows(c), block_positions(c));
    float *sums = workspace + block_columns(c) * block_rows(c);
    bool loaded = c->add && part == 0;
    if (loaded)
        block_load_filters(c, c->filter_gradient, column, columns, sums);
    for (size_t row = first; row < last; row += block_rows(c))
        add_block_gradient(c, (patch_part){row, smaller(block_rows(c), last - row), column, columns}, workspace,
                           row > first || loaded ? 1.0f : 0.0f, sums);
    if (parts == 1)
        block_store_filters(c, sums, column, columns);
    else
        memcpy(partial_sums(c, part) + column * c->channels, sums, columns * c->channels * sizeof *sums);
}

static void gradient_slot(void *work, size_t slot, size_t worker)
{
    (void)worker;
    const convolution *c = work;
    size_t pieces = column_blocks(c) * parts_of(c), slots = gradient_slots(c);
    for (size_t piece = slot * pieces / slots; piece < (slot + 1) * pieces / slots; piece++)
        gradient_piece(c, piece, slot_workspace(c, slot));
}

static void sum_parts(void *work, size_t block, size_t worker)
{
    (void)worker;
    const convolution *c = work;
    size_t column = block * block_columns(c);
    size_t columns = smaller(block_columns(c), window_columns(&c->window) - column), at = column * c->channels;
    float *sums = partial_sums(c, 0) + at;
    for (size_t part = 1; part < parts_of(c); part++)
        c->run->kernels->accumulate(columns * c->channels, 1.0f, partial_sums(c, part) + at, sums);
    block_store_filters(c, sums, column, columns);
}

void patch_gradient(const convolution *c)
{
    convolution work = *c;
    run_pieces(c->run->context, gradient_slots(c), gradient_slot, &work);
    if (parts_of(c) > 1)
        run_pieces(c->run->context, column_blocks(c), sum_parts, &work);
}

size_t patch_gradient_workspace(const convolution *c)
{
    size_t partial = parts_of(c) > 1 ? parts_of(c) * filter_values(c) : 0;
    return gradient_slots(c) * slot_values(c) + partial;
}
