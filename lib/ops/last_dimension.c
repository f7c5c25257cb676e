/* Joining and cutting the last dimension: concatenate makes [..., a + b] of [..., a] and [..., b], slice [..., units]
 * of [..., a]. Backward needs nothing of the forward pass. */
#include "ops/options.h"

#include <string.h>

enum { VALUES_OF_PIECE = 16384 };

static size_t inner(const tensor_shape *shape)
{
    return shape->extent[shape->rank - 1];
}

static size_t rows_of_piece(const tensor_shape *shape)
{
    size_t width = inner(shape);
    return width < VALUES_OF_PIECE ? VALUES_OF_PIECE / width : 1;
}

static void run_rows(const op_run *run, value_piece *function)
{
    run_items(run, run->count * (run->size / inner(run->shape)), rows_of_piece(run->shape), function);
}

static coulomb_status concatenate_build(op_build *build)
{
    const tensor_shape *a = build->input[0], *b = build->input[1];
    tensor_shape joined = *a;
    if (a->rank == b->rank)
        joined.extent[a->rank - 1] = inner(b);
    if (!shape_equal(&joined, b))
        return fail(build->context, COULOMB_ERROR_SHAPE,
                    "concatenate: the shapes %s and %s differ before the last dimension", shape_print(a).text,
                    shape_print(b).text);
    joined.extent[a->rank - 1] = inner(a) + inner(b);
    return shape_make(build->context, joined.rank, joined.extent, &build->shape);
}

static void concatenate_rows(const op_run *run, size_t first, size_t rows)
{
    size_t width = inner(run->shape), offset = 0;
    for (size_t input = 0; input < 2; input++) {
        size_t part = inner(run->input_shape[input]);
        for (size_t row = first; row < first + rows; row++)
            memcpy(run->output + row * width + offset, run->input[input] + row * part, part * sizeof *run->output);
        offset += part;
    }
}

static void concatenate_gradient_rows(const op_run *run, size_t first, size_t rows)
{
    size_t width = inner(run->shape), offset = 0;
    for (size_t input = 0; input < 2; input++) {
        size_t part = inner(run->input_shape[input]);
        float *dx = run->input_gradient[input];
        for (size_t row = first; dx != NULL && row < first + rows; row++) {
            const float *dy = run->output_gradient + row * width + offset;
            if (run->add_input[input])
                run->kernels->accumulate(part, 1.0f, dy, dx + row * part);
            else
                memcpy(dx + row * part, dy, part * sizeof *dx);
        }
        offset += part;
    }
}

static void concatenate_forward(const op_run *run)
{
    run_rows(run, concatenate_rows);
}

static void concatenate_backward(const op_run *run)
{
    run_rows(run, concatenate_gradient_rows);
}

const op op_concatenate = {.name = "concatenate",
                           .inputs = 2,
                           .build = concatenate_build,
                           .forward = concatenate_forward,
                           .backward = concatenate_backward};

static void slice_options(option_text *text, op_settings *settings)
{
    option_size(text, &settings->first);
    option_size(text, &settings->units);
}

static coulomb_status slice_build(op_build *build)
{
    const op_settings *settings = build->settings;
    if (settings->units == 0)
        return fail(build->context, COULOMB_ERROR_ARGUMENT, "count is 0; expected at least 1");
    build->shape = *build->input[0];
    size_t width = inner(&build->shape);
    if (settings->first >= width || settings->units > width - settings->first)
        return fail(build->context, COULOMB_ERROR_SHAPE,
                    "slice: %zu values from index %zu exceed the last dimension of %s", settings->units,
                    settings->first, shape_print(build->input[0]).text);
    build->shape.extent[build->shape.rank - 1] = settings->units;
    return COULOMB_OK;
}

static void slice_rows(const op_run *run, size_t first, size_t rows)
{
    size_t width = inner(run->input_shape[0]), part = run->settings->units;
    const float *x = run->input[0] + run->settings->first;
    for (size_t row = first; row < first + rows; row++)
        memcpy(run->output + row * part, x + row * width, part * sizeof *x);
}

static void slice_forward(const op_run *run)
{
    run_rows(run, slice_rows);
}

/* dx = dy inside the slice, 0 outside */
static void slice_gradient_rows(const op_run *run, size_t first, size_t rows)
{
    size_t width = inner(run->input_shape[0]), part = run->settings->units, before = run->settings->first;
    for (size_t row = first; row < first + rows; row++) {
        const float *dy = run->output_gradient + row * part;
        float *dx = run->input_gradient[0] + row * width;
        if (run->add_input[0]) {
            run->kernels->accumulate(part, 1.0f, dy, dx + before);
            continue;
        }
        memset(dx, 0, before * sizeof *dx);
        memcpy(dx + before, dy, part * sizeof *dx);
        memset(dx + before + part, 0, (width - before - part) * sizeof *dx);
    }
}

static void slice_backward(const op_run *run)
{
    run_rows(run, slice_gradient_rows);
}

const op op_slice = {.name = "slice",
                     .inputs = 1,
                     .options = slice_options,
                     .build = slice_build,
                     .forward = slice_forward,
                     .backward = slice_backward};
