/* A network's graph as text: printed, and read again.
 *
 * Nodes are separated by spaces: the op's name, its options and the nodes it consumes, "add<3<5". An op with one input
 * names it only if it is not the node before. Only the ops know their options. */
#include "network/network.h"
#include "ops/options.h"

#include <stdio.h>
#include <string.h>

enum { NODE_TEXT = 64 /* a node's, beside its options */, MESSAGE = 256 };

static size_t node_capacity(const graph_node *n)
{
    return NODE_TEXT + options_print(n->op, &n->settings, NULL, 0);
}

static size_t describe_node(const coulomb_network *network, size_t index, char *text)
{
    const graph_node *n = &network->graph.node[index];
    size_t capacity = node_capacity(n);
    size_t used = (size_t)snprintf(text, capacity, "%s%s", index == 0 ? "" : " ", n->op->name);
    used += options_print(n->op, &n->settings, text + used, capacity - used);
    for (size_t i = 0; i < n->op->inputs; i++)
        if (n->op->inputs > 1 || (size_t)n->input[i] + 1 != index)
            used += (size_t)snprintf(text + used, capacity - used, "<%d", (int)n->input[i]);
    return used;
}

static char *describe_nodes(const coulomb_network *network)
{
    const graph *of = &network->graph;
    size_t capacity = 0, used = 0;
    for (size_t i = 0; i < of->nodes; i++)
        capacity += node_capacity(&of->node[i]);
    char *text = memory_get_zeroed(network->context, capacity, 1);
    for (size_t i = 0; text != NULL && i < of->nodes; i++)
        used += describe_node(network, i, text + used);
    return text;
}

char *network_describe(const coulomb_network *network)
{
    host_modes host;
    if (!host_modes_leave(&host))
        return NULL;
    char *text = describe_nodes(network);
    host_modes_return(&host);
    return text;
}

/* --- reading --- */

typedef struct graph_reader {
    coulomb_network *network;
    const char *text, *at;
    const char *const *names; /* NULL: automatic ones */
    size_t count, next;
} graph_reader;

static coulomb_status refuse(const graph_reader *reader, const char *what)
{
    char reason[MESSAGE];
    snprintf(reason, sizeof reason, "%s", what);
    return fail(reader->network->context, COULOMB_ERROR_FORMAT,
                "the network's description, node %zu, character %zu: %s", reader->network->graph.nodes,
                (size_t)(reader->at - reader->text) + 1, reason);
}

static bool read_inputs(graph_reader *reader, const op *layer, int32_t *input)
{
    size_t nodes = reader->network->graph.nodes, number, inputs = 0;
    for (; *reader->at == '<'; inputs++) {
        const char *at = reader->at + 1;
        if (inputs == layer->inputs || !read_size(&at, &number) || number >= nodes)
            return false;
        input[inputs] = (int32_t)number;
        reader->at = at;
    }
    if (inputs == 0 && layer->inputs == 1) {
        input[0] = (int32_t)nodes - 1;
        return true;
    }
    return inputs == layer->inputs;
}

/* What follows a layer's options. */
static coulomb_status read_rest(graph_reader *reader, const op *layer, const op_settings *settings)
{
    int32_t input[OP_INPUTS], node;
    if (!read_inputs(reader, layer, input) || (*reader->at != ' ' && *reader->at != '\0'))
        return refuse(reader, "invalid inputs of this layer");
    const char *name = NULL;
    if (layer->prefix != NULL && reader->names != NULL) {
        if (reader->next == reader->count)
            return refuse(reader, "there are more layers with parameters than names");
        name = reader->names[reader->next++];
    }
    coulomb_status status = network_add_node(reader->network, layer, settings, input, name, &node);
    return status == COULOMB_OK || status == COULOMB_ERROR_MEMORY
               ? status
               : refuse(reader, coulomb_context_error(reader->network->context));
}

static coulomb_status read_node(graph_reader *reader)
{
    coulomb_context *context = reader->network->context;
    size_t length = strspn(reader->at, "abcdefghijklmnopqrstuvwxyz_0123456789");
    const op *layer = op_named(reader->at, length);
    op_settings settings;
    if (layer == NULL)
        return refuse(reader, "unknown kind of layer");
    reader->at += length;
    coulomb_status status = options_read(context, layer, &reader->at, &settings);
    if (status == COULOMB_ERROR_FORMAT)
        status = refuse(reader, "invalid options of this layer");
    if (status == COULOMB_OK)
        status = read_rest(reader, layer, &settings);
    options_release(context, &settings);
    return status;
}

static coulomb_status read_nodes(graph_reader *reader)
{
    coulomb_status status = read_node(reader);
    while (status == COULOMB_OK && *reader->at == ' ') {
        reader->at++;
        status = read_node(reader);
    }
    if (status == COULOMB_OK && reader->names != NULL && reader->next < reader->count)
        status = refuse(reader, "there are fewer layers with parameters than names");
    return status;
}

coulomb_status network_parse(coulomb_context *context, const char *text, const char *const *names, size_t count,
                             coulomb_network **unfinished)
{
    host_modes host;
    graph_reader reader = {.text = text, .at = text, .names = names, .count = count};
    coulomb_status status = coulomb_network_new(context, &reader.network);
    if (status == COULOMB_OK && !host_modes_leave(&host))
        status = fail(context, COULOMB_ERROR_MEMORY, "out of memory for the C locale");
    if (status == COULOMB_OK) {
        status = read_nodes(&reader);
        host_modes_return(&host);
    }
    if (status != COULOMB_OK) {
        coulomb_network_free(reader.network);
        return status;
    }
    *unfinished = reader.network;
    return COULOMB_OK;
}
