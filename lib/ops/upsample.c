/* Nearest-neighbour upsampling of images and sequences: every pixel becomes a block of equal ones. */
#include "ops/window.h"

static void upsample_options(option_text *text, op_settings *settings)
{
    option_pair(text, NULL, settings->kernel);
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

const op op_upsample = {
    .name = "upsample", .number = OP_UPSAMPLE, .inputs = 1, .options = upsample_options, .build = upsample_build};
