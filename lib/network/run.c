/* Running a network forward and backward. */
#include "network/network.h"

#include <string.h>

enum { CAPACITY_STEP = 16 };

const tensor_shape *network_input_shape(const coulomb_network *network)
{
    return &network->node[0].shape;
}

const tensor_shape *network_output_shape(const coulomb_network *network)
{
    return &network->node[network->output].shape;
}

size_t network_input_size(const coulomb_network *network)
{
    return network->node[0].size;
}

size_t network_output_size(const coulomb_network *network)
{
    return network->node[network->output].size;
}

/* A node's shapes, without its data. */
static op_run outline_run(const coulomb_network *network, const graph_node *n, size_t count)
{
    op_run run = {.context = network->context,
                  .kernels = context_kernels(network->context),
                  .settings = &n->settings,
                  .count = count,
                  .shape = &n->shape,
                  .size = n->size};
    for (size_t i = 0; i < n->op->inputs; i++) {
        const graph_node *source = &network->node[n->input[i]];
        run.input_shape[i] = &source->shape;
        run.input_size[i] = source->size;
    }
    return run;
}

/* Nodes run one after the other and share their scratch space: the largest wish decides. */
static size_t scratch_values(const coulomb_network *network, size_t count)
{
    size_t most = 0;
    for (size_t i = 1; i < network->nodes; i++) {
        const graph_node *n = &network->node[i];
        op_run run = outline_run(network, n, count);
        size_t wanted = n->op->scratch == NULL ? 0 : n->op->scratch(&run);
        most = wanted > most ? wanted : most;
    }
    return most;
}

/* COULOMB_OK if all arrays of so many samples can exist. */
static coulomb_status check_batch(const coulomb_network *network, const char *name, size_t batch)
{
    return check_count(network->context, name, batch, 1,
                       network->kept_size + network->temporary_size + network_input_size(network) +
                           network_output_size(network));
}

coulomb_status coulomb_network_reserve(coulomb_network *network, size_t batch)
{
    coulomb_status status = network_check(network);
    if (status != COULOMB_OK)
        return status;
    status = check_batch(network, "batch", batch);
    if (status != COULOMB_OK)
        return status;
    if (batch <= network->capacity)
        return COULOMB_OK;
    coulomb_context *context = network->context;
    size_t capacity = piece_count(batch, CAPACITY_STEP) * CAPACITY_STEP;
    float *new_kept = memory_get(context, network->kept_size * capacity, sizeof(float));
    float *new_temporary = memory_get(context, network->temporary_size * capacity, sizeof(float));
    float *new_scratch = memory_get(context, scratch_values(network, capacity), sizeof(float));
    if (new_kept == NULL || new_temporary == NULL || new_scratch == NULL) {
        memory_release(context, new_kept);
        memory_release(context, new_temporary);
        memory_release(context, new_scratch);
        return COULOMB_ERROR_MEMORY;
    }
    memory_release(context, network->kept);
    memory_release(context, network->temporary);
    memory_release(context, network->scratch);
    network->kept = new_kept;
    network->temporary = new_temporary;
    network->scratch = new_scratch;
    network->capacity = capacity;
    network->forward_count = 0;
    return COULOMB_OK;
}

coulomb_status coulomb_network_memory(const coulomb_network *network, int32_t arena, size_t batch, size_t *bytes)
{
    if (network == NULL)
        return COULOMB_ERROR_ARGUMENT;
    coulomb_context *context = network->context;
    if (bytes == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "bytes is NULL");
    if (!network->finished)
        return fail(context, COULOMB_ERROR_STATE, "the network is not finished");
    coulomb_status status = check_batch(network, "batch", batch);
    if (status != COULOMB_OK)
        return status;
    if (arena < COULOMB_MEMORY_PARAMETERS || arena > COULOMB_MEMORY_TEMPORARY)
        return fail(context, COULOMB_ERROR_ARGUMENT, "arena is %d; expected COULOMB_MEMORY_* (1 to 3)", (int)arena);
    size_t samples = piece_count(batch, CAPACITY_STEP) * CAPACITY_STEP;
    size_t values = (arena == COULOMB_MEMORY_KEPT ? network->kept_size : network->temporary_size) * samples;
    if (arena == COULOMB_MEMORY_PARAMETERS)
        values = 2 * network->parameter_values + network->notes_values + network->pending_values;
    if (arena == COULOMB_MEMORY_TEMPORARY)
        values += scratch_values(network, samples);
    *bytes = values * sizeof(float);
    return COULOMB_OK;
}

static float *at_place(const coulomb_network *network, arena_place place)
{
    return (place.kept ? network->kept : network->temporary) + place.offset * network->capacity;
}

/* What forward and backward of a node have in common. */
static op_run start_run(const coulomb_network *network, const graph_node *n, size_t count)
{
    op_run run = outline_run(network, n, count);
    run.output = at_place(network, n->value);
    run.scratch = network->scratch;
    run.notes = network->notes + n->notes_offset;
    for (size_t i = 0; i < n->op->inputs; i++)
        run.input[i] = n->input[i] == 0 ? network->forward_input : at_place(network, network->node[n->input[i]].value);
    for (size_t i = 0; i < n->parameters; i++)
        run.parameter[i] = network->values + network->parameter[n->first_parameter + i].offset;
    return run;
}

/* Running averages with the batches that nothing was learned from yet; the first of them starts from the averages. */
static void start_averages(coulomb_network *network)
{
    for (size_t i = 0; i < network->parameters && !network->averages_pending; i++) {
        const parameter_array *array = &network->parameter[i];
        if (array->moving)
            memcpy(network->pending + array->pending_offset, network->values + array->offset,
                   array->size * sizeof(float));
    }
    network->averages_pending = true;
}

void network_move_averages(coulomb_network *network)
{
    for (size_t i = 0; i < network->parameters && network->averages_pending; i++) {
        const parameter_array *array = &network->parameter[i];
        if (array->moving)
            memcpy(network->values + array->offset, network->pending + array->pending_offset,
                   array->size * sizeof(float));
    }
    network->averages_pending = false;
}

void network_forget_averages(coulomb_network *network)
{
    network->averages_pending = false;
}

bool network_averages_finite(const coulomb_network *network)
{
    return !network->averages_pending ||
           context_kernels(network->context)->all_finite(network->pending_values, network->pending);
}

static const float *forward(coulomb_network *network, size_t count, const float *input, bool learning)
{
    network->forward_input = input;
    network->forward_count = count;
    for (size_t i = 1; i < network->nodes; i++) {
        const graph_node *n = &network->node[i];
        op_run run = start_run(network, n, count);
        run.running = !learning && network->generates_by_averages;
        for (size_t j = 0; j < n->parameters && learning; j++) {
            const parameter_array *array = &network->parameter[n->first_parameter + j];
            run.pending[j] = array->moving ? network->pending + array->pending_offset : NULL;
        }
        n->op->forward(&run);
    }
    return at_place(network, network->node[network->output].value);
}

const float *network_forward(coulomb_network *network, size_t count, const float *input)
{
    start_averages(network);
    return forward(network, count, input, true);
}

const float *network_forward_generating(coulomb_network *network, size_t count, const float *input)
{
    return forward(network, count, input, false);
}

/* Point the run at the gradients that are wanted of the node's inputs. A node's first consumer in backward order writes
 * its gradient, the others add. */
static bool want_input_gradients(const coulomb_network *network, size_t index, float *input_gradient, bool parameters,
                                 op_run *run)
{
    const graph_node *n = &network->node[index];
    bool wanted = false;
    for (size_t i = 0; i < n->op->inputs; i++) {
        const graph_node *source = &network->node[n->input[i]];
        if (n->input[i] == 0)
            run->input_gradient[i] = input_gradient;
        else if (input_gradient != NULL || (parameters && source->trained))
            run->input_gradient[i] = at_place(network, source->gradient);
        run->add_input[i] = source->last_consumer != index || (i > 0 && n->input[0] == n->input[i]);
        wanted = wanted || run->input_gradient[i] != NULL;
    }
    return wanted;
}

bool network_mixes_samples(const coulomb_network *network)
{
    for (size_t i = 0; i < network->nodes; i++)
        if (network->node[i].op->mixes)
            return true;
    return false;
}

void network_forget_pass(coulomb_network *network)
{
    network->forward_input = NULL;
    network->forward_count = 0;
}

void network_backward(coulomb_network *network, size_t count, const float *output_gradient, float *input_gradient,
                      int32_t parameters)
{
    network_backward_weighted(network, count, output_gradient, NULL, input_gradient, parameters);
}

void network_backward_weighted(coulomb_network *network, size_t count, const float *output_gradient,
                               const float *weight, float *input_gradient, int32_t parameters)
{
    for (size_t i = network->nodes - 1; i > 0; i--) {
        const graph_node *n = &network->node[i];
        if (input_gradient == NULL && !n->trained)
            continue;
        op_run run = start_run(network, n, count);
        run.output_gradient = i == (size_t)network->output ? output_gradient : at_place(network, n->gradient);
        bool wanted = want_input_gradients(network, i, input_gradient, parameters != 0, &run);
        if (parameters != 0)
            for (size_t j = 0; j < n->parameters; j++) {
                const parameter_array *array = &network->parameter[n->first_parameter + j];
                run.parameter_gradient[j] = array->moving ? NULL : network->gradients + array->offset;
            }
        run.add_parameters = parameters == 2;
        run.weight = weight;
        if (wanted || run.parameter_gradient[0] != NULL)
            n->op->backward(&run);
    }
}

coulomb_status coulomb_network_forward(coulomb_network *network, size_t count, const float *input, float *output)
{
    coulomb_status status = network_check(network);
    if (status != COULOMB_OK)
        return status;
    if (input == NULL)
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "input is NULL");
    status = check_batch(network, "count", count);
    if (status == COULOMB_OK)
        status = coulomb_network_reserve(network, count);
    if (status != COULOMB_OK)
        return status;
    const float *result = network_forward(network, count, input);
    if (output != NULL)
        memcpy(output, result, count * network_output_size(network) * sizeof *output);
    return COULOMB_OK;
}

coulomb_status coulomb_network_backward(coulomb_network *network, const float *output_gradient, float *input_gradient,
                                        int32_t parameters)
{
    coulomb_status status = network_check(network);
    if (status != COULOMB_OK)
        return status;
    if (output_gradient == NULL)
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "output_gradient is NULL");
    if (parameters < 0 || parameters > 2)
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "parameters is %d; expected COULOMB_GRADIENT_* (0 to 2)",
                    (int)parameters);
    if (input_gradient == NULL && parameters == 0)
        return fail(network->context, COULOMB_ERROR_ARGUMENT,
                    "neither an input gradient nor parameter gradients are asked for");
    if (network->forward_only)
        return fail(network->context, COULOMB_ERROR_STATE, "the network only goes forward: it was built so");
    if (network->forward_count == 0)
        return fail(network->context, COULOMB_ERROR_STATE, "there is no forward pass to go back through");
    network_backward(network, network->forward_count, output_gradient, input_gradient, parameters);
    return COULOMB_OK;
}
