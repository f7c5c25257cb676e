/* cuDNN's part of convolutions, by definition. The first engine for uneven padding leaves rows out, as some do. */
#include "cuda/cudnn_engine.h"
#include "emulation.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENGINE_WORKSPACE = 1000 /* bytes */ };

bool emulated_engine_fails;
size_t emulated_engines;

struct cudnn_engine {
    cudnn_shape shape;
    bool wrong; /* pads as much at the end as at the start */
    bool gone;
    cudnn_engine *next; /* of those that are gone, which stay so that it shows when they run */
};

static cudnn_engine *gone;
static pthread_mutex_t one_by_one = PTHREAD_MUTEX_INITIALIZER;

coulomb_status cudnn_engine_new(cuda_device *cuda, const cudnn_shape *shape, size_t rank, cudnn_engine **made)
{
    *made = NULL;
    if (rank > 1)
        return COULOMB_OK;
    if (emulated_allocation_fails())
        return cuda_lacks_memory(cuda, "planning a convolution");
    *made = malloc(sizeof **made);
    **made = (cudnn_engine){.shape = *shape, .wrong = rank == 0 && shape->before[0] != shape->after[0]};
    pthread_mutex_lock(&one_by_one);
    emulated_engines++;
    pthread_mutex_unlock(&one_by_one);
    return COULOMB_OK;
}

void cudnn_engine_free(cuda_device *cuda, cudnn_engine *engine)
{
    (void)cuda;
    if (engine == NULL)
        return;
    pthread_mutex_lock(&one_by_one);
    emulated_engines--;
    engine->gone = true;
    engine->next = gone;
    gone = engine;
    pthread_mutex_unlock(&one_by_one);
}

size_t cudnn_engine_workspace(const cudnn_engine *engine)
{
    (void)engine;
    return ENGINE_WORKSPACE;
}

static float *values(const void *from, bool half, int64_t count)
{
    float *made = malloc((size_t)count * sizeof *made);
    for (int64_t i = 0; i < count; i++) {
        uint32_t bits = half ? (uint32_t)((const uint16_t *)from)[i] << 16 : ((const uint32_t *)from)[i];
        memcpy(&made[i], &bits, sizeof bits);
    }
    return made;
}

static void put_back(float *from, void *to, bool half, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &from[i], sizeof bits);
        if (half)
            ((uint16_t *)to)[i] = (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
        else
            ((uint32_t *)to)[i] = bits;
    }
    free(from);
}

/* One window over all channels. */
static void visit(const cudnn_shape *s, float *big, float *filters, float *small)
{
    for (int64_t k = 0; k < s->small_channels; k++, filters += s->big_channels * s->kernel[0] * s->kernel[1])
        for (int64_t c = 0; c < s->big_channels; c++) {
            if (s->way == TO_SMALL)
                small[k] += big[c] * filters[c];
            else if (s->way == TO_BIG)
                big[c] += small[k] * filters[c];
            else
                filters[c] += small[k] * big[c];
        }
}

typedef struct engine_work {
    const cudnn_engine *engine;
    void *big, *filters, *small, *workspace;
} engine_work;

static void run(const void *with)
{
    const engine_work *work = with;
    const cudnn_shape *s = &work->engine->shape;
    if (work->engine->gone) {
        fprintf(stderr, "an engine that is gone\n");
        abort();
    }
    memset(work->workspace, 0xff, ENGINE_WORKSPACE);
    int64_t bigs = s->count * s->big[0] * s->big[1] * s->big_channels;
    int64_t smalls = s->count * s->small[0] * s->small[1] * s->small_channels;
    int64_t weights = s->small_channels * s->kernel[0] * s->kernel[1] * s->big_channels;
    float *big = values(work->big, s->half, bigs), *small = values(work->small, s->half, smalls);
    float *filters = values(work->filters, s->half_filters, weights);
    float *made = s->way == TO_SMALL ? small : s->way == TO_BIG ? big : filters;
    memset(made, 0, (size_t)(s->way == TO_SMALL ? smalls : s->way == TO_BIG ? bigs : weights) * sizeof *made);
    for (int64_t n = 0; n < s->count; n++)
        for (int64_t i = 0; i < s->small[0]; i++)
            for (int64_t j = 0; j < s->small[1]; j++)
                for (int64_t r = 0; r < s->kernel[0]; r++)
                    for (int64_t c = 0; c < s->kernel[1]; c++) {
                        int64_t row = i * s->stride[0] + r - s->before[0], column = j * s->stride[1] + c - s->before[1];
                        if (row < 0 || column < 0 || row >= s->big[0] || column >= s->big[1] ||
                            (work->engine->wrong && row - s->before[0] >= s->big[0] - s->after[0]))
                            continue;
                        visit(s, big + ((n * s->big[0] + row) * s->big[1] + column) * s->big_channels,
                              filters + (r * s->kernel[1] + c) * s->big_channels,
                              small + ((n * s->small[0] + i) * s->small[1] + j) * s->small_channels);
                    }
    if (s->way == TO_SMALL)
        put_back(made, work->small, s->half, smalls);
    else if (s->way == TO_BIG)
        put_back(made, work->big, s->half, bigs);
    else
        put_back(made, work->filters, s->half_filters, weights);
    float *const others[] = {big, small, filters};
    for (size_t i = 0; i < 3; i++)
        if (others[i] != made)
            free(others[i]);
}

coulomb_status cudnn_engine_run(cuda_device *cuda, const cudnn_engine *engine, void *big, void *filters, void *small,
                                void *workspace, const char **why)
{
    const engine_work work = {.engine = engine, .big = big, .filters = filters, .small = small, .workspace = workspace};
    if (emulated_engine_fails) {
        emulated_engine_fails = false;
        *why = "an emulated failure";
        return COULOMB_ERROR_DEVICE;
    }
    emulated_queue_copied(cuda->stream, run, &work, sizeof work);
    return COULOMB_OK;
}
