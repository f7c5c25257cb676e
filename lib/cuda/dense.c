/* Dense layers: products with the weights, [in, units], whose bfloat16 copy is packed, by cuBLAS, or by kernels of our
 * own where weights are few and a launch costs more than the arithmetic. */
#include "cuda/layer_rows.h"
#include "cuda/products.h"

static size_t inner(const node_run *run)
{
    return columns_of(run->input_shape[0]);
}

static size_t rows(const node_run *run)
{
    return run->count * (run->input_size[0] / inner(run));
}

enum { SMALL_WEIGHTS = 1 << 16, SMALL_SIDE = 1024 };

/* By shapes alone, so that a sample's values do not depend on how many there are. */
bool cuda_dense_is_small(const graph_node *node, const tensor_shape *input)
{
    size_t in = columns_of(input), units = node->settings.units;
    return node->op->number == OP_DENSE && in <= SMALL_SIDE && units <= SMALL_SIDE && in * units <= SMALL_WEIGHTS;
}

static bool small(const node_run *run)
{
    return cuda_dense_is_small(run->node, run->input_shape[0]) && !plan_halves(run->plan);
}

static bool by_library(const node_run *run)
{
    return !small(run);
}

static small_dense start_small(const node_run *run)
{
    return (small_dense){.rows = rows(run),
                         .in = inner(run),
                         .out = run->node->settings.units,
                         .rows_of_sample = run->input_size[0] / inner(run),
                         .x = run->input[0].at,
                         .weights = run->parameter[0],
                         .bias = run->bias,
                         .act = run->act,
                         .y = run->output.at};
}

static void small_backward(const node_run *run)
{
    small_dense d = start_small(run);
    d.dy = run->output_gradient.at;
    d.weight = run->weight;
    d.before = run->before;
    d.dx = run->input_gradient[0].at;
    d.weight_gradient = run->parameter_gradient[0];
    d.bias_gradient = run->bias_gradient;
    d.add = run->add_input[0];
    d.add_parameters = run->add_parameters;
    launch_small_backward(run->stream, &d);
}

static size_t weights(const node_run *run)
{
    return inner(run) * run->node->settings.units;
}

static size_t packed_bytes(const node_run *run)
{
    return plan_halves(run->plan) ? weights(run) * value_bytes(true) : 0;
}

static void pack(const node_run *run)
{
    stored master = {.at = (void *)run->parameter[0]}, packed = {.at = (void *)run->packed, .half = true};
    launch_pass(run->stream, weights(run), 1.0f, master, packed, false);
}

static stored weights_as_operand(const node_run *run)
{
    bool half = plan_halves(run->plan);
    return (stored){.at = (void *)(half ? run->packed : run->parameter[0]), .half = half};
}

/* In backward x, dy and its weighted copy may all need room, then the sums of the bias. */
static size_t scratch(const node_run *run)
{
    size_t in = run->count * run->input_size[0], out = run->count * run->node->size;
    return cuda_operand_bytes(run->plan, run->input[0].half, in) +
           cuda_operand_bytes(run->plan, run->output_gradient.half, out) +
           size_aligned(out * sizeof(float), PACKED_ALIGNMENT) + launch_sums_bytes(run->node->settings.units);
}

static void forward(const node_run *run)
{
    if (small(run)) {
        small_dense d = start_small(run);
        launch_small_forward(run->stream, &d);
        return;
    }
    size_t in = inner(run), units = run->node->settings.units;
    const device_product product = {.m = rows(run),
                                    .n = units,
                                    .k = in,
                                    .a = cuda_operand(run, run->input[0], rows(run) * in, run->scratch),
                                    .lda = in,
                                    .b = weights_as_operand(run),
                                    .ldb = units,
                                    .c = run->output,
                                    .ldc = units};
    cuda_product(run->plan, &product);
    if (run->bias != NULL)
        launch_add_bias(run->stream, rows(run), units, run->bias, run->act, run->output, run->output);
}

/* dx = dy w^T */
static void input_gradient(const node_run *run, stored dy)
{
    size_t in = inner(run), units = run->node->settings.units;
    const device_product product = {.b_transposed = true,
                                    .m = rows(run),
                                    .n = in,
                                    .k = units,
                                    .a = dy,
                                    .lda = units,
                                    .b = weights_as_operand(run),
                                    .ldb = units,
                                    .c = run->input_gradient[0],
                                    .ldc = in,
                                    .add = run->add_input[0]};
    cuda_product(run->plan, &product);
}

/* dw = x^T dy */
static void weight_gradient(const node_run *run, stored dy, char *room)
{
    size_t in = inner(run), units = run->node->settings.units;
    const device_product product = {.a_transposed = true,
                                    .m = in,
                                    .n = units,
                                    .k = rows(run),
                                    .a = cuda_operand(run, run->input[0], rows(run) * in, room),
                                    .lda = in,
                                    .b = dy,
                                    .ldb = units,
                                    .c = {.at = run->parameter_gradient[0]},
                                    .ldc = units,
                                    .add = run->add_parameters};
    cuda_product(run->plan, &product);
}

static void backward(const node_run *run)
{
    if (small(run)) {
        small_backward(run);
        return;
    }
    size_t units = run->node->settings.units, out = run->count * run->node->size;
    char *room = run->scratch;
    stored dy = cuda_operand(run, run->output_gradient, out, room);
    room += cuda_operand_bytes(run->plan, run->output_gradient.half, out);
    if (run->parameter_gradient[0] != NULL) {
        stored heavy = cuda_weighted(run, dy, room);
        weight_gradient(run, heavy, room + size_aligned(out * sizeof(float), PACKED_ALIGNMENT));
    }
    if (run->bias_gradient != NULL)
        cuda_bias_gradient(run, units, run->output_gradient, room);
    if (run->input_gradient[0].at != NULL)
        input_gradient(run, dy);
}

const cuda_layer cuda_layer_dense = {.keeps_input = true,
                                     .activates = true,
                                     .biased = true,
                                     .by_library = by_library,
                                     .pack = pack,
                                     .forward = forward,
                                     .backward = backward,
                                     .packed_bytes = packed_bytes,
                                     .scratch = scratch};
