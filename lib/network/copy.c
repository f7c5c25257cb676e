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
    made->node = memory_get(context, network->nodes, sizeof *made->node);
    made->parameter = memory_get(context, network->parameters, sizeof *made->parameter);
    made->parameter_values = network->parameter_values;
    made->notes_values = network->notes_values;
    made->notes_most = network->notes_most;
    made->pending_values = network->pending_values;
    made->inference_only = true;
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
    made->running_averages = network->running_averages;
    made->kept_size = network->kept_size;
    made->temporary_size = network->temporary_size;
    made->inference_size = network->inference_size;
    made->generation_seed = network->generation_seed;
    made->finished = true;
    *copy = made;
    return COULOMB_OK;
}
