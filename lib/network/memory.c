/* Memory of a network: its arrays and its plan, what passes work in, and how much that is. */
#include "network/network.h"

enum { CAPACITY_STEP = 16 };

/* What passes work in. */
static void release_plan(coulomb_network *network)
{
    device *on = context_device(network->context);
    if (network->plan != NULL)
        on->table->plan_free(network->plan);
    network->plan = NULL;
    network->capacity = 0;
    device_array *const arrays[] = {&network->given_input, &network->given_gradient, &network->evaluated_input,
                                    &network->input_gradient};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        device_release(on, arrays[i]);
    staged_release(on, &network->latents);
    network_forget_pass(network);
}

/* What passes need that learn. */
static void release_learning(coulomb_network *network)
{
    device *on = context_device(network->context);
    device_put_back(on, network->gradients);
    device_put_back(on, network->pending);
    network->gradients = network->pending = NULL;
}

void network_release_arrays(coulomb_network *network)
{
    release_plan(network);
    release_learning(network);
    device_put_back(context_device(network->context), network->values);
    network->values = NULL;
}

static coulomb_status make_learning(coulomb_network *network)
{
    device *on = context_device(network->context);
    network->gradients = device_get_zeroed(on, network->graph.parameter_values, sizeof(float));
    network->pending = device_get_zeroed(on, network->graph.average_values, 2 * sizeof(float));
    bool made = network->gradients != NULL && network->pending != NULL;
    coulomb_status status = made ? on->table->plan_reserve(network->plan, 0) : device_refusal(on);
    if (status != COULOMB_OK)
        release_learning(network);
    return status;
}

static coulomb_status make_plan(coulomb_network *network, device_plan **plan)
{
    device *on = context_device(network->context);
    return on->table->plan_new(on, &network->graph, plan);
}

coulomb_status network_make_arrays(coulomb_network *network)
{
    device *on = context_device(network->context);
    coulomb_status status = make_plan(network, &network->plan);
    if (status != COULOMB_OK)
        return status;
    network->values = device_get_zeroed(on, network->graph.parameter_values, sizeof(float));
    if (network->values == NULL)
        status = device_refusal(on);
    else if (!network->graph.inference_only)
        status = make_learning(network);
    if (status != COULOMB_OK)
        network_release_arrays(network);
    return status;
}

/* Become inference-only: a new plan holds no memory yet. */
static coulomb_status forget_learning(coulomb_network *network)
{
    device_plan *plan;
    coulomb_status status = make_plan(network, &plan);
    if (status != COULOMB_OK)
        return status;
    network_forget_averages(network);
    release_plan(network);
    release_learning(network);
    network->plan = plan;
    return COULOMB_OK;
}

coulomb_status coulomb_network_set_inference_only(coulomb_network *network, int32_t only)
{
    coulomb_status status = network_check_idle(network);
    if (status == COULOMB_OK)
        status = check_flag(network->context, "only", only);
    if (status != COULOMB_OK || network->graph.inference_only == (only != 0))
        return status;
    if (only && network->learners > 0)
        return fail(network->context, COULOMB_ERROR_STATE, "an optimizer or a trainer uses the network");
    if (network->finished)
        status = only ? forget_learning(network) : make_learning(network);
    if (status == COULOMB_OK)
        network->graph.inference_only = only != 0;
    return status;
}

static size_t rounded(size_t count)
{
    return piece_count(count, CAPACITY_STEP) * CAPACITY_STEP;
}

/* Values of one sample in all arenas, and of what goes in and comes out. */
static size_t sample_values(const coulomb_network *network)
{
    size_t planned = context_device(network->context)->table->plan_values(network->plan);
    return planned + network_input_size(network) + network_output_size(network);
}

coulomb_status network_check_count(const coulomb_network *network, const char *name, size_t count, size_t least)
{
    return check_count(network->context, name, count, least, sample_values(network));
}

/* Arenas are for more samples than callers ask for: devices multiply without looking. */
static coulomb_status check_arena(const coulomb_network *network, size_t samples)
{
    if (samples <= PTRDIFF_MAX / sizeof(float) / sample_values(network))
        return COULOMB_OK;
    return fail(network->context, COULOMB_ERROR_MEMORY, "the values of %zu samples do not fit into memory", samples);
}

coulomb_status coulomb_network_reserve(coulomb_network *network, size_t batch)
{
    coulomb_status status = network_check(network);
    if (status == COULOMB_OK && network->graph.inference_only) {
        status = coulomb_network_reserve_inference(network, batch);
        bool more = status == COULOMB_OK && network_mixes_samples(network); /* coulomb_network_forward() needs it */
        return more ? network_reserve_inference(network, batch, false) : status;
    }
    if (status == COULOMB_OK)
        status = network_check_count(network, "batch", batch, 1);
    if (status != COULOMB_OK || batch <= network->capacity)
        return status;
    status = check_arena(network, rounded(batch));
    if (status == COULOMB_OK)
        status = context_device(network->context)->table->plan_reserve(network->plan, rounded(batch));
    if (status != COULOMB_OK)
        return status;
    network->capacity = rounded(batch);
    network_forget_pass(network);
    return COULOMB_OK;
}

coulomb_status network_expect_repeats(coulomb_network *network)
{
    if (network->graph.repeats)
        return COULOMB_OK;
    network->graph.repeats = true;
    coulomb_status status = context_device(network->context)->table->plan_reserve(network->plan, 0);
    if (status != COULOMB_OK)
        network->graph.repeats = false;
    return status;
}

size_t network_repeat_bytes(const coulomb_network *network)
{
    device_bytes bytes;
    context_device(network->context)->table->plan_bytes(network->plan, 1, false, &bytes);
    return bytes.shared;
}

bool network_normalizes_batches(const coulomb_network *network)
{
    return network_mixes_samples(network) && !network->running_averages;
}

size_t network_inference_block(const coulomb_network *network, size_t count)
{
    return context_device(network->context)->table->plan_block(network->plan, count);
}

coulomb_status network_reserve_inference(coulomb_network *network, size_t count, bool alone)
{
    coulomb_status status = check_arena(network, count);
    return status == COULOMB_OK
               ? context_device(network->context)->table->plan_reserve_inference(network->plan, count, alone)
               : status;
}

/* Samples that go through at once when `count` are evaluated or generated. */
static size_t inference_count(const coulomb_network *network, size_t count)
{
    if (network_normalizes_batches(network))
        return count > GENERATION_BLOCK ? count : GENERATION_BLOCK;
    return network_inference_block(network, count);
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
    device *on = context_device(network->context);
    if (status == COULOMB_OK && !on->table->host_memory)
        status = device_reserve(on, &network->evaluated_input, inference_count(network, count),
                                network_input_size(network) * sizeof(float));
    return status;
}

/* Samples that an arena has room for when so many are asked for. */
static size_t arena_samples(const coulomb_network *network, int32_t arena, size_t count)
{
    return arena == COULOMB_MEMORY_PARAMETERS  ? 1
           : arena == COULOMB_MEMORY_INFERENCE ? inference_count(network, count)
                                               : rounded(count);
}

static size_t arena_bytes(const coulomb_network *network, int32_t arena, size_t samples)
{
    const device_table *table = context_device(network->context)->table;
    bool inference = arena == COULOMB_MEMORY_INFERENCE;
    device_bytes bytes;
    table->plan_bytes(network->plan, samples, inference && !network_normalizes_batches(network), &bytes);
    size_t learning = network->graph.parameter_values + 2 * network->graph.average_values;
    switch (arena) {
    case COULOMB_MEMORY_PARAMETERS:
        return network->graph.parameter_values * sizeof(float) +
               (network->graph.inference_only ? 0 : learning * sizeof(float) + bytes.fixed);
    case COULOMB_MEMORY_KEPT:
        return network->graph.inference_only ? 0 : bytes.kept;
    case COULOMB_MEMORY_TEMPORARY:
        return network->graph.inference_only ? 0 : bytes.temporary;
    default: /* the latents, and what is evaluated, unless it is read where the caller has it */
        return bytes.inference + (table->host_memory ? 1 : 2) * network_input_size(network) * samples * sizeof(float);
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
    if (status != COULOMB_OK)
        return status;
    size_t samples = arena_samples(network, arena, batch);
    status = check_arena(network, samples);
    if (status == COULOMB_OK)
        *bytes = arena_bytes(network, arena, samples);
    return status;
}
