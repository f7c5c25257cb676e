/* Nearest-neighbour upsampling of images and sequences: every pixel becomes a block of equal ones. Backward needs
 * nothing of the forward pass. */
#include "ops/window.h"

#include <string.h>

static void upsample_options(option_text *text, op_settings *settings)
{
    option_pair(text, NULL, settings->kernel);
}

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

static coulomb_status upsample_build(op_build *build)
{
    const tensor_shape *input = build->input[0];
    const size_t *factor = build->settings->kernel;
    coulomb_status status = window_check_pair(build, "factor", factor);
    if (status != COULOMB_OK)
        return status;
    size_t extents[3] = {input->extent[0], input->extent[1], input->extent[2]}, axes = input->rank - 1;
    for (size_t axis = 0; axis < axes; axis++)
        if (!size_product(input->extent[axis], factor[2 - axes + axis], &extents[axis]))
            return fail(build->context, COULOMB_ERROR_SHAPE, "upsampling %s by %zu x %zu does not fit into memory",
                        shape_print(input).text, factor[0], factor[1]);
    return shape_make(build->context, input->rank, extents, &build->shape);
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

const op op_upsample = {.name = "upsample",
                        .inputs = 1,
                        .options = upsample_options,
                        .build = upsample_build,
                        .forward = upsample_forward,
                        .backward = upsample_backward};
