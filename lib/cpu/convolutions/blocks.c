/* Blocks of the products behind convolutions: their sizes, what windows see, and filters. */
#include "cpu/convolutions/blocks.h"

#include <string.h>

/* A block of filters has at most FILTER_VALUES values unless the channels are very many: it stays in a core's cache. */
enum { FILTER_VALUES = 1 << 18, BLOCK_COLUMNS = 256, COLUMNS_LEAST = 64 };

size_t block_positions(const products *p)
{
    return p->run->count * window_area(p->window.small);
}

/* Images of few positions come in large batches only with many channels: smaller blocks make more of them. */
size_t block_rows(const products *p)
{
    return window_area(p->window.small) <= 64 ? POSITIONS_SMALL : POSITIONS;
}

size_t block_columns(const products *p)
{
    size_t columns = FILTER_VALUES / p->channels;
    columns = columns < COLUMNS_LEAST ? COLUMNS_LEAST : smaller(columns, BLOCK_COLUMNS);
    return smaller(columns, window_columns(&p->window));
}

size_t slot_values(const products *p)
{
    return block_columns(p) * (block_rows(p) + p->channels);
}

float *slot_scratch(const products *p, size_t slot)
{
    return p->run->scratch + slot * slot_values(p);
}

seen_block block_see(const products *p, window_part part, float *scratch)
{
    const window *w = &p->window;
    if (window_is_plain(w))
        return (seen_block){.at = p->big + part.first * w->channels + part.first_column, .stride = w->channels};
    window_gather(w, p->big, part, scratch);
    return (seen_block){.at = scratch, .stride = part.columns};
}

/* The columns first ... of one tap of the kernel, as far as they belong to one tap: their number. */
static size_t one_tap(const products *p, size_t first, size_t columns)
{
    return smaller(columns, p->window.channels - first % p->window.channels);
}

/* Where the parameter array of a transposed convolution holds that column for the small image's first channel. */
static size_t transposed_place(const products *p, size_t column)
{
    size_t big = p->window.channels;
    return column / big * big * p->channels + column % big;
}

void block_load_filters(const products *p, const float *filters, size_t first, size_t columns, float *block)
{
    if (!p->transposed) {
        memcpy(block, filters + first * p->channels, columns * p->channels * sizeof *block);
        return;
    }
    for (size_t done = 0, part; done < columns; done += part) {
        part = one_tap(p, first + done, columns - done);
        p->run->kernels->transpose_part(p->channels, part, filters + transposed_place(p, first + done),
                                        p->window.channels, block + done * p->channels, p->channels);
    }
}

void block_load_filters_across(const products *p, size_t first, size_t columns, float *block)
{
    if (!p->transposed) {
        p->run->kernels->transpose_part(columns, p->channels, p->filters + first * p->channels, p->channels, block,
                                        columns);
        return;
    }
    for (size_t done = 0, part; done < columns; done += part) {
        part = one_tap(p, first + done, columns - done);
        const float *from = p->filters + transposed_place(p, first + done);
        for (size_t i = 0; i < p->channels; i++)
            memcpy(block + i * columns + done, from + i * p->window.channels, part * sizeof *block);
    }
}

void block_store_filters(const products *p, const float *block, size_t first, size_t columns)
{
    if (!p->transposed) {
        memcpy(p->filter_gradient + first * p->channels, block, columns * p->channels * sizeof *block);
        return;
    }
    for (size_t done = 0, part; done < columns; done += part) {
        part = one_tap(p, first + done, columns - done);
        p->run->kernels->transpose_part(part, p->channels, block + done * p->channels, p->channels,
                                        p->filter_gradient + transposed_place(p, first + done), p->window.channels);
    }
}
