/* Convolutions as products of the matrix of patches (im2col), block by block: for every shape. */
#include "cpu/convolutions/patch_blocks.h"

/* --- small += patches filters --- */

static size_t gather_slots(const convolution *c)
{
    return smaller(SLOTS, piece_count(block_positions(c), block_rows(c)));
}

static void gather_block(const convolution *c, patch_part part, const float *filters, float *workspace)
{
    size_t channels = c->channels;
    float *result = c->small_result + part.first * channels;
    bool start = part.first_column == 0;
    if (start && c->bias != NULL)
        c->run->kernels->fill_rows(part.rows, channels, c->bias, result);
    patches_read(&c->window, c->big, part, workspace);
    product_run(c->run->kernels,
                &(matrix_product){.m = part.rows,
                                  .n = channels,
                                  .k = part.columns,
                                  .a = workspace,
                                  .lda = part.columns,
                                  .b = filters,
                                  .ldb = channels,
                                  .beta = start && c->bias == NULL && !c->add ? 0.0f : 1.0f,
                                  .c = result,
                                  .ldc = channels},
                NULL);
}

static void gather_slot(void *work, size_t slot, size_t worker)
{
    (void)worker;
    const convolution *c = work;
    size_t blocks = piece_count(block_positions(c), block_rows(c)), slots = gather_slots(c);
    size_t first = slot * blocks / slots * block_rows(c);
    size_t last = smaller((slot + 1) * blocks / slots * block_rows(c), block_positions(c));
    size_t all = window_columns(&c->window), most = block_columns(c);
    float *workspace = slot_workspace(c, slot), *loaded = workspace + most * block_rows(c);
    for (size_t column = 0; column < all; column += most) {
        size_t columns = smaller(most, all - column);
        const float *filters = c->transposed ? loaded : c->filters + column * c->channels;
        if (c->transposed)
            block_load_filters(c, c->filters, column, columns, loaded);
        for (size_t row = first; row < last; row += block_rows(c))
            gather_block(c, (patch_part){row, smaller(block_rows(c), last - row), column, columns}, filters, workspace);
    }
}

static void gather(const convolution *c)
{
    convolution work = *c;
    run_pieces(c->run->context, gather_slots(c), gather_slot, &work);
}

/* --- big += positions of small filters^T --- */

/* Windows of one sample overlap, so a slot has whole samples: enough of them for blocks of useful size. */
static size_t samples_of_group(const convolution *c)
{
    return piece_count(POSITIONS_SMALL, window_area(c->window.small));
}

static size_t scatter_slots(const convolution *c)
{
    return smaller(SLOTS, piece_count(c->run->count, samples_of_group(c)));
}

static void scatter_block(const convolution *c, patch_part part, matrix_block across, float *workspace)
{
    const float *small = c->small + part.first * c->channels;
    product_run(c->run->kernels,
                &(matrix_product){.m = part.rows,
                                  .n = part.columns,
                                  .k = c->channels,
                                  .a = small,
                                  .lda = c->channels,
                                  .b = across.at,
                                  .ldb = across.stride,
                                  .c = workspace,
                                  .ldc = part.columns},
                NULL);
    patches_add(c->run->kernels, &c->window, workspace, part, c->big_result);
}

static void scatter_slot(void *work, size_t slot, size_t worker)
{
    (void)worker;
    const convolution *c = work;
    size_t group = samples_of_group(c), groups = piece_count(c->run->count, group), slots = scatter_slots(c);
    size_t first_sample = slot * groups / slots * group;
    size_t last_sample = smaller((slot + 1) * groups / slots * group, c->run->count);
    size_t area = window_area(c->window.small), first = first_sample * area, last = last_sample * area;
    size_t all = window_columns(&c->window), most = block_columns(c);
    float *workspace = slot_workspace(c, slot), *loaded = workspace + most * block_rows(c);
    convolution_start_big(c, first_sample, last_sample - first_sample);
    for (size_t column = 0; column < all; column += most) {
        size_t columns = smaller(most, all - column);
        matrix_block across = block_filters_across(c, column, columns, loaded);
        for (size_t row = first; row < last; row += block_rows(c))
            scatter_block(c, (patch_part){row, smaller(block_rows(c), last - row), column, columns}, across, workspace);
    }
}

static void scatter(const convolution *c)
{
    convolution work = *c;
    run_pieces(c->run->context, scatter_slots(c), scatter_slot, &work);
}

static size_t im2col_workspace(const convolution *c)
{
    return larger(larger(gather_slots(c), scatter_slots(c)) * slot_values(c),
                  c->run->inference ? 0 : patch_gradient_workspace(c));
}

static bool always(const convolution *c)
{
    (void)c;
    return true;
}

const convolution_method convolution_by_im2col = {.name = "im2col",
                                                  .suits = always,
                                                  .workspace = im2col_workspace,
                                                  .gather = gather,
                                                  .scatter = scatter,
                                                  .filter_gradient = patch_gradient};
