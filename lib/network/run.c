/* Running a network forward and backward. */
#include "network/network.h"

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

/* A pass by the batch's statistics, in which nothing is staged. */
static device_pass start_pass(const coulomb_network *network, size_t count, const float *input)
{
    return (device_pass){.count = count, .input = input, .parameters = network->values, .revision = network->revision};
}

/* Forward, such that backward can follow. */
static const float *forward_kept(coulomb_network *network, const device_pass *pass)
{
    network->pass = *pass;
    return context_device(network->context)->table->plan_forward(network->plan, pass);
}

static const float *forward_learning(coulomb_network *network, size_t count, const float *input,
                                     const device_shards *shards)
{
    device_pass pass = start_pass(network, count, input);
    pass.shards = *shards;
    pass.staged = network_stage_averages(network);
    return forward_kept(network, &pass);
}

const float *network_forward_together(coulomb_network *network, size_t count, const float *input,
                                      const device_shards *shards)
{
    const float *output = forward_learning(network, count, input, shards);
    network_commit_averages(network);
    return output;
}

const float *network_forward(coulomb_network *network, size_t count, const float *input)
{
    return network_forward_together(network, count, input, &(device_shards){0});
}

const float *network_forward_part(coulomb_network *network, size_t count, const float *input, float *taken_in)
{
    device *on = context_device(network->context);
    device_pass pass = start_pass(network, count, input);
    if (taken_in != NULL && network->graph.average_values > 0) {
        on->table->clear(on, taken_in, network->graph.average_values * sizeof *taken_in);
        pass.staged = taken_in;
    }
    return forward_kept(network, &pass);
}

const float *network_forward_evaluation(coulomb_network *network, size_t count, const float *input)
{
    device_pass pass = start_pass(network, count, input);
    pass.running = network->running_averages;
    pass.alone = !network_normalizes_batches(network);
    return forward_kept(network, &pass);
}

float *network_set_gradients(coulomb_network *network, float *gradients)
{
    float *before = network->gradients;
    network->gradients = gradients;
    return before;
}

static const float *infer_block(coulomb_network *network, size_t count, const float *input, bool running, bool alone)
{
    device_pass pass = start_pass(network, count, input);
    pass.running = running;
    pass.alone = alone;
    return context_device(network->context)->table->plan_infer(network->plan, &pass);
}

const float *network_infer(coulomb_network *network, size_t count, const float *input)
{
    return infer_block(network, count, input, network->running_averages, !network_normalizes_batches(network));
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
    network->pass = (device_pass){0};
    network->averages_staged = false;
}

void network_backward(coulomb_network *network, size_t count, const float *output_gradient, float *input_gradient,
                      int32_t parameters)
{
    network_backward_weighted(network, count, output_gradient, NULL, input_gradient, parameters);
}

void network_backward_weighted(coulomb_network *network, size_t count, const float *output_gradient,
                               const float *weight, float *input_gradient, int32_t parameters)
{
    device_pass pass = network->pass;
    pass.parameters = network->values;
    pass.revision = network->revision;
    const device_gradients gradients = {.count = count,
                                        .output_gradient = output_gradient,
                                        .weight = weight,
                                        .input_gradient = input_gradient,
                                        .parameter_gradients =
                                            parameters == COULOMB_GRADIENT_NONE ? NULL : network->gradients,
                                        .add = parameters == COULOMB_GRADIENT_ADD};
    context_device(network->context)->table->plan_backward(network->plan, &pass, &gradients);
}

/* --- for callers: arrays are the host's --- */

/* Samples where the device can read them, followed by zeros up to so many in all. */
static const float *borrow_samples(coulomb_network *network, size_t count, size_t filled, const float *samples)
{
    device *on = context_device(network->context);
    size_t in = network_input_size(network);
    device_array *room = &network->evaluated_input;
    if (filled > count && device_reserve(on, room, filled * in, sizeof *samples) != COULOMB_OK)
        return NULL;
    const float *given = device_borrow(on, room, samples, count * in, sizeof *samples);
    if (filled > count && given != NULL)
        on->table->clear(on, (float *)room->data + count * in, (filled - count) * in * sizeof *samples);
    return given;
}

/* All samples in blocks, or at once where they depend on one another: nothing is kept or moved. */
static coulomb_status infer(coulomb_network *network, size_t count, const float *input, bool running, float *output)
{
    device *on = context_device(network->context);
    bool at_once = network_mixes_samples(network) && !running;
    size_t most = at_once ? count : network_inference_block(network, count);
    size_t in = network_input_size(network), out = network_output_size(network);
    coulomb_status status = network_reserve_inference(network, most, !at_once);
    for (size_t done = 0; done < count && status == COULOMB_OK; done += most) {
        size_t left = count - done, samples = left < most ? left : most;
        size_t filled = at_once ? samples : network_inference_block(network, left);
        const float *given = borrow_samples(network, samples, filled, input + done * in);
        if (given == NULL)
            return device_refusal(on);
        const float *made = infer_block(network, filled, given, running, !at_once);
        if (output != NULL)
            status = on->table->copy_out(on, output + done * out, made, samples * out * sizeof *output);
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
    if (network->graph.inference_only)
        return infer(network, count, input, running, output);
    status = coulomb_network_reserve(network, count);
    if (status != COULOMB_OK)
        return status;
    device *on = context_device(network->context);
    size_t in = network_input_size(network), out = network_output_size(network);
    const float *given = device_borrow(on, &network->given_input, input, count * in, sizeof *given);
    if (given == NULL)
        return device_refusal(on);
    network->averages_staged = false;
    const float *result = learning ? forward_learning(network, count, given, &(device_shards){0})
                                   : network_forward_evaluation(network, count, given);
    return output == NULL ? COULOMB_OK : on->table->copy_out(on, output, result, count * out * sizeof *output);
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

static coulomb_status backward(coulomb_network *network, const float *output_gradient, float *input_gradient,
                               int32_t parameters)
{
    device *on = context_device(network->context);
    size_t count = network->pass.count, in = count * network_input_size(network);
    const float *given = device_borrow(on, &network->given_gradient, output_gradient,
                                       count * network_output_size(network), sizeof *given);
    float *made = NULL;
    if (given != NULL && input_gradient != NULL)
        made = device_lend(on, &network->input_gradient, input_gradient, in, sizeof *made);
    if (given == NULL || (made == NULL && input_gradient != NULL))
        return device_refusal(on);
    network_backward(network, count, given, made, parameters);
    if (parameters != COULOMB_GRADIENT_NONE)
        network_commit_averages(network);
    return made == NULL ? COULOMB_OK : device_return(on, made, input_gradient, in * sizeof *made);
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
    if (network->graph.inference_only)
        return fail(network->context, COULOMB_ERROR_STATE, "the network is inference-only");
    if (network->pass.count == 0)
        return fail(network->context, COULOMB_ERROR_STATE,
                    "there is no forward pass to go back through; call coulomb_network_forward() first");
    return backward(network, output_gradient, input_gradient, parameters);
}
