/* Convolutions by cuDNN's graph interface: a graph of one operation, whose engines cuDNN ranks for this GPU; we take
 * those that are deterministic. The same library on the same GPU ranks them the same way. */
#include "cuda/cudnn_graph.h"

enum { NOTES_MOST = CUDNN_NUMERICAL_NOTE_TYPE_COUNT, WORKSPACE_MOST = 1 << 28 /* bytes */ };

struct cudnn_engine {
    cudnnBackendDescriptor_t plan, candidate;
    int64_t workspace, number;
};

/* What other statuses say of an engine they say each time. */
static bool lacks_memory(cudnnStatus_t status)
{
    return status == CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED ||
           status == CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED;
}

/* Candidates in cuDNN's order, the best first. */
static int64_t rank_candidates(descriptors *all, cudnnBackendDescriptor_t operations, cudnnBackendHeurMode_t mode,
                               cudnnBackendDescriptor_t *candidate)
{
    int64_t found = 0;
    cudnnBackendDescriptor_t ranking = descriptor_new(all, CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
    descriptor_link(all, ranking, CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, operations);
    descriptor_set(all, ranking, CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE, 1, &mode);
    descriptor_finalize(all, ranking);
    for (size_t i = 0; i < CANDIDATES_MOST; i++)
        candidate[i] = descriptor_new(all, CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
    if (all->status == CUDNN_STATUS_SUCCESS)
        descriptors_note(all,
                         cudnnBackendGetAttribute(ranking, CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_TYPE_BACKEND_DESCRIPTOR,
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

static cudnnStatus_t look_at(const cudnn_shape *shape, cudnnBackendDescriptor_t candidate, bool *wanted,
                             int64_t *number)
{
    descriptors own = {.status = CUDNN_STATUS_SUCCESS};
    cudnnBackendDescriptor_t engine = descriptor_new(&own, CUDNN_BACKEND_ENGINE_DESCRIPTOR);
    cudnnBackendNumericalNote_t found[NOTES_MOST];
    int64_t count = 0, one = 0;
    if (own.status == CUDNN_STATUS_SUCCESS)
        descriptors_note(&own, cudnnBackendGetAttribute(candidate, CUDNN_ATTR_ENGINECFG_ENGINE,
                                                        CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &one, &engine));
    if (own.status == CUDNN_STATUS_SUCCESS)
        descriptors_note(&own, cudnnBackendGetAttribute(engine, CUDNN_ATTR_ENGINE_NUMERICAL_NOTE,
                                                        CUDNN_TYPE_NUMERICAL_NOTE, NOTES_MOST, &count, found));
    if (own.status == CUDNN_STATUS_SUCCESS)
        (void)cudnnBackendGetAttribute(engine, CUDNN_ATTR_ENGINE_GLOBAL_INDEX, CUDNN_TYPE_INT64, 1, &one, number);
    *wanted = own.status == CUDNN_STATUS_SUCCESS;
    for (int64_t i = 0; i < count && i < NOTES_MOST && *wanted; i++)
        *wanted = !unwanted(shape, found[i]);
    descriptors_destroy(&own);
    return own.status;
}

/* *plan NULL if cuDNN refuses, or wants too much workspace. */
static cudnnStatus_t plan_of(cudnnHandle_t dnn, cudnnBackendDescriptor_t candidate, cudnnBackendDescriptor_t *plan,
                             int64_t *workspace)
{
    descriptors own = {.status = CUDNN_STATUS_SUCCESS};
    int64_t one = 0;
    *plan = descriptor_new(&own, CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
    descriptor_set(&own, *plan, CUDNN_ATTR_EXECUTION_PLAN_HANDLE, CUDNN_TYPE_HANDLE, 1, &dnn);
    descriptor_link(&own, *plan, CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, candidate);
    descriptor_finalize(&own, *plan);
    if (own.status == CUDNN_STATUS_SUCCESS)
        descriptors_note(&own, cudnnBackendGetAttribute(*plan, CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE,
                                                        CUDNN_TYPE_INT64, 1, &one, workspace));
    if (own.status == CUDNN_STATUS_SUCCESS && *workspace <= WORKSPACE_MOST)
        return own.status;
    descriptors_destroy(&own);
    *plan = NULL;
    return own.status;
}

static void drop(descriptors *all, cudnnBackendDescriptor_t kept)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->made[i] == kept)
            all->made[i] = all->made[--all->count];
}

/* The candidate of this rank, which falls by one for each that serves. */
static coulomb_status choose(cuda_device *cuda, const cudnn_shape *shape, descriptors *all,
                             cudnnBackendDescriptor_t *candidate, int64_t found, size_t *rank, cudnn_engine **made)
{
    for (int64_t i = 0; i < found; i++) {
        int64_t workspace = 0, number = 0;
        bool wanted = false;
        cudnnBackendDescriptor_t plan = NULL;
        cudnnStatus_t status = look_at(shape, candidate[i], &wanted, &number);
        if (wanted)
            status = plan_of(cuda->dnn, candidate[i], &plan, &workspace);
        if (lacks_memory(status))
            return cuda_lacks_memory(cuda, "planning a convolution");
        if (plan == NULL)
            continue;
        if (*rank > 0) {
            cudnnBackendDestroyDescriptor(plan);
            (*rank)--;
            continue;
        }
        cudnn_engine *engine = cuda->services->memory_get(cuda->base.context, 1, sizeof *engine);
        if (engine == NULL) {
            cudnnBackendDestroyDescriptor(plan);
            return COULOMB_ERROR_MEMORY;
        }
        *engine = (cudnn_engine){.plan = plan, .candidate = candidate[i], .workspace = workspace, .number = number};
        drop(all, candidate[i]);
        *made = engine;
        return COULOMB_OK;
    }
    return COULOMB_OK;
}

coulomb_status cudnn_engine_new(cuda_device *cuda, const cudnn_shape *shape, size_t rank, cudnn_engine **made)
{
    static const cudnnBackendHeurMode_t modes[] = {CUDNN_HEUR_MODE_A, CUDNN_HEUR_MODE_FALLBACK};
    coulomb_status status = COULOMB_OK;
    *made = NULL;
    for (size_t i = 0; i < sizeof modes / sizeof modes[0] && *made == NULL && status == COULOMB_OK; i++) {
        descriptors all = {.status = CUDNN_STATUS_SUCCESS};
        cudnnBackendDescriptor_t candidate[CANDIDATES_MOST];
        cudnnBackendDescriptor_t operations = cudnn_graph_of(&all, cuda->dnn, shape);
        int64_t found = rank_candidates(&all, operations, modes[i], candidate);
        status = lacks_memory(all.status) ? cuda_lacks_memory(cuda, "planning a convolution")
                                          : choose(cuda, shape, &all, candidate, found, &rank, made);
        descriptors_destroy(&all);
    }
    return status;
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

coulomb_status cudnn_engine_run(cuda_device *cuda, const cudnn_engine *engine, void *big, void *filters, void *small,
                                void *workspace, const char **why)
{
    const int64_t ids[] = {BIG_ID, FILTERS_ID, SMALL_ID};
    void *const addresses[] = {big, filters, small};
    descriptors own = {.status = CUDNN_STATUS_SUCCESS};
    cudnnBackendDescriptor_t pack = descriptor_new(&own, CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR);
    descriptor_set(&own, pack, CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, CUDNN_TYPE_INT64, 3, ids);
    descriptor_set(&own, pack, CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, CUDNN_TYPE_VOID_PTR, 3, addresses);
    descriptor_set(&own, pack, CUDNN_ATTR_VARIANT_PACK_WORKSPACE, CUDNN_TYPE_VOID_PTR, 1, &workspace);
    descriptor_finalize(&own, pack);
    if (own.status == CUDNN_STATUS_SUCCESS)
        descriptors_note(&own, cudnnBackendExecute(cuda->dnn, engine->plan, pack));
    descriptors_destroy(&own);
    if (own.status == CUDNN_STATUS_SUCCESS)
        return COULOMB_OK;
    *why = cudnnGetErrorString(own.status);
    return lacks_memory(own.status) ? COULOMB_ERROR_MEMORY : COULOMB_ERROR_DEVICE;
}
