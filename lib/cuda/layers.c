/* The table of layers, and those that are a kernel or two. */
#include "cuda/layer_rows.h"

activation cuda_activation_of(const graph_node *node)
{
    switch (node->op->number) {
    case OP_ELU:
        return (activation){.kind = ACTIVATION_ELU};
    case OP_RELU:
        return (activation){.kind = ACTIVATION_RELU};
    case OP_LEAKY_RELU:
        return (activation){.kind = ACTIVATION_LEAKY_RELU, .a = (float)node->settings.slope};
    case OP_TANH:
        return (activation){.kind = ACTIVATION_TANH, .a = 1.0f, .b = 1.0f};
    case OP_LECUN_TANH:
        return (activation){.kind = ACTIVATION_TANH, .a = 2.0f / 3.0f, .b = 1.7159f};
    case OP_SIGMOID:
        return (activation){.kind = ACTIVATION_SIGMOID};
    case OP_SCALE:
        return (activation){.kind = ACTIVATION_AFFINE, .a = (float)node->settings.factor};
    case OP_SHIFT:
        return (activation){.kind = ACTIVATION_AFFINE, .a = 1.0f, .b = (float)node->settings.shift};
    default:
        return (activation){.kind = ACTIVATION_NONE};
    }
}

/* --- functions of each value --- */

static size_t values_of(const node_run *run)
{
    return run->count * run->node->size;
}

static void activation_forward(const node_run *run)
{
    launch_activate(run->stream, values_of(run), cuda_activation_of(run->node), run->input[0], run->output);
}

static void activation_backward(const node_run *run)
{
    launch_activate_gradient(run->stream, values_of(run), cuda_activation_of(run->node), run->output,
                             run->output_gradient, run->input_gradient[0], run->add_input[0]);
}

const cuda_layer cuda_layer_activation = {
    .keeps_output = true, .in_place = true, .forward = activation_forward, .backward = activation_backward};

static void affine_backward(const node_run *run)
{
    launch_pass(run->stream, values_of(run), cuda_activation_of(run->node).a, run->output_gradient,
                run->input_gradient[0], run->add_input[0]);
}

static const cuda_layer cuda_layer_affine = {
    .in_place = true, .forward = activation_forward, .backward = affine_backward};

static void reshape_forward(const node_run *run)
{
    if (run->output.at != run->input[0].at)
        launch_pass(run->stream, values_of(run), 1.0f, run->input[0], run->output, false);
}

static void reshape_backward(const node_run *run)
{
    if (run->input_gradient[0].at != run->output_gradient.at)
        launch_pass(run->stream, values_of(run), 1.0f, run->output_gradient, run->input_gradient[0], run->add_input[0]);
}

const cuda_layer cuda_layer_reshape = {.in_place = true, .forward = reshape_forward, .backward = reshape_backward};

static void add_forward(const node_run *run)
{
    launch_add_layers(run->stream, values_of(run), run->input[0], run->input[1], run->output);
}

static void add_backward(const node_run *run)
{
    for (size_t i = 0; i < 2; i++)
        if (run->input_gradient[i].at != NULL)
            launch_pass(run->stream, values_of(run), 1.0f, run->output_gradient, run->input_gradient[i],
                        run->add_input[i]);
}

const cuda_layer cuda_layer_add = {.forward = add_forward, .backward = add_backward};

static void multiply_forward(const node_run *run)
{
    launch_multiply(run->stream, values_of(run), run->input[0], run->input[1], run->output, false);
}

static void multiply_backward(const node_run *run)
{
    for (size_t i = 0; i < 2; i++)
        if (run->input_gradient[i].at != NULL)
            launch_multiply(run->stream, values_of(run), run->output_gradient, run->input[1 - i],
                            run->input_gradient[i], run->add_input[i]);
}

const cuda_layer cuda_layer_multiply = {
    .keeps_input = true, .forward = multiply_forward, .backward = multiply_backward};

/* --- functions of rows --- */

static size_t rows_of(const node_run *run)
{
    return values_of(run) / columns_of(&run->node->shape);
}

static void softmax_forward(const node_run *run)
{
    launch_softmax(run->stream, rows_of(run), columns_of(&run->node->shape), run->input[0], run->output);
}

static void softmax_backward(const node_run *run)
{
    launch_softmax_gradient(run->stream, rows_of(run), columns_of(&run->node->shape), run->output, run->output_gradient,
                            run->input_gradient[0], run->add_input[0]);
}

const cuda_layer cuda_layer_softmax = {
    .keeps_output = true, .in_place = true, .forward = softmax_forward, .backward = softmax_backward};

/* The part that input i is of the joined row. */
static column_range joined_range(const node_run *run, size_t i)
{
    size_t width = columns_of(run->input_shape[i]);
    return (column_range){.width_x = width,
                          .columns = width,
                          .width_y = columns_of(&run->node->shape),
                          .first_y = i == 0 ? 0 : columns_of(run->input_shape[0])};
}

/* The same range the other way round. */
static column_range turned(column_range range)
{
    return (column_range){.width_x = range.width_y,
                          .first_x = range.first_y,
                          .width_y = range.width_x,
                          .first_y = range.first_x,
                          .columns = range.columns};
}

static void concatenate_forward(const node_run *run)
{
    for (size_t i = 0; i < 2; i++)
        launch_copy_columns(run->stream, rows_of(run), joined_range(run, i), run->input[i], run->output, false);
}

static void concatenate_backward(const node_run *run)
{
    for (size_t i = 0; i < 2; i++)
        if (run->input_gradient[i].at != NULL)
            launch_copy_columns(run->stream, rows_of(run), turned(joined_range(run, i)), run->output_gradient,
                                run->input_gradient[i], run->add_input[i]);
}

const cuda_layer cuda_layer_concatenate = {.forward = concatenate_forward, .backward = concatenate_backward};

static column_range slice_range(const node_run *run)
{
    size_t units = run->node->settings.units;
    return (column_range){.width_x = columns_of(run->input_shape[0]),
                          .first_x = run->node->settings.first,
                          .width_y = units,
                          .columns = units};
}

static void slice_forward(const node_run *run)
{
    launch_copy_columns(run->stream, rows_of(run), slice_range(run), run->input[0], run->output, false);
}

static void slice_backward(const node_run *run)
{
    column_range range = turned(slice_range(run));
    range.clear = !run->add_input[0];
    launch_copy_columns(run->stream, rows_of(run), range, run->output_gradient, run->input_gradient[0],
                        run->add_input[0]);
}

const cuda_layer cuda_layer_slice = {.forward = slice_forward, .backward = slice_backward};

static void select_forward(const node_run *run)
{
    const size_list *list = &run->node->settings.list;
    launch_select(run->stream, rows_of(run), columns_of(run->input_shape[0]), list->value, list->count, run->input[0],
                  run->output);
}

static void select_backward(const node_run *run)
{
    const size_list *list = &run->node->settings.list;
    launch_select_gradient(run->stream, rows_of(run), columns_of(run->input_shape[0]), list->value, list->count,
                           run->output_gradient, run->input_gradient[0], run->add_input[0]);
}

const cuda_layer cuda_layer_select = {.forward = select_forward, .backward = select_backward};

static categorical_groups groups_of(const node_run *run)
{
    const op_settings *settings = &run->node->settings;
    return (categorical_groups){.size = settings->list.value,
                                .count = settings->list.count,
                                .width = columns_of(&run->node->shape),
                                .factor = (float)(1.0 / settings->temperature)};
}

static void categorical_forward(const node_run *run)
{
    categorical_groups groups = groups_of(run);
    launch_categorical(run->stream, rows_of(run), &groups, run->input[0], run->input[1], run->output);
}

/* The noise gets no gradient. */
static void categorical_backward(const node_run *run)
{
    categorical_groups groups = groups_of(run);
    if (run->input_gradient[0].at != NULL)
        launch_categorical_gradient(run->stream, rows_of(run), &groups, run->input[0], run->input[1],
                                    run->output_gradient, run->input_gradient[0], run->add_input[0]);
    if (run->input_gradient[1].at != NULL && !run->add_input[1])
        launch_clear(run->stream, values_of(run), run->input_gradient[1]);
}

const cuda_layer cuda_layer_categorical = {
    .keeps_input = true, .forward = categorical_forward, .backward = categorical_backward};

/* --- the table --- */

const cuda_layer *cuda_layer_of(const graph_node *node)
{
    static const cuda_layer nothing;
    static const cuda_layer *const rows[OPS] = {
        [OP_INPUT] = &nothing,
        [OP_DENSE] = &cuda_layer_dense,
        [OP_CONV] = &cuda_layer_conv,
        [OP_CONV_TRANSPOSED] = &cuda_layer_conv_transposed,
        [OP_BATCH_NORM] = &cuda_layer_batch_norm,
        [OP_ELU] = &cuda_layer_activation,
        [OP_RELU] = &cuda_layer_activation,
        [OP_LEAKY_RELU] = &cuda_layer_activation,
        [OP_TANH] = &cuda_layer_activation,
        [OP_LECUN_TANH] = &cuda_layer_activation,
        [OP_SOFTMAX] = &cuda_layer_softmax,
        [OP_SCALE] = &cuda_layer_affine,
        [OP_ADD] = &cuda_layer_add,
        [OP_RESHAPE] = &cuda_layer_reshape,
        [OP_AVERAGE_POOL] = &cuda_layer_average_pool,
        [OP_MAX_POOL] = &cuda_layer_max_pool,
        [OP_UPSAMPLE] = &cuda_layer_upsample,
        [OP_CONCATENATE] = &cuda_layer_concatenate,
        [OP_SLICE] = &cuda_layer_slice,
        [OP_SIGMOID] = &cuda_layer_activation,
        [OP_SHIFT] = &cuda_layer_affine,
        [OP_MULTIPLY] = &cuda_layer_multiply,
        [OP_SELECT] = &cuda_layer_select,
        [OP_CATEGORICAL] = &cuda_layer_categorical,
    };
    return rows[node->op->number];
}
