/* Finding engines for convolutions: cuDNN's candidates in its order, each tried before it is trusted. */
#include "cuda/convolution.h"

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

static coulomb_status make_trial(const conv_work *w, size_t workspace, trial *t)
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
        return cuda->failure == COULOMB_OK ? COULOMB_ERROR_MEMORY : cuda->failure;
    }
    *t = (trial){.big = {made[0], half},
                 .small = {made[1], half},
                 .filters = {made[2], half},
                 .workspace = {made[3], half},
                 .errors = (float *)(void *)made[4]};
    return COULOMB_OK;
}

static void free_trial(cuda_device *cuda, trial *t)
{
    void *const memory[] = {t->big.at, t->small.at, t->filters.at, t->workspace.at, t->errors};
    for (size_t i = 0; i < sizeof memory / sizeof memory[0]; i++)
        cuda_release(cuda, memory[i]);
}

/* Waits for the GPU. */
static coulomb_status check_trial(const conv_work *w, const trial *t, enum convolution_way way, bool *right)
{
    enum { SAMPLES_MOST = 256 };
    const float bound = 0.1f; /* of bfloat16 about 0.01 is seen, and more than 0.3 where something is left out */
    cuda_device *cuda = w->run->cuda;
    float errors[SAMPLES_MOST];
    const conv_check check = {.window = w->window,
                              .small_channels = (unsigned)w->small_channels,
                              .way = (int)way,
                              .big = t->big,
                              .small = t->small,
                              .filters = t->filters};
    launch_engine_check(w->run->stream, &check, t->errors);
    cuda_launched(cuda, "trying a convolution");
    coulomb_status status = cuda_copy_out(&cuda->base, errors, t->errors, engine_check_samples() * sizeof *errors);
    for (size_t i = 0; i < engine_check_samples() && status == COULOMB_OK; i++)
        *right = *right && errors[i] <= bound;
    return status;
}

/* Some of cuDNN's engines take uneven padding and get the borders wrong, and some refuse to run: none is trusted
 * untried. */
static coulomb_status try(const conv_work *w, const cudnn_engine *engine, enum convolution_way way, bool *right)
{
    cuda_device *cuda = w->run->cuda;
    trial t;
    coulomb_status status = make_trial(w, cudnn_engine_workspace(engine), &t);
    if (status != COULOMB_OK)
        return status;
    launch_pattern(w->run->stream, w->run->count * conv_big_size(w), 1, t.big);
    launch_pattern(w->run->stream, w->run->count * conv_small_size(w), 1u << 30, t.small);
    launch_pattern(w->run->stream, conv_packed_values(w), 1u << 31, t.filters);
    cuda_launched(cuda, "trying a convolution");
    const char *why = NULL;
    coulomb_status ran = cudnn_engine_run(cuda, engine, t.big.at, t.filters.at, t.small.at, t.workspace.at, &why);
    bool lacked = cudaGetLastError() == cudaErrorMemoryAllocation; /* what a refusal leaves behind */
    *right = ran == COULOMB_OK;
    status = check_trial(w, &t, way, right);
    free_trial(cuda, &t);
    if (status == COULOMB_OK && ran != COULOMB_OK && (lacked || ran == COULOMB_ERROR_MEMORY))
        return cuda_lacks_memory(cuda, "trying a convolution");
    return status;
}

static coulomb_status find(const conv_work *w, engine_set *set, enum convolution_way way)
{
    enum { TRIALS = 8 };
    cuda_device *cuda = w->run->cuda;
    cudnn_shape shape = shape_of(w, way);
    coulomb_status status = COULOMB_OK;
    for (size_t rank = 0; rank < TRIALS && worth_finding(w, way) && status == COULOMB_OK; rank++) {
        bool right = false;
        cudnn_engine *engine;
        status = cudnn_engine_new(cuda, &shape, rank, &engine);
        if (engine == NULL)
            break;
        status = try(w, engine, way, &right);
        if (right && status == COULOMB_OK) {
            set->engine[way] = engine;
            break;
        }
        cudnn_engine_free(cuda, engine);
    }
    return status;
}

static coulomb_status find_all(const conv_work *w, engine_set *set, enum engine_use use)
{
    coulomb_status status = cuda_start_dnn(w->run->cuda);
    for (enum convolution_way way = 0; way < CONVOLUTION_WAYS && status == COULOMB_OK; way++)
        if (use == ENGINES_TO_LEARN || way == (w->transposed ? TO_BIG : TO_SMALL))
            status = find(w, set, way);
    return status;
}

coulomb_status cuda_convolution_find(device_plan *plan, size_t node, size_t count, enum engine_use use)
{
    cuda_device *cuda = plan->cuda;
    node_run run = cuda_plan_outline(plan, node, count);
    conv_work w = conv_start(&run, plan->graph->node[node].op->number == OP_CONV_TRANSPOSED);
    convolution **c = &plan->node[node].convolution;
    if (!w.by_engine)
        return COULOMB_OK;
    if (*c == NULL) {
        *c = cuda->services->memory_get(cuda->base.context, 1, sizeof **c);
        if (*c == NULL)
            return COULOMB_ERROR_MEMORY;
        **c = (convolution){.spare = {0}};
    }
    (*c)->spare.count = count;
    return find_all(&w, &(*c)->spare, use);
}

void cuda_convolution_push(convolution *c, enum engine_use use)
{
    engine_set last = c->set[use][ENGINE_COUNTS - 1];
    for (size_t i = ENGINE_COUNTS - 1; i > 0; i--)
        c->set[use][i] = c->set[use][i - 1];
    c->set[use][0] = c->spare;
    c->spare = last;
}

void cuda_convolution_pull(convolution *c, enum engine_use use)
{
    engine_set first = c->set[use][0];
    for (size_t i = 0; i + 1 < ENGINE_COUNTS; i++)
        c->set[use][i] = c->set[use][i + 1];
    c->set[use][ENGINE_COUNTS - 1] = c->spare;
    c->spare = first;
}

/* What was recorded with an engine cannot be repeated without it, and what runs must not lose it. */
static void free_set(device_plan *plan, engine_set *set)
{
    cuda_device *cuda = plan->cuda;
    for (size_t way = 0; way < CONVOLUTION_WAYS; way++) {
        if (set->engine[way] == NULL)
            continue;
        if (cuda->failure == COULOMB_OK)
            cuda_note(cuda, cudaStreamSynchronize(cuda->stream), "waiting for convolutions");
        cuda->releases++;
        cudnn_engine_free(cuda, set->engine[way]);
    }
    *set = (engine_set){0};
}

void cuda_convolution_drop_spare(device_plan *plan, convolution *c)
{
    free_set(plan, &c->spare);
}

void cuda_convolution_free(device_plan *plan, convolution *freed)
{
    if (freed == NULL)
        return;
    free_set(plan, &freed->spare);
    for (size_t i = 0; i < (size_t)ENGINE_USES * ENGINE_COUNTS; i++)
        free_set(plan, &freed->set[i / ENGINE_COUNTS][i % ENGINE_COUNTS]);
    plan->cuda->services->memory_release(plan->cuda->base.context, freed);
}
