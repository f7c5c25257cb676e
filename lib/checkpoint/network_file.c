/* Networks alone in a file, and as part of a larger state. */
#include "checkpoint/checkpoint.h"
#include "network/network.h"

#include <stdio.h>

static void add_graph(saved_state *state, const char *prefix, coulomb_network *network)
{
    char name[STATE_NAME + sizeof ".graph"];
    snprintf(name, sizeof name, "%s.graph", prefix);
    char *graph = network_describe(network);
    if (graph == NULL)
        state->status = COULOMB_ERROR_MEMORY;
    else
        state_add_setting(state, name, "%s", graph);
    memory_release(state->context, graph);
}

void state_add_network(saved_state *state, const char *prefix, coulomb_network *network)
{
    if (state->status != COULOMB_OK)
        return;
    add_graph(state, prefix, network);
    for (size_t i = 0; i < network->parameters; i++) {
        const parameter_array *array = &network->parameter[i];
        state_add_array(state, &array->shape, network->values + array->offset, "%s.%s", prefix, array->name);
    }
}

coulomb_status coulomb_network_save(coulomb_network *network, const char *path)
{
    if (network == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (!network->finished)
        return fail(network->context, COULOMB_ERROR_STATE, "the network is not finished");
    saved_state state;
    state_begin(&state, network->context);
    state_add_network(&state, "network", network);
    coulomb_status status = state_save(&state, "network", path);
    state_end(&state);
    return status;
}

coulomb_status coulomb_network_load(coulomb_network *network, const char *path)
{
    coulomb_status status = network_check(network);
    if (status != COULOMB_OK)
        return status;
    saved_state state;
    state_begin(&state, network->context);
    state_add_network(&state, "network", network);
    status = state_load(&state, "network", path);
    state_end(&state);
    network_forget_averages(network);
    return status;
}
