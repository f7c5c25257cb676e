/* Running averages of batch norm. They pass through three places: a forward pass that learns stages them, a backward
 * pass that makes parameter gradients commits what its forward pass staged, and the optimizer moves the parameters to
 * what was committed. The array `pending` holds the committed ones, then the staged ones. */
#include "device/device.h"
#include "network/network.h"

float *network_stage_averages(coulomb_network *network)
{
    device *on = context_device(network->context);
    const graph *of = &network->graph;
    float *staged = network->pending + of->average_values;
    if (of->average_values == 0)
        return NULL;
    if (network->averages_committed)
        on->table->copy(on, staged, network->pending, of->average_values * sizeof *staged, NULL);
    for (size_t i = 0; i < of->parameters && !network->averages_committed; i++) {
        const parameter_array *array = &of->parameter[i];
        if (array->moving)
            on->table->copy(on, staged + array->average_offset, network->values + array->offset,
                            array->size * sizeof *staged, NULL);
    }
    network->averages_staged = true;
    return staged;
}

void network_commit_averages(coulomb_network *network)
{
    device *on = context_device(network->context);
    size_t count = network->graph.average_values;
    if (!network->averages_staged)
        return;
    on->table->copy(on, network->pending, network->pending + count, count * sizeof *network->pending, NULL);
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
