/* A network's graph as a whole: described in text, and copied. */
#include "network/network.h"

#include <stdio.h>
#include <string.h>

enum { NODE_TEXT = 256 };

/* "input[2] dense(128) elu add(3,5)": sources are named where they are not the node before. */
static size_t describe_node(const coulomb_network *network, size_t index, char *text, size_t size)
{
    const graph_node *n = &network->node[index];
    int used = snprintf(text, size, "%s%s", index == 0 ? "" : " ", n->op->name);
    if (n->op == &op_input || n->op == &op_reshape)
        used += snprintf(text + used, size - (size_t)used, "%s", shape_print(&n->shape).text);
    if (n->op == &op_dense)
        used += snprintf(text + used, size - (size_t)used, "(%zu)", n->settings.units);
    if (n->op == &op_leaky_relu)
        used += snprintf(text + used, size - (size_t)used, "(%.17g)", n->settings.slope);
    if (n->op == &op_scale)
        used += snprintf(text + used, size - (size_t)used, "(%.17g)", n->settings.factor);
    for (size_t i = 0; i < n->op->inputs; i++)
        if (n->op->inputs > 1 || (size_t)n->input[i] + 1 != index)
            used += snprintf(text + used, size - (size_t)used, "<%d", (int)n->input[i]);
    return (size_t)used;
}

char *network_describe(const coulomb_network *network)
{
    char *text = memory_get_zeroed(network->context, network->nodes, NODE_TEXT);
    if (text == NULL)
        return NULL;
    size_t used = 0;
    for (size_t i = 0; i < network->nodes; i++)
        used += describe_node(network, i, text + used, NODE_TEXT);
    return text;
}

coulomb_status network_copy(coulomb_network *network, coulomb_network **copy)
{
    coulomb_context *context = network->context;
    coulomb_network *made;
    coulomb_status status = coulomb_network_new(context, &made);
    if (status != COULOMB_OK)
        return status;
    made->node = memory_get(context, network->nodes, sizeof *made->node);
    made->parameter = memory_get(context, network->parameters, sizeof *made->parameter);
    made->values = memory_get(context, network->parameter_values, sizeof(float));
    made->gradients = memory_get_zeroed(context, network->parameter_values, sizeof(float));
    if (made->node == NULL || made->parameter == NULL || made->values == NULL || made->gradients == NULL) {
        coulomb_network_free(made);
        return COULOMB_ERROR_MEMORY;
    }
    memcpy(made->node, network->node, network->nodes * sizeof *made->node);
    memcpy(made->parameter, network->parameter, network->parameters * sizeof *made->parameter);
    memcpy(made->values, network->values, network->parameter_values * sizeof(float));
    made->nodes = made->node_capacity = network->nodes;
    made->output = network->output;
    made->parameters = made->parameter_capacity = network->parameters;
    made->parameter_values = network->parameter_values;
    made->kept_size = network->kept_size;
    made->temporary_size = network->temporary_size;
    made->generation_seed = network->generation_seed;
    made->finished = true;
    *copy = made;
    return COULOMB_OK;
}
