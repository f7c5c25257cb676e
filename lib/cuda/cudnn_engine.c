/* Convolutions by cuDNN's graph interface: a graph of one operation, whose engines cuDNN ranks for this GPU; we take
 * those that are deterministic. The same library on the same GPU ranks them the same way. */
#include "cuda/cudnn_engine.h"

#include <cudnn.h>

enum {
    CANDIDATES_MOST = 32,
    NOTES_MOST = CUDNN_NUMERICAL_NOTE_TYPE_COUNT,
    WORKSPACE_MOST = 1 << 28, /* bytes */
    ALIGNMENT = 16,
    BIG_ID = 'b',
    SMALL_ID = 's',
    FILTERS_ID = 'f'
};

struct cudnn_engine {
    cudnnBackendDescriptor_t plan, candidate;
    int64_t workspace, number;
};

/* Descriptors that are made together and go together. */
typedef struct descriptors {
    cudnnStatus_t status; /* the first that was no success */
    cudnnBackendDescriptor_t made[8 + 2 * CANDIDATES_MOST];
    size_t count;
} descriptors;

static void note(descriptors *all, cudnnStatus_t status)
{
    if (all->status == CUDNN_STATUS_SUCCESS)
        all->status = status;
}

static cudnnBackendDescriptor_t make(descriptors *all, cudnnBackendDescriptorType_t type)
{
    cudnnBackendDescriptor_t made = NULL;
    if (all->status == CUDNN_STATUS_SUCCESS)
        note(all, cudnnBackendCreateDescriptor(type, &made));
    if (made != NULL)
        all->made[all->count++] = made;
    return made;
}

static void set(descriptors *all, cudnnBackendDescriptor_t of, cudnnBackendAttributeName_t name,
                cudnnBackendAttributeType_t type, int64_t count, const void *values)
{
    if (all->status == CUDNN_STATUS_SUCCESS)
        note(all, cudnnBackendSetAttribute(of, name, type, count, values));
}

static void set_descriptor(descriptors *all, cudnnBackendDescriptor_t of, cudnnBackendAttributeName_t name,
                           cudnnBackendDescriptor_t value)
{
    set(all, of, name, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &value);
}

static void finalize(descriptors *all, cudnnBackendDescriptor_t of)
{
    if (all->status == CUDNN_STATUS_SUCCESS)
        note(all, cudnnBackendFinalize(of));
}

static void destroy(descriptors *all)
{
    while (all->count > 0)
        cudnnBackendDestroyDescriptor(all->made[--all->count]);
}

/* [n, rows, columns, channels]; cuDNN counts channels second, whatever stands where. */
static cudnnBackendDescriptor_t tensor(descriptors *all, int64_t id, bool half, const int64_t n,
                                       const int64_t extent[2], int64_t channels)
{
    const int64_t dimensions[] = {n, channels, extent[0], extent[1]};
    const int64_t strides[] = {extent[0] * extent[1] * channels, 1, extent[1] * channels, channels};
    const int64_t alignment = ALIGNMENT;
    const cudnnDataType_t type = half ? CUDNN_DATA_BFLOAT16 : CUDNN_DATA_FLOAT;
    cudnnBackendDescriptor_t made = make(all, CUDNN_BACKEND_TENSOR_DESCRIPTOR);
    set(all, made, CUDNN_ATTR_TENSOR_UNIQUE_ID, CUDNN_TYPE_INT64, 1, &id);
    set(all, made, CUDNN_ATTR_TENSOR_DATA_TYPE, CUDNN_TYPE_DATA_TYPE, 1, &type);
    set(all, made, CUDNN_ATTR_TENSOR_DIMENSIONS, CUDNN_TYPE_INT64, 4, dimensions);
    set(all, made, CUDNN_ATTR_TENSOR_STRIDES, CUDNN_TYPE_INT64, 4, strides);
    set(all, made, CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, CUDNN_TYPE_INT64, 1, &alignment);
    finalize(all, made);
    return made;
}

static cudnnBackendDescriptor_t window_descriptor(descriptors *all, const cudnn_shape *shape)
{
    const int64_t axes = 2, dilation[] = {1, 1};
    const cudnnDataType_t type = CUDNN_DATA_FLOAT;
    const cudnnConvolutionMode_t mode = CUDNN_CROSS_CORRELATION;
    cudnnBackendDescriptor_t made = make(all, CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR);
    set(all, made, CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, CUDNN_TYPE_INT64, 1, &axes);
    set(all, made, CUDNN_ATTR_CONVOLUTION_COMP_TYPE, CUDNN_TYPE_DATA_TYPE, 1, &type);
    set(all, made, CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_TYPE_CONVOLUTION_MODE, 1, &mode);
    set(all, made, CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, CUDNN_TYPE_INT64, 2, shape->before);
    set(all, made, CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, CUDNN_TYPE_INT64, 2, shape->after);
    set(all, made, CUDNN_ATTR_CONVOLUTION_DILATIONS, CUDNN_TYPE_INT64, 2, dilation);
    set(all, made, CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, CUDNN_TYPE_INT64, 2, shape->stride);
    finalize(all, made);
    return made;
}

/* The names under which each way takes what. */
typedef struct way_names {
    cudnnBackendDescriptorType_t operation;
    cudnnBackendAttributeName_t window, big, small, filters, alpha, beta;
} way_names;

static const way_names names[CONVOLUTION_WAYS] = {
    [TO_SMALL] = {CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR,
                  CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X,
                  CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W,
                  CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA},
    [TO_BIG] = {CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR,
                CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX,
                CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W,
                CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA},
    [TO_FILTERS] = {CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR,
                    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC,
                    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY,
                    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA,
                    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA}};

static cudnnBackendDescriptor_t graph_of(descriptors *all, cudnnHandle_t dnn, const cudnn_shape *s)
{
    const way_names *name = &names[s->way];
    const float one = 1.0f, zero = 0.0f;
    cudnnBackendDescriptor_t big = tensor(all, BIG_ID, s->half, s->count, s->big, s->big_channels);
    cudnnBackendDescriptor_t small = tensor(all, SMALL_ID, s->half, s->count, s->small, s->small_channels);
    cudnnBackendDescriptor_t filters =
        tensor(all, FILTERS_ID, s->half_filters, s->small_channels, s->kernel, s->big_channels);
    cudnnBackendDescriptor_t window = window_descriptor(all, s);
    cudnnBackendDescriptor_t operation = make(all, name->operation);
    set_descriptor(all, operation, name->window, window);
    set_descriptor(all, operation, name->big, big);
    set_descriptor(all, operation, name->small, small);
    set_descriptor(all, operation, name->filters, filters);
    set(all, operation, name->alpha, CUDNN_TYPE_FLOAT, 1, &one);
    set(all, operation, name->beta, CUDNN_TYPE_FLOAT, 1, &zero);
    finalize(all, operation);
    cudnnBackendDescriptor_t operations = make(all, CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
    set(all, operations, CUDNN_ATTR_OPERATIONGRAPH_HANDLE, CUDNN_TYPE_HANDLE, 1, &dnn);
    set_descriptor(all, operations, CUDNN_ATTR_OPERATIONGRAPH_OPS, operation);
    finalize(all, operations);
    return operations;
}

/* Candidates in cuDNN's order, the best first. */
static int64_t rank_candidates(descriptors *all, cudnnBackendDescriptor_t operations, cudnnBackendHeurMode_t mode,
                               cudnnBackendDescriptor_t *candidate)
{
    int64_t found = 0;
    cudnnBackendDescriptor_t ranking = make(all, CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
    set_descriptor(all, ranking, CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, operations);
    set(all, ranking, CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE, 1, &mode);
    finalize(all, ranking);
    for (size_t i = 0; i < CANDIDATES_MOST; i++)
        candidate[i] = make(all, CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
    if (all->status == CUDNN_STATUS_SUCCESS)
        note(all, cudnnBackendGetAttribute(ranking, CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_TYPE_BACKEND_DESCRIPTOR,
                                           CANDIDATES_MOST, &found, candidate));
    if (all->status != CUDNN_STATUS_SUCCESS)
        return 0;
    return found < CANDIDATES_MOST ? found : CANDIDATES_MOST; /* found counts those that had no room, too */
}

/* Sums in no fixed order, or arithmetic that was not asked for. */
static bool unwanted(const cudnn_shape *shape, cudnnBackendNumericalNote_t numerical)
{
    switch (numerical) {
    case CUDNN_NUMERICAL_NOTE_TENSOR_CORE:
        return !shape->half && !shape->tensor_cores;
    case CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS:
    case CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION:
    case CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC:
    case CUDNN_NUMERICAL_NOTE_FFT:
    case CUDNN_NUMERICAL_NOTE_WINOGRAD:
        return true;
    default:
        return false;
    }
}

static bool wanted(const cudnn_shape *shape, cudnnBackendDescriptor_t candidate, int64_t *number)
{
    cudnnBackendDescriptor_t engine = NULL;
    cudnnBackendNumericalNote_t found[NOTES_MOST];
    int64_t count = 0, one = 0;
    bool good = cudnnBackendCreateDescriptor(CUDNN_BACKEND_ENGINE_DESCRIPTOR, &engine) == CUDNN_STATUS_SUCCESS &&
                cudnnBackendGetAttribute(candidate, CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &one,
                                         &engine) == CUDNN_STATUS_SUCCESS &&
                cudnnBackendGetAttribute(engine, CUDNN_ATTR_ENGINE_NUMERICAL_NOTE, CUDNN_TYPE_NUMERICAL_NOTE,
                                         NOTES_MOST, &count, found) == CUDNN_STATUS_SUCCESS;
    for (int64_t i = 0; i < count && i < NOTES_MOST && good; i++)
        good = !unwanted(shape, found[i]);
    if (good)
        cudnnBackendGetAttribute(engine, CUDNN_ATTR_ENGINE_GLOBAL_INDEX, CUDNN_TYPE_INT64, 1, &one, number);
    if (engine != NULL)
        cudnnBackendDestroyDescriptor(engine);
    return good;
}

/* NULL if cuDNN refuses or wants too much memory. */
static cudnnBackendDescriptor_t plan_of(cudnnHandle_t dnn, cudnnBackendDescriptor_t candidate, int64_t *workspace)
{
    descriptors own = {.status = CUDNN_STATUS_SUCCESS};
    int64_t one = 0;
    cudnnBackendDescriptor_t plan = make(&own, CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
    set(&own, plan, CUDNN_ATTR_EXECUTION_PLAN_HANDLE, CUDNN_TYPE_HANDLE, 1, &dnn);
    set_descriptor(&own, plan, CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, candidate);
    finalize(&own, plan);
    if (own.status == CUDNN_STATUS_SUCCESS)
        note(&own, cudnnBackendGetAttribute(plan, CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE, CUDNN_TYPE_INT64, 1, &one,
                                            workspace));
    if (own.status == CUDNN_STATUS_SUCCESS && *workspace <= WORKSPACE_MOST)
        return plan;
    destroy(&own);
    return NULL;
}

static void drop(descriptors *all, cudnnBackendDescriptor_t kept)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->made[i] == kept)
            all->made[i] = all->made[--all->count];
}

static cudnn_engine *choose(cuda_device *cuda, const cudnn_shape *shape, descriptors *all,
                            cudnnBackendDescriptor_t *candidate, int64_t found, size_t *rank)
{
    for (int64_t i = 0; i < found; i++) {
        int64_t workspace = 0, number = 0;
        if (!wanted(shape, candidate[i], &number))
            continue;
        cudnnBackendDescriptor_t plan = plan_of(cuda->dnn, candidate[i], &workspace);
        if (plan == NULL)
            continue;
        cudnn_engine *engine = *rank > 0 ? NULL : cuda->services->memory_get(cuda->base.context, 1, sizeof *engine);
        if (engine != NULL) {
            *engine = (cudnn_engine){.plan = plan, .candidate = candidate[i], .workspace = workspace, .number = number};
            drop(all, candidate[i]);
            return engine;
        }
        cudnnBackendDestroyDescriptor(plan);
        if ((*rank)-- == 0)
            return NULL;
    }
    return NULL;
}

cudnn_engine *cudnn_engine_new(cuda_device *cuda, const cudnn_shape *shape, size_t rank)
{
    static const cudnnBackendHeurMode_t modes[] = {CUDNN_HEUR_MODE_A, CUDNN_HEUR_MODE_FALLBACK};
    cudnn_engine *engine = NULL;
    for (size_t i = 0; i < sizeof modes / sizeof modes[0] && engine == NULL; i++) {
        descriptors all = {.status = CUDNN_STATUS_SUCCESS};
        cudnnBackendDescriptor_t candidate[CANDIDATES_MOST];
        cudnnBackendDescriptor_t operations = graph_of(&all, cuda->dnn, shape);
        int64_t found = rank_candidates(&all, operations, modes[i], candidate);
        engine = choose(cuda, shape, &all, candidate, found, &rank);
        destroy(&all);
    }
    return engine;
}

void cudnn_engine_free(cuda_device *cuda, cudnn_engine *engine)
{
    if (engine == NULL)
        return;
    cudnnBackendDestroyDescriptor(engine->plan);
    cudnnBackendDestroyDescriptor(engine->candidate);
    cuda->services->memory_release(cuda->base.context, engine);
}

size_t cudnn_engine_workspace(const cudnn_engine *engine)
{
    return (size_t)engine->workspace;
}

int64_t cudnn_engine_number(const cudnn_engine *engine)
{
    return engine->number;
}

const char *cudnn_engine_run(cuda_device *cuda, const cudnn_engine *engine, void *big, void *filters, void *small,
                             void *workspace)
{
    const int64_t ids[] = {BIG_ID, FILTERS_ID, SMALL_ID};
    void *const addresses[] = {big, filters, small};
    descriptors own = {.status = CUDNN_STATUS_SUCCESS};
    cudnnBackendDescriptor_t pack = make(&own, CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR);
    set(&own, pack, CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, CUDNN_TYPE_INT64, 3, ids);
    set(&own, pack, CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, CUDNN_TYPE_VOID_PTR, 3, addresses);
    set(&own, pack, CUDNN_ATTR_VARIANT_PACK_WORKSPACE, CUDNN_TYPE_VOID_PTR, 1, &workspace);
    finalize(&own, pack);
    if (own.status == CUDNN_STATUS_SUCCESS)
        note(&own, cudnnBackendExecute(cuda->dnn, engine->plan, pack));
    destroy(&own);
    return own.status == CUDNN_STATUS_SUCCESS ? NULL : cudnnGetErrorString(own.status);
}
