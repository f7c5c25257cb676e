/* The memory that passes work in. Passes that backward can go through have two arenas: what is kept, and temporary
 * space. Inference has one of its own, so that it leaves the last forward pass alone. Workspace is shared: it outlives
 * no node. */
#include "network/network.h"

enum {
    CAPACITY_STEP = 16,
    INFERENCE_VALUES = 1 << 20, /* of an inference pass, unless INFERENCE_LEAST samples have more */
    INFERENCE_LEAST = 16,
    INFERENCE_MOST = 256
};

static size_t rounded(size_t count)
{
    return piece_count(count, CAPACITY_STEP) * CAPACITY_STEP;
}

coulomb_status network_check_count(const coulomb_network *network, const char *name, size_t count, size_t least)
{
    return check_count(network->context, name, count, least,
                       network->kept_size + network->temporary_size + network->inference_size +
                           network_input_size(network) + network_output_size(network));
}

/* Nodes run one after the other and share their workspace: the largest wish decides. Notes of an inference pass do not
 * outlive their node, and stand in front. */
static size_t scratch_values(const coulomb_network *network, size_t count, bool inference, bool alone)
{
    size_t most = 0;
    for (size_t i = 1; i < network->graph.nodes; i++) {
        const graph_node *n = &network->graph.node[i];
        op_run run = network_outline_run(network, n, count);
        run.inference = inference;
        run.alone = alone;
        const cpu_layer *layer = cpu_layer_of(n->op);
        size_t wanted = layer->scratch == NULL ? 0 : layer->scratch(&run);
        most = wanted > most ? wanted : most;
    }
    return inference ? network->notes_most + most : most;
}

/* Of forward passes in training and in evaluation mode, and back. */
static size_t training_scratch(const coulomb_network *network, size_t count)
{
    size_t together = scratch_values(network, count, false, false), alone = scratch_values(network, count, false, true);
    return together > alone ? together : alone;
}

coulomb_status coulomb_network_reserve(coulomb_network *network, size_t batch)
{
    coulomb_status status = network_check(network);
    if (status == COULOMB_OK && network->inference_only) {
        status = coulomb_network_reserve_inference(network, batch);
        bool more = status == COULOMB_OK && network_mixes_samples(network); /* coulomb_network_forward() needs it */
        return more ? network_reserve_inference(network, batch, false) : status;
    }
    if (status == COULOMB_OK)
        status = network_check_count(network, "batch", batch, 1);
    if (status != COULOMB_OK || batch <= network->capacity)
        return status;
    coulomb_context *context = network->context;
    size_t capacity = rounded(batch);
    float *kept = memory_get(context, network->kept_size * capacity, sizeof(float));
    float *temporary = kept == NULL ? NULL : memory_get(context, network->temporary_size * capacity, sizeof(float));
    status = temporary == NULL
                 ? COULOMB_ERROR_MEMORY
                 : buffer_reserve(context, &network->scratch, training_scratch(network, capacity), sizeof(float));
    if (status != COULOMB_OK) {
        memory_release(context, kept);
        memory_release(context, temporary);
        return status;
    }
    memory_release(context, network->kept);
    memory_release(context, network->temporary);
    network->kept = kept;
    network->temporary = temporary;
    network->capacity = capacity;
    network_forget_pass(network);
    return COULOMB_OK;
}

bool network_normalizes_batches(const coulomb_network *network)
{
    return network_mixes_samples(network) && !network->running_averages;
}

size_t network_inference_block(const coulomb_network *network)
{
    size_t block = INFERENCE_VALUES / (network->inference_size + 1);
    return block < INFERENCE_LEAST ? INFERENCE_LEAST : block > INFERENCE_MOST ? INFERENCE_MOST : block;
}

/* How large it must be depends on the methods, and so on whether samples are evaluated independently. */
static coulomb_status reserve_workspace(coulomb_network *network, size_t count, bool alone)
{
    if (count <= network->workspace_count[alone])
        return COULOMB_OK;
    coulomb_status status =
        buffer_reserve(network->context, &network->scratch, scratch_values(network, count, true, alone), sizeof(float));
    if (status == COULOMB_OK)
        network->workspace_count[alone] = count;
    return status;
}

coulomb_status network_reserve_inference(coulomb_network *network, size_t count, bool alone)
{
    coulomb_context *context = network->context;
    coulomb_status status = reserve_workspace(network, count, alone);
    if (status != COULOMB_OK || count <= network->inference_capacity)
        return status;
    float *inference = memory_get(context, network->inference_size * count, sizeof(float));
    if (inference == NULL)
        return COULOMB_ERROR_MEMORY;
    memory_release(context, network->inference);
    network->inference = inference;
    network->inference_capacity = count;
    return COULOMB_OK;
}

/* Samples that go through at once when `count` are evaluated or generated. */
static size_t inference_count(const coulomb_network *network, size_t count)
{
    size_t block = network_normalizes_batches(network) ? GENERATION_BLOCK : network_inference_block(network);
    bool all = network_normalizes_batches(network) ? count > block : count < block;
    return all ? count : block;
}

coulomb_status coulomb_network_reserve_inference(coulomb_network *network, size_t count)
{
    coulomb_status status = network_check(network);
    if (status == COULOMB_OK)
        status = network_check_count(network, "count", count, 1);
    if (status == COULOMB_OK)
        status =
            network_reserve_inference(network, inference_count(network, count), !network_normalizes_batches(network));
    if (status == COULOMB_OK)
        status = network_reserve_latents(network, inference_count(network, count));
    return status;
}

void network_release_arenas(coulomb_network *network)
{
    coulomb_context *context = network->context;
    memory_release(context, network->kept);
    memory_release(context, network->temporary);
    memory_release(context, network->inference);
    buffer_release(context, &network->scratch);
    buffer_release(context, &network->latents);
    network->kept = network->temporary = network->inference = NULL;
    network->capacity = network->inference_capacity = 0;
    network->workspace_count[false] = network->workspace_count[true] = 0;
    network_forget_pass(network);
}

static size_t arena_values(const coulomb_network *network, int32_t arena, size_t count)
{
    size_t batch = rounded(count), inference = inference_count(network, count);
    switch (arena) {
    case COULOMB_MEMORY_PARAMETERS:
        return network->inference_only
                   ? network->graph.parameter_values
                   : 2 * network->graph.parameter_values + network->notes_values + 2 * network->graph.average_values;
    case COULOMB_MEMORY_KEPT:
        return network->inference_only ? 0 : network->kept_size * batch;
    case COULOMB_MEMORY_TEMPORARY:
        return network->inference_only ? 0 : network->temporary_size * batch + training_scratch(network, batch);
    default:
        return (network->inference_size + network_input_size(network)) * inference +
               scratch_values(network, inference, true, !network_normalizes_batches(network));
    }
}

coulomb_status coulomb_network_memory(const coulomb_network *network, int32_t arena, size_t batch, size_t *bytes)
{
    if (network == NULL)
        return COULOMB_ERROR_ARGUMENT;
    coulomb_context *context = network->context;
    if (bytes == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "bytes is NULL");
    if (!network->finished)
        return fail(context, COULOMB_ERROR_STATE, "the network is not finished; call coulomb_network_finish() first");
    if (arena < COULOMB_MEMORY_PARAMETERS || arena > COULOMB_MEMORY_INFERENCE)
        return fail(context, COULOMB_ERROR_ARGUMENT, "arena is %d; expected COULOMB_MEMORY_* (1 to 4)", (int)arena);
    coulomb_status status = network_check_count(network, "batch", batch, 1);
    if (status == COULOMB_OK)
        *bytes = arena_values(network, arena, batch) * sizeof(float);
    return status;
}
