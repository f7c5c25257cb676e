/* Convolutions by cuDNN. It pads both ends alike, so where a window's padding is not, big images get a border at their
 * end, in a copy; copies also have the type of products. */
#include "cuda/convolution.h"

/* Where an engine's arrays stand in the workspace. */
typedef struct engine_room {
    char *framed, *small, *filters, *workspace;
    size_t bytes; /* but for the workspace */
} engine_room;

static size_t framed_size(const conv_work *w)
{
    return conv_area(w->framed) * w->window.channels;
}

static engine_room room_of(const conv_work *w)
{
    char *at = w->run->scratch;
    engine_room room = {.framed = at};
    at += size_aligned(w->run->count * framed_size(w) * sizeof(float), PACKED_ALIGNMENT);
    room.small = at;
    at += size_aligned(w->run->count * conv_small_size(w) * sizeof(float), PACKED_ALIGNMENT);
    room.filters = at;
    at += size_aligned(conv_packed_values(w) * sizeof(float), PACKED_ALIGNMENT);
    room.workspace = at;
    room.bytes = (size_t)(at - w->run->scratch);
    return room;
}

static const cudnn_engine *engine_for(const conv_work *w, enum convolution_way way, size_t *slot)
{
    const convolution *c = w->run->planned->convolution;
    for (*slot = 0; w->by_engine && c != NULL && *slot < ENGINE_COUNTS; (*slot)++)
        if (c->count[*slot] == w->run->count && c->engine[*slot][way] != NULL)
            return c->engine[*slot][way];
    return NULL;
}

size_t conv_engine_scratch(const conv_work *w)
{
    const convolution *c = w->run->planned->convolution;
    size_t most = 0;
    for (size_t i = 0; c != NULL && i < ENGINE_COUNTS; i++)
        for (size_t way = 0; way < CONVOLUTION_WAYS; way++)
            if (c->engine[i][way] != NULL)
                most = size_most(most, cudnn_engine_workspace(c->engine[i][way]));
    return w->by_engine ? room_of(w).bytes + most : 0;
}

static layer_frame frame_of(const conv_work *w, const unsigned from[2], const unsigned to[2])
{
    return (layer_frame){.count = (unsigned)w->run->count,
                         .from = {from[0], from[1]},
                         .to = {to[0], to[1]},
                         .channels = w->window.channels};
}

static const activation none = {.kind = ACTIVATION_NONE};

static bool bordered(const conv_work *w)
{
    return w->framed[0] != w->window.big[0] || w->framed[1] != w->window.big[1];
}

/* Big images as engines read them. */
static stored framed(const conv_work *w, stored big, char *room)
{
    bool half = plan_halves(w->run->plan);
    if (!bordered(w) && big.half == half)
        return big;
    stored made = {.at = room, .half = half};
    layer_frame frame = frame_of(w, w->window.big, w->framed);
    launch_reframe(w->run->stream, &frame, NULL, none, big, made, false);
    return made;
}

bool conv_run_to_small(const conv_work *w, stored big, stored small, bool add)
{
    const node_run *run = w->run;
    size_t slot, values = run->count * conv_small_size(w);
    const cudnn_engine *engine = engine_for(w, TO_SMALL, &slot);
    if (engine == NULL)
        return false;
    engine_room room = room_of(w);
    bool half = plan_halves(run->plan), direct = !add && small.half == half;
    stored made = direct ? small : (stored){.at = room.small, .half = half};
    cudnn_engine_run(run->cuda, engine, framed(w, big, room.framed).at, (void *)run->packed, made.at, room.workspace);
    if (!direct)
        launch_pass(run->stream, values, 1.0f, made, small, add);
    return true;
}

bool conv_run_to_big(const conv_work *w, stored small, stored big, const float *bias, activation act, bool add)
{
    const node_run *run = w->run;
    size_t slot, values = run->count * conv_small_size(w);
    const cudnn_engine *engine = engine_for(w, TO_BIG, &slot);
    if (engine == NULL)
        return false;
    engine_room room = room_of(w);
    bool half = plan_halves(run->plan), direct = !add && !bordered(w) && big.half == half;
    stored made = direct ? big : (stored){.at = room.framed, .half = half};
    cudnn_engine_run(run->cuda, engine, made.at, (void *)run->packed, cuda_operand(run, small, values, room.small).at,
                     room.workspace);
    layer_frame frame = frame_of(w, w->framed, w->window.big);
    if (!direct || bias != NULL)
        launch_reframe(run->stream, &frame, bias, act, made, big, add);
    return true;
}

bool conv_run_to_filters(const conv_work *w, stored big, stored small)
{
    const node_run *run = w->run;
    size_t slot, values = run->count * conv_small_size(w);
    const cudnn_engine *engine = engine_for(w, TO_FILTERS, &slot);
    if (engine == NULL)
        return false;
    engine_room room = room_of(w);
    stored made = {.at = room.filters, .half = run->planned->convolution->half_filters[slot]};
    cudnn_engine_run(run->cuda, engine, framed(w, big, room.framed).at, made.at,
                     cuda_operand(run, small, values, room.small).at, room.workspace);
    conv_put_filter_gradient(w, made);
    return true;
}

/* --- finding engines --- */

static cudnn_shape shape_of(const conv_work *w, enum convolution_way way)
{
    const device_plan *plan = w->run->plan;
    cudnn_shape shape = {.way = way,
                         .half = plan_halves(plan),
                         .half_filters = plan_halves(plan) && way != TO_FILTERS,
                         .tensor_cores = plan->precision != COULOMB_PRECISION_FLOAT32,
                         .count = (int64_t)w->run->count,
                         .big_channels = w->window.channels,
                         .small_channels = (int64_t)w->small_channels};
    for (size_t axis = 0; axis < 2; axis++) {
        shape.big[axis] = w->framed[axis];
        shape.small[axis] = w->window.small[axis];
        shape.kernel[axis] = w->window.kernel[axis];
        shape.stride[axis] = w->window.stride[axis];
        shape.before[axis] = shape.after[axis] = w->window.before[axis];
    }
    return shape;
}

static void find(const conv_work *w, convolution *c, size_t slot, enum convolution_way way)
{
    cudnn_shape shape = shape_of(w, way);
    cudnn_engine *made = cudnn_engine_new(w->run->cuda, &shape, 0);
    if (made == NULL && way == TO_FILTERS && shape.half) {
        shape.half_filters = true;
        made = cudnn_engine_new(w->run->cuda, &shape, 0);
    }
    c->engine[slot][way] = made;
    if (way == TO_FILTERS)
        c->half_filters[slot] = shape.half_filters;
}

static void free_slot(device_plan *plan, convolution *c, size_t slot)
{
    for (size_t way = 0; way < CONVOLUTION_WAYS; way++) {
        cudnn_engine_free(plan->cuda, c->engine[slot][way]);
        c->engine[slot][way] = NULL;
    }
}

void cuda_convolution_prepare(device_plan *plan, size_t node, size_t count, bool inference)
{
    cuda_device *cuda = plan->cuda;
    bool transposed = plan->graph->node[node].op->number == OP_CONV_TRANSPOSED;
    node_run run = cuda_plan_outline(plan, node, count);
    conv_work w = conv_start(&run, transposed);
    convolution *c = plan->node[node].convolution;
    if (!w.by_engine)
        return;
    if (c == NULL) {
        c = cuda->services->memory_get(cuda->base.context, 1, sizeof *c);
        if (c == NULL)
            return; /* then there are no engines */
        *c = (convolution){.count = {0}};
        plan->node[node].convolution = c;
    }
    free_slot(plan, c, inference);
    c->count[inference] = count;
    for (enum convolution_way way = 0; way < CONVOLUTION_WAYS; way++)
        if (!inference || way == (transposed ? TO_BIG : TO_SMALL))
            find(&w, c, inference, way);
}

void cuda_convolution_free(device_plan *plan, convolution *freed)
{
    if (freed == NULL)
        return;
    for (size_t slot = 0; slot < ENGINE_COUNTS; slot++)
        free_slot(plan, freed, slot);
    plan->cuda->services->memory_release(plan->cuda->base.context, freed);
}
