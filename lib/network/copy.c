/* Copies of finished networks, for inference. */
#include "network/network.h"

#include <string.h>

/* Nodes of the copy have lists of their own. */
static coulomb_status copy_nodes(coulomb_network *made, const graph *of)
{
    coulomb_status status = COULOMB_OK;
    memcpy(made->graph.node, of->node, of->nodes * sizeof *of->node);
    made->graph.nodes = 0;
    for (size_t i = 0; i < of->nodes && status == COULOMB_OK; i++) {
        status = network_own_list(made->context, &made->graph.node[i].settings);
        made->graph.nodes = i + 1;
    }
    return status;
}

coulomb_status network_copy(coulomb_network *network, coulomb_network **copy)
{
    coulomb_context *context = network->context;
    coulomb_network *made;
    coulomb_status status = coulomb_network_new(context, &made);
    if (status != COULOMB_OK)
        return status;
    const graph *of = &network->graph;
    made->graph = *of;
    made->graph.nodes = 0;
    made->graph.node = memory_get(context, of->nodes, sizeof *of->node);
    made->graph.parameter = memory_get(context, of->parameters, sizeof *of->parameter);
    made->graph.node_capacity = of->nodes;
    made->graph.parameter_capacity = of->parameters;
    made->graph.inference_only = true;
    made->graph.repeats = false;
    if (made->graph.node != NULL && made->graph.parameter != NULL) {
        memcpy(made->graph.parameter, of->parameter, of->parameters * sizeof *of->parameter);
        status = copy_nodes(made, of);
        if (status == COULOMB_OK)
            status = network_make_arrays(made);
    } else {
        status = COULOMB_ERROR_MEMORY;
    }
    if (status != COULOMB_OK) {
        coulomb_network_free(made);
        return status;
    }
    device *on = context_device(context);
    on->table->copy(on, made->values, network->values, of->parameter_values * sizeof(float), NULL);
    network_count_revision(made);
    made->running_averages = network->running_averages;
    made->generation_seed = network->generation_seed;
    made->finished = true;
    *copy = made;
    return COULOMB_OK;
}
