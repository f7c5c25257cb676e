/* Where each node's values and gradients stand. All sizes are proportional to the batch, so places are fixed once, in
 * values of one sample. There are two plans: for passes that backward can go through, and for inference.
 *
 * What backward reads is kept: it has a place of its own. In inference nothing is. Everything else lives in the
 * temporary arena from its first use to its last and shares places with what lives at other times. Time runs
 * through the forward pass, node i at i, and back through the backward pass, node i at 2 nodes - 1 - i. */
#include "cpu/plan.h"

enum { NO_PLACE = -1 };

typedef struct lifetime {
    size_t size, first, last;
    size_t offset;
    ptrdiff_t leader; /* index of the life whose place this one shares; NO_PLACE: none */
    bool kept, none;  /* none: the values are the caller's */
    bool placed;
} lifetime;

static size_t back(const graph *of, size_t node)
{
    return 2 * of->nodes - 1 - node;
}

static bool keeps_input(const graph *of, size_t node)
{
    /* Whether any node behind keeps this one's values. */
    for (size_t i = node + 1; i < of->nodes; i++)
        for (size_t j = 0; j < of->node[i].op->inputs; j++)
            if (of->node[i].input[j] == (int32_t)node && (cpu_layer_of(of->node[i].op)->keeps & KEEP_INPUT) != 0)
                return true;
    return false;
}

static lifetime value_life(const graph *of, size_t node, bool inference)
{
    const struct graph_node *n = &of->node[node];
    return (lifetime){.size = inference ? values_aligned(n->size) : n->size,
                      .first = node,
                      .last = n->consumers > 0 ? n->last_consumer : of->nodes - 1,
                      .leader = NO_PLACE,
                      .kept = !inference && ((cpu_layer_of(n->op)->keeps & KEEP_OUTPUT) != 0 || keeps_input(of, node)),
                      .none = node == 0};
}

static lifetime gradient_life(const graph *of, size_t node, bool inference)
{
    const struct graph_node *n = &of->node[node];
    return (lifetime){.size = n->size,
                      .first = n->consumers > 0 ? back(of, n->last_consumer) : of->nodes,
                      .last = back(of, node),
                      .leader = NO_PLACE,
                      .none = node == 0 || node == (size_t)of->output || inference};
}

/* An op that works in place puts its output where its only-consumed input stood, and its input's gradient where its
 * output's stood. */
static void share_places(const graph *of, lifetime *value, lifetime *gradient)
{
    for (size_t i = 1; i < of->nodes; i++) {
        const graph_node *n = &of->node[i];
        size_t source = (size_t)n->input[0];
        if (!cpu_layer_of(n->op)->in_place || of->node[source].consumers != 1)
            continue;
        if (!value[source].none && !value[source].kept) {
            ptrdiff_t leader = value[source].leader == NO_PLACE ? (ptrdiff_t)source : value[source].leader;
            value[i].leader = leader;
            value[leader].last = value[i].last;
            value[leader].kept = value[i].kept;
            value[source].kept = value[i].kept;
        }
    }
    for (size_t i = of->nodes - 1; i > 0; i--) {
        const graph_node *n = &of->node[i];
        size_t source = (size_t)n->input[0];
        if (!cpu_layer_of(n->op)->in_place || of->node[source].consumers != 1 || gradient[i].none ||
            gradient[source].none)
            continue;
        ptrdiff_t leader = gradient[i].leader == NO_PLACE ? (ptrdiff_t)i : gradient[i].leader;
        gradient[source].leader = leader;
        gradient[leader].last = gradient[source].last;
    }
}

static bool overlap(const lifetime *a, const lifetime *b)
{
    return a->first <= b->last && b->first <= a->last;
}

static bool placed_temporary(const lifetime *life)
{
    return !life->none && !life->kept && life->leader == NO_PLACE;
}

/* First offset where `life` meets none of the `placed` lives of the same time, whose indices are in the order of their
 * offsets. */
static size_t first_fit(const lifetime *lives, const size_t *placed, size_t count, const lifetime *life)
{
    size_t offset = 0;
    for (size_t i = 0; i < count && lives[placed[i]].offset < offset + life->size; i++) {
        const lifetime *other = &lives[placed[i]];
        if (overlap(other, life) && other->offset + other->size > offset)
            offset = other->offset + other->size;
    }
    return offset;
}

/* Add an index in the order of offsets. */
static void insert_by_offset(const lifetime *lives, size_t *placed, size_t count, size_t index)
{
    for (; count > 0 && lives[placed[count - 1]].offset > lives[index].offset; count--)
        placed[count] = placed[count - 1];
    placed[count] = index;
}

/* Largest first, each at the first offset that is free all its life. Returns the arena's size, or more than
 * VALUES_MOST. */
static size_t place_temporaries(lifetime *lives, size_t count, size_t *placed)
{
    size_t placed_count = 0, arena = 0;
    for (;;) {
        size_t largest = count;
        for (size_t i = 0; i < count; i++)
            if (!lives[i].placed && placed_temporary(&lives[i]) &&
                (largest == count || lives[i].size > lives[largest].size))
                largest = i;
        if (largest == count || arena > VALUES_MOST)
            return arena;
        lifetime *life = &lives[largest];
        life->offset = first_fit(lives, placed, placed_count, life);
        life->placed = true;
        insert_by_offset(lives, placed, placed_count++, largest);
        arena = life->offset + life->size > arena ? life->offset + life->size : arena;
    }
}

static size_t place_kept(lifetime *lives, size_t count)
{
    size_t arena = 0;
    for (size_t i = 0; i < count && arena <= VALUES_MOST; i++)
        if (!lives[i].none && lives[i].kept && lives[i].leader == NO_PLACE) {
            lives[i].offset = arena;
            arena += lives[i].size;
        }
    return arena;
}

/* Lives of all values, then of all gradients, with their places: the sizes of the kept and of the temporary arena. */
static void place(const graph *of, bool inference, lifetime *lives, size_t *order, size_t *kept, size_t *temporary)
{
    size_t nodes = of->nodes;
    for (size_t i = 0; i < nodes; i++) {
        lives[i] = value_life(of, i, inference);
        lives[nodes + i] = gradient_life(of, i, inference);
    }
    share_places(of, lives, lives + nodes);
    *kept = place_kept(lives, nodes);
    *temporary = place_temporaries(lives, 2 * nodes, order);
}

/* The life whose place this one has. */
static const lifetime *leader_of(const lifetime *lives, size_t index)
{
    return lives[index].leader == NO_PLACE ? &lives[index] : &lives[lives[index].leader];
}

static coulomb_status find_places(device_plan *plan, lifetime *lives, size_t *order)
{
    size_t none, nodes = plan->graph->nodes;
    lifetime *gradient = lives + nodes;
    place(plan->graph, true, lives, order, &none, &plan->inference_size);
    for (size_t i = 0; i < nodes; i++)
        plan->place[i].inference = leader_of(lives, i)->offset;
    place(plan->graph, false, lives, order, &plan->kept_size, &plan->temporary_size);
    for (size_t i = 0; i < nodes; i++) {
        const lifetime *value = leader_of(lives, i);
        plan->place[i].value = (arena_place){.kept = value->kept, .offset = value->offset};
        plan->place[i].gradient = (arena_place){.offset = leader_of(gradient, i)->offset};
    }
    if (plan->inference_size > VALUES_MOST || plan->kept_size > VALUES_MOST ||
        plan->temporary_size > VALUES_MOST - plan->kept_size)
        return fail(plan->context, COULOMB_ERROR_SHAPE, "the values of one sample do not fit into memory");
    return COULOMB_OK;
}

static void place_notes(device_plan *plan)
{
    for (size_t i = 1; i < plan->graph->nodes; i++) {
        const graph_node *n = &plan->graph->node[i];
        const cpu_layer *layer = cpu_layer_of(n->op);
        op_run run = plan_outline_run(plan, n, 1);
        size_t notes = layer->notes == NULL ? 0 : values_aligned(layer->notes(&run));
        plan->place[i].notes = plan->notes_values;
        plan->notes_values += notes;
        plan->notes_most = notes > plan->notes_most ? notes : plan->notes_most;
    }
}

static coulomb_status find_all_places(device_plan *plan)
{
    coulomb_context *context = plan->context;
    size_t nodes = plan->graph->nodes;
    lifetime *lives = memory_get(context, 2 * nodes, sizeof *lives);
    size_t *order = lives == NULL ? NULL : memory_get(context, 2 * nodes, sizeof *order);
    coulomb_status status = order == NULL ? COULOMB_ERROR_MEMORY : find_places(plan, lives, order);
    if (status == COULOMB_OK)
        place_notes(plan);
    memory_release(context, order);
    memory_release(context, lives);
    return status;
}

coulomb_status cpu_plan_new(device *on, const graph *of, device_plan **plan)
{
    device_plan *made = memory_get_zeroed(on->context, 1, sizeof *made);
    if (made == NULL)
        return COULOMB_ERROR_MEMORY;
    made->context = on->context;
    made->on = (cpu_device *)on;
    made->graph = of;
    made->place = memory_get_zeroed(on->context, of->nodes, sizeof *made->place);
    if (made->place != NULL)
        made->prepared = memory_get_zeroed(on->context, 2 * of->nodes, sizeof *made->prepared);
    coulomb_status status = made->prepared == NULL ? COULOMB_ERROR_MEMORY : find_all_places(made);
    if (status == COULOMB_OK)
        *plan = made;
    else
        cpu_plan_free(made);
    return status;
}

void cpu_plan_free(device_plan *plan)
{
    coulomb_context *context = plan->context;
    plan_release_shared(plan);
    memory_release(context, plan->place);
    memory_release(context, plan->kept);
    memory_release(context, plan->temporary);
    memory_release(context, plan->inference);
    memory_release(context, plan->notes);
    memory_release(context, plan->prepared);
    memory_release(context, plan->prepared_memory);
    buffer_release(context, &plan->scratch);
    memory_release(context, plan);
}
