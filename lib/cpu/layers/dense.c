/* Dense layer over the last dimension: y = x w + b, w [in, units]. Backward needs x. */
#include "cpu/layers/layers.h"
#include "products/whole_product.h"

static size_t inner(const op_run *run)
{
    return run->input_shape[0]->extent[run->input_shape[0]->rank - 1];
}

static size_t rows(const op_run *run)
{
    return run->count * (run->input_size[0] / inner(run));
}

static void dense_forward(const op_run *run)
{
    size_t in = inner(run), units = run->settings->units;
    const matrix_product product = {.m = rows(run),
                                    .n = units,
                                    .k = in,
                                    .a = run->input[0],
                                    .lda = in,
                                    .b = run->parameter[0],
                                    .ldb = units,
                                    .bias = run->parameter[1],
                                    .c = run->output,
                                    .ldc = units};
    whole_product(run->context, run->kernels, &product);
}

/* Output gradients times their samples' weights. */
static size_t dense_scratch(const op_run *run)
{
    return run->inference ? 0 : run->count * run->size;
}

/* dx = dy w^T */
static void input_gradient(const op_run *run)
{
    size_t in = inner(run), units = run->settings->units;
    const matrix_product product = {.b_transposed = true,
                                    .m = rows(run),
                                    .n = in,
                                    .k = units,
                                    .a = run->output_gradient,
                                    .lda = units,
                                    .b = run->parameter[0],
                                    .ldb = units,
                                    .beta = run->add_input[0] ? 1.0f : 0.0f,
                                    .c = run->input_gradient[0],
                                    .ldc = in};
    whole_product(run->context, run->kernels, &product);
}

/* dy as the parameter gradients see it */
static const float *weighted_gradient(const op_run *run)
{
    return run->weight == NULL ? run->output_gradient : run->scratch;
}

static void weigh_samples(const op_run *run)
{
    for (size_t i = 0; i < run->count; i++)
        run->kernels->scale(run->size, run->weight[i], run->output_gradient + i * run->size,
                            run->scratch + i * run->size);
}

/* dw = x^T dy */
static void weight_gradient(const op_run *run)
{
    size_t in = inner(run), units = run->settings->units;
    const matrix_product product = {.a_transposed = true,
                                    .m = in,
                                    .n = units,
                                    .k = rows(run),
                                    .a = run->input[0],
                                    .lda = in,
                                    .b = weighted_gradient(run),
                                    .ldb = units,
                                    .beta = run->add_parameters ? 1.0f : 0.0f,
                                    .c = run->parameter_gradient[0],
                                    .ldc = units};
    whole_product(run->context, run->kernels, &product);
}

static void dense_backward(const op_run *run)
{
    bool weights = run->parameter_gradient[0] != NULL, bias = run->parameter_gradient[1] != NULL;
    if ((weights || bias) && run->weight != NULL)
        weigh_samples(run);
    if (weights)
        weight_gradient(run);
    if (bias)
        run->kernels->sum_rows(rows(run), run->settings->units, weighted_gradient(run), run->parameter_gradient[1],
                               run->add_parameters);
    if (run->input_gradient[0] != NULL)
        input_gradient(run);
}

const cpu_layer layer_dense = {
    .keeps = KEEP_INPUT, .scratch = dense_scratch, .forward = dense_forward, .backward = dense_backward};
