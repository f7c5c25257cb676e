/* Convolution, y[i, j, o] = b[o] + sum x[i s + r - before, j s + c - before, k] w[r, c, k, o], and transposed
 * convolution, y[i s + r - before, j s + c - before, o] += x[i, j, k] w[r, c, k, o], of images and sequences. */
#include "ops/window.h"

static coulomb_status build_filters(op_build *build, size_t rank)
{
    const op_settings *settings = build->settings;
    size_t in = build->input[0]->extent[build->input[0]->rank - 1], out = settings->units;
    size_t field = window_area(settings->kernel), fan_in, fan_out, weights;
    if (!size_product(field, in, &fan_in) || !size_product(field, out, &fan_out) ||
        !size_product(fan_in, out, &weights) || weights > SIZE_MAX / 64)
        return fail(build->context, COULOMB_ERROR_SHAPE,
                    "a convolution of %zu x %zu from %zu to %zu channels does not fit into memory", settings->kernel[0],
                    settings->kernel[1], in, out);
    op_parameter weight = {.suffix = "weight", .fan_in = fan_in, .fan_out = fan_out, .weight = true};
    weight.shape = rank == 3 ? (tensor_shape){.rank = 4, .extent = {settings->kernel[0], settings->kernel[1], in, out}}
                             : (tensor_shape){.rank = 3, .extent = {settings->kernel[1], in, out}};
    build->parameters = 2;
    build->parameter[0] = weight;
    build->parameter[1] =
        (op_parameter){.suffix = "bias", .shape = {.rank = 1, .extent = {out}}, .fan_in = fan_in, .fan_out = fan_out};
    return COULOMB_OK;
}

static void conv_options(option_text *text, op_settings *settings)
{
    option_size(text, &settings->units);
    window_options(text, settings);
}

static coulomb_status build_window(op_build *build, bool transposed)
{
    window w;
    if (build->settings->units == 0)
        return fail(build->context, COULOMB_ERROR_ARGUMENT, "channels is 0; expected at least 1");
    coulomb_status status = window_check(build, "convolution", transposed, &w);
    if (status == COULOMB_OK)
        status = window_shape(build, transposed ? w.big : w.small, build->settings->units, &build->shape);
    return status != COULOMB_OK ? status : build_filters(build, build->input[0]->rank);
}

static coulomb_status conv_build(op_build *build)
{
    return build_window(build, false);
}

const op op_conv = {
    .name = "conv", .number = OP_CONV, .prefix = "conv", .inputs = 1, .options = conv_options, .build = conv_build};

static coulomb_status conv_transposed_build(op_build *build)
{
    return build_window(build, true);
}

const op op_conv_transposed = {.name = "conv_transposed",
                               .number = OP_CONV_TRANSPOSED,
                               .prefix = "transposed",
                               .inputs = 1,
                               .options = conv_options,
                               .build = conv_transposed_build};
