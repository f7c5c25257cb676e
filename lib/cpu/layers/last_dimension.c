/* Joining, cutting and rearranging the last dimension: concatenate makes [..., a + b] of [..., a] and [..., b], slice
 * [..., units] of [..., a], select values of any order. Backward needs nothing of the forward pass. */
#include "cpu/layers/layers.h"

#include <string.h>

enum { VALUES_OF_PIECE = 16384 };

static size_t inner(const tensor_shape *shape)
{
    return shape->extent[shape->rank - 1];
}

static size_t rows_of_piece(const tensor_shape *shape)
{
    size_t width = inner(shape);
    return width < VALUES_OF_PIECE ? VALUES_OF_PIECE / width : 1;
}

static void run_rows(const op_run *run, value_piece *function)
{
    run_items(run, run->count * (run->size / inner(run->shape)), rows_of_piece(run->shape), function);
}

static void concatenate_rows(const op_run *run, size_t first, size_t rows)
{
    size_t width = inner(run->shape), offset = 0;
    for (size_t input = 0; input < 2; input++) {
        size_t part = inner(run->input_shape[input]);
        for (size_t row = first; row < first + rows; row++)
            memcpy(run->output + row * width + offset, run->input[input] + row * part, part * sizeof *run->output);
        offset += part;
    }
}

static void concatenate_gradient_rows(const op_run *run, size_t first, size_t rows)
{
    size_t width = inner(run->shape), offset = 0;
    for (size_t input = 0; input < 2; input++) {
        size_t part = inner(run->input_shape[input]);
        float *dx = run->input_gradient[input];
        for (size_t row = first; dx != NULL && row < first + rows; row++) {
            const float *dy = run->output_gradient + row * width + offset;
            if (run->add_input[input])
                run->kernels->accumulate(part, 1.0f, dy, dx + row * part);
            else
                memcpy(dx + row * part, dy, part * sizeof *dx);
        }
        offset += part;
    }
}

static void concatenate_forward(const op_run *run)
{
    run_rows(run, concatenate_rows);
}

static void concatenate_backward(const op_run *run)
{
    run_rows(run, concatenate_gradient_rows);
}

const cpu_layer layer_concatenate = {.forward = concatenate_forward, .backward = concatenate_backward};

static void slice_rows(const op_run *run, size_t first, size_t rows)
{
    size_t width = inner(run->input_shape[0]), part = run->settings->units;
    const float *x = run->input[0] + run->settings->first;
    for (size_t row = first; row < first + rows; row++)
        memcpy(run->output + row * part, x + row * width, part * sizeof *x);
}

static void slice_forward(const op_run *run)
{
    run_rows(run, slice_rows);
}

/* dx = dy inside the slice, 0 outside */
static void slice_gradient_rows(const op_run *run, size_t first, size_t rows)
{
    size_t width = inner(run->input_shape[0]), part = run->settings->units, before = run->settings->first;
    for (size_t row = first; row < first + rows; row++) {
        const float *dy = run->output_gradient + row * part;
        float *dx = run->input_gradient[0] + row * width;
        if (run->add_input[0]) {
            run->kernels->accumulate(part, 1.0f, dy, dx + before);
            continue;
        }
        memset(dx, 0, before * sizeof *dx);
        memcpy(dx + before, dy, part * sizeof *dx);
        memset(dx + before + part, 0, (width - before - part) * sizeof *dx);
    }
}

static void slice_backward(const op_run *run)
{
    run_rows(run, slice_gradient_rows);
}

const cpu_layer layer_slice = {.forward = slice_forward, .backward = slice_backward};

static void select_rows(const op_run *run, size_t first, size_t rows)
{
    const size_list *list = &run->settings->list;
    size_t width = inner(run->input_shape[0]);
    for (size_t row = first; row < first + rows; row++) {
        const float *x = run->input[0] + row * width;
        float *y = run->output + row * list->count;
        for (size_t i = 0; i < list->count; i++)
            y[i] = x[list->value[i]];
    }
}

static void select_forward(const op_run *run)
{
    run_rows(run, select_rows);
}

/* dx = the sum of dy over the places where x was selected */
static void select_gradient_rows(const op_run *run, size_t first, size_t rows)
{
    const size_list *list = &run->settings->list;
    size_t width = inner(run->input_shape[0]);
    for (size_t row = first; row < first + rows; row++) {
        const float *dy = run->output_gradient + row * list->count;
        float *dx = run->input_gradient[0] + row * width;
        if (!run->add_input[0])
            memset(dx, 0, width * sizeof *dx);
        for (size_t i = 0; i < list->count; i++)
            dx[list->value[i]] += dy[i];
    }
}

static void select_backward(const op_run *run)
{
    run_rows(run, select_gradient_rows);
}

const cpu_layer layer_select = {.forward = select_forward, .backward = select_backward};
