/* Building a network node by node. */
#include "network/network.h"
#include "ops/options.h"

#include <stdio.h>
#include <string.h>

enum {
    FIRST_CAPACITY = 16,
    NODES_MOST = 16384,
    LAYER_NAME_MOST = 40,
    LISTED_MOST = 1 << 22 /* values of all lists: a text of a few bytes describes a million */
};

static void end(void *object)
{
    coulomb_network *network = object;
    object_release(network->latent.callback);
    network_release_arrays(network);
    for (size_t i = 0; i < network->graph.nodes; i++)
        options_release(network->context, &network->graph.node[i].settings);
    memory_release(network->context, network->graph.node);
    memory_release(network->context, network->graph.parameter);
}

coulomb_status coulomb_network_new(coulomb_context *context, coulomb_network **network)
{
    if (network != NULL)
        *network = NULL;
    if (context == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (network == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "network is NULL");
    coulomb_network *made = object_new(context, sizeof *made, end);
    if (made == NULL)
        return COULOMB_ERROR_MEMORY;
    made->context = context;
    made->latent = (latent_source){.distribution = COULOMB_DISTRIBUTION_NORMAL, .spread = 1.0};
    *network = made;
    return COULOMB_OK;
}

void coulomb_network_free(coulomb_network *network)
{
    object_release(network);
}

/* Make room for `more` elements in a growing array. */
static coulomb_status grow(coulomb_context *context, void **array, size_t *capacity, size_t used, size_t more,
                           size_t element)
{
    if (used + more <= *capacity)
        return COULOMB_OK;
    size_t wanted = *capacity == 0 ? FIRST_CAPACITY : 2 * *capacity;
    void *bigger = memory_get_zeroed(context, wanted, element);
    if (bigger == NULL)
        return COULOMB_ERROR_MEMORY;
    if (used > 0)
        memcpy(bigger, *array, used * element);
    memory_release(context, *array);
    *array = bigger;
    *capacity = wanted;
    return COULOMB_OK;
}

coulomb_status network_check_open(coulomb_network *network, const int32_t *node)
{
    if (network == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (node == NULL)
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "node is NULL");
    if (network->finished)
        return fail(network->context, COULOMB_ERROR_STATE,
                    "the network is finished; nodes can be added only before coulomb_network_finish()");
    if (network->graph.nodes >= NODES_MOST)
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "the network has %zu nodes; no more can be added",
                    network->graph.nodes);
    return COULOMB_OK;
}

/* A layer's parameters are called NAME.suffix, and there is no '.' in a name. */
static bool name_taken(const coulomb_network *network, const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < network->graph.nodes; i++) {
        const graph_node *n = &network->graph.node[i];
        if (n->parameters == 0)
            continue;
        const char *parameter = network->graph.parameter[n->first_parameter].name;
        if (strncmp(parameter, name, length) == 0 && parameter[length] == '.')
            return true;
    }
    return false;
}

/* ASCII alone, whatever the host's locale. */
static bool name_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '/';
}

static coulomb_status check_name(coulomb_context *context, const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || length > LAYER_NAME_MOST)
        return fail(context, COULOMB_ERROR_ARGUMENT, "a layer's name has %zu characters; expected 1 to %d", length,
                    LAYER_NAME_MOST);
    for (const char *c = name; *c != '\0'; c++)
        if (!name_character(*c))
            return fail(context, COULOMB_ERROR_ARGUMENT,
                        "the layer name '%s' has other characters than letters, digits, '_', '-' and '/'", name);
    return COULOMB_OK;
}

/* Record the arrays that the op declared under "NAME.suffix". */
static coulomb_status add_parameters(coulomb_network *network, const op_build *build, const char *name)
{
    if (name_taken(network, name))
        return fail(network->context, COULOMB_ERROR_ARGUMENT,
                    "the network already has a layer '%s'; expected another name", name);
    void *array = network->graph.parameter;
    coulomb_status status = grow(network->context, &array, &network->graph.parameter_capacity,
                                 network->graph.parameters, build->parameters, sizeof *network->graph.parameter);
    network->graph.parameter = array;
    if (status != COULOMB_OK)
        return status;
    for (size_t i = 0; i < build->parameters; i++) {
        const op_parameter *declared = &build->parameter[i];
        parameter_array *made = &network->graph.parameter[network->graph.parameters + i];
        *made = (parameter_array){.shape = declared->shape,
                                  .size = shape_size(&declared->shape),
                                  .offset = network->graph.parameter_values,
                                  .fan_in = declared->fan_in,
                                  .fan_out = declared->fan_out,
                                  .weight = declared->weight,
                                  .moving = declared->moving};
        made->initializer = declared->weight ? initializer_glorot_uniform()
                                             : (draw_rule){.kind = DRAW_CONSTANT, .value = declared->start};
        snprintf(made->name, sizeof made->name, "%s.%s", name, declared->suffix);
    }
    size_t values = network->graph.parameter_values;
    for (size_t i = 0; i < build->parameters; i++)
        values +=
            values_aligned(network->graph.parameter[network->graph.parameters + i].size); /* each far below SIZE_MAX */
    if (values > VALUES_MOST)
        return fail(network->context, COULOMB_ERROR_SHAPE, "%s: a network of %zu parameters does not fit into memory",
                    name, values);
    for (size_t i = 0; i < build->parameters; i++) {
        parameter_array *made = &network->graph.parameter[network->graph.parameters + i];
        made->offset = network->graph.parameter_values;
        network->graph.parameter_values += values_aligned(made->size);
        made->average_offset = network->graph.average_values;
        network->graph.average_values += made->moving ? values_aligned(made->size) : 0;
    }
    network->graph.parameters += build->parameters;
    return COULOMB_OK;
}

/* The name of a named layer: the caller's, or PREFIXn for the network's n-th of its kind. */
static coulomb_status choose_name(const coulomb_network *network, const op *layer, const char *given,
                                  char name[NAME_SIZE])
{
    size_t number = 1;
    if (given == NULL) {
        for (size_t i = 0; i < network->graph.nodes; i++)
            number += network->graph.node[i].op == layer;
        snprintf(name, NAME_SIZE, "%s%zu", layer->prefix, number);
        return COULOMB_OK;
    }
    coulomb_status status = check_name(network->context, given);
    if (status == COULOMB_OK)
        strcpy(name, given);
    return status;
}

static coulomb_status find_inputs(const coulomb_network *network, const op *layer, const int32_t *input,
                                  op_build *build)
{
    if (layer->inputs == 0 && network->graph.nodes > 0)
        return fail(network->context, COULOMB_ERROR_STATE, "the network already has an input; expected one input");
    for (size_t i = 0; i < layer->inputs; i++) {
        if (input[i] < 0 || (size_t)input[i] >= network->graph.nodes)
            return fail(network->context, COULOMB_ERROR_ARGUMENT,
                        "%s: node %d does not exist; the network has %zu nodes", layer->name, (int)input[i],
                        network->graph.nodes);
        build->input[i] = &network->graph.node[input[i]].shape;
    }
    return COULOMB_OK;
}

coulomb_status network_own_list(coulomb_context *context, op_settings *settings)
{
    const size_list given = settings->list;
    settings->list = (size_list){0};
    if (given.count == 0)
        return COULOMB_OK;
    size_t *value = memory_get(context, given.count, sizeof *value);
    if (value == NULL)
        return COULOMB_ERROR_MEMORY;
    memcpy(value, given.value, given.count * sizeof *value);
    settings->list = (size_list){.value = value, .count = given.count};
    return COULOMB_OK;
}

/* Record the node, its list and its parameters: all or nothing. */
static coulomb_status record(coulomb_network *network, graph_node *made, const op_build *build, const char *name)
{
    void *array = network->graph.node;
    coulomb_status status = grow(network->context, &array, &network->graph.node_capacity, network->graph.nodes, 1,
                                 sizeof *network->graph.node);
    network->graph.node = array;
    if (status != COULOMB_OK) /* the list is still the caller's */
        return status;
    status = network_own_list(network->context, &made->settings);
    if (status == COULOMB_OK && build->parameters > 0)
        status = add_parameters(network, build, name);
    if (status != COULOMB_OK) {
        options_release(network->context, &made->settings);
        return status;
    }
    network->graph.node[network->graph.nodes] = *made;
    for (size_t i = 0; i < made->op->inputs; i++) {
        network->graph.node[made->input[i]].consumers++;
        network->graph.node[made->input[i]].last_consumer = network->graph.nodes;
    }
    network->graph.nodes++;
    network->listed += made->settings.list.count;
    return COULOMB_OK;
}

static coulomb_status check_listed(const coulomb_network *network, const op *layer, size_t more)
{
    if (more <= LISTED_MOST - network->listed)
        return COULOMB_OK;
    return fail(network->context, COULOMB_ERROR_ARGUMENT,
                "%s: the lists of all nodes have %zu values together; expected at most %d", layer->name,
                network->listed + more, LISTED_MOST);
}

coulomb_status network_add_node(coulomb_network *network, const op *layer, const op_settings *settings,
                                const int32_t *input, const char *name, int32_t *node)
{
    coulomb_status status = network_check_open(network, node);
    if (status != COULOMB_OK)
        return status;
    char chosen[NAME_SIZE] = "";
    op_build build = {.context = network->context, .settings = settings};
    status = find_inputs(network, layer, input, &build);
    if (status == COULOMB_OK)
        status = layer->build(&build);
    if (status == COULOMB_OK)
        status = check_listed(network, layer, settings->list.count);
    if (status == COULOMB_OK && layer->prefix != NULL)
        status = choose_name(network, layer, name, chosen);
    if (status != COULOMB_OK)
        return status;
    graph_node made = {.op = layer,
                       .settings = *settings,
                       .shape = build.shape,
                       .size = shape_size(&build.shape),
                       .first_parameter = network->graph.parameters,
                       .parameters = build.parameters};
    for (size_t i = 0; i < layer->inputs; i++)
        made.input[i] = input[i];
    int32_t number = (int32_t)network->graph.nodes;
    status = record(network, &made, &build, chosen);
    if (status == COULOMB_OK)
        *node = number;
    return status;
}

static coulomb_status check_output(coulomb_network *network, int32_t output)
{
    if (network->graph.nodes == 0)
        return fail(network->context, COULOMB_ERROR_STATE, "the network has no input");
    if (output < 0 || (size_t)output >= network->graph.nodes)
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "the output node %d does not exist; there are %zu nodes",
                    (int)output, network->graph.nodes);
    for (size_t i = 0; i < network->graph.nodes; i++)
        if (network->graph.node[i].consumers == 0 && i != (size_t)output)
            return fail(network->context, COULOMB_ERROR_ARGUMENT, "node %zu (%s) does not lead to the output", i,
                        network->graph.node[i].op->name);
    if (network->graph.node[output].consumers > 0 || output == 0)
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "node %d (%s) cannot be the output: %s", (int)output,
                    network->graph.node[output].op->name, output == 0 ? "it is the input" : "other nodes consume it");
    return COULOMB_OK;
}

coulomb_status coulomb_network_finish(coulomb_network *network, int32_t output, uint64_t seed)
{
    if (network == NULL)
        return COULOMB_ERROR_ARGUMENT;
    coulomb_context *context = network->context;
    if (network->finished)
        return fail(context, COULOMB_ERROR_STATE, "the network is already finished");
    coulomb_status status = check_output(network, output);
    if (status != COULOMB_OK)
        return status;
    network->graph.output = output;
    network_find_trained(network);
    status = network_make_arrays(network);
    if (status != COULOMB_OK)
        return status;
    status = network_draw_parameters(network, seed);
    if (status != COULOMB_OK) {
        network_release_arrays(network);
        return status;
    }
    network->finished = true;
    network->generation_seed = seed;
    return COULOMB_OK;
}
