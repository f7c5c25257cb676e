/* Leaky rectified linear unit: y = x for x > 0, slope x otherwise. Backward needs only y, whose sign is x's as long as
 * slope >= 0. */
#include "ops/ops.h"

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
                          .keeps = KEEP_OUTPUT,
                          .in_place = true,
                          .build = build_same_shape,
                          .forward = leaky_relu_forward,
                          .backward = leaky_relu_backward};
