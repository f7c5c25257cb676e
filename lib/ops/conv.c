/* Convolution, y[i, j, o] = b[o] + sum x[i s + r - before, j s + c - before, k] w[r, c, k, o], and transposed
 * convolution, y[i s + r - before, j s + c - before, o] += x[i, j, k] w[r, c, k, o], of images and sequences. Backward
 * needs x. */
#include "cpu/convolutions/products.h"

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

/* What all products of one run share. */
static products start(const op_run *run, bool transposed)
{
    const tensor_shape *input = run->input_shape[0];
    size_t in = input->extent[input->rank - 1];
    return (products){.run = run,
                      .window = window_find(run->settings, input, transposed),
                      .channels = transposed ? in : run->settings->units,
                      .transposed = transposed,
                      .filters = run->parameter[0]};
}

static size_t scratch(const op_run *run, bool transposed)
{
    products p = start(run, transposed);
    size_t bias = run->inference ? 0 : bias_scratch(run, run->settings->units), most = products_scratch(&p);
    return bias > most ? bias : most;
}

static coulomb_status conv_build(op_build *build)
{
    return build_window(build, false);
}

static size_t conv_scratch(const op_run *run)
{
    return scratch(run, false);
}

static void conv_forward(const op_run *run)
{
    products p = start(run, false);
    p.bias = run->parameter[1];
    p.big = run->input[0];
    p.small_result = run->output;
    products_gather(&p);
}

static void conv_backward(const op_run *run)
{
    products p = start(run, false);
    p.big = run->input[0];
    p.small = run->output_gradient;
    if (run->parameter_gradient[0] != NULL) {
        p.add = run->add_parameters;
        p.filter_gradient = run->parameter_gradient[0];
        products_filter_gradient(&p);
    }
    if (run->parameter_gradient[1] != NULL)
        bias_gradient(run, window_area(p.window.small), run->settings->units, run->parameter_gradient[1]);
    if (run->input_gradient[0] == NULL)
        return;
    p.add = run->add_input[0];
    p.big_result = run->input_gradient[0];
    products_scatter(&p);
}

const op op_conv = {.name = "conv",
                    .prefix = "conv",
                    .inputs = 1,
                    .options = conv_options,
                    .keeps = KEEP_INPUT,
                    .build = conv_build,
                    .scratch = conv_scratch,
                    .forward = conv_forward,
                    .backward = conv_backward};

static coulomb_status conv_transposed_build(op_build *build)
{
    return build_window(build, true);
}

static size_t conv_transposed_scratch(const op_run *run)
{
    return scratch(run, true);
}

static void conv_transposed_forward(const op_run *run)
{
    products p = start(run, true);
    p.bias = run->parameter[1];
    p.small = run->input[0];
    p.big_result = run->output;
    products_scatter(&p);
}

static void conv_transposed_backward(const op_run *run)
{
    products p = start(run, true);
    p.small = run->input[0];
    p.big = run->output_gradient;
    if (run->parameter_gradient[0] != NULL) {
        p.add = run->add_parameters;
        p.filter_gradient = run->parameter_gradient[0];
        products_filter_gradient(&p);
    }
    if (run->parameter_gradient[1] != NULL)
        bias_gradient(run, window_area(p.window.big), run->settings->units, run->parameter_gradient[1]);
    if (run->input_gradient[0] == NULL)
        return;
    p.add = run->add_input[0];
    p.small_result = run->input_gradient[0];
    products_gather(&p);
}

const op op_conv_transposed = {.name = "conv_transposed",
                               .prefix = "transposed",
                               .inputs = 1,
                               .options = conv_options,
                               .keeps = KEEP_INPUT,
                               .build = conv_transposed_build,
                               .scratch = conv_transposed_scratch,
                               .forward = conv_transposed_forward,
                               .backward = conv_transposed_backward};
