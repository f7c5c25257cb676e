/* Two nodes side by side in the last dimension: [..., a] and [..., b] become [..., a + b]. Backward needs nothing. */
#include "ops/ops.h"

#include <string.h>

enum { VALUES_OF_PIECE = 16384 };

static size_t inner(const tensor_shape *shape)
{
    return shape->extent[shape->rank - 1];
}

static coulomb_status concatenate_build(op_build *build)
{
    const tensor_shape *a = build->input[0], *b = build->input[1];
    tensor_shape joined = *a;
    if (a->rank == b->rank)
        joined.extent[a->rank - 1] = inner(b);
    if (!shape_equal(&joined, b))
        return fail(build->context, COULOMB_ERROR_SHAPE, "concatenate: %s and %s differ before the last dimension",
                    shape_print(a).text, shape_print(b).text);
    joined.extent[a->rank - 1] = inner(a) + inner(b);
    return shape_make(build->context, joined.rank, joined.extent, &build->shape);
}

static void forward_rows(const op_run *run, size_t first, size_t rows)
{
    size_t width = inner(run->shape), offset = 0;
    for (size_t input = 0; input < 2; input++) {
        size_t part = inner(run->input_shape[input]);
        for (size_t row = first; row < first + rows; row++)
            memcpy(run->output + row * width + offset, run->input[input] + row * part, part * sizeof *run->output);
        offset += part;
    }
}

static void backward_rows(const op_run *run, size_t first, size_t rows)
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

static size_t rows_of_piece(const op_run *run)
{
    size_t width = inner(run->shape);
    return width < VALUES_OF_PIECE ? VALUES_OF_PIECE / width : 1;
}

static void concatenate_forward(const op_run *run)
{
    run_items(run, run->count * run->size / inner(run->shape), rows_of_piece(run), forward_rows);
}

static void concatenate_backward(const op_run *run)
{
    run_items(run, run->count * run->size / inner(run->shape), rows_of_piece(run), backward_rows);
}

const op op_concatenate = {.name = "concatenate",
                           .inputs = 2,
                           .build = concatenate_build,
                           .forward = concatenate_forward,
                           .backward = concatenate_backward};
