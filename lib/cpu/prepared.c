/* Memory for what layers make of their parameters and keep from pass to pass: of training, or, where the graph is
 * inference-only, of evaluating samples independently. The methods of other passes may differ: they keep nothing. */
#include "cpu/plan.h"

static size_t values_of(const device_plan *plan, size_t node, bool backward)
{
    const graph_node *n = &plan->graph->node[node];
    const cpu_layer *layer = cpu_layer_of(n->op);
    if (layer->prepared == NULL || (backward && plan->graph->inference_only))
        return 0;
    op_run run = plan_outline_run(plan, n, 1);
    run.inference = run.alone = plan->graph->inference_only;
    return values_aligned(layer->prepared(&run, backward));
}

size_t plan_prepared_values(const device_plan *plan)
{
    size_t values = 0;
    for (size_t i = 1; i < plan->graph->nodes; i++)
        values += values_of(plan, i, false) + values_of(plan, i, true);
    return values;
}

coulomb_status plan_reserve_prepared(device_plan *plan)
{
    if (plan->prepared_memory != NULL && plan->prepared_inference == plan->graph->inference_only)
        return COULOMB_OK;
    size_t all = plan_prepared_values(plan);
    float *memory = all == 0 ? NULL : memory_get(plan->context, all, sizeof(float));
    if (all > 0 && memory == NULL)
        return COULOMB_ERROR_MEMORY;
    memory_release(plan->context, plan->prepared_memory);
    plan->prepared_memory = memory;
    plan->prepared_inference = plan->graph->inference_only;
    for (size_t i = 2; i < 2 * plan->graph->nodes; i++) {
        size_t values = values_of(plan, i / 2, i % 2 == 1);
        plan->prepared[i] = (prepared_values){.values = values == 0 ? NULL : memory};
        memory = values == 0 ? memory : memory + values;
    }
    return COULOMB_OK;
}

prepared_values *plan_prepared(const device_plan *plan, size_t node, const device_pass *pass, bool backward)
{
    prepared_values *prepared = &plan->prepared[2 * node + backward];
    return prepared->values == NULL || pass->alone != plan->prepared_inference ? NULL : prepared;
}
