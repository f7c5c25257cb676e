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

static const cudnn_engine *engine_for(const conv_work *w, enum convolution_way way)
{
    const convolution *c = w->run->planned->convolution;
    for (size_t i = 0; w->by_engine && c != NULL && i < (size_t)ENGINE_USES * ENGINE_COUNTS; i++) {
        const engine_set *set = &c->set[i / ENGINE_COUNTS][i % ENGINE_COUNTS];
        if (set->count == w->run->count && set->engine[way] != NULL)
            return set->engine[way];
    }
    return NULL;
}

static size_t workspace_of(const engine_set *set)
{
    size_t most = 0;
    for (size_t way = 0; way < CONVOLUTION_WAYS; way++)
        if (set->engine[way] != NULL)
            most = size_most(most, cudnn_engine_workspace(set->engine[way]));
    return most;
}

size_t conv_engine_scratch(const conv_work *w)
{
    const convolution *c = w->run->planned->convolution;
    size_t most = 0;
    for (size_t i = 0; c != NULL && i < (size_t)ENGINE_USES * ENGINE_COUNTS; i++)
        most = size_most(most, workspace_of(&c->set[i / ENGINE_COUNTS][i % ENGINE_COUNTS]));
    return w->by_engine ? room_of(w).bytes + most : 0;
}

static stored packed_of(const conv_work *w)
{
    return (stored){.at = (void *)w->run->packed, .half = plan_halves(w->run->plan)};
}

static void run_engine(const node_run *run, const cudnn_engine *engine, stored big, stored filters, stored small,
                       const engine_room *room)
{
    const char *why = NULL;
    if (cudnn_engine_run(run->cuda, engine, big.at, filters.at, small.at, room->workspace, &why) != COULOMB_OK)
        cuda_note_text(run->cuda, "running a convolution", why);
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
    size_t smalls = run->count * conv_small_size(w), bigs = run->count * conv_big_size(w);
    const cudnn_engine *engine = engine_for(w, TO_SMALL);
    if (engine == NULL)
        return false;
    engine_room room = room_of(w);
    bool half = plan_halves(run->plan), direct = !add && small.half == half;
    stored made = direct ? small : (stored){.at = room.small, .half = half};
    run_engine(run, engine, cuda_operand(run, big, bigs, room.big), packed_of(w), made, &room);
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
    size_t smalls = run->count * conv_small_size(w), bigs = run->count * conv_big_size(w);
    const cudnn_engine *engine = engine_for(w, TO_BIG);
    if (engine == NULL)
        return false;
    engine_room room = room_of(w);
    bool half = plan_halves(run->plan), direct = !add && big.half == half;
    stored made = direct ? big : (stored){.at = room.big, .half = half};
    run_engine(run, engine, made, packed_of(w), cuda_operand(run, small, smalls, room.small), &room);
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
    size_t smalls = run->count * conv_small_size(w), bigs = run->count * conv_big_size(w);
    const cudnn_engine *engine = engine_for(w, TO_FILTERS);
    if (engine == NULL)
        return false;
    engine_room room = room_of(w);
    stored made = {.at = room.filters, .half = plan_halves(run->plan)};
    run_engine(run, engine, cuda_operand(run, big, bigs, room.big), made, cuda_operand(run, small, smalls, room.small),
               &room);
    conv_put_filter_gradient(w, made);
    return true;
}
