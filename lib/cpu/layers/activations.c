/* Activation functions, value by value. Backward needs only the output y. */
#include "cpu/layers/layers.h"

/* Exponential linear unit: y = x for x > 0, exp(x) - 1 otherwise (Clevert et al. 2016). */
static void elu_forward_piece(const op_run *run, size_t first, size_t values)
{
    run->kernels->elu(values, run->input[0] + first, run->output + first);
}

static void elu_forward(const op_run *run)
{
    run_costly_values(run, elu_forward_piece);
}

/* dy/dx = 1 for x > 0, otherwise exp(x) = y + 1 */
static void elu_backward_piece(const op_run *run, size_t first, size_t values)
{
    run->kernels->elu_gradient(values, run->output + first, run->output_gradient + first,
                               run->input_gradient[0] + first, run->add_input[0]);
}

static void elu_backward(const op_run *run)
{
    run_values(run, elu_backward_piece);
}

const cpu_layer layer_elu = {.keeps = KEEP_OUTPUT, .in_place = true, .forward = elu_forward, .backward = elu_backward};

/* Rectified linear unit: y = max(x, 0). */
static void relu_forward_piece(const op_run *run, size_t first, size_t values)
{
    run->kernels->relu(values, run->input[0] + first, run->output + first);
}

static void relu_forward(const op_run *run)
{
    run_values(run, relu_forward_piece);
}

/* dy/dx = 1 for y > 0, otherwise 0 */
static void relu_backward_piece(const op_run *run, size_t first, size_t values)
{
    run->kernels->relu_gradient(values, run->output + first, run->output_gradient + first,
                                run->input_gradient[0] + first, run->add_input[0]);
}

static void relu_backward(const op_run *run)
{
    run_values(run, relu_backward_piece);
}

const cpu_layer layer_relu = {
    .keeps = KEEP_OUTPUT, .in_place = true, .forward = relu_forward, .backward = relu_backward};

static void leaky_relu_forward_piece(const op_run *run, size_t first, size_t values)
{
    run->kernels->leaky_relu(values, (float)run->settings->slope, run->input[0] + first, run->output + first);
}

static void leaky_relu_forward(const op_run *run)
{
    run_values(run, leaky_relu_forward_piece);
}

/* dy/dx = 1 for y > 0, otherwise slope */
static void leaky_relu_backward_piece(const op_run *run, size_t first, size_t values)
{
    run->kernels->leaky_relu_gradient(values, (float)run->settings->slope, run->output + first,
                                      run->output_gradient + first, run->input_gradient[0] + first, run->add_input[0]);
}

static void leaky_relu_backward(const op_run *run)
{
    run_values(run, leaky_relu_backward_piece);
}

const cpu_layer layer_leaky_relu = {
    .keeps = KEEP_OUTPUT, .in_place = true, .forward = leaky_relu_forward, .backward = leaky_relu_backward};

/* Hyperbolic tangent. */
static void tanh_forward_piece(const op_run *run, size_t first, size_t values)
{
    run->kernels->tanh(values, 1.0f, 1.0f, run->input[0] + first, run->output + first);
}

static void tanh_forward(const op_run *run)
{
    run_costly_values(run, tanh_forward_piece);
}

/* dy/dx = 1 - y^2 */
static void tanh_backward_piece(const op_run *run, size_t first, size_t values)
{
    run->kernels->tanh_gradient(values, 1.0f, 1.0f, run->output + first, run->output_gradient + first,
                                run->input_gradient[0] + first, run->add_input[0]);
}

static void tanh_backward(const op_run *run)
{
    run_values(run, tanh_backward_piece);
}

const cpu_layer layer_tanh = {
    .keeps = KEEP_OUTPUT, .in_place = true, .forward = tanh_forward, .backward = tanh_backward};

/* 1.7159 tanh(2x/3) keeps the variance of normalised inputs near 1 (LeCun et al. 1998). */
static const float lecun_inner = 2.0f / 3.0f, lecun_outer = 1.7159f;

static void lecun_tanh_forward_piece(const op_run *run, size_t first, size_t values)
{
    run->kernels->tanh(values, lecun_inner, lecun_outer, run->input[0] + first, run->output + first);
}

static void lecun_tanh_forward(const op_run *run)
{
    run_costly_values(run, lecun_tanh_forward_piece);
}

/* dy/dx = inner (outer - y^2 / outer) */
static void lecun_tanh_backward_piece(const op_run *run, size_t first, size_t values)
{
    run->kernels->tanh_gradient(values, lecun_inner, lecun_outer, run->output + first, run->output_gradient + first,
                                run->input_gradient[0] + first, run->add_input[0]);
}

static void lecun_tanh_backward(const op_run *run)
{
    run_values(run, lecun_tanh_backward_piece);
}

const cpu_layer layer_lecun_tanh = {
    .keeps = KEEP_OUTPUT, .in_place = true, .forward = lecun_tanh_forward, .backward = lecun_tanh_backward};

/* Logistic sigmoid: y = 1 / (1 + exp(-x)). */
static void sigmoid_forward_piece(const op_run *run, size_t first, size_t values)
{
    run->kernels->sigmoid(values, run->input[0] + first, run->output + first);
}

static void sigmoid_forward(const op_run *run)
{
    run_costly_values(run, sigmoid_forward_piece);
}

/* dy/dx = y (1 - y) */
static void sigmoid_backward_piece(const op_run *run, size_t first, size_t values)
{
    run->kernels->sigmoid_gradient(values, run->output + first, run->output_gradient + first,
                                   run->input_gradient[0] + first, run->add_input[0]);
}

static void sigmoid_backward(const op_run *run)
{
    run_values(run, sigmoid_backward_piece);
}

const cpu_layer layer_sigmoid = {
    .keeps = KEEP_OUTPUT, .in_place = true, .forward = sigmoid_forward, .backward = sigmoid_backward};
