/* Copies of finished networks, for inference. */
#include "network/network.h"

#include <string.h>

coulomb_status network_copy(coulomb_network *network, coulomb_network **copy)
{
    coulomb_context *context = network->context;
    coulomb_network *made;
    coulomb_status status = coulomb_network_new(context, &made);
    if (status != COULOMB_OK)
        return status;
    made->graph.node = memory_get(context, network->graph.nodes, sizeof *made->graph.node);
    made->place = memory_get(context, network->graph.nodes, sizeof *made->place);
    made->graph.parameter = memory_get(context, network->graph.parameters, sizeof *made->graph.parameter);
    made->graph.parameter_values = network->graph.parameter_values;
    made->notes_values = network->notes_values;
    made->notes_most = network->notes_most;
    made->graph.average_values = network->graph.average_values;
    made->inference_only = true;
    if (made->graph.node == NULL || made->place == NULL || made->graph.parameter == NULL ||
        network_make_arrays(made) != COULOMB_OK) {
        coulomb_network_free(made);
        return COULOMB_ERROR_MEMORY;
    }
    memcpy(made->graph.node, network->graph.node, network->graph.nodes * sizeof *made->graph.node);
    memcpy(made->place, network->place, network->graph.nodes * sizeof *made->place);
    memcpy(made->graph.parameter, network->graph.parameter, network->graph.parameters * sizeof *made->graph.parameter);
    memcpy(made->values, network->values, network->graph.parameter_values * sizeof(float));
    made->graph.nodes = made->graph.node_capacity = network->graph.nodes;
    made->graph.output = network->graph.output;
    made->graph.parameters = made->graph.parameter_capacity = network->graph.parameters;
    made->running_averages = network->running_averages;
    made->kept_size = network->kept_size;
    made->temporary_size = network->temporary_size;
    made->inference_size = network->inference_size;
    made->generation_seed = network->generation_seed;
    made->finished = true;
    *copy = made;
    return COULOMB_OK;
}
