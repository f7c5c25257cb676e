/* The memory that passes of a plan work in. */
#include "cpu/plan.h"

enum {
    INFERENCE_VALUES = 1 << 20, /* of an inference pass, unless INFERENCE_LEAST samples have more */
    INFERENCE_LEAST = 16,
    INFERENCE_MOST = 256
};

/* Nodes run one after the other and share their workspace: the largest wish decides. Notes of an inference pass do not
 * outlive their node, and stand in front. */
static size_t scratch_values(const device_plan *plan, size_t count, bool inference, bool alone)
{
    size_t most = 0;
    for (size_t i = 1; i < plan->graph->nodes; i++) {
        const graph_node *n = &plan->graph->node[i];
        op_run run = plan_outline_run(plan, n, count);
        run.inference = inference;
        run.alone = alone;
        const cpu_layer *layer = cpu_layer_of(n->op);
        size_t wanted = layer->scratch == NULL ? 0 : layer->scratch(&run);
        most = wanted > most ? wanted : most;
    }
    return inference ? plan->notes_most + most : most;
}

/* Of forward passes in training and in evaluation mode, and back. */
static size_t training_scratch(const device_plan *plan, size_t count)
{
    size_t together = scratch_values(plan, count, false, false), alone = scratch_values(plan, count, false, true);
    return together > alone ? together : alone;
}

void cpu_plan_bytes(const device_plan *plan, size_t count, bool alone, device_bytes *bytes)
{
    size_t prepared = plan_prepared_values(plan, false) * sizeof(float);
    *bytes = (device_bytes){.fixed = plan->notes_values * sizeof(float),
                            .kept = plan->kept_size * count * sizeof(float),
                            .temporary = (plan->temporary_size * count + training_scratch(plan, count)) * sizeof(float),
                            .inference = (plan->inference_size * count + scratch_values(plan, count, true, alone)) *
                                         sizeof(float),
                            .shared = plan_prepared_values(plan, true) * sizeof(float)};
    *(plan->graph->inference_only ? &bytes->inference : &bytes->kept) += prepared;
}

size_t cpu_plan_values(const device_plan *plan)
{
    return plan->kept_size + plan->temporary_size + plan->inference_size;
}

static coulomb_status reserve_notes(device_plan *plan)
{
    if (plan->notes == NULL)
        plan->notes = memory_get_zeroed(plan->context, plan->notes_values, sizeof(float));
    return plan->notes == NULL ? COULOMB_ERROR_MEMORY : COULOMB_OK;
}

coulomb_status cpu_plan_reserve(device_plan *plan, size_t count)
{
    coulomb_context *context = plan->context;
    coulomb_status status = reserve_notes(plan);
    if (status == COULOMB_OK && count > 0)
        status = plan_reserve_prepared(plan);
    if (status == COULOMB_OK && plan->graph->repeats)
        status = plan_reserve_shared(plan);
    if (status != COULOMB_OK || count <= plan->capacity)
        return status;
    float *kept = memory_get(context, plan->kept_size * count, sizeof(float));
    float *temporary = kept == NULL ? NULL : memory_get(context, plan->temporary_size * count, sizeof(float));
    status = temporary == NULL ? COULOMB_ERROR_MEMORY
                               : buffer_reserve(context, &plan->scratch, training_scratch(plan, count), sizeof(float));
    if (status != COULOMB_OK) {
        memory_release(context, kept);
        memory_release(context, temporary);
        return status;
    }
    memory_release(context, plan->kept);
    memory_release(context, plan->temporary);
    plan->kept = kept;
    plan->temporary = temporary;
    plan->capacity = count;
    return COULOMB_OK;
}

size_t cpu_plan_block(const device_plan *plan, size_t count)
{
    size_t block = INFERENCE_VALUES / (plan->inference_size + 1);
    block = block < INFERENCE_LEAST ? INFERENCE_LEAST : block > INFERENCE_MOST ? INFERENCE_MOST : block;
    return count < block ? count : block;
}

/* How large it must be depends on the methods, and so on whether samples are evaluated independently. */
static coulomb_status reserve_workspace(device_plan *plan, size_t count, bool alone)
{
    if (count <= plan->workspace_count[alone])
        return COULOMB_OK;
    coulomb_status status =
        buffer_reserve(plan->context, &plan->scratch, scratch_values(plan, count, true, alone), sizeof(float));
    if (status == COULOMB_OK)
        plan->workspace_count[alone] = count;
    return status;
}

coulomb_status cpu_plan_reserve_inference(device_plan *plan, size_t count, bool alone)
{
    coulomb_context *context = plan->context;
    coulomb_status status = reserve_workspace(plan, count, alone);
    if (status == COULOMB_OK && plan->graph->inference_only)
        status = plan_reserve_prepared(plan);
    if (status != COULOMB_OK || count <= plan->inference_capacity)
        return status;
    float *inference = memory_get(context, plan->inference_size * count, sizeof(float));
    if (inference == NULL)
        return COULOMB_ERROR_MEMORY;
    memory_release(context, plan->inference);
    plan->inference = inference;
    plan->inference_capacity = count;
    return COULOMB_OK;
}
