/* Ops without parameters that are affine in each of their inputs: scale, shift, add, multiply, reshape. Backward needs
 * nothing of the forward pass, but for multiply, which needs its inputs. */
#include "cpu/layers/layers.h"

#include <string.h>

/* Hand a gradient on unchanged: dx (+)= factor dy. */
static void pass_gradient(const op_run *run, size_t input, float factor, size_t first, size_t values)
{
    const float *dy = run->output_gradient + first;
    float *dx = run->input_gradient[input];
    if (dx == NULL)
        return;
    if (run->add_input[input])
        run->kernels->accumulate(values, factor, dy, dx + first);
    else if (dx + first != dy || factor != 1.0f)
        run->kernels->scale(values, factor, dy, dx + first);
}

static void pass_piece(const op_run *run, size_t first, size_t values)
{
    pass_gradient(run, 0, 1.0f, first, values);
}

/* dx = dy */
static void pass_backward(const op_run *run)
{
    run_values(run, pass_piece);
}

static void scale_forward_piece(const op_run *run, size_t first, size_t values)
{
    run->kernels->scale(values, (float)run->settings->factor, run->input[0] + first, run->output + first);
}

static void scale_forward(const op_run *run)
{
    run_values(run, scale_forward_piece);
}

static void scale_backward_piece(const op_run *run, size_t first, size_t values)
{
    pass_gradient(run, 0, (float)run->settings->factor, first, values);
}

static void scale_backward(const op_run *run)
{
    run_values(run, scale_backward_piece);
}

const cpu_layer layer_scale = {.in_place = true, .forward = scale_forward, .backward = scale_backward};

static void shift_forward_piece(const op_run *run, size_t first, size_t values)
{
    run->kernels->shift(values, (float)run->settings->shift, run->input[0] + first, run->output + first);
}

static void shift_forward(const op_run *run)
{
    run_values(run, shift_forward_piece);
}

const cpu_layer layer_shift = {.in_place = true, .forward = shift_forward, .backward = pass_backward};

static void add_forward_piece(const op_run *run, size_t first, size_t values)
{
    run->kernels->add(values, run->input[0] + first, run->input[1] + first, run->output + first);
}

static void add_forward(const op_run *run)
{
    run_values(run, add_forward_piece);
}

static void add_backward_piece(const op_run *run, size_t first, size_t values)
{
    pass_gradient(run, 0, 1.0f, first, values);
    pass_gradient(run, 1, 1.0f, first, values);
}

static void add_backward(const op_run *run)
{
    run_values(run, add_backward_piece);
}

const cpu_layer layer_add = {.forward = add_forward, .backward = add_backward};

static void multiply_forward_piece(const op_run *run, size_t first, size_t values)
{
    run->kernels->multiply(values, run->input[0] + first, run->input[1] + first, run->output + first, false);
}

static void multiply_forward(const op_run *run)
{
    run_values(run, multiply_forward_piece);
}

/* da = dy b, db = dy a */
static void multiply_backward_piece(const op_run *run, size_t first, size_t values)
{
    for (size_t i = 0; i < 2; i++)
        if (run->input_gradient[i] != NULL)
            run->kernels->multiply(values, run->output_gradient + first, run->input[1 - i] + first,
                                   run->input_gradient[i] + first, run->add_input[i]);
}

static void multiply_backward(const op_run *run)
{
    run_values(run, multiply_backward_piece);
}

const cpu_layer layer_multiply = {.keeps = KEEP_INPUT, .forward = multiply_forward, .backward = multiply_backward};

static void reshape_forward(const op_run *run)
{
    if (run->output != run->input[0])
        memcpy(run->output, run->input[0], run->count * run->size * sizeof *run->output);
}

const cpu_layer layer_reshape = {.in_place = true, .forward = reshape_forward, .backward = pass_backward};
