/* Hyperbolic tangent, plain and as 1.7159 tanh(2x/3) (LeCun et al. 1998). Backward needs only y. */
#include "ops/ops.h"

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

/* LeCun's scaling keeps the variance of normalised inputs near 1. */
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
