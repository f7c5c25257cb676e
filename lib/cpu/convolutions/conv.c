/* Convolution, y[i, j, o] = b[o] + sum x[i s + r - before, j s + c - before, k] w[r, c, k, o], and transposed
 * convolution, y[i s + r - before, j s + c - before, o] += x[i, j, k] w[r, c, k, o], of images and sequences. Backward
 * needs x. The methods that compute them are in files of their own, see convolution.h. */
#include "cpu/convolutions/convolution.h"

/* The first one that suits is taken; the last one always does. */
static const convolution_method *const methods[] = {
    &convolution_by_minimal_filtering,
    &convolution_by_plain_products,
    &convolution_by_im2col,
};

static const convolution_method *method_for(const convolution *c)
{
    size_t i = 0;
    while (!methods[i]->suits(c))
        i++;
    return methods[i];
}

/* What all products of one run share. */
static convolution start(const op_run *run, bool transposed)
{
    const tensor_shape *input = run->input_shape[0];
    size_t in = input->extent[input->rank - 1];
    return (convolution){.run = run,
                         .window = window_find(run->settings, input, transposed),
                         .channels = transposed ? in : run->settings->units,
                         .transposed = transposed,
                         .filters = run->parameter[0]};
}

static size_t workspace(const op_run *run, bool transposed)
{
    convolution c = start(run, transposed);
    return larger(run->inference ? 0 : bias_gradient_workspace(run, run->settings->units),
                  method_for(&c)->workspace(&c));
}

static size_t prepared(const op_run *run, bool transposed, bool backward)
{
    convolution c = start(run, transposed);
    const convolution_method *method = method_for(&c);
    return method->prepared == NULL ? 0 : method->prepared(&c, transposed != backward);
}

/* Gradients of the parameters that are wanted; `output` is the image that is put out. */
static void find_parameter_gradients(convolution *c, const size_t output[2])
{
    const op_run *run = c->run;
    if (run->parameter_gradient[0] != NULL) {
        c->add = run->add_parameters;
        c->filter_gradient = run->parameter_gradient[0];
        method_for(c)->filter_gradient(c);
    }
    if (run->parameter_gradient[1] != NULL)
        bias_gradient(run, window_area(output), run->settings->units, run->parameter_gradient[1]);
}

static size_t conv_workspace(const op_run *run)
{
    return workspace(run, false);
}

static size_t conv_prepared(const op_run *run, bool backward)
{
    return prepared(run, false, backward);
}

static void conv_forward(const op_run *run)
{
    convolution c = start(run, false);
    c.bias = run->parameter[1];
    c.big = run->input[0];
    c.small_result = run->output;
    method_for(&c)->gather(&c);
}

static void conv_backward(const op_run *run)
{
    convolution c = start(run, false);
    c.big = run->input[0];
    c.small = run->output_gradient;
    find_parameter_gradients(&c, c.window.small);
    if (run->input_gradient[0] == NULL)
        return;
    c.add = run->add_input[0];
    c.big_result = run->input_gradient[0];
    method_for(&c)->scatter(&c);
}

const cpu_layer layer_conv = {.keeps = KEEP_INPUT,
                              .prepared = conv_prepared,
                              .scratch = conv_workspace,
                              .forward = conv_forward,
                              .backward = conv_backward};

static size_t conv_transposed_workspace(const op_run *run)
{
    return workspace(run, true);
}

static size_t conv_transposed_prepared(const op_run *run, bool backward)
{
    return prepared(run, true, backward);
}

static void conv_transposed_forward(const op_run *run)
{
    convolution c = start(run, true);
    c.bias = run->parameter[1];
    c.small = run->input[0];
    c.big_result = run->output;
    method_for(&c)->scatter(&c);
}

static void conv_transposed_backward(const op_run *run)
{
    convolution c = start(run, true);
    c.small = run->input[0];
    c.big = run->output_gradient;
    find_parameter_gradients(&c, c.window.big);
    if (run->input_gradient[0] == NULL)
        return;
    c.add = run->add_input[0];
    c.small_result = run->input_gradient[0];
    method_for(&c)->gather(&c);
}

const cpu_layer layer_conv_transposed = {.keeps = KEEP_INPUT,
                                         .prepared = conv_transposed_prepared,
                                         .scratch = conv_transposed_workspace,
                                         .forward = conv_transposed_forward,
                                         .backward = conv_transposed_backward};
