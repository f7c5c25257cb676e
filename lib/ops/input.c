/* The input: its values are the caller's. */
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

static void input_run(const op_run *run)
{
    (void)run;
}

const op op_input = {
    .name = "input", .options = input_options, .build = input_build, .forward = input_run, .backward = input_run};
