/* Nearest-neighbour upsampling of images and sequences: every pixel becomes a block of equal ones. Backward needs
 * nothing of the forward pass. */
#include "cpu/layers/layers.h"

#include <string.h>

/* A sequence is an image of one row. */
typedef struct image_extents {
    size_t rows, columns, channels;
} image_extents;

static image_extents image_of(const tensor_shape *shape)
{
    const size_t *extent = shape->extent;
    return shape->rank == 3 ? (image_extents){extent[0], extent[1], extent[2]}
                            : (image_extents){1, extent[0], extent[1]};
}

/* One row of the input at a time. */
static void forward_rows(const op_run *run, size_t first, size_t rows)
{
    image_extents in = image_of(run->input_shape[0]);
    const size_t *factor = run->settings->kernel;
    size_t channels = in.channels, width = in.columns * factor[1] * channels;
    for (size_t row = first; row < first + rows; row++) {
        const float *x = run->input[0] + row * in.columns * channels;
        float *y = run->output + row * factor[0] * width;
        for (size_t j = 0; j < in.columns; j++)
            run->kernels->fill_rows(factor[1], channels, x + j * channels, y + j * factor[1] * channels);
        for (size_t r = 1; r < factor[0]; r++)
            memcpy(y + r * width, y, width * sizeof *y);
    }
}

static void upsample_forward(const op_run *run)
{
    run_items(run, run->count * image_of(run->input_shape[0]).rows, 1, forward_rows);
}

/* dx = the sum of dy over the pixel's block */
static void backward_rows(const op_run *run, size_t first, size_t rows)
{
    image_extents in = image_of(run->input_shape[0]);
    const size_t *factor = run->settings->kernel;
    size_t channels = in.channels, width = in.columns * factor[1] * channels;
    for (size_t row = first; row < first + rows; row++)
        for (size_t j = 0; j < in.columns; j++)
            for (size_t r = 0; r < factor[0]; r++)
                run->kernels->sum_rows(factor[1], channels,
                                       run->output_gradient + (row * factor[0] + r) * width + j * factor[1] * channels,
                                       run->input_gradient[0] + (row * in.columns + j) * channels,
                                       r > 0 || run->add_input[0]);
}

static void upsample_backward(const op_run *run)
{
    run_items(run, run->count * image_of(run->input_shape[0]).rows, 1, backward_rows);
}

const cpu_layer layer_upsample = {.forward = upsample_forward, .backward = upsample_backward};
