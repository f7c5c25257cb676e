/* Convolution, y[i, j, o] = b[o] + sum x[i s + r - before, j s + c - before, k] w[r, c, k, o], and transposed
 * convolution, y[i s + r - before, j s + c - before, o] += x[i, j, k] w[r, c, k, o], of images and sequences. Backward
 * needs x. */
#include "cpu/convolutions/products.h"

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

const cpu_layer layer_conv = {
    .keeps = KEEP_INPUT, .scratch = conv_scratch, .forward = conv_forward, .backward = conv_backward};

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

const cpu_layer layer_conv_transposed = {.keeps = KEEP_INPUT,
                                         .scratch = conv_transposed_scratch,
                                         .forward = conv_transposed_forward,
                                         .backward = conv_transposed_backward};
