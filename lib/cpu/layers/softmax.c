/* Softmax over the last dimension. Backward needs only y. */
#include "cpu/layers/layers.h"

enum { ROWS_OF_PIECE = 64 };

static size_t inner(const op_run *run)
{
    return run->shape->extent[run->shape->rank - 1];
}

static void forward_rows(const op_run *run, size_t first, size_t rows)
{
    size_t n = inner(run);
    run->kernels->softmax(rows, n, run->input[0] + first * n, run->output + first * n);
}

static void softmax_forward(const op_run *run)
{
    run_items(run, run->count * run->size / inner(run), ROWS_OF_PIECE, forward_rows);
}

/* dx = y (dy - sum_j dy_j y_j) */
static void backward_rows(const op_run *run, size_t first, size_t rows)
{
    size_t n = inner(run);
    run->kernels->softmax_gradient(rows, n, run->output + first * n, run->output_gradient + first * n,
                                   run->input_gradient[0] + first * n, run->add_input[0]);
}

static void softmax_backward(const op_run *run)
{
    run_items(run, run->count * run->size / inner(run), ROWS_OF_PIECE, backward_rows);
}

const cpu_layer layer_softmax = {
    .keeps = KEEP_OUTPUT, .in_place = true, .forward = softmax_forward, .backward = softmax_backward};
