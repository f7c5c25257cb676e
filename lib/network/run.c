/* Running a network forward and backward. */
#include "network/network.h"

#include <string.h>

const tensor_shape *network_input_shape(const coulomb_network *network)
{
    return &network->graph.node[0].shape;
}

const tensor_shape *network_output_shape(const coulomb_network *network)
{
    return &network->graph.node[network->graph.output].shape;
}

size_t network_input_size(const coulomb_network *network)
{
    return network->graph.node[0].size;
}

size_t network_output_size(const coulomb_network *network)
{
    return network->graph.node[network->graph.output].size;
}

op_run network_outline_run(const coulomb_network *network, const graph_node *n, size_t count)
{
    op_run run = {.context = network->context,
                  .kernels = context_kernels(network->context),
                  .settings = &n->settings,
                  .count = count,
                  .shape = &n->shape,
                  .size = n->size};
    for (size_t i = 0; i < n->op->inputs; i++) {
        const graph_node *source = &network->graph.node[n->input[i]];
        run.input_shape[i] = &source->shape;
        run.input_size[i] = source->size;
    }
    return run;
}

static float *at_place(const coulomb_network *network, arena_place place)
{
    return (place.kept ? network->kept : network->temporary) + place.offset * network->capacity;
}

static const node_place *place_of(const coulomb_network *network, const graph_node *n)
{
    return &network->place[n - network->graph.node];
}

static float *node_values(const coulomb_network *network, const graph_node *n, bool inference)
{
    const node_place *place = place_of(network, n);
    return inference ? network->inference + place->inference * network->inference_capacity
                     : at_place(network, place->value);
}

/* What forward and backward of a node have in common. */
static op_run start_run(const coulomb_network *network, const graph_node *n, const forward_pass *pass, bool inference)
{
    op_run run = network_outline_run(network, n, pass->count);
    float *scratch = network->scratch.data;
    run.output = node_values(network, n, inference);
    run.inference = inference;
    run.running = pass->running;
    run.alone = pass->alone;
    run.scratch = inference ? scratch + network->notes_most : scratch;
    run.notes = inference ? scratch : network->notes + place_of(network, n)->notes;
    for (size_t i = 0; i < n->op->inputs; i++)
        run.input[i] =
            n->input[i] == 0 ? pass->input : node_values(network, &network->graph.node[n->input[i]], inference);
    for (size_t i = 0; i < n->parameters; i++)
        run.parameter[i] = network->values + network->graph.parameter[n->first_parameter + i].offset;
    return run;
}

static const float *forward(const coulomb_network *network, const forward_pass *pass, bool inference)
{
    for (size_t i = 1; i < network->graph.nodes; i++) {
        const graph_node *n = &network->graph.node[i];
        op_run run = start_run(network, n, pass, inference);
        for (size_t j = 0; j < n->parameters && network->averages_staged && !inference; j++)
            run.staged[j] = network_staged_average(network, &network->graph.parameter[n->first_parameter + j]);
        cpu_layer_of(n->op)->forward(&run);
    }
    return node_values(network, &network->graph.node[network->graph.output], inference);
}

/* Forward, such that backward can follow. */
static const float *forward_kept(coulomb_network *network, const forward_pass *pass)
{
    network->pass = *pass;
    return forward(network, pass, false);
}

static const float *forward_learning(coulomb_network *network, size_t count, const float *input)
{
    network_stage_averages(network);
    return forward_kept(network, &(forward_pass){.count = count, .input = input});
}

const float *network_forward(coulomb_network *network, size_t count, const float *input)
{
    const float *output = forward_learning(network, count, input);
    network_commit_averages(network);
    return output;
}

const float *network_infer(coulomb_network *network, size_t count, const float *input)
{
    return forward(network,
                   &(forward_pass){.count = count,
                                   .input = input,
                                   .running = network->running_averages,
                                   .alone = !network_normalizes_batches(network)},
                   true);
}

/* Point the run at the gradients that are wanted of the node's inputs. A node's first consumer in backward order writes
 * its gradient, the others add. */
static bool want_input_gradients(const coulomb_network *network, size_t index, float *input_gradient, bool parameters,
                                 op_run *run)
{
    const graph_node *n = &network->graph.node[index];
    bool wanted = false;
    for (size_t i = 0; i < n->op->inputs; i++) {
        const graph_node *source = &network->graph.node[n->input[i]];
        if (n->input[i] == 0)
            run->input_gradient[i] = input_gradient;
        else if (input_gradient != NULL || (parameters && source->trained))
            run->input_gradient[i] = at_place(network, place_of(network, source)->gradient);
        run->add_input[i] = source->last_consumer != index || (i > 0 && n->input[0] == n->input[i]);
        wanted = wanted || run->input_gradient[i] != NULL;
    }
    return wanted;
}

bool network_mixes_samples(const coulomb_network *network)
{
    for (size_t i = 0; i < network->graph.nodes; i++)
        if (network->graph.node[i].op->mixes)
            return true;
    return false;
}

void network_forget_pass(coulomb_network *network)
{
    network->pass = (forward_pass){0};
    network->averages_staged = false;
}

void network_backward(coulomb_network *network, size_t count, const float *output_gradient, float *input_gradient,
                      int32_t parameters)
{
    network_backward_weighted(network, count, output_gradient, NULL, input_gradient, parameters);
}

/* Point the run at the gradients of the node's parameters that are trained. */
static bool want_parameter_gradients(const coulomb_network *network, const graph_node *n, op_run *run)
{
    bool wanted = false;
    for (size_t i = 0; i < n->parameters; i++) {
        const parameter_array *array = &network->graph.parameter[n->first_parameter + i];
        run->parameter_gradient[i] = array->moving || array->frozen ? NULL : network->gradients + array->offset;
        wanted = wanted || run->parameter_gradient[i] != NULL;
    }
    return wanted;
}

void network_backward_weighted(coulomb_network *network, size_t count, const float *output_gradient,
                               const float *weight, float *input_gradient, int32_t parameters)
{
    forward_pass pass = network->pass;
    pass.count = count;
    for (size_t i = network->graph.nodes - 1; i > 0; i--) {
        const graph_node *n = &network->graph.node[i];
        if (input_gradient == NULL && !n->trained)
            continue;
        op_run run = start_run(network, n, &pass, false);
        run.output_gradient =
            i == (size_t)network->graph.output ? output_gradient : at_place(network, place_of(network, n)->gradient);
        run.add_parameters = parameters == COULOMB_GRADIENT_ADD;
        run.weight = weight;
        bool wanted = parameters != COULOMB_GRADIENT_NONE && want_parameter_gradients(network, n, &run);
        if (want_input_gradients(network, i, input_gradient, parameters != COULOMB_GRADIENT_NONE, &run) || wanted)
            cpu_layer_of(n->op)->backward(&run);
    }
}

/* All samples in blocks, or at once where they depend on one another: nothing is kept or moved. */
static coulomb_status infer(coulomb_network *network, size_t count, const float *input, bool running, float *output)
{
    bool at_once = network_mixes_samples(network) && !running;
    size_t block = at_once ? count : network_inference_block(network), most = count < block ? count : block;
    size_t in = network_input_size(network), out = network_output_size(network);
    coulomb_status status = network_reserve_inference(network, most, !at_once);
    for (size_t done = 0; done < count && status == COULOMB_OK; done += most) {
        size_t left = count - done;
        forward_pass pass = {
            .count = left < most ? left : most, .input = input + done * in, .running = running, .alone = !at_once};
        const float *made = forward(network, &pass, true);
        if (output != NULL)
            memcpy(output + done * out, made, pass.count * out * sizeof *output);
    }
    return status;
}

static coulomb_status check_samples(coulomb_network *network, size_t count, const float *input, size_t least)
{
    coulomb_status status = network_check(network);
    if (status == COULOMB_OK)
        status = network_check_count(network, "count", count, least);
    if (status == COULOMB_OK && input == NULL && count > 0)
        status = fail(network->context, COULOMB_ERROR_ARGUMENT, "input is NULL");
    return status;
}

coulomb_status coulomb_network_evaluate(coulomb_network *network, size_t count, const float *input, float *output)
{
    coulomb_status status = check_samples(network, count, input, 0);
    if (status != COULOMB_OK || count == 0)
        return status;
    if (output == NULL)
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "output is NULL");
    return infer(network, count, input, network->running_averages, output);
}

/* `learning`: by the batch's statistics, which move the running averages if the backward pass learns. */
static coulomb_status forward_once(coulomb_network *network, size_t count, const float *input, bool learning,
                                   float *output)
{
    coulomb_status status = check_samples(network, count, input, 1);
    if (status != COULOMB_OK)
        return status;
    bool running = !learning && network->running_averages;
    if (network->inference_only)
        return infer(network, count, input, running, output);
    status = coulomb_network_reserve(network, count);
    if (status != COULOMB_OK)
        return status;
    network->averages_staged = false;
    const float *result = learning
                              ? forward_learning(network, count, input)
                              : forward_kept(network, &(forward_pass){.count = count,
                                                                      .input = input,
                                                                      .running = running,
                                                                      .alone = !network_normalizes_batches(network)});
    if (output != NULL)
        memcpy(output, result, count * network_output_size(network) * sizeof *output);
    return COULOMB_OK;
}

coulomb_status coulomb_network_forward(coulomb_network *network, size_t count, const float *input, float *output)
{
    return forward_once(network, count, input, true, output);
}

coulomb_status coulomb_network_forward_evaluation(coulomb_network *network, size_t count, const float *input,
                                                  float *output)
{
    return forward_once(network, count, input, false, output);
}

coulomb_status coulomb_network_backward(coulomb_network *network, const float *output_gradient, float *input_gradient,
                                        int32_t parameters)
{
    coulomb_status status = network_check(network);
    if (status != COULOMB_OK)
        return status;
    if (output_gradient == NULL)
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "output_gradient is NULL");
    if (parameters < COULOMB_GRADIENT_NONE || parameters > COULOMB_GRADIENT_ADD)
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "parameters is %d; expected COULOMB_GRADIENT_* (0 to 2)",
                    (int)parameters);
    if (input_gradient == NULL && parameters == COULOMB_GRADIENT_NONE)
        return fail(network->context, COULOMB_ERROR_ARGUMENT,
                    "input_gradient is NULL and parameters is COULOMB_GRADIENT_NONE; expected at least one result");
    if (network->inference_only)
        return fail(network->context, COULOMB_ERROR_STATE, "the network is inference-only");
    if (network->pass.count == 0)
        return fail(network->context, COULOMB_ERROR_STATE,
                    "there is no forward pass to go back through; call coulomb_network_forward() first");
    network_backward(network, network->pass.count, output_gradient, input_gradient, parameters);
    if (parameters != COULOMB_GRADIENT_NONE)
        network_commit_averages(network);
    return COULOMB_OK;
}
