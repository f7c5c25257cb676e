/* Passes through a planned graph: every node points its layer at what it reads and writes. Nothing is allocated, and
 * nothing waits. */
#include "cuda/plan.h"

node_run cuda_plan_outline(device_plan *plan, size_t node, size_t count)
{
    const graph_node *n = &plan->graph->node[node];
    const plan_node *planned = &plan->node[node];
    node_run run = {.plan = plan,
                    .cuda = plan->cuda,
                    .stream = plan->cuda->stream,
                    .node = n,
                    .planned = planned,
                    .count = count,
                    .output.half = planned->half,
                    .output_gradient.half = planned->half};
    for (size_t i = 0; i < n->op->inputs; i++) {
        const graph_node *source = &plan->graph->node[n->input[i]];
        run.input_shape[i] = &source->shape;
        run.input_size[i] = source->size;
        run.input[i].half = run.input_gradient[i].half = plan->node[n->input[i]].half;
    }
    if (planned->sloped)
        run.before = cuda_activation_of(&plan->graph->node[n->input[0]]);
    if (planned->follower != NO_NODE) {
        run.act = cuda_activation_of(&plan->graph->node[planned->follower]);
        run.output.half = plan->node[planned->follower].half;
        if (n->op->number == OP_BATCH_NORM)
            run.output_gradient.half = run.output.half;
    }
    return run;
}

static void *at_place(const device_plan *plan, plan_place place)
{
    return (place.kept ? plan->kept : plan->temporary) + place.offset * plan->capacity;
}

static void *node_values(const device_plan *plan, size_t node, bool inference)
{
    const plan_node *planned = &plan->node[node];
    return inference ? plan->inference + planned->inference * plan->inference_capacity : at_place(plan, planned->value);
}

static const parameter_array *parameter_of(const device_plan *plan, const graph_node *n, size_t index)
{
    return &plan->graph->parameter[n->first_parameter + index];
}

/* What forward and backward of a node have in common. */
static node_run start(device_plan *plan, size_t node, const device_pass *pass, bool inference)
{
    const graph_node *n = &plan->graph->node[node];
    node_run run = cuda_plan_outline(plan, node, pass->count);
    const plan_node *planned = run.planned;
    run.output.at = node_values(plan, planned->follower == NO_NODE ? node : (size_t)planned->follower, inference);
    run.running = pass->running;
    run.shards = pass->shards.shard > 0 && n->op->mixes ? &pass->shards : NULL;
    run.gradients_apart = plan->graph->parameter_values;
    run.notes = plan->notes + planned->notes + (inference ? plan->notes_values : 0);
    run.scratch = plan->scratch;
    run.packed = plan->packed + planned->packed;
    for (size_t i = 0; i < n->op->inputs; i++)
        run.input[i].at = n->input[i] == 0 ? (void *)pass->input : node_values(plan, (size_t)n->input[i], inference);
    for (size_t i = 0; i < n->parameters; i++)
        run.parameter[i] = pass->parameters + parameter_of(plan, n, i)->offset;
    if (cuda_layer_of(n)->biased && planned->normalizer == NO_NODE)
        run.bias = run.parameter[1];
    if (planned->producer != NO_NODE)
        run.bias = pass->parameters + parameter_of(plan, &plan->graph->node[planned->producer], 1)->offset;
    return run;
}

/* The recording that is being made; 0: none. */
static unsigned long long current_recording(cuda_device *cuda)
{
    enum cudaStreamCaptureStatus status = cudaStreamCaptureStatusNone;
    unsigned long long number = 0;
    cuda_note(cuda, cudaStreamGetCaptureInfo(cuda->stream, &status, &number, NULL, NULL, NULL, NULL),
              "asking for the recording");
    return status == cudaStreamCaptureStatusNone ? 0 : number;
}

/* A recording packs for itself: when it is run again, the parameters are others. */
static void pack(device_plan *plan, const device_pass *pass)
{
    unsigned long long recording = current_recording(plan->cuda);
    if (plan->packed_revision == pass->revision && plan->packed_while == recording)
        return;
    plan->packed_revision = pass->revision;
    plan->packed_while = recording;
    for (size_t i = 1; i < plan->graph->nodes; i++) {
        const cuda_layer *layer = cuda_layer_of(&plan->graph->node[i]);
        if (plan->node[i].packed_bytes == 0)
            continue;
        node_run run = start(plan, i, pass, false);
        layer->pack(&run);
    }
}

/* After a failure, and of no samples, nodes that sum over the shards of all processes still take part. */
static bool takes_part(const device_plan *plan, size_t node, const device_pass *pass)
{
    bool works = plan->cuda->failure == COULOMB_OK && pass->count > 0;
    return works || (pass->shards.shard > 0 && plan->graph->node[node].op->mixes);
}

static const float *forward(device_plan *plan, const device_pass *pass, bool inference)
{
    const graph *of = plan->graph;
    cuda_enter(&plan->cuda->base);
    if (plan->cuda->failure == COULOMB_OK)
        pack(plan, pass);
    for (size_t i = 1; i < of->nodes; i++) {
        const graph_node *n = &of->node[i];
        if (plan->node[i].leader != NO_NODE || !takes_part(plan, i, pass))
            continue;
        node_run run = start(plan, i, pass, inference);
        for (size_t j = 0; j < n->parameters && pass->staged != NULL && !inference; j++) {
            const parameter_array *array = parameter_of(plan, n, j);
            run.staged[j] = array->moving && !array->frozen ? pass->staged + array->average_offset : NULL;
        }
        if (plan->cuda->mark != NULL)
            plan->cuda->mark(plan->cuda, i, false);
        cuda_layer_of(n)->forward(&run);
    }
    cuda_launched(plan->cuda, "running layers forward");
    return node_values(plan, (size_t)of->output, inference);
}

const float *cuda_plan_forward(device_plan *plan, const device_pass *pass)
{
    return forward(plan, pass, false);
}

const float *cuda_plan_infer(device_plan *plan, const device_pass *pass)
{
    return forward(plan, pass, true);
}

/* Point the run at the gradients that are wanted of the node's inputs. A node's first consumer in backward order writes
 * its gradient, the others add. */
static bool want_input_gradients(device_plan *plan, size_t index, const device_gradients *gradients, node_run *run)
{
    const graph_node *n = run->node;
    bool wanted = false, learning = gradients->parameter_gradients != NULL;
    for (size_t i = 0; i < n->op->inputs; i++) {
        const graph_node *source = &plan->graph->node[n->input[i]];
        if (n->input[i] == 0)
            run->input_gradient[i].at = gradients->input_gradient;
        else if (gradients->input_gradient != NULL || (learning && source->trained))
            run->input_gradient[i].at = at_place(plan, plan->node[n->input[i]].gradient);
        run->add_input[i] = source->last_consumer != index || (i > 0 && n->input[0] == n->input[i]);
        wanted = wanted || run->input_gradient[i].at != NULL;
    }
    return wanted;
}

static float *wanted_gradient(const device_plan *plan, const graph_node *n, size_t index,
                              const device_gradients *gradients)
{
    const parameter_array *array = parameter_of(plan, n, index);
    return array->moving || array->frozen ? NULL : gradients->parameter_gradients + array->offset;
}

/* Point the run at the gradients of the node's parameters that are trained. Batch norm finds that of the bias in front
 * of it, unless shards have gradients of their own. */
static bool want_parameter_gradients(device_plan *plan, const device_gradients *gradients, bool sharded, node_run *run)
{
    const graph_node *n = run->node;
    const plan_node *planned = run->planned;
    if (gradients->parameter_gradients == NULL)
        return false;
    bool wanted = false;
    for (size_t i = 0; i < n->parameters; i++) {
        run->parameter_gradient[i] = wanted_gradient(plan, n, i, gradients);
        wanted = wanted || run->parameter_gradient[i] != NULL;
    }
    if (cuda_layer_of(n)->biased && (planned->normalizer == NO_NODE || sharded))
        run->bias_gradient = run->parameter_gradient[1];
    if (planned->producer != NO_NODE && !sharded)
        run->bias_gradient = wanted_gradient(plan, &plan->graph->node[planned->producer], 1, gradients);
    return wanted || run->bias_gradient != NULL;
}

/* The gradient of what the node computes: with batch norm, of the activation that follows. */
static void *output_gradient(device_plan *plan, size_t node, const device_gradients *gradients)
{
    const plan_node *planned = &plan->node[node];
    bool follower = planned->follower != NO_NODE && plan->graph->node[node].op->number == OP_BATCH_NORM;
    size_t of = follower ? (size_t)planned->follower : node;
    return of == (size_t)plan->graph->output ? (void *)gradients->output_gradient
                                             : at_place(plan, plan->node[of].gradient);
}

/* Batch norm in front, or a dense layer behind, goes back through this activation. */
static bool gone_through(const device_plan *plan, size_t node)
{
    const graph_node *n = &plan->graph->node[node];
    int32_t leader = plan->node[node].leader;
    return (leader != NO_NODE && plan->graph->node[leader].op->number == OP_BATCH_NORM) ||
           (n->consumers == 1 && plan->node[n->last_consumer].sloped);
}

static stored shifted(stored x, size_t values)
{
    return (stored){.at = x.at == NULL ? NULL : (char *)x.at + values * value_bytes(x.half), .half = x.half};
}

/* A shard's part of a node's backward run, which finds parameter gradients only. */
static node_run shard_run(const node_run *run, const device_shards *shards, size_t shard)
{
    node_run part = *run;
    size_t first = shard * shards->shard, left = run->count - first, apart = shard * run->gradients_apart;
    part.count = left < shards->shard ? left : shards->shard;
    part.output = shifted(run->output, first * run->node->size);
    part.output_gradient = shifted(run->output_gradient, first * run->node->size);
    part.weight = run->weight == NULL ? NULL : run->weight + first;
    for (size_t i = 0; i < OP_INPUTS; i++) {
        part.input[i] = shifted(run->input[i], first * run->input_size[i]);
        part.input_gradient[i].at = NULL;
    }
    for (size_t i = 0; i < OP_PARAMETERS; i++)
        if (run->parameter_gradient[i] != NULL)
            part.parameter_gradient[i] = run->parameter_gradient[i] + apart;
    if (run->bias_gradient != NULL)
        part.bias_gradient = run->bias_gradient + apart;
    return part;
}

/* Each shard's parameter gradients, then all samples' input gradients, which may take the place of what both are made
 * of. */
static void run_shards(node_run *run, const device_shards *shards, bool inputs)
{
    const cuda_layer *layer = cuda_layer_of(run->node);
    for (size_t first = 0, shard = 0; first < run->count; first += shards->shard, shard++) {
        node_run part = shard_run(run, shards, shard);
        layer->backward(&part);
    }
    for (size_t i = 0; i < OP_PARAMETERS; i++)
        run->parameter_gradient[i] = NULL;
    run->bias_gradient = NULL;
    if (inputs)
        layer->backward(run);
}

void cuda_plan_backward(device_plan *plan, const device_pass *pass, const device_gradients *gradients)
{
    cuda_enter(&plan->cuda->base);
    device_pass part = *pass;
    part.count = gradients->count;
    bool sharded = part.shards.shard > 0;
    if (plan->cuda->failure == COULOMB_OK)
        pack(plan, &part); /* of what the parameters are by now */
    for (size_t i = plan->graph->nodes - 1; i > 0; i--) {
        const graph_node *n = &plan->graph->node[i];
        if ((gradients->input_gradient == NULL && !n->trained) || gone_through(plan, i) || !takes_part(plan, i, &part))
            continue;
        node_run run = start(plan, i, &part, false);
        run.output_gradient.at = output_gradient(plan, i, gradients);
        run.add_parameters = gradients->add;
        run.weight = gradients->weight;
        bool wanted = want_parameter_gradients(plan, gradients, sharded, &run);
        if (plan->cuda->mark != NULL)
            plan->cuda->mark(plan->cuda, i, true);
        bool inputs = want_input_gradients(plan, i, gradients, &run);
        if (sharded && !n->op->mixes && wanted)
            run_shards(&run, &part.shards, inputs);
        else if (inputs || wanted)
            cuda_layer_of(n)->backward(&run);
    }
    cuda_launched(plan->cuda, "running layers backward");
}
