/* Running averages of batch norm. They pass through three places: a forward pass that learns stages them, a backward
 * pass that makes parameter gradients commits what its forward pass staged, and the optimizer moves the parameters to
 * what was committed. The array `pending` holds the committed ones, then the staged ones. Passes over parts of a batch
 * stage from zero, each in a place of its own, and are committed together, in an order that doesn't depend on theirs.
 */
#include "device/device.h"
#include "network/network.h"

static void copy_values(const coulomb_network *network, float *averages)
{
    device *on = context_device(network->context);
    for (size_t i = 0; i < network->graph.parameters; i++) {
        const parameter_array *array = &network->graph.parameter[i];
        if (array->moving)
            on->table->copy(on, averages + array->average_offset, network->values + array->offset,
                            array->size * sizeof *averages, NULL);
    }
}

float *network_stage_averages(coulomb_network *network)
{
    device *on = context_device(network->context);
    const graph *of = &network->graph;
    float *staged = network->pending + of->average_values;
    if (of->average_values == 0)
        return NULL;
    if (network->averages_committed)
        on->table->copy(on, staged, network->pending, of->average_values * sizeof *staged, NULL);
    else
        copy_values(network, staged);
    network->averages_staged = true;
    return staged;
}

/* Running averages that stand one after the other and have the same momentum. */
typedef struct averages_run {
    size_t first, end;
    double momentum;
} averages_run;

static void take_in_run(const coulomb_network *network, const averages_run *run, const float *taken_in)
{
    device *on = context_device(network->context);
    if (run->end > run->first)
        on->table->add(on, run->end - run->first, (float)run->momentum, taken_in + run->first,
                       network->pending + run->first);
}

/* Arrays that are frozen take nothing in. */
static void take_in_part(const coulomb_network *network, const float *taken_in)
{
    averages_run run = {0};
    for (size_t i = 0; i < network->graph.nodes; i++) {
        const graph_node *n = &network->graph.node[i];
        for (size_t j = 0; j < n->parameters; j++) {
            const parameter_array *array = &network->graph.parameter[n->first_parameter + j];
            if (!array->moving || array->frozen)
                continue;
            if (run.momentum != n->settings.momentum || run.end != array->average_offset) {
                take_in_run(network, &run, taken_in);
                run = (averages_run){.first = array->average_offset, .momentum = n->settings.momentum};
            }
            run.end = array->average_offset + values_aligned(array->size);
        }
    }
    take_in_run(network, &run, taken_in);
}

void network_take_in(coulomb_network *network, size_t parts, const float *taken_in)
{
    size_t count = network->graph.average_values;
    if (count == 0)
        return;
    if (!network->averages_committed)
        copy_values(network, network->pending);
    for (size_t part = 0; part < parts; part++)
        take_in_part(network, taken_in + part * count);
    network->averages_committed = true;
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
