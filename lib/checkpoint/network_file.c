/* Networks in files: saved, as a file of their own or as part of a larger state; opened; and filled with parameters. */
#include "checkpoint/safetensors.h"
#include "network/network.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- saving: what there is of a network --- */

static void add_graph(saved_state *state, const char *prefix, const coulomb_network *network)
{
    char *described = network_describe(network);
    if (described == NULL)
        state->status = COULOMB_ERROR_MEMORY;
    else
        state_add_setting(state, join(prefix, "graph").text, NULL, "%s", described);
    memory_release(state->context, described);
}

/* Names of the layers with parameters, in order; the automatic ones, or those they have. */
static void print_layers(const coulomb_network *network, bool automatic, char *text)
{
    char *at = text;
    *at = '\0';
    for (size_t i = 0; i < network->graph.nodes; i++) {
        const graph_node *node = &network->graph.node[i];
        if (node->parameters == 0)
            continue;
        size_t number = 1;
        for (size_t j = 0; j < i; j++)
            number += network->graph.node[j].op == node->op;
        const char *name = network->graph.parameter[node->first_parameter].name, *space = at == text ? "" : " ";
        at += automatic ? sprintf(at, "%s%s%zu", space, node->op->prefix, number)
                        : sprintf(at, "%s%.*s", space, (int)strcspn(name, "."), name);
    }
}

static void add_layers(saved_state *state, const char *prefix, const coulomb_network *network)
{
    char *automatic = memory_get(state->context, network->graph.nodes, NAME_SIZE);
    char *names = memory_get(state->context, network->graph.nodes, NAME_SIZE);
    if (automatic != NULL && names != NULL) {
        print_layers(network, true, automatic);
        print_layers(network, false, names);
        state_add_setting(state, join(prefix, "layers").text, automatic, "%s", names);
    } else {
        state->status = COULOMB_ERROR_MEMORY;
    }
    memory_release(state->context, automatic);
    memory_release(state->context, names);
}

static void add_parameters(saved_state *state, const char *prefix, const coulomb_network *network)
{
    for (size_t i = 0; i < network->graph.parameters; i++) {
        const parameter_array *array = &network->graph.parameter[i];
        float *values = network->values == NULL ? NULL : network->values + array->offset;
        state_add_array(state, &array->shape, values, "%s.%s", prefix, array->name);
    }
}

void state_add_network(saved_state *state, const char *prefix, const coulomb_network *network)
{
    if (state->status != COULOMB_OK)
        return;
    add_graph(state, prefix, network);
    if (state->status == COULOMB_OK)
        add_layers(state, prefix, network);
    add_network_settings(state, prefix, network);
    add_parameters(state, prefix, network);
}

static coulomb_status save_network(coulomb_network *network, const file_target *target)
{
    coulomb_status status = network_check(network);
    if (status != COULOMB_OK)
        return status;
    saved_state state;
    state_begin(&state, network->context);
    state_add_network(&state, "network", network);
    status = state_save(&state, "network", target);
    state_end(&state);
    return status;
}

coulomb_status coulomb_network_save(coulomb_network *network, const char *path)
{
    return save_network(network, &(file_target){.path = path});
}

coulomb_status coulomb_network_save_bytes(coulomb_network *network, void *bytes, size_t capacity, size_t *size)
{
    return save_network(network, &(file_target){.in_memory = true, .bytes = bytes, .capacity = capacity, .size = size});
}

/* --- opening --- */

/* COULOMB_PART_*: its name, the kind of file that has it, and the prefix of its names. */
static const struct {
    const char *name, *kind, *prefix;
} parts[] = {{"COULOMB_PART_ONLY", "network", "network"},
             {"COULOMB_PART_GENERATOR", "trainer", "generator"},
             {"COULOMB_PART_DISCRIMINATOR", "trainer", "discriminator"},
             {"COULOMB_PART_AVERAGE", "trainer", "average"}};

static coulomb_status check_part(coulomb_context *context, int32_t part)
{
    if (part >= COULOMB_PART_ONLY && part <= COULOMB_PART_AVERAGE)
        return COULOMB_OK;
    return fail(context, COULOMB_ERROR_ARGUMENT, "part is %d; expected COULOMB_PART_* (0 to 3)", (int)part);
}

/* What was called for the file says why. */
static coulomb_status refuse_network(const file_reading *reading, coulomb_status code)
{
    if (code == COULOMB_OK || code == COULOMB_ERROR_MEMORY)
        return code;
    return refuse(reading, COULOMB_ERROR_FORMAT, "its network cannot be built: %s",
                  coulomb_context_error(reading->context));
}

/* The words of a text, which is changed, between spaces. */
static size_t split_words(char *text, const char **words)
{
    size_t count = 0;
    while (*text != '\0') {
        words[count++] = text;
        text += strcspn(text, " ");
        if (*text == ' ')
            *text++ = '\0';
    }
    return count;
}

/* The graph's nodes, so far without parameters. */
static coulomb_status read_graph(const file_reading *reading, const char *prefix, coulomb_network **network)
{
    const char *described = reading_text(reading, join(prefix, "graph").text);
    if (described == NULL)
        return refuse(reading, COULOMB_ERROR_MISMATCH, "the file has no %s", prefix);
    const char *layers = reading_text(reading, join(prefix, "layers").text);
    if (layers == NULL)
        return refuse_network(reading, network_parse(reading->context, described, NULL, 0, network));
    char *text = memory_copy_string(reading->context, layers);
    const char **names = memory_get(reading->context, strlen(layers) + 1, sizeof *names);
    coulomb_status status = COULOMB_ERROR_MEMORY;
    if (text != NULL && names != NULL)
        status = refuse_network(reading,
                                network_parse(reading->context, described, names, split_words(text, names), network));
    memory_release(reading->context, text);
    memory_release(reading->context, names);
    return status;
}

/* That each parameter is in the file bounds the memory that finishing takes; that each setting was understood shows
 * when the network is described again. */
static coulomb_status compare_network(const file_reading *reading, int32_t part, saved_state *state,
                                      const coulomb_network *network)
{
    state_add_network(state, parts[part].prefix, network);
    if (state->status != COULOMB_OK)
        return state->status;
    coulomb_status status = compare_state(reading, state, "network", join(parts[part].prefix, "").text);
    return status == COULOMB_ERROR_MISMATCH ? COULOMB_ERROR_FORMAT : status;
}

static coulomb_status read_parameters(const file_reading *reading, const saved_state *state, coulomb_network *network)
{
    coulomb_status status =
        coulomb_network_finish(network, (int32_t)network->graph.nodes - 1, network->generation_seed);
    if (status != COULOMB_OK)
        return refuse_network(reading, status);
    state_array *arrays = state->arrays.data;
    for (size_t i = 0; i < network->graph.parameters; i++)
        arrays[i].values = network->values + network->graph.parameter[i].offset;
    status = take_state(reading, state);
    network_count_revision(network);
    return status;
}

/* Whoever opens a file of the other kind has most likely chosen the wrong part. */
static coulomb_status check_kind(const file_reading *reading, int32_t part)
{
    coulomb_status status = compare_kind(reading, parts[part].kind);
    if (status != COULOMB_ERROR_MISMATCH)
        return status;
    return refuse(reading, status, "the file holds a %s; expected a %s, because part is %s",
                  quote(reading_text(reading, KEY_KIND), 0).text, parts[part].kind, parts[part].name);
}

static coulomb_status read_network(const file_reading *reading, int32_t part, coulomb_network **network)
{
    const char *prefix = parts[part].prefix;
    saved_state state;
    state_begin(&state, reading->context);
    coulomb_status status = state.status;
    if (status == COULOMB_OK)
        status = check_kind(reading, part);
    if (status == COULOMB_OK)
        status = read_graph(reading, prefix, network);
    if (status == COULOMB_OK)
        status = read_network_settings(reading, prefix, *network);
    if (status == COULOMB_OK)
        status = compare_network(reading, part, &state, *network);
    if (status == COULOMB_OK)
        status = read_parameters(reading, &state, *network);
    state_end(&state);
    return status;
}

static coulomb_status open_network(coulomb_context *context, const file_source *source, int32_t part,
                                   coulomb_network **network)
{
    if (network != NULL)
        *network = NULL;
    if (context == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (network == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "network is NULL");
    coulomb_network *made = NULL;
    file_reading reading;
    coulomb_status status = check_part(context, part);
    if (status != COULOMB_OK)
        return status;
    status = reading_begin(&reading, context, source);
    if (status == COULOMB_OK)
        status = read_network(&reading, part, &made);
    reading_end(&reading);
    if (status == COULOMB_OK)
        *network = made;
    else
        coulomb_network_free(made);
    return status;
}

coulomb_status coulomb_network_open(coulomb_context *context, const char *path, int32_t part, coulomb_network **network)
{
    return open_network(context, &(file_source){.path = path}, part, network);
}

coulomb_status coulomb_network_open_bytes(coulomb_context *context, const void *bytes, size_t size, int32_t part,
                                          coulomb_network **network)
{
    return open_network(context, &(file_source){.in_memory = true, .bytes = bytes, .size = size}, part, network);
}

/* --- parameters for a network that exists --- */

/* In our files names have a prefix, in those of other programs usually none. */
static coulomb_status find_parameter(const file_reading *reading, const char *prefix, const parameter_array *array,
                                     wanted_array *found)
{
    joined_name prefixed = join(prefix, array->name);
    const char *name = reading_has(reading, prefixed.text) ? prefixed.text : array->name;
    if (!reading_has(reading, name))
        return refuse(reading, COULOMB_ERROR_MISMATCH, "the file has neither an array '%s' nor '%s'", prefixed.text,
                      array->name);
    coulomb_status status = reading_find(reading, name, &array->shape, found);
    found->name = array->name;
    return status;
}

static coulomb_status take_parameters(const file_reading *reading, const char *prefix, coulomb_network *network)
{
    wanted_array *wanted = memory_get(network->context, network->graph.parameters, sizeof *wanted);
    if (wanted == NULL)
        return COULOMB_ERROR_MEMORY;
    coulomb_status status = COULOMB_OK;
    for (size_t i = 0; i < network->graph.parameters && status == COULOMB_OK; i++) {
        wanted[i].values = network->values + network->graph.parameter[i].offset;
        status = find_parameter(reading, prefix, &network->graph.parameter[i], &wanted[i]);
    }
    if (status == COULOMB_OK)
        status = reading_take(reading, wanted, network->graph.parameters, NULL);
    if (status == COULOMB_OK) {
        network_forget_averages(network);
        network_count_revision(network);
    }
    memory_release(network->context, wanted);
    return status;
}

static coulomb_status load_parameters(coulomb_network *network, const file_source *source, int32_t part)
{
    coulomb_status status = network_check(network);
    if (status == COULOMB_OK)
        status = check_part(network->context, part);
    if (status != COULOMB_OK)
        return status;
    file_reading reading;
    status = reading_begin(&reading, network->context, source);
    if (status == COULOMB_OK)
        status = take_parameters(&reading, parts[part].prefix, network);
    reading_end(&reading);
    return status;
}

coulomb_status coulomb_network_load_parameters(coulomb_network *network, const char *path, int32_t part)
{
    return load_parameters(network, &(file_source){.path = path}, part);
}

coulomb_status coulomb_network_load_parameters_bytes(coulomb_network *network, const void *bytes, size_t size,
                                                     int32_t part)
{
    return load_parameters(network, &(file_source){.in_memory = true, .bytes = bytes, .size = size}, part);
}
