/* Running averages of batch norm. They pass through three places: a forward pass that learns stages them, a backward
 * pass that makes parameter gradients commits what its forward pass staged, and the optimizer moves the parameters to
 * what was committed. The array `pending` holds the committed ones, then the staged ones. */
#include "device/device.h"
#include "network/network.h"

#include <string.h>

float *network_staged_average(const coulomb_network *network, const parameter_array *array)
{
    return array->moving && !array->frozen ? network->pending + network->graph.average_values + array->average_offset
                                           : NULL;
}

void network_stage_averages(coulomb_network *network)
{
    for (size_t i = 0; i < network->graph.parameters; i++) {
        const parameter_array *array = &network->graph.parameter[i];
        if (!array->moving)
            continue;
        const float *from =
            network->averages_committed ? network->pending + array->average_offset : network->values + array->offset;
        memcpy(network->pending + network->graph.average_values + array->average_offset, from,
               array->size * sizeof *from);
    }
    network->averages_staged = true;
}

void network_commit_averages(coulomb_network *network)
{
    if (!network->averages_staged)
        return;
    memcpy(network->pending, network->pending + network->graph.average_values,
           network->graph.average_values * sizeof *network->pending);
    network->averages_staged = false;
    network->averages_committed = true;
}

void network_move_averages(coulomb_network *network, const int32_t *go)
{
    device *on = context_device(network->context);
    for (size_t i = 0; i < network->graph.parameters && network->averages_committed; i++) {
        const parameter_array *array = &network->graph.parameter[i];
        if (array->moving && !array->frozen)
            on->table->copy(on, network->values + array->offset, network->pending + array->average_offset,
                            array->size * sizeof(float), go);
    }
    network->averages_committed = false;
}

void network_forget_averages(coulomb_network *network)
{
    network->averages_staged = network->averages_committed = false;
}

void network_check_averages(const coulomb_network *network, int32_t *go)
{
    device *on = context_device(network->context);
    if (network->averages_committed)
        on->table->check_values(on, network->graph.average_values, network->pending, go);
}
