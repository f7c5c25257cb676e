/* Where each node's values and gradients stand. All sizes are proportional to the batch, so places are fixed once, in
 * values of one sample. There are two plans: for passes that backward can go through, and for inference.
 *
 * What backward reads is kept: it has a place of its own. In inference nothing is. Everything else lives in the
 * temporary arena from its first use to its last and shares places with what lives at other times. Time runs
 * through the forward pass, node i at i, and back through the backward pass, node i at 2 nodes - 1 - i. */
#include "network/network.h"

typedef struct lifetime {
    size_t size, first, last;
    size_t offset;
    ptrdiff_t leader; /* index of the life whose place this one shares; NO_PLACE: none */
    bool kept, none;  /* none: the values are the caller's */
    bool placed;
} lifetime;

static size_t back(const coulomb_network *network, size_t node)
{
    return 2 * network->graph.nodes - 1 - node;
}

static bool keeps_input(const coulomb_network *network, size_t node)
{
    /* Whether any node behind keeps this one's values. */
    for (size_t i = node + 1; i < network->graph.nodes; i++)
        for (size_t j = 0; j < network->graph.node[i].op->inputs; j++)
            if (network->graph.node[i].input[j] == (int32_t)node &&
                (cpu_layer_of(network->graph.node[i].op)->keeps & KEEP_INPUT) != 0)
                return true;
    return false;
}

static lifetime value_life(const coulomb_network *network, size_t node, bool inference)
{
    const struct graph_node *n = &network->graph.node[node];
    return (lifetime){.size = inference ? values_aligned(n->size) : n->size,
                      .first = node,
                      .last = n->consumers > 0 ? n->last_consumer : network->graph.nodes - 1,
                      .leader = NO_PLACE,
                      .kept =
                          !inference && ((cpu_layer_of(n->op)->keeps & KEEP_OUTPUT) != 0 || keeps_input(network, node)),
                      .none = node == 0};
}

static lifetime gradient_life(const coulomb_network *network, size_t node, bool inference)
{
    const struct graph_node *n = &network->graph.node[node];
    return (lifetime){.size = n->size,
                      .first = n->consumers > 0 ? back(network, n->last_consumer) : network->graph.nodes,
                      .last = back(network, node),
                      .leader = NO_PLACE,
                      .none = node == 0 || node == (size_t)network->graph.output || inference};
}

/* An op that works in place puts its output where its only-consumed input stood, and its input's gradient where its
 * output's stood. */
static void share_places(const coulomb_network *network, lifetime *value, lifetime *gradient)
{
    for (size_t i = 1; i < network->graph.nodes; i++) {
        const graph_node *n = &network->graph.node[i];
        size_t source = (size_t)n->input[0];
        if (!cpu_layer_of(n->op)->in_place || network->graph.node[source].consumers != 1)
            continue;
        if (!value[source].none && !value[source].kept) {
            ptrdiff_t leader = value[source].leader == NO_PLACE ? (ptrdiff_t)source : value[source].leader;
            value[i].leader = leader;
            value[leader].last = value[i].last;
            value[leader].kept = value[i].kept;
            value[source].kept = value[i].kept;
        }
    }
    for (size_t i = network->graph.nodes - 1; i > 0; i--) {
        const graph_node *n = &network->graph.node[i];
        size_t source = (size_t)n->input[0];
        if (!cpu_layer_of(n->op)->in_place || network->graph.node[source].consumers != 1 || gradient[i].none ||
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
static void place(const coulomb_network *network, bool inference, lifetime *lives, size_t *order, size_t *kept,
                  size_t *temporary)
{
    size_t nodes = network->graph.nodes;
    for (size_t i = 0; i < nodes; i++) {
        lives[i] = value_life(network, i, inference);
        lives[nodes + i] = gradient_life(network, i, inference);
    }
    share_places(network, lives, lives + nodes);
    *kept = place_kept(lives, nodes);
    *temporary = place_temporaries(lives, 2 * nodes, order);
}

/* The life whose place this one has. */
static const lifetime *leader_of(const lifetime *lives, size_t index)
{
    return lives[index].leader == NO_PLACE ? &lives[index] : &lives[lives[index].leader];
}

static coulomb_status plan(coulomb_network *network, lifetime *lives, size_t *order)
{
    size_t none;
    lifetime *gradient = lives + network->graph.nodes;
    place(network, true, lives, order, &none, &network->inference_size);
    for (size_t i = 0; i < network->graph.nodes; i++)
        network->place[i].inference = leader_of(lives, i)->offset;
    place(network, false, lives, order, &network->kept_size, &network->temporary_size);
    for (size_t i = 0; i < network->graph.nodes; i++) {
        const lifetime *value = leader_of(lives, i);
        network->place[i].value = (arena_place){.kept = value->kept, .offset = value->offset};
        network->place[i].gradient = (arena_place){.offset = leader_of(gradient, i)->offset};
    }
    if (network->inference_size > VALUES_MOST || network->kept_size > VALUES_MOST ||
        network->temporary_size > VALUES_MOST - network->kept_size)
        return fail(network->context, COULOMB_ERROR_SHAPE, "the values of one sample do not fit into memory");
    return COULOMB_OK;
}

static void place_notes(coulomb_network *network)
{
    for (size_t i = 1; i < network->graph.nodes; i++) {
        const graph_node *n = &network->graph.node[i];
        const cpu_layer *layer = cpu_layer_of(n->op);
        op_run run = network_outline_run(network, n, 1);
        size_t notes = layer->notes == NULL ? 0 : values_aligned(layer->notes(&run));
        network->place[i].notes = network->notes_values;
        network->notes_values += notes;
        network->notes_most = notes > network->notes_most ? notes : network->notes_most;
    }
}

coulomb_status network_plan(coulomb_network *network)
{
    coulomb_context *context = network->context;
    lifetime *lives = memory_get(context, 2 * network->graph.nodes, sizeof *lives);
    size_t *order = lives == NULL ? NULL : memory_get(context, 2 * network->graph.nodes, sizeof *order);
    node_place *place = order == NULL ? NULL : memory_get_zeroed(context, network->graph.nodes, sizeof *place);
    memory_release(context, network->place);
    network->place = place;
    network->notes_values = network->notes_most = 0;
    coulomb_status status = place == NULL ? COULOMB_ERROR_MEMORY : plan(network, lives, order);
    if (status == COULOMB_OK) {
        place_notes(network);
    } else {
        memory_release(context, place);
        network->place = NULL;
    }
    memory_release(context, order);
    memory_release(context, lives);
    return status;
}
