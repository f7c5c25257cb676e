/* Convolutions by cuDNN, of arrays in the type of products: others are copied. Those of few channels go to kernels of
 * our own. */
#include "cuda/convolution.h"

/* Where copies and the engine's own workspace stand in ours. */
typedef struct engine_room {
    char *big, *small, *filters, *workspace;
    size_t bytes; /* but for the workspace */
} engine_room;

static engine_room room_of(const conv_work *w)
{
    char *at = w->run->scratch;
    engine_room room = {.big = at};
    at += size_aligned(w->run->count * conv_big_size(w) * sizeof(float), PACKED_ALIGNMENT);
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

static stored packed_of(const conv_work *w)
{
    return (stored){.at = (void *)w->run->packed, .half = plan_halves(w->run->plan)};
}

/* `small` becomes, or gains, what the windows see of `big` times the filters; then comes the bias, with the activation
 * behind it. */
bool conv_run_to_small(const conv_work *w, stored big, stored small, const float *bias, activation act, bool add)
{
    const node_run *run = w->run;
    if (w->is_thin) {
        launch_thin_to_small(run->stream, &w->thin, big, packed_of(w), bias, act, small, add);
        return true;
    }
    size_t slot, smalls = run->count * conv_small_size(w), bigs = run->count * conv_big_size(w);
    const cudnn_engine *engine = engine_for(w, TO_SMALL, &slot);
    if (engine == NULL)
        return false;
    engine_room room = room_of(w);
    bool half = plan_halves(run->plan), direct = !add && small.half == half;
    stored made = direct ? small : (stored){.at = room.small, .half = half};
    cudnn_engine_run(run->cuda, engine, cuda_operand(run, big, bigs, room.big).at, (void *)run->packed, made.at,
                     room.workspace);
    if (bias != NULL)
        launch_add_bias(run->stream, smalls / w->small_channels, w->small_channels, bias, act, made, small);
    else if (!direct)
        launch_pass(run->stream, smalls, 1.0f, made, small, add);
    return true;
}

/* The other way. */
bool conv_run_to_big(const conv_work *w, stored small, stored big, const float *bias, activation act, bool add)
{
    const node_run *run = w->run;
    if (w->is_thin) {
        launch_thin_to_big(run->stream, &w->thin, small, packed_of(w), bias, act, big, add);
        return true;
    }
    size_t slot, smalls = run->count * conv_small_size(w), bigs = run->count * conv_big_size(w);
    const cudnn_engine *engine = engine_for(w, TO_BIG, &slot);
    if (engine == NULL)
        return false;
    engine_room room = room_of(w);
    bool half = plan_halves(run->plan), direct = !add && big.half == half;
    stored made = direct ? big : (stored){.at = room.big, .half = half};
    cudnn_engine_run(run->cuda, engine, made.at, (void *)run->packed, cuda_operand(run, small, smalls, room.small).at,
                     room.workspace);
    if (bias != NULL)
        launch_add_bias(run->stream, bigs / w->window.channels, w->window.channels, bias, act, made, big);
    else if (!direct)
        launch_pass(run->stream, bigs, 1.0f, made, big, add);
    return true;
}

bool conv_run_to_filters(const conv_work *w, stored big, stored small)
{
    const node_run *run = w->run;
    if (w->is_thin) {
        launch_thin_to_filters(run->stream, &w->thin, plan_halves(run->plan), big, small, run->weight, run->scratch,
                               run->parameter_gradient[0], run->add_parameters);
        return true;
    }
    size_t slot, smalls = run->count * conv_small_size(w), bigs = run->count * conv_big_size(w);
    const cudnn_engine *engine = engine_for(w, TO_FILTERS, &slot);
    if (engine == NULL)
        return false;
    engine_room room = room_of(w);
    stored made = {.at = room.filters, .half = plan_halves(run->plan)};
    cudnn_engine_run(run->cuda, engine, cuda_operand(run, big, bigs, room.big).at, made.at,
                     cuda_operand(run, small, smalls, room.small).at, room.workspace);
    conv_put_filter_gradient(w, made);
    return true;
}

/* --- finding engines --- */

/* In bfloat16 an engine also makes the filters' gradient in bfloat16, rounded once; from there on it is float32.
 * Engines that make float32 take twice as long for the largest images. */
static cudnn_shape shape_of(const conv_work *w, enum convolution_way way)
{
    const device_plan *plan = w->run->plan;
    cudnn_shape shape = {.way = way,
                         .half = plan_halves(plan),
                         .half_filters = plan_halves(plan),
                         .tensor_cores = plan->precision != COULOMB_PRECISION_FLOAT32,
                         .count = (int64_t)w->run->count,
                         .big_channels = w->window.channels,
                         .small_channels = (int64_t)w->small_channels};
    for (size_t axis = 0; axis < 2; axis++) {
        shape.big[axis] = w->window.big[axis];
        shape.small[axis] = w->window.small[axis];
        shape.kernel[axis] = w->window.kernel[axis];
        shape.stride[axis] = w->window.stride[axis];
        shape.before[axis] = w->window.before[axis];
        shape.after[axis] = w->after[axis];
    }
    return shape;
}

/* In tf32, cuDNN's engines to big images of many channels are slower than products. */
static bool worth_finding(const conv_work *w, enum convolution_way way)
{
    enum { CHANNELS = 512 };
    return plan_halves(w->run->plan) || way != TO_BIG || w->small_channels < CHANNELS;
}

/* Arrays of an engine under test, in the type of products. */
typedef struct trial {
    stored big, small, filters, workspace;
    float *errors;
} trial;

static bool make_trial(const conv_work *w, size_t workspace, trial *t)
{
    cuda_device *cuda = w->run->cuda;
    bool half = plan_halves(w->run->plan);
    size_t bytes[] = {w->run->count * conv_big_size(w) * value_bytes(half),
                      w->run->count * conv_small_size(w) * value_bytes(half), conv_packed_values(w) * value_bytes(half),
                      workspace, engine_check_samples() * sizeof(float)};
    char *made[5];
    size_t got = 0;
    for (; got < 5; got++)
        if ((made[got] = cuda_get(cuda, bytes[got])) == NULL)
            break;
    if (got < 5) {
        while (got > 0)
            cuda_release(cuda, made[--got]);
        return false;
    }
    *t = (trial){.big = {made[0], half},
                 .small = {made[1], half},
                 .filters = {made[2], half},
                 .workspace = {made[3], half},
                 .errors = (float *)(void *)made[4]};
    return true;
}

static void free_trial(cuda_device *cuda, trial *t)
{
    void *const memory[] = {t->big.at, t->small.at, t->filters.at, t->workspace.at, t->errors};
    for (size_t i = 0; i < sizeof memory / sizeof memory[0]; i++)
        cuda_release(cuda, memory[i]);
}

/* Some of cuDNN's engines take uneven padding and get the borders wrong: none is trusted untried. Waits for the GPU. */
static bool right(const conv_work *w, const cudnn_engine *engine, enum convolution_way way)
{
    enum { SAMPLES_MOST = 256 };
    const float bound = 0.1f; /* of bfloat16 about 0.01 is seen, and more than 0.3 where something is left out */
    cuda_device *cuda = w->run->cuda;
    float errors[SAMPLES_MOST];
    trial t;
    if (!make_trial(w, cudnn_engine_workspace(engine), &t))
        return false;
    launch_pattern(w->run->stream, w->run->count * conv_big_size(w), 1, t.big);
    launch_pattern(w->run->stream, w->run->count * conv_small_size(w), 1u << 30, t.small);
    launch_pattern(w->run->stream, conv_packed_values(w), 1u << 31, t.filters);
    cudnn_engine_run(cuda, engine, t.big.at, t.filters.at, t.small.at, t.workspace.at);
    const conv_check check = {.window = w->window,
                              .small_channels = (unsigned)w->small_channels,
                              .way = (int)way,
                              .big = t.big,
                              .small = t.small,
                              .filters = t.filters};
    launch_engine_check(w->run->stream, &check, t.errors);
    bool good = cuda_copy_out(&cuda->base, errors, t.errors, engine_check_samples() * sizeof *errors) == COULOMB_OK;
    for (size_t i = 0; i < engine_check_samples() && good; i++)
        good = errors[i] <= bound;
    free_trial(cuda, &t);
    return good;
}

static void find(const conv_work *w, convolution *c, size_t slot, enum convolution_way way)
{
    enum { TRIALS = 8 };
    cudnn_shape shape = shape_of(w, way);
    cudnn_engine *engine = NULL;
    for (size_t rank = 0; rank < TRIALS && worth_finding(w, way); rank++) {
        engine = cudnn_engine_new(w->run->cuda, &shape, rank);
        if (engine == NULL || right(w, engine, way))
            break;
        cudnn_engine_free(w->run->cuda, engine);
        engine = NULL;
    }
    c->engine[slot][way] = engine;
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
