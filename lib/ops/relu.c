/* Rectified linear unit: y = max(x, 0). Backward needs only y. */
#include "ops/ops.h"

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
