/* Activation functions, value by value. Backward needs only the output y. */
#include "ops/options.h"

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

const op op_elu = {.name = "elu",
                   .inputs = 1,
                   .keeps = KEEP_OUTPUT,
                   .in_place = true,
                   .build = build_same_shape,
                   .forward = elu_forward,
                   .backward = elu_backward};

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

const op op_relu = {.name = "relu",
                    .inputs = 1,
                    .keeps = KEEP_OUTPUT,
                    .in_place = true,
                    .build = build_same_shape,
                    .forward = relu_forward,
                    .backward = relu_backward};

/* Leaky rectified linear unit: y = x for x > 0, slope x otherwise; y has the sign of x, since slope >= 0. */
static void leaky_relu_options(option_text *text, op_settings *settings)
{
    option_number(text, &settings->slope);
}

static coulomb_status leaky_relu_build(op_build *build)
{
    double slope = build->settings->slope;
    if (!(slope >= 0.0 && slope < 1.0))
        return fail(build->context, COULOMB_ERROR_ARGUMENT, "slope is %g; expected at least 0 and below 1", slope);
    return build_same_shape(build);
}

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

const op op_leaky_relu = {.name = "leaky_relu",
                          .inputs = 1,
                          .options = leaky_relu_options,
                          .keeps = KEEP_OUTPUT,
                          .in_place = true,
                          .build = leaky_relu_build,
                          .forward = leaky_relu_forward,
                          .backward = leaky_relu_backward};

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

const op op_tanh = {.name = "tanh",
                    .inputs = 1,
                    .keeps = KEEP_OUTPUT,
                    .in_place = true,
                    .build = build_same_shape,
                    .forward = tanh_forward,
                    .backward = tanh_backward};

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

const op op_lecun_tanh = {.name = "lecun_tanh",
                          .inputs = 1,
                          .keeps = KEEP_OUTPUT,
                          .in_place = true,
                          .build = build_same_shape,
                          .forward = lecun_tanh_forward,
                          .backward = lecun_tanh_backward};

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

const op op_sigmoid = {.name = "sigmoid",
                       .inputs = 1,
                       .keeps = KEEP_OUTPUT,
                       .in_place = true,
                       .build = build_same_shape,
                       .forward = sigmoid_forward,
                       .backward = sigmoid_backward};
