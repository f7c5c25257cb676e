/* Nearest-neighbour upsampling of images: every pixel becomes a block of equal ones. Backward needs nothing. */
#include "ops/ops.h"

#include <string.h>

static coulomb_status upsample_build(op_build *build)
{
    const tensor_shape *input = build->input[0];
    const size_t *factor = build->settings->kernel;
    size_t extents[3] = {0, 0, input->extent[2]};
    for (size_t axis = 0; axis < 2; axis++)
        if (!size_product(input->extent[axis], factor[axis], &extents[axis]))
            return fail(build->context, COULOMB_ERROR_SHAPE, "upsampling %s by %zu x %zu does not fit into memory",
                        shape_print(input).text, factor[0], factor[1]);
    return shape_make(build->context, 3, extents, &build->shape);
}

/* One row of the input at a time. */
static void forward_rows(const op_run *run, size_t first, size_t rows)
{
    const size_t *in = run->input_shape[0]->extent, *factor = run->settings->kernel;
    size_t channels = in[2], width = run->shape->extent[1] * channels;
    for (size_t row = first; row < first + rows; row++) {
        const float *x = run->input[0] + row * in[1] * channels;
        float *y = run->output + row * factor[0] * width;
        for (size_t j = 0; j < in[1]; j++)
            run->kernels->fill_rows(factor[1], channels, x + j * channels, y + j * factor[1] * channels);
        for (size_t r = 1; r < factor[0]; r++)
            memcpy(y + r * width, y, width * sizeof *y);
    }
}

static void upsample_forward(const op_run *run)
{
    run_items(run, run->count * run->input_shape[0]->extent[0], 1, forward_rows);
}

/* dx = the sum of dy over the pixel's block */
static void backward_rows(const op_run *run, size_t first, size_t rows)
{
    const size_t *in = run->input_shape[0]->extent, *factor = run->settings->kernel;
    size_t channels = in[2], width = run->shape->extent[1] * channels;
    for (size_t row = first; row < first + rows; row++)
        for (size_t j = 0; j < in[1]; j++)
            for (size_t r = 0; r < factor[0]; r++)
                run->kernels->sum_rows(factor[1], channels,
                                       run->output_gradient + (row * factor[0] + r) * width + j * factor[1] * channels,
                                       run->input_gradient[0] + (row * in[1] + j) * channels,
                                       r > 0 || run->add_input[0]);
}

static void upsample_backward(const op_run *run)
{
    run_items(run, run->count * run->input_shape[0]->extent[0], 1, backward_rows);
}

const op op_upsample = {.name = "upsample",
                        .inputs = 1,
                        .build = upsample_build,
                        .forward = upsample_forward,
                        .backward = upsample_backward};
