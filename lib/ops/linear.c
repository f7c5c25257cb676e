/* Ops without parameters that are affine in their inputs: scale, shift, add, reshape. Backward needs nothing of the
 * forward pass. */
#include "ops/options.h"

#include <math.h>
#include <string.h>

/* Hand a gradient on unchanged: dx (+)= factor dy. */
static void pass_gradient(const op_run *run, size_t input, float factor, size_t first, size_t values)
{
    const float *dy = run->output_gradient + first;
    float *dx = run->input_gradient[input];
    if (dx == NULL)
        return;
    if (run->add_input[input])
        run->kernels->accumulate(values, factor, dy, dx + first);
    else if (dx + first != dy || factor != 1.0f)
        run->kernels->scale(values, factor, dy, dx + first);
}

static void pass_piece(const op_run *run, size_t first, size_t values)
{
    pass_gradient(run, 0, 1.0f, first, values);
}

/* dx = dy */
static void pass_backward(const op_run *run)
{
    run_values(run, pass_piece);
}

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

static void scale_forward_piece(const op_run *run, size_t first, size_t values)
{
    run->kernels->scale(values, (float)run->settings->factor, run->input[0] + first, run->output + first);
}

static void scale_forward(const op_run *run)
{
    run_values(run, scale_forward_piece);
}

static void scale_backward_piece(const op_run *run, size_t first, size_t values)
{
    pass_gradient(run, 0, (float)run->settings->factor, first, values);
}

static void scale_backward(const op_run *run)
{
    run_values(run, scale_backward_piece);
}

const op op_scale = {.name = "scale",
                     .inputs = 1,
                     .options = scale_options,
                     .in_place = true,
                     .build = scale_build,
                     .forward = scale_forward,
                     .backward = scale_backward};

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

static void shift_forward_piece(const op_run *run, size_t first, size_t values)
{
    run->kernels->shift(values, (float)run->settings->shift, run->input[0] + first, run->output + first);
}

static void shift_forward(const op_run *run)
{
    run_values(run, shift_forward_piece);
}

const op op_shift = {.name = "shift",
                     .inputs = 1,
                     .options = shift_options,
                     .in_place = true,
                     .build = shift_build,
                     .forward = shift_forward,
                     .backward = pass_backward};

static coulomb_status add_build(op_build *build)
{
    if (!shape_equal(build->input[0], build->input[1]))
        return fail(build->context, COULOMB_ERROR_SHAPE, "add: the shapes %s and %s differ",
                    shape_print(build->input[0]).text, shape_print(build->input[1]).text);
    return build_same_shape(build);
}

static void add_forward_piece(const op_run *run, size_t first, size_t values)
{
    run->kernels->add(values, run->input[0] + first, run->input[1] + first, run->output + first);
}

static void add_forward(const op_run *run)
{
    run_values(run, add_forward_piece);
}

static void add_backward_piece(const op_run *run, size_t first, size_t values)
{
    pass_gradient(run, 0, 1.0f, first, values);
    pass_gradient(run, 1, 1.0f, first, values);
}

static void add_backward(const op_run *run)
{
    run_values(run, add_backward_piece);
}

const op op_add = {.name = "add", .inputs = 2, .build = add_build, .forward = add_forward, .backward = add_backward};

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

static void reshape_forward(const op_run *run)
{
    if (run->output != run->input[0])
        memcpy(run->output, run->input[0], run->count * run->size * sizeof *run->output);
}

const op op_reshape = {.name = "reshape",
                       .inputs = 1,
                       .options = reshape_options,
                       .in_place = true,
                       .build = reshape_build,
                       .forward = reshape_forward,
                       .backward = pass_backward};
