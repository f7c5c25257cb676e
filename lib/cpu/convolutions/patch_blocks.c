/* Blocks of the products of patches: their sizes, patches, and filters. */
#include "cpu/convolutions/patch_blocks.h"

#include <string.h>

/* A block of filters has at most FILTER_VALUES values unless the channels are very many: it stays in a core's cache. */
enum { FILTER_VALUES = 1 << 18, BLOCK_COLUMNS = 256, COLUMNS_LEAST = 64 };

size_t block_positions(const convolution *c)
{
    return c->run->count * window_area(c->window.small);
}

/* Images of few positions come in large batches only with many channels: smaller blocks make more of them. */
size_t block_rows(const convolution *c)
{
    return window_area(c->window.small) <= 64 ? POSITIONS_SMALL : POSITIONS;
}

size_t block_columns(const convolution *c)
{
    size_t columns = FILTER_VALUES / c->channels;
    columns = columns < COLUMNS_LEAST ? COLUMNS_LEAST : smaller(columns, BLOCK_COLUMNS);
    return smaller(columns, window_columns(&c->window));
}

size_t slot_values(const convolution *c)
{
    return block_columns(c) * (block_rows(c) + c->channels);
}

float *slot_workspace(const convolution *c, size_t slot)
{
    return c->run->scratch + slot * slot_values(c);
}

matrix_block block_patches(const convolution *c, patch_part part, float *workspace)
{
    const window *w = &c->window;
    if (window_is_plain(w))
        return (matrix_block){.at = c->big + part.first * w->channels + part.first_column, .stride = w->channels};
    patches_read(w, c->big, part, workspace);
    return (matrix_block){.at = workspace, .stride = part.columns};
}

/* The columns first ... of one tap of the kernel, as far as they belong to one tap: their number. */
static size_t one_tap(const convolution *c, size_t first, size_t columns)
{
    return smaller(columns, c->window.channels - first % c->window.channels);
}

/* Where the parameter array of a transposed convolution holds that column for the small image's first channel. */
static size_t transposed_place(const convolution *c, size_t column)
{
    size_t big = c->window.channels;
    return column / big * big * c->channels + column % big;
}

void block_load_filters(const convolution *c, const float *filters, size_t first, size_t columns, float *block)
{
    if (!c->transposed) {
        memcpy(block, filters + first * c->channels, columns * c->channels * sizeof *block);
        return;
    }
    for (size_t done = 0, part; done < columns; done += part) {
        part = one_tap(c, first + done, columns - done);
        c->run->kernels->transpose_part(c->channels, part, filters + transposed_place(c, first + done),
                                        c->window.channels, block + done * c->channels, c->channels);
    }
}

matrix_block block_filters_across(const convolution *c, size_t first, size_t columns, float *workspace)
{
    if (c->transposed && columns <= one_tap(c, first, columns)) /* as they are in the parameter array */
        return (matrix_block){.at = c->filters + transposed_place(c, first), .stride = c->window.channels};
    if (!c->transposed)
        c->run->kernels->transpose_part(columns, c->channels, c->filters + first * c->channels, c->channels, workspace,
                                        columns);
    for (size_t done = 0, part; c->transposed && done < columns; done += part) {
        part = one_tap(c, first + done, columns - done);
        const float *from = c->filters + transposed_place(c, first + done);
        for (size_t i = 0; i < c->channels; i++)
            memcpy(workspace + i * columns + done, from + i * c->window.channels, part * sizeof *workspace);
    }
    return (matrix_block){.at = workspace, .stride = columns};
}

void block_store_filters(const convolution *c, const float *block, size_t first, size_t columns)
{
    if (!c->transposed) {
        memcpy(c->filter_gradient + first * c->channels, block, columns * c->channels * sizeof *block);
        return;
    }
    for (size_t done = 0, part; done < columns; done += part) {
        part = one_tap(c, first + done, columns - done);
        c->run->kernels->transpose_part(part, c->channels, block + done * c->channels, c->channels,
                                        c->filter_gradient + transposed_place(c, first + done), c->window.channels);
    }
}
