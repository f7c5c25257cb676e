/* Layers for samples of any shape, one function each. What an option may be is checked by its op. */
#include "network/network.h"

/* A layer without parameters that consumes one node. */
static coulomb_status add_simple(coulomb_network *network, const op *layer, const op_settings *settings, int32_t input,
                                 int32_t *node)
{
    return network_add_node(network, layer, settings, &input, NULL, node);
}

static coulomb_status add_joining(coulomb_network *network, const op *layer, int32_t a, int32_t b, int32_t *node)
{
    const int32_t inputs[] = {a, b};
    return network_add_node(network, layer, &(op_settings){0}, inputs, NULL, node);
}

coulomb_status coulomb_network_input(coulomb_network *network, const size_t *shape, size_t rank, int32_t *node)
{
    op_settings settings = {0};
    coulomb_status status = network_check_open(network, node);
    if (status == COULOMB_OK)
        status = shape_make(network->context, rank, shape, &settings.shape);
    return status != COULOMB_OK ? status : network_add_node(network, &op_input, &settings, NULL, NULL, node);
}

coulomb_status coulomb_network_dense(coulomb_network *network, int32_t input, size_t units, const char *name,
                                     int32_t *node)
{
    return network_add_node(network, &op_dense, &(op_settings){.units = units}, &input, name, node);
}

coulomb_status coulomb_network_elu(coulomb_network *network, int32_t input, int32_t *node)
{
    return add_simple(network, &op_elu, &(op_settings){0}, input, node);
}

coulomb_status coulomb_network_relu(coulomb_network *network, int32_t input, int32_t *node)
{
    return add_simple(network, &op_relu, &(op_settings){0}, input, node);
}

coulomb_status coulomb_network_leaky_relu(coulomb_network *network, int32_t input, double slope, int32_t *node)
{
    return add_simple(network, &op_leaky_relu, &(op_settings){.slope = slope}, input, node);
}

coulomb_status coulomb_network_tanh(coulomb_network *network, int32_t input, int32_t *node)
{
    return add_simple(network, &op_tanh, &(op_settings){0}, input, node);
}

coulomb_status coulomb_network_lecun_tanh(coulomb_network *network, int32_t input, int32_t *node)
{
    return add_simple(network, &op_lecun_tanh, &(op_settings){0}, input, node);
}

coulomb_status coulomb_network_sigmoid(coulomb_network *network, int32_t input, int32_t *node)
{
    return add_simple(network, &op_sigmoid, &(op_settings){0}, input, node);
}

coulomb_status coulomb_network_softmax(coulomb_network *network, int32_t input, int32_t *node)
{
    return add_simple(network, &op_softmax, &(op_settings){0}, input, node);
}

coulomb_status coulomb_network_scale(coulomb_network *network, int32_t input, double factor, int32_t *node)
{
    return add_simple(network, &op_scale, &(op_settings){.factor = factor}, input, node);
}

coulomb_status coulomb_network_shift(coulomb_network *network, int32_t input, double shift, int32_t *node)
{
    return add_simple(network, &op_shift, &(op_settings){.shift = shift}, input, node);
}

coulomb_status coulomb_network_batch_norm(coulomb_network *network, int32_t input, double epsilon, double momentum,
                                          int32_t scale, const char *name, int32_t *node)
{
    op_settings settings = {.epsilon = epsilon, .momentum = momentum, .learned_scale = scale != 0};
    coulomb_status status = network_check_open(network, node);
    if (status == COULOMB_OK)
        status = check_flag(network->context, "scale", scale);
    return status != COULOMB_OK ? status : network_add_node(network, &op_batch_norm, &settings, &input, name, node);
}

coulomb_status coulomb_network_add(coulomb_network *network, int32_t a, int32_t b, int32_t *node)
{
    return add_joining(network, &op_add, a, b, node);
}

coulomb_status coulomb_network_multiply(coulomb_network *network, int32_t a, int32_t b, int32_t *node)
{
    return add_joining(network, &op_multiply, a, b, node);
}

coulomb_status coulomb_network_concatenate(coulomb_network *network, int32_t a, int32_t b, int32_t *node)
{
    return add_joining(network, &op_concatenate, a, b, node);
}

coulomb_status coulomb_network_slice(coulomb_network *network, int32_t input, size_t first, size_t count, int32_t *node)
{
    return add_simple(network, &op_slice, &(op_settings){.first = first, .units = count}, input, node);
}

/* A list of the caller's; NULL: of none, which an op refuses. */
static size_list given_list(const size_t *value, size_t count)
{
    return (size_list){.value = value, .count = value == NULL ? 0 : count};
}

coulomb_status coulomb_network_select(coulomb_network *network, int32_t input, const size_t *indices, size_t count,
                                      int32_t *node)
{
    return add_simple(network, &op_select, &(op_settings){.list = given_list(indices, count)}, input, node);
}

coulomb_status coulomb_network_categorical(coulomb_network *network, int32_t logits, int32_t noise,
                                           const size_t *groups, size_t count, double temperature, int32_t *node)
{
    const int32_t inputs[] = {logits, noise};
    op_settings settings = {.temperature = temperature, .list = given_list(groups, count)};
    return network_add_node(network, &op_categorical, &settings, inputs, NULL, node);
}

coulomb_status coulomb_network_reshape(coulomb_network *network, int32_t input, const size_t *shape, size_t rank,
                                       int32_t *node)
{
    op_settings settings = {0};
    coulomb_status status = network_check_open(network, node);
    if (status == COULOMB_OK)
        status = shape_make(network->context, rank, shape, &settings.shape);
    return status != COULOMB_OK ? status : add_simple(network, &op_reshape, &settings, input, node);
}

coulomb_status coulomb_network_flatten(coulomb_network *network, int32_t input, int32_t *node)
{
    op_settings settings = {.shape = {.rank = 1}};
    bool exists = network != NULL && input >= 0 && (size_t)input < network->graph.nodes;
    if (exists)
        settings.shape.extent[0] = network->graph.node[input].size;
    return add_simple(network, &op_reshape, &settings, input, node);
}
