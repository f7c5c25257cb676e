/* Memory for what layers make of their parameters and keep from pass to pass: of training, or, where the graph is
 * inference-only, of evaluating samples independently. The methods of other passes may differ: they keep nothing.
 *
 * What is worth its memory only where passes repeat stands in memory that all plans of the device share, since networks
 * that learn together take turns: it is made again for the first pass after another plan's. */
#include "cpu/plan.h"

static size_t values_of(const device_plan *plan, size_t node, bool backward, bool repeats)
{
    const graph_node *n = &plan->graph->node[node];
    const cpu_layer *layer = cpu_layer_of(n->op);
    if (layer->prepared == NULL || (backward && plan->graph->inference_only))
        return 0;
    op_run run = plan_outline_run(plan, n, 1);
    run.inference = run.alone = plan->graph->inference_only;
    run.repeats = repeats;
    return values_aligned(layer->prepared(&run, backward));
}

/* Of those that are kept anyway, or only where passes repeat. */
static size_t values_in(const device_plan *plan, size_t index, bool shared)
{
    size_t always = values_of(plan, index / 2, index % 2 == 1, false);
    if (!shared)
        return always;
    return always > 0 ? 0 : values_of(plan, index / 2, index % 2 == 1, true);
}

size_t plan_prepared_values(const device_plan *plan, bool shared)
{
    size_t values = 0;
    for (size_t i = 2; i < 2 * plan->graph->nodes; i++)
        values += values_in(plan, i, shared);
    return values;
}

coulomb_status plan_reserve_prepared(device_plan *plan)
{
    if (plan->prepared_memory != NULL && plan->prepared_inference == plan->graph->inference_only)
        return COULOMB_OK;
    size_t all = plan_prepared_values(plan, false), offset = 0;
    float *memory = all == 0 ? NULL : memory_get(plan->context, all, sizeof(float));
    if (all > 0 && memory == NULL)
        return COULOMB_ERROR_MEMORY;
    if (plan->on->owner == plan)
        plan->on->owner = NULL;
    memory_release(plan->context, plan->prepared_memory);
    plan->prepared_memory = memory;
    plan->prepared_inference = plan->graph->inference_only;
    for (size_t i = 2; i < 2 * plan->graph->nodes; i++) {
        size_t values = values_in(plan, i, false), shared = values_in(plan, i, true);
        plan->prepared[i] =
            (prepared_place){.kept = {.values = values == 0 ? NULL : memory}, .shared = shared > 0, .offset = offset};
        memory = values == 0 ? memory : memory + values;
        offset += shared;
    }
    return COULOMB_OK;
}

/* --- shared with other plans --- */

coulomb_status plan_reserve_shared(device_plan *plan)
{
    cpu_device *on = plan->on;
    size_t before = on->shared.bytes;
    coulomb_status status = buffer_reserve(plan->context, &on->shared, plan_prepared_values(plan, true), sizeof(float));
    if (status != COULOMB_OK)
        return status;
    if (on->shared.bytes != before)
        on->owner = NULL;
    on->sharers += plan->shares ? 0 : 1;
    plan->shares = true;
    return COULOMB_OK;
}

void plan_release_shared(device_plan *plan)
{
    cpu_device *on = plan->on;
    if (on->owner == plan)
        on->owner = NULL;
    if (plan->shares && --on->sharers == 0)
        buffer_release(plan->context, &on->shared);
    plan->shares = false;
}

/* What stands there is this plan's from now on. */
static void take_shared(const device_plan *plan)
{
    cpu_device *on = plan->on;
    if (on->owner == plan)
        return;
    on->owner = plan;
    for (size_t i = 2; i < 2 * plan->graph->nodes; i++)
        if (plan->prepared[i].shared)
            plan->prepared[i].kept = (prepared_values){.values = (float *)on->shared.data + plan->prepared[i].offset};
}

prepared_values *plan_prepared(const device_plan *plan, size_t node, const device_pass *pass, bool backward)
{
    prepared_place *place = &plan->prepared[2 * node + backward];
    if (pass->alone != plan->prepared_inference || (place->shared && !plan->shares))
        return NULL;
    if (place->shared)
        take_shared(plan);
    return place->kept.values == NULL ? NULL : &place->kept;
}
