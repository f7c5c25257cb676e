/* Exponential linear unit: y = x for x > 0, exp(x) - 1 otherwise (Clevert et al. 2016). Backward needs only y. */
#include "ops/ops.h"

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
