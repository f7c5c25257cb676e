/* Samples of categories by group of the last dimension. Backward makes the soft samples anew from both inputs. */
#include "cpu/layers/layers.h"

#include <string.h>

enum { VALUES_OF_PIECE = 4096 };

static size_t inner(const op_run *run)
{
    return run->shape->extent[run->shape->rank - 1];
}

static void run_rows(const op_run *run, value_piece *function)
{
    size_t width = inner(run);
    run_items(run, run->count * run->size / width, width < VALUES_OF_PIECE ? VALUES_OF_PIECE / width : 1, function);
}

/* logits + g of these rows, in the workspace */
static float *perturb(const op_run *run, size_t first, size_t rows)
{
    size_t at = first * inner(run), values = rows * inner(run);
    float *made = run->scratch + at;
    run->kernels->gumbel(values, run->input[1] + at, made);
    run->kernels->accumulate(values, 1.0f, run->input[0] + at, made);
    return made;
}

/* Of equal ones the first; a value that is not a number beats all. */
static size_t first_of_largest(size_t n, const float *x)
{
    size_t largest = 0;
    for (size_t i = 1; i < n; i++)
        largest = x[i] > x[largest] || x[i] != x[i] ? i : largest;
    return largest;
}

/* 1 where the largest is. From what is not a number nothing is drawn: it stays. */
static void draw_group(size_t n, const float *x, float *y)
{
    size_t largest = first_of_largest(n, x);
    y[largest] = x[largest] == x[largest] ? 1.0f : x[largest];
}

static void sample_rows(const op_run *run, size_t first, size_t rows)
{
    const size_list *groups = &run->settings->list;
    size_t width = inner(run);
    const float *perturbed = perturb(run, first, rows);
    float *y = run->output + first * width;
    memset(y, 0, rows * width * sizeof *y);
    for (size_t row = 0; row < rows; row++)
        for (size_t i = 0; i < groups->count; y += groups->value[i], perturbed += groups->value[i], i++)
            draw_group(groups->value[i], perturbed, y);
}

static void categorical_forward(const op_run *run)
{
    run_rows(run, sample_rows);
}

/* dlogits = s (dy - sum_j dy_j s_j) / temperature, by group */
static void logits_gradient(const op_run *run, size_t first, size_t rows)
{
    const size_list *groups = &run->settings->list;
    float factor = (float)(1.0 / run->settings->temperature);
    size_t width = inner(run);
    float *s = perturb(run, first, rows);
    const float *dy = run->output_gradient + first * width;
    float *dx = run->input_gradient[0] + first * width;
    for (size_t row = 0; row < rows; row++, s += width, dy += width, dx += width)
        run->kernels->soft_groups_gradient(groups->count, groups->value, factor, s, dy, dx, run->add_input[0]);
}

static void gradient_rows(const op_run *run, size_t first, size_t rows)
{
    size_t width = inner(run);
    if (run->input_gradient[0] != NULL)
        logits_gradient(run, first, rows);
    if (run->input_gradient[1] != NULL && !run->add_input[1])
        memset(run->input_gradient[1] + first * width, 0, rows * width * sizeof *run->output);
}

static void categorical_backward(const op_run *run)
{
    run_rows(run, gradient_rows);
}

static size_t categorical_scratch(const op_run *run)
{
    return run->count * run->size;
}

const cpu_layer layer_categorical = {.keeps = KEEP_INPUT,
                                     .scratch = categorical_scratch,
                                     .forward = categorical_forward,
                                     .backward = categorical_backward};
