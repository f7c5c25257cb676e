/* A network's graph as a whole: described in text, and copied. */
#include "network/network.h"

#include <stdio.h>
#include <string.h>

enum { NODE_TEXT = 256 };

/* "(64 5x5 stride 2x2 same)"; `kernel` alone for pooling and upsampling. */
static int describe_window(const op_settings *settings, char *text, size_t size)
{
    int used = snprintf(text, size, "(");
    if (settings->units > 0)
        used += snprintf(text + used, size - (size_t)used, "%zu ", settings->units);
    used += snprintf(text + used, size - (size_t)used, "%zux%zu", settings->kernel[0], settings->kernel[1]);
    if (settings->stride[0] > 0)
        used += snprintf(text + used, size - (size_t)used, " stride %zux%zu", settings->stride[0], settings->stride[1]);
    if (settings->padding == COULOMB_PADDING_EXPLICIT)
        used += snprintf(text + used, size - (size_t)used, " pads %zu,%zu,%zu,%zu", settings->pads[0],
                         settings->pads[1], settings->pads[2], settings->pads[3]);
    else if (settings->padding != 0)
        used += snprintf(text + used, size - (size_t)used, "%s",
                         settings->padding == COULOMB_PADDING_SAME ? " same" : " valid");
    return used + snprintf(text + used, size - (size_t)used, ")");
}

/* "input[2] dense(128) elu add(3,5)": sources are named where they are not the node before. */
static size_t describe_node(const coulomb_network *network, size_t index, char *text, size_t size)
{
    const graph_node *n = &network->node[index];
    int used = snprintf(text, size, "%s%s", index == 0 ? "" : " ", n->op->name);
    if (n->op == &op_input || n->op == &op_reshape)
        used += snprintf(text + used, size - (size_t)used, "%s", shape_print(&n->shape).text);
    if (n->op == &op_dense)
        used += snprintf(text + used, size - (size_t)used, "(%zu)", n->settings.units);
    if (n->op == &op_slice)
        used += snprintf(text + used, size - (size_t)used, "(%zu %zu)", n->settings.first, n->settings.units);
    if (n->op == &op_leaky_relu)
        used += snprintf(text + used, size - (size_t)used, "(%.17g)", n->settings.slope);
    if (n->op == &op_scale)
        used += snprintf(text + used, size - (size_t)used, "(%.17g)", n->settings.factor);
    if (n->settings.kernel[0] > 0)
        used += describe_window(&n->settings, text + used, size - (size_t)used);
    if (n->op == &op_batch_norm)
        used += snprintf(text + used, size - (size_t)used, "(%.17g %.17g%s)", n->settings.epsilon, n->settings.momentum,
                         n->settings.learned_scale ? " scale" : "");
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
    made->parameter_values = network->parameter_values;
    made->notes_values = network->notes_values;
    made->pending_values = network->pending_values;
    if (made->node == NULL || made->parameter == NULL || network_make_arrays(made) != COULOMB_OK) {
        coulomb_network_free(made);
        return COULOMB_ERROR_MEMORY;
    }
    memcpy(made->node, network->node, network->nodes * sizeof *made->node);
    memcpy(made->parameter, network->parameter, network->parameters * sizeof *made->parameter);
    memcpy(made->values, network->values, network->parameter_values * sizeof(float));
    made->nodes = made->node_capacity = network->nodes;
    made->output = network->output;
    made->parameters = made->parameter_capacity = network->parameters;
    made->forward_only = network->forward_only;
    made->generates_by_averages = network->generates_by_averages;
    made->kept_size = network->kept_size;
    made->temporary_size = network->temporary_size;
    made->generation_seed = network->generation_seed;
    made->finished = true;
    *copy = made;
    return COULOMB_OK;
}
