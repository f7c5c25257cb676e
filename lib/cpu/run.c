/* Running a plan forward and backward, node by node. */
#include "cpu/plan.h"

op_run plan_outline_run(const device_plan *plan, const graph_node *n, size_t count)
{
    op_run run = {.context = plan->context,
                  .kernels = context_kernels(plan->context),
                  .settings = &n->settings,
                  .count = count,
                  .shape = &n->shape,
                  .size = n->size};
    for (size_t i = 0; i < n->op->inputs; i++) {
        const graph_node *source = &plan->graph->node[n->input[i]];
        run.input_shape[i] = &source->shape;
        run.input_size[i] = source->size;
    }
    return run;
}

static float *at_place(const device_plan *plan, arena_place place)
{
    return (place.kept ? plan->kept : plan->temporary) + place.offset * plan->capacity;
}

static float *node_values(const device_plan *plan, size_t node, bool inference)
{
    const node_place *place = &plan->place[node];
    return inference ? plan->inference + place->inference * plan->inference_capacity : at_place(plan, place->value);
}

/* What forward and backward of a node have in common. */
static op_run start_run(const device_plan *plan, size_t node, const device_pass *pass, bool inference, bool backward)
{
    const graph_node *n = &plan->graph->node[node];
    op_run run = plan_outline_run(plan, n, pass->count);
    float *scratch = plan->scratch.data;
    run.output = node_values(plan, node, inference);
    run.inference = inference;
    run.running = pass->running;
    run.alone = pass->alone;
    run.prepared = plan_prepared(plan, node, pass, backward);
    run.revision = pass->revision;
    run.shards = pass->shards.shard > 0 ? &pass->shards : NULL;
    /* no layer may need any, and then there is none to point into */
    run.scratch = inference && scratch != NULL ? scratch + plan->notes_most : scratch;
    run.notes = inference ? scratch : plan->notes == NULL ? NULL : plan->notes + plan->place[node].notes;
    for (size_t i = 0; i < n->op->inputs; i++)
        run.input[i] = n->input[i] == 0 ? pass->input : node_values(plan, (size_t)n->input[i], inference);
    for (size_t i = 0; i < n->parameters; i++)
        run.parameter[i] = pass->parameters + plan->graph->parameter[n->first_parameter + i].offset;
    return run;
}

/* Where the pass moves a running average; NULL: it stays. */
static float *staged_average(const device_pass *pass, const parameter_array *array)
{
    return pass->staged == NULL || !array->moving || array->frozen ? NULL : pass->staged + array->average_offset;
}

static const float *forward(const device_plan *plan, const device_pass *pass, bool inference)
{
    const graph *of = plan->graph;
    for (size_t i = 1; i < of->nodes; i++) {
        const graph_node *n = &of->node[i];
        op_run run = start_run(plan, i, pass, inference, false);
        if (run.count == 0 && !n->op->mixes)
            continue;
        for (size_t j = 0; j < n->parameters; j++)
            run.staged[j] = staged_average(pass, &of->parameter[n->first_parameter + j]);
        cpu_layer_of(n->op)->forward(&run);
    }
    return node_values(plan, (size_t)of->output, inference);
}

const float *cpu_plan_forward(device_plan *plan, const device_pass *pass)
{
    return forward(plan, pass, false);
}

const float *cpu_plan_infer(device_plan *plan, const device_pass *pass)
{
    return forward(plan, pass, true);
}

/* Point the run at the gradients that are wanted of the node's inputs. A node's first consumer in backward order writes
 * its gradient, the others add. */
static bool want_input_gradients(const device_plan *plan, size_t index, const device_gradients *gradients, op_run *run)
{
    const graph_node *n = &plan->graph->node[index];
    bool wanted = false;
    for (size_t i = 0; i < n->op->inputs; i++) {
        size_t input = (size_t)n->input[i];
        const graph_node *source = &plan->graph->node[input];
        if (input == 0)
            run->input_gradient[i] = gradients->input_gradient;
        else if (gradients->input_gradient != NULL || (gradients->parameter_gradients != NULL && source->trained))
            run->input_gradient[i] = at_place(plan, plan->place[input].gradient);
        run->add_input[i] = source->last_consumer != index || (i > 0 && n->input[0] == n->input[i]);
        wanted = wanted || run->input_gradient[i] != NULL;
    }
    return wanted;
}

/* Point the run at the gradients of the node's parameters that are trained. */
static bool want_parameter_gradients(const device_plan *plan, const graph_node *n, float *gradients, op_run *run)
{
    bool wanted = false;
    for (size_t i = 0; i < n->parameters && gradients != NULL; i++) {
        const parameter_array *array = &plan->graph->parameter[n->first_parameter + i];
        run->parameter_gradient[i] = array->moving || array->frozen ? NULL : gradients + array->offset;
        wanted = wanted || run->parameter_gradient[i] != NULL;
    }
    return wanted;
}

/* Some samples' part of a node's backward run, which finds parameter gradients only. */
static op_run shard_run(const op_run *run, size_t shard)
{
    op_run part = *run;
    size_t first = shard * run->shards->shard;
    part.count = run->count - first < run->shards->shard ? run->count - first : run->shards->shard;
    part.shards = NULL;
    part.output += first * run->size;
    part.output_gradient += first * run->size;
    part.weight = run->weight == NULL ? NULL : run->weight + first;
    for (size_t i = 0; i < OP_INPUTS; i++) {
        part.input[i] = run->input[i] == NULL ? NULL : run->input[i] + first * run->input_size[i];
        part.input_gradient[i] = NULL;
    }
    for (size_t i = 0; i < OP_PARAMETERS; i++)
        if (run->parameter_gradient[i] != NULL)
            part.parameter_gradient[i] = run->parameter_gradient[i] + shard * run->gradients_apart;
    return part;
}

/* Each shard's parameter gradients, then all samples' input gradients, which may take the place of what both are made
 * of. */
static void run_backward(const op *of, op_run *run, bool inputs, bool parameters)
{
    const cpu_layer *layer = cpu_layer_of(of);
    if (run->shards == NULL || of->mixes || !parameters) {
        layer->backward(run);
        return;
    }
    for (size_t shard = 0; shard < piece_count(run->count, run->shards->shard); shard++) {
        op_run part = shard_run(run, shard);
        layer->backward(&part);
    }
    for (size_t i = 0; i < OP_PARAMETERS; i++)
        run->parameter_gradient[i] = NULL;
    if (inputs)
        layer->backward(run);
}

void cpu_plan_backward(device_plan *plan, const device_pass *pass, const device_gradients *gradients)
{
    const graph *of = plan->graph;
    device_pass first = *pass;
    first.count = gradients->count;
    for (size_t i = of->nodes - 1; i > 0; i--) {
        const graph_node *n = &of->node[i];
        if (gradients->input_gradient == NULL && !n->trained)
            continue;
        op_run run = start_run(plan, i, &first, false, true);
        bool last = i == (size_t)of->output;
        run.output_gradient = last ? gradients->output_gradient : at_place(plan, plan->place[i].gradient);
        run.add_parameters = gradients->add;
        run.weight = gradients->weight;
        run.gradients_apart = of->parameter_values;
        bool parameters = want_parameter_gradients(plan, n, gradients->parameter_gradients, &run);
        bool inputs = want_input_gradients(plan, i, gradients, &run);
        if (inputs || parameters)
            run_backward(n->op, &run, inputs, parameters);
    }
}
