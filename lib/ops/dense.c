/* Dense layer over the last dimension: y = x w + b, w [in, units]. Backward needs x. */
#include "ops/options.h"

/* About the work of one product: enough to be worth it, small enough to stay in the cache and to be shared out. */
enum { MULTIPLICATIONS_OF_PIECE = 64 * 128 * 128, ROWS_LEAST = 8 };

static size_t inner(const op_run *run)
{
    return run->input_shape[0]->extent[run->input_shape[0]->rank - 1];
}

static size_t rows(const op_run *run)
{
    return run->count * (run->input_size[0] / inner(run));
}

/* Rows of a piece when each row costs `cost` multiplications. */
static size_t rows_of_piece(size_t cost)
{
    size_t rows = MULTIPLICATIONS_OF_PIECE / cost;
    return rows < ROWS_LEAST ? ROWS_LEAST : rows;
}

static void dense_options(option_text *text, op_settings *settings)
{
    option_size(text, &settings->units);
}

static coulomb_status dense_build(op_build *build)
{
    size_t units = build->settings->units;
    const tensor_shape *input = build->input[0];
    size_t in = input->extent[input->rank - 1], weights;
    if (units == 0)
        return fail(build->context, COULOMB_ERROR_ARGUMENT, "units is 0; expected at least 1");
    if (!size_product(in, units, &weights) || weights > SIZE_MAX / 64)
        return fail(build->context, COULOMB_ERROR_SHAPE, "a dense layer from %zu to %zu units does not fit into memory",
                    in, units);
    size_t extents[COULOMB_RANK_MAX];
    for (size_t i = 0; i + 1 < input->rank; i++)
        extents[i] = input->extent[i];
    extents[input->rank - 1] = units;
    build->parameters = 2;
    build->parameter[0] = (op_parameter){.suffix = "weight",
                                         .shape = {.rank = 2, .extent = {in, units}},
                                         .fan_in = in,
                                         .fan_out = units,
                                         .weight = true};
    build->parameter[1] =
        (op_parameter){.suffix = "bias", .shape = {.rank = 1, .extent = {units}}, .fan_in = in, .fan_out = units};
    return shape_make(build->context, input->rank, extents, &build->shape);
}

static void forward_rows(const op_run *run, size_t first, size_t rows)
{
    size_t in = inner(run), units = run->settings->units;
    const matrix_product product = {.m = rows,
                                    .n = units,
                                    .k = in,
                                    .a = run->input[0] + first * in,
                                    .lda = in,
                                    .b = run->parameter[0],
                                    .ldb = units,
                                    .bias = run->parameter[1],
                                    .c = run->output + first * units,
                                    .ldc = units};
    run->kernels->product(&product);
}

static void dense_forward(const op_run *run)
{
    run_items(run, rows(run), rows_of_piece(inner(run) * run->settings->units), forward_rows);
}

/* Output gradients times their samples' weights. */
static size_t dense_scratch(const op_run *run)
{
    return run->inference ? 0 : run->count * run->size;
}

/* dx = dy w^T */
static void input_gradient_rows(const op_run *run, size_t first, size_t rows)
{
    size_t in = inner(run), units = run->settings->units;
    gemm(run->kernels, false, true, rows, in, units, run->output_gradient + first * units, units, run->parameter[0],
         units, run->add_input[0] ? 1.0f : 0.0f, run->input_gradient[0] + first * in, in);
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

/* dw = x^T dy: each piece makes some rows of dw from all samples; the first makes db */
static void weight_gradient_rows(const op_run *run, size_t first, size_t wanted)
{
    size_t in = inner(run), units = run->settings->units;
    if (run->parameter_gradient[0] != NULL)
        gemm(run->kernels, true, false, wanted, units, rows(run), run->input[0] + first, in, weighted_gradient(run),
             units, run->add_parameters ? 1.0f : 0.0f, run->parameter_gradient[0] + first * units, units);
    if (first == 0 && run->parameter_gradient[1] != NULL)
        run->kernels->sum_rows(rows(run), units, weighted_gradient(run), run->parameter_gradient[1],
                               run->add_parameters);
}

static void dense_backward(const op_run *run)
{
    size_t in = inner(run), units = run->settings->units;
    if (run->parameter_gradient[0] != NULL || run->parameter_gradient[1] != NULL) {
        if (run->weight != NULL)
            weigh_samples(run);
        run_items(run, run->parameter_gradient[0] == NULL ? 1 : in, rows_of_piece(rows(run) * units),
                  weight_gradient_rows);
    }
    if (run->input_gradient[0] != NULL)
        run_items(run, rows(run), rows_of_piece(in * units), input_gradient_rows);
}

const op op_dense = {.name = "dense",
                     .prefix = "dense",
                     .inputs = 1,
                     .options = dense_options,
                     .keeps = KEEP_INPUT,
                     .build = dense_build,
                     .scratch = dense_scratch,
                     .forward = dense_forward,
                     .backward = dense_backward};
