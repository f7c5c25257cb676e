/* Ops without parameters that are affine in each of their inputs: scale, shift, add, multiply, reshape. */
#include "ops/options.h"

#include <math.h>

static void scale_options(option_text *text, op_settings *settings)
{
    option_number(text, &settings->factor);
}

static coulomb_status scale_build(op_build *build)
{
    double factor = build->settings->factor;
    if (!isfinite((float)factor) || factor == 0.0)
        return fail(build->context, COULOMB_ERROR_ARGUMENT, "factor is %g; expected a finite number other than 0",
                    factor);
    return build_same_shape(build);
}

const op op_scale = {.name = "scale", .number = OP_SCALE, .inputs = 1, .options = scale_options, .build = scale_build};

static void shift_options(option_text *text, op_settings *settings)
{
    option_number(text, &settings->shift);
}

static coulomb_status shift_build(op_build *build)
{
    double shift = build->settings->shift;
    if (!isfinite((float)shift))
        return fail(build->context, COULOMB_ERROR_ARGUMENT, "shift is %g; expected a finite number", shift);
    return build_same_shape(build);
}

const op op_shift = {.name = "shift", .number = OP_SHIFT, .inputs = 1, .options = shift_options, .build = shift_build};

static coulomb_status build_pair(op_build *build, const char *name)
{
    if (!shape_equal(build->input[0], build->input[1]))
        return fail(build->context, COULOMB_ERROR_SHAPE, "%s: the shapes %s and %s differ", name,
                    shape_print(build->input[0]).text, shape_print(build->input[1]).text);
    return build_same_shape(build);
}

static coulomb_status add_build(op_build *build)
{
    return build_pair(build, "add");
}

const op op_add = {.name = "add", .number = OP_ADD, .inputs = 2, .build = add_build};

static coulomb_status multiply_build(op_build *build)
{
    return build_pair(build, "multiply");
}

const op op_multiply = {.name = "multiply", .number = OP_MULTIPLY, .inputs = 2, .build = multiply_build};

static void reshape_options(option_text *text, op_settings *settings)
{
    option_shape(text, &settings->shape);
}

static coulomb_status reshape_build(op_build *build)
{
    const tensor_shape *wanted = &build->settings->shape;
    coulomb_status status = shape_make(build->context, wanted->rank, wanted->extent, &build->shape);
    if (status != COULOMB_OK)
        return status;
    if (shape_size(&build->shape) != shape_size(build->input[0]))
        return fail(build->context, COULOMB_ERROR_SHAPE, "reshape: %s has %zu values, %s has %zu",
                    shape_print(build->input[0]).text, shape_size(build->input[0]), shape_print(&build->shape).text,
                    shape_size(&build->shape));
    return COULOMB_OK;
}

const op op_reshape = {
    .name = "reshape", .number = OP_RESHAPE, .inputs = 1, .options = reshape_options, .build = reshape_build};
