/* The input: its values are the caller's, so no device runs it. */
#include "ops/options.h"

static void input_options(option_text *text, op_settings *settings)
{
    option_shape(text, &settings->shape);
}

static coulomb_status input_build(op_build *build)
{
    const tensor_shape *wanted = &build->settings->shape;
    return shape_make(build->context, wanted->rank, wanted->extent, &build->shape);
}

const op op_input = {.name = "input", .number = OP_INPUT, .options = input_options, .build = input_build};
