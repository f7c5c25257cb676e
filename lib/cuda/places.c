/* Which nodes are computed together, and where values and gradients stand. All sizes are proportional to the batch, so
 * places are fixed once, in bytes of one sample. There are two plans: for passes that backward can go through, and for
 * inference.
 *
 * What backward reads is kept: it has a place of its own. Everything else lives in the temporary arena from its first
 * use to its last and shares places with what lives at other times. Time runs through the forward pass, node i at i,
 * and back through the backward pass, node i at 2 nodes - 1 - i. */
#include "cuda/plan.h"

typedef struct lifetime {
    size_t bytes, first, last;
    size_t offset;
    ptrdiff_t leader; /* index of the life whose place this one shares; NO_NODE: none */
    bool half, kept, none, placed;
} lifetime;

static size_t back(const device_plan *plan, size_t node)
{
    return 2 * plan->graph->nodes - 1 - node;
}

/* --- what is computed together --- */

static bool is_norm(const graph_node *n)
{
    return n->op->number == OP_BATCH_NORM;
}

static void fuse(device_plan *plan)
{
    const graph *of = plan->graph;
    for (size_t i = 1; i < of->nodes; i++) {
        const graph_node *n = &of->node[i];
        if (n->consumers != 1 || i == (size_t)of->output)
            continue;
        const graph_node *consumer = &of->node[n->last_consumer];
        plan_node *next = &plan->node[n->last_consumer];
        if (cuda_layer_of(n)->activates && cuda_activation_of(consumer).kind != ACTIVATION_NONE) {
            plan->node[i].follower = (int32_t)n->last_consumer;
            next->leader = (int32_t)i;
        } else if (cuda_layer_of(n)->biased && is_norm(consumer)) {
            plan->node[i].normalizer = (int32_t)n->last_consumer;
            next->producer = (int32_t)i;
        }
    }
}

/* Batch norm computes the activation's slope as well. */
static bool follows_norm(const device_plan *plan, size_t node)
{
    int32_t leader = plan->node[node].leader;
    return leader != NO_NODE && is_norm(&plan->graph->node[leader]);
}

/* Small networks are launches, not arithmetic: bfloat16 gains nothing there. */
static bool halves(const device_plan *plan)
{
    const graph *of = plan->graph;
    bool large = false;
    for (size_t i = 1; i < of->nodes && !large; i++) {
        const graph_node *n = &of->node[i];
        large = n->parameters > 0 && !cuda_dense_is_small(n, &of->node[n->input[0]].shape);
    }
    return large && plan->precision == COULOMB_PRECISION_BF16;
}

/* A small dense layer multiplies its input's gradient by the slope of the activation that only it reads. */
static void find_sloped(device_plan *plan)
{
    const graph *of = plan->graph;
    for (size_t i = 1; i < of->nodes; i++) {
        const graph_node *n = &of->node[i];
        size_t source = (size_t)n->input[0];
        const plan_node *before = &plan->node[source];
        if (before->leader == NO_NODE || follows_norm(plan, source) || of->node[source].consumers != 1)
            continue;
        const plan_node *first = &plan->node[before->leader];
        plan->node[i].sloped = cuda_dense_is_small(n, &of->node[source].shape) && !plan->halves &&
                               first->gradient.kept == before->gradient.kept &&
                               first->gradient.offset == before->gradient.offset;
    }
}

/* --- lives --- */

static bool keeps_input(const graph *of, size_t node)
{
    for (size_t i = node + 1; i < of->nodes; i++)
        for (size_t j = 0; j < of->node[i].op->inputs; j++)
            if (of->node[i].input[j] == (int32_t)node && cuda_layer_of(&of->node[i])->keeps_input)
                return true;
    return false;
}

static lifetime value_life(const device_plan *plan, size_t node, bool inference)
{
    const graph *of = plan->graph;
    const graph_node *n = &of->node[node];
    const plan_node *planned = &plan->node[node];
    bool own = cuda_layer_of(n)->keeps_output && !follows_norm(plan, node);
    return (lifetime){.bytes = size_aligned(n->size * value_bytes(planned->half), PLACE_ALIGNMENT),
                      .first = planned->leader == NO_NODE ? node : (size_t)planned->leader,
                      .last = n->consumers > 0 ? n->last_consumer : of->nodes - 1,
                      .leader = NO_NODE,
                      .half = planned->half,
                      .kept = !inference && (own || keeps_input(of, node)),
                      .none = node == 0 || planned->follower != NO_NODE};
}

static lifetime gradient_life(const device_plan *plan, size_t node, bool inference)
{
    const graph *of = plan->graph;
    const graph_node *n = &of->node[node];
    const plan_node *planned = &plan->node[node];
    bool skipped = planned->follower != NO_NODE && is_norm(n);
    return (lifetime){.bytes = size_aligned(n->size * value_bytes(planned->half), PLACE_ALIGNMENT),
                      .first = n->consumers > 0 ? back(plan, n->last_consumer) : of->nodes,
                      .last = back(plan, follows_norm(plan, node) ? (size_t)planned->leader : node),
                      .leader = NO_NODE,
                      .half = planned->half,
                      .none = node == 0 || node == (size_t)of->output || inference || skipped};
}

static bool can_share(const device_plan *plan, const lifetime *life, size_t node)
{
    const graph_node *n = &plan->graph->node[node];
    size_t source = (size_t)n->input[0];
    return cuda_layer_of(n)->in_place && plan->graph->node[source].consumers == 1 && !life[node].none &&
           !life[source].none && life[node].half == life[source].half;
}

/* An op that works in place puts its output where its only-consumed input stood, unless that is kept and changes. */
static void share_values(const device_plan *plan, lifetime *value)
{
    for (size_t i = 1; i < plan->graph->nodes; i++) {
        const graph_node *n = &plan->graph->node[i];
        size_t source = (size_t)n->input[0];
        if (!can_share(plan, value, i) || (value[source].kept && n->op->number != OP_RESHAPE))
            continue;
        ptrdiff_t leader = value[source].leader == NO_NODE ? (ptrdiff_t)source : value[source].leader;
        value[i].leader = leader;
        value[leader].last = value[i].last;
        value[leader].kept = value[source].kept = value[i].kept = value[i].kept || value[leader].kept;
    }
}

/* It puts its input's gradient where its output's stood. */
static void share_gradients(const device_plan *plan, lifetime *gradient)
{
    for (size_t i = plan->graph->nodes - 1; i > 0; i--) {
        size_t source = (size_t)plan->graph->node[i].input[0];
        if (!can_share(plan, gradient, i))
            continue;
        ptrdiff_t leader = gradient[i].leader == NO_NODE ? (ptrdiff_t)i : gradient[i].leader;
        gradient[source].leader = leader;
        gradient[leader].last = gradient[source].last;
    }
}

/* --- places --- */

static bool overlap(const lifetime *a, const lifetime *b)
{
    return a->first <= b->last && b->first <= a->last;
}

/* First offset where `life` meets none of the placed lives of the same time. */
static size_t first_fit(const lifetime *lives, size_t count, const lifetime *life)
{
    size_t offset = 0;
    for (bool moved = true; moved;) {
        moved = false;
        for (size_t i = 0; i < count; i++) {
            const lifetime *other = &lives[i];
            if (!other->placed || !overlap(other, life) || other->offset + other->bytes <= offset ||
                offset + life->bytes <= other->offset)
                continue;
            offset = other->offset + other->bytes;
            moved = true;
        }
    }
    return offset;
}

static bool to_be_placed(const lifetime *life)
{
    return !life->none && life->leader == NO_NODE && !life->placed;
}

/* Largest first, each at the first offset that is free all its life. */
static size_t place_temporaries(lifetime *lives, size_t count)
{
    size_t arena = 0;
    for (;;) {
        size_t largest = count;
        for (size_t i = 0; i < count; i++)
            if (to_be_placed(&lives[i]) && !lives[i].kept &&
                (largest == count || lives[i].bytes > lives[largest].bytes))
                largest = i;
        if (largest == count)
            return arena;
        lives[largest].offset = first_fit(lives, count, &lives[largest]);
        lives[largest].placed = true;
        arena = size_most(arena, lives[largest].offset + lives[largest].bytes);
    }
}

/* Kept places are marked `placed` last, so that temporaries do not see them. */
static size_t place_kept(lifetime *lives, size_t count)
{
    size_t arena = 0;
    for (size_t i = 0; i < count; i++)
        if (to_be_placed(&lives[i]) && lives[i].kept) {
            lives[i].offset = arena;
            arena += lives[i].bytes;
        }
    return arena;
}

static plan_place place_of(const lifetime *lives, size_t index)
{
    const lifetime *life = lives[index].leader == NO_NODE ? &lives[index] : &lives[lives[index].leader];
    return (plan_place){.kept = life->kept, .offset = life->offset};
}

static void place(device_plan *plan, bool inference, lifetime *lives)
{
    size_t nodes = plan->graph->nodes;
    for (size_t i = 0; i < nodes; i++) {
        lives[i] = value_life(plan, i, inference);
        lives[nodes + i] = gradient_life(plan, i, inference);
    }
    share_values(plan, lives);
    share_gradients(plan, lives + nodes);
    size_t kept = place_kept(lives, nodes), temporary = place_temporaries(lives, 2 * nodes);
    if (inference) {
        plan->inference_bytes = temporary;
        for (size_t i = 0; i < nodes; i++)
            plan->node[i].inference = place_of(lives, i).offset;
        return;
    }
    plan->kept_bytes = kept;
    plan->temporary_bytes = temporary;
    for (size_t i = 0; i < nodes; i++) {
        plan->node[i].value = place_of(lives, i);
        plan->node[i].gradient = place_of(lives + nodes, i);
    }
}

/* Places are sums of a few times all values' bytes, which must not wrap. */
static coulomb_status check_sizes(const device_plan *plan)
{
    size_t values = 0;
    for (size_t i = 0; i < plan->graph->nodes && values <= VALUES_MOST; i++)
        values += plan->graph->node[i].size; /* each at most VALUES_MOST */
    if (values <= VALUES_MOST)
        return COULOMB_OK;
    return plan->cuda->services->fail(plan->cuda->base.context, COULOMB_ERROR_SHAPE,
                                      "the values of one sample do not fit into memory");
}

coulomb_status cuda_plan_places(device_plan *plan)
{
    cuda_device *cuda = plan->cuda;
    size_t nodes = plan->graph->nodes;
    coulomb_status status = check_sizes(plan);
    if (status != COULOMB_OK)
        return status;
    lifetime *lives = cuda->services->memory_get(cuda->base.context, 2 * nodes, sizeof *lives);
    if (lives == NULL)
        return COULOMB_ERROR_MEMORY;
    plan->halves = halves(plan);
    for (size_t i = 0; i < nodes; i++) {
        plan_node *planned = &plan->node[i];
        planned->sloped = false;
        planned->half = plan_halves(plan) && i > 0 && i != (size_t)plan->graph->output;
        planned->follower = planned->leader = planned->normalizer = planned->producer = NO_NODE;
    }
    fuse(plan);
    place(plan, true, lives);
    place(plan, false, lives);
    find_sloped(plan);
    cuda->services->memory_release(cuda->base.context, lives);
    return COULOMB_OK;
}
