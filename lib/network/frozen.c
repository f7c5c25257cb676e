/* Parameters that training leaves alone. */
#include "network/network.h"

#include <string.h>

/* Whether `name` is the array's own, or that of its layer. */
static bool is_called(const parameter_array *array, const char *name)
{
    size_t length = strlen(name);
    return strncmp(array->name, name, length) == 0 && (array->name[length] == '\0' || array->name[length] == '.');
}

void network_find_trained(coulomb_network *network)
{
    for (size_t i = 0; i < network->graph.nodes; i++) {
        graph_node *n = &network->graph.node[i];
        n->trained = false;
        for (size_t j = 0; j < n->parameters; j++) {
            const parameter_array *array = &network->graph.parameter[n->first_parameter + j];
            n->trained = n->trained || !(array->moving || array->frozen);
        }
        for (size_t j = 0; j < n->op->inputs; j++)
            n->trained = n->trained || network->graph.node[n->input[j]].trained;
    }
}

static void freeze(coulomb_network *network, parameter_array *array, bool frozen)
{
    device *on = context_device(network->context);
    array->frozen = frozen;
    if (frozen && network->gradients != NULL)
        on->table->clear(on, network->gradients + array->offset, array->size * sizeof(float));
}

coulomb_status coulomb_network_set_frozen(coulomb_network *network, const char *name, int32_t frozen)
{
    coulomb_status status = network_check_idle(network);
    if (status == COULOMB_OK)
        status = check_flag(network->context, "frozen", frozen);
    if (status != COULOMB_OK)
        return status;
    size_t found = 0;
    for (size_t i = 0; i < network->graph.parameters; i++)
        if (name == NULL || is_called(&network->graph.parameter[i], name)) {
            freeze(network, &network->graph.parameter[i], frozen != 0);
            found++;
        }
    if (found == 0 && name != NULL)
        return fail(network->context, COULOMB_ERROR_NOT_FOUND,
                    "the network has no parameter and no layer with parameters called '%s'", name);
    network_find_trained(network);
    return COULOMB_OK;
}
