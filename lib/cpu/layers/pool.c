/* Pooling over windows of images and sequences. What lies outside the image takes no part: it is not counted in
 * averages and never the largest. Average pooling needs nothing for backward, max pooling x: among equal values the
 * first, row by row, has won. */
#include "cpu/layers/layers.h"
#include "ops/window.h"

#include <string.h>

/* The part of a window that lies inside the image, along one axis. */
typedef struct range {
    size_t first, last;
} range;

static range inside(const window *w, size_t axis, size_t position)
{
    size_t start = position * w->stride[axis], end = start + w->kernel[axis], before = w->before[axis];
    size_t edge = before + w->big[axis];
    return (range){.first = start < before ? 0 : start - before, .last = (end < edge ? end : edge) - before};
}

static window window_of(const op_run *run)
{
    return window_find(run->settings, run->input_shape[0], false);
}

/* Visits every output pixel of some samples with its window: `big` and `small` are the offsets of the sample's image
 * and of the pixel, in values. */
typedef void visit_pixel(const op_run *run, const window *w, size_t big, range rows, range columns, size_t small);

static void visit_samples(const op_run *run, size_t first, size_t samples, visit_pixel *visit)
{
    window w = window_of(run);
    for (size_t sample = first; sample < first + samples; sample++)
        for (size_t i = 0; i < w.small[0]; i++)
            for (size_t j = 0; j < w.small[1]; j++)
                visit(run, &w, sample * run->input_size[0], inside(&w, 0, i), inside(&w, 1, j),
                      sample * run->size + (i * w.small[1] + j) * w.channels);
}

static size_t pixel(const window *w, size_t big, size_t row, size_t column)
{
    return big + (row * w->big[1] + column) * w->channels;
}

/* Start of a backward pass over some samples, whose windows may overlap. */
static void clear_gradient(const op_run *run, size_t first, size_t samples)
{
    if (!run->add_input[0])
        memset(run->input_gradient[0] + first * run->input_size[0], 0,
               samples * run->input_size[0] * sizeof *run->input_gradient[0]);
}

/* --- average --- */

static float share(range rows, range columns)
{
    return 1.0f / (float)((rows.last - rows.first) * (columns.last - columns.first));
}

static void average_pixel(const op_run *run, const window *w, size_t big, range rows, range columns, size_t small)
{
    float *y = run->output + small;
    memset(y, 0, w->channels * sizeof *y);
    for (size_t row = rows.first; row < rows.last; row++)
        for (size_t column = columns.first; column < columns.last; column++)
            run->kernels->add(w->channels, y, run->input[0] + pixel(w, big, row, column), y);
    run->kernels->scale(w->channels, share(rows, columns), y, y);
}

static void average_forward_samples(const op_run *run, size_t first, size_t samples)
{
    visit_samples(run, first, samples, average_pixel);
}

static void average_forward(const op_run *run)
{
    run_items(run, run->count, 1, average_forward_samples);
}

static void average_gradient_pixel(const op_run *run, const window *w, size_t big, range rows, range columns,
                                   size_t small)
{
    for (size_t row = rows.first; row < rows.last; row++)
        for (size_t column = columns.first; column < columns.last; column++)
            run->kernels->accumulate(w->channels, share(rows, columns), run->output_gradient + small,
                                     run->input_gradient[0] + pixel(w, big, row, column));
}

static void average_backward_samples(const op_run *run, size_t first, size_t samples)
{
    clear_gradient(run, first, samples);
    visit_samples(run, first, samples, average_gradient_pixel);
}

static void average_backward(const op_run *run)
{
    run_items(run, run->count, 1, average_backward_samples);
}

const cpu_layer layer_average_pool = {.forward = average_forward, .backward = average_backward};

/* --- max --- */

/* Where the largest value of a channel is: the first of equal ones; a value that is not a number beats all. */
static size_t winner(const op_run *run, const window *w, size_t big, range rows, range columns, size_t channel)
{
    const float *x = run->input[0];
    size_t best = pixel(w, big, rows.first, columns.first) + channel;
    for (size_t row = rows.first; row < rows.last; row++)
        for (size_t column = columns.first; column < columns.last; column++) {
            size_t at = pixel(w, big, row, column) + channel;
            if (x[at] > x[best] || x[at] != x[at])
                best = at;
        }
    return best;
}

static void max_pixel(const op_run *run, const window *w, size_t big, range rows, range columns, size_t small)
{
    for (size_t channel = 0; channel < w->channels; channel++)
        run->output[small + channel] = run->input[0][winner(run, w, big, rows, columns, channel)];
}

static void max_forward_samples(const op_run *run, size_t first, size_t samples)
{
    visit_samples(run, first, samples, max_pixel);
}

static void max_forward(const op_run *run)
{
    run_items(run, run->count, 1, max_forward_samples);
}

static void max_gradient_pixel(const op_run *run, const window *w, size_t big, range rows, range columns, size_t small)
{
    for (size_t channel = 0; channel < w->channels; channel++)
        run->input_gradient[0][winner(run, w, big, rows, columns, channel)] += run->output_gradient[small + channel];
}

static void max_backward_samples(const op_run *run, size_t first, size_t samples)
{
    clear_gradient(run, first, samples);
    visit_samples(run, first, samples, max_gradient_pixel);
}

static void max_backward(const op_run *run)
{
    run_items(run, run->count, 1, max_backward_samples);
}

const cpu_layer layer_max_pool = {.keeps = KEEP_INPUT, .forward = max_forward, .backward = max_backward};
