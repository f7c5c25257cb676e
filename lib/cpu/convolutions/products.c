/* The matrix products of convolutions' forward pass and input gradient, block by block. */
#include "cpu/convolutions/blocks.h"
#include "cpu/convolutions/winograd.h"

#include <string.h>

/* --- small += seen filters --- */

static size_t gather_slots(const products *p)
{
    return smaller(SLOTS, piece_count(block_positions(p), block_rows(p)));
}

static void gather_block(const products *p, window_part part, const float *filters, float *scratch)
{
    size_t channels = p->channels;
    float *result = p->small_result + part.first * channels;
    bool start = part.first_column == 0;
    if (start && p->bias != NULL)
        p->run->kernels->fill_rows(part.rows, channels, p->bias, result);
    seen_block seen = block_see(p, part, scratch);
    gemm(p->run->kernels, false, false, part.rows, channels, part.columns, seen.at, seen.stride, filters, channels,
         start && p->bias == NULL && !p->add ? 0.0f : 1.0f, result, channels);
}

static void gather_slot(void *work, size_t slot, size_t worker)
{
    (void)worker;
    const products *p = work;
    size_t blocks = piece_count(block_positions(p), block_rows(p)), slots = gather_slots(p);
    size_t first = slot * blocks / slots * block_rows(p);
    size_t last = smaller((slot + 1) * blocks / slots * block_rows(p), block_positions(p));
    size_t all = window_columns(&p->window), most = block_columns(p);
    float *scratch = slot_scratch(p, slot), *loaded = scratch + most * block_rows(p);
    for (size_t column = 0; column < all; column += most) {
        size_t columns = smaller(most, all - column);
        const float *filters = p->transposed ? loaded : p->filters + column * p->channels;
        if (p->transposed)
            block_load_filters(p, p->filters, column, columns, loaded);
        for (size_t row = first; row < last; row += block_rows(p))
            gather_block(p, (window_part){row, smaller(block_rows(p), last - row), column, columns}, filters, scratch);
    }
}

void products_gather(const products *p)
{
    if (winograd_suits(p)) {
        winograd_gather(p);
        return;
    }
    products work = *p;
    run_pieces(p->run->context, gather_slots(p), gather_slot, &work);
}

/* --- big += what sees small filters^T --- */

/* Windows of one sample overlap, so a slot has whole samples: enough of them for blocks of useful size. */
static size_t samples_of_group(const products *p)
{
    return piece_count(POSITIONS_SMALL, window_area(p->window.small));
}

static size_t scatter_slots(const products *p)
{
    return smaller(SLOTS, piece_count(p->run->count, samples_of_group(p)));
}

static void start_big(const products *p, size_t first_sample, size_t samples)
{
    size_t pixels = window_area(p->window.big), channels = p->window.channels;
    float *result = p->big_result + first_sample * pixels * channels;
    if (p->bias != NULL)
        p->run->kernels->fill_rows(samples * pixels, channels, p->bias, result);
    else if (!p->add)
        memset(result, 0, samples * pixels * channels * sizeof *result);
}

static void start_sample(void *work, size_t sample, size_t worker)
{
    (void)worker;
    start_big(work, sample, 1);
}

void products_start_big(const products *p)
{
    products work = *p;
    run_pieces(p->run->context, p->run->count, start_sample, &work);
}

static void scatter_block(const products *p, window_part part, const float *across, float *scratch)
{
    const window *w = &p->window;
    const float *small = p->small + part.first * p->channels;
    if (window_is_plain(w)) {
        gemm(p->run->kernels, false, false, part.rows, part.columns, p->channels, small, p->channels, across,
             part.columns, 1.0f, p->big_result + part.first * w->channels + part.first_column, w->channels);
        return;
    }
    gemm(p->run->kernels, false, false, part.rows, part.columns, p->channels, small, p->channels, across, part.columns,
         0.0f, scratch, part.columns);
    window_scatter(p->run->kernels, w, scratch, part, p->big_result);
}

static void scatter_slot(void *work, size_t slot, size_t worker)
{
    (void)worker;
    const products *p = work;
    size_t group = samples_of_group(p), groups = piece_count(p->run->count, group), slots = scatter_slots(p);
    size_t first_sample = slot * groups / slots * group;
    size_t last_sample = smaller((slot + 1) * groups / slots * group, p->run->count);
    size_t area = window_area(p->window.small), first = first_sample * area, last = last_sample * area;
    size_t all = window_columns(&p->window), most = block_columns(p);
    float *scratch = slot_scratch(p, slot), *across = scratch + most * block_rows(p);
    start_big(p, first_sample, last_sample - first_sample);
    for (size_t column = 0; column < all; column += most) {
        size_t columns = smaller(most, all - column);
        block_load_filters_across(p, column, columns, across);
        for (size_t row = first; row < last; row += block_rows(p))
            scatter_block(p, (window_part){row, smaller(block_rows(p), last - row), column, columns}, across, scratch);
    }
}

void products_scatter(const products *p)
{
    if (winograd_suits(p)) {
        winograd_scatter(p);
        return;
    }
    products work = *p;
    run_pieces(p->run->context, scatter_slots(p), scatter_slot, &work);
}

size_t products_scratch(const products *p)
{
    size_t slots = gather_slots(p) > scatter_slots(p) ? gather_slots(p) : scatter_slots(p);
    size_t wanted[] = {slots * slot_values(p), p->run->inference ? 0 : filter_gradient_scratch(p), winograd_scratch(p)},
           most = 0;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        most = wanted[i] > most ? wanted[i] : most;
    return most;
}
