/* Work that is repeated runs as a CUDA graph: recorded from the stream the second time it is asked for, since the first
 * time loads kernels and gets memory, and launched as one from then on. */
#include "cuda/cuda_device.h"

enum { KEPT = 4 /* signatures of one recording; beyond that the oldest goes */ };

typedef struct recorded_work {
    uint64_t signature, releases, used;
    cudaGraphExec_t graph; /* NULL: run once, and to be recorded next time */
    bool known;
    bool direct; /* it cannot be recorded */
} recorded_work;

typedef struct recording {
    recorded_work work[KEPT];
    uint64_t uses;
} recording;

static void forget(recorded_work *work)
{
    if (work->graph != NULL)
        cudaGraphExecDestroy(work->graph);
    *work = (recorded_work){0};
}

/* The entry of this signature, or a fresh one in place of the one that was not used for longest. */
static recorded_work *find(recording *of, uint64_t signature, uint64_t releases)
{
    recorded_work *oldest = &of->work[0];
    for (size_t i = 0; i < KEPT; i++) {
        recorded_work *work = &of->work[i];
        if (work->known && work->signature == signature && work->releases == releases)
            return work;
        if (work->used < oldest->used)
            oldest = work;
    }
    forget(oldest);
    oldest->signature = signature;
    oldest->releases = releases;
    return oldest;
}

/* What cannot be captured leaves an error that means nothing to the device. */
static cudaGraphExec_t record(cuda_device *cuda, void (*enqueue)(void *work), void *work)
{
    cudaGraph_t captured = NULL;
    cudaGraphExec_t made = NULL;
    if (cudaStreamBeginCapture(cuda->stream, cudaStreamCaptureModeRelaxed) != cudaSuccess) {
        (void)cudaGetLastError();
        return NULL;
    }
    cuda->capturing = true;
    cuda->unrecordable = false;
    enqueue(work);
    cuda->capturing = false;
    cudaError_t error = cudaStreamEndCapture(cuda->stream, &captured);
    if (error == cudaSuccess && !cuda->unrecordable && cuda->failure == COULOMB_OK)
        error = cudaGraphInstantiate(&made, captured, 0);
    if (captured != NULL)
        cudaGraphDestroy(captured);
    (void)cudaGetLastError();
    return error == cudaSuccess ? made : NULL;
}

/* Failures while recording happened to nobody: the work is run directly, and fails again if it must. */
static void try_to_record(cuda_device *cuda, recorded_work *entry, void (*enqueue)(void *work), void *work)
{
    entry->graph = record(cuda, enqueue, work);
    entry->direct = entry->graph == NULL;
    if (entry->direct)
        cuda->failure = COULOMB_OK;
    entry->releases = cuda->releases;
}

void cuda_run_recorded(device *on, void **recording_, uint64_t signature, void (*enqueue)(void *work), void *work)
{
    cuda_device *cuda = cuda_enter(on);
    if (cuda->failure != COULOMB_OK)
        return;
    recording *of = *recording_;
    if (of == NULL) {
        of = cuda->services->memory_get(on->context, 1, sizeof *of);
        if (of != NULL)
            *of = (recording){.uses = 0};
        *recording_ = of;
    }
    recorded_work *entry = of == NULL ? NULL : find(of, signature, cuda->releases);
    if (entry != NULL && entry->known && entry->graph == NULL && !entry->direct)
        try_to_record(cuda, entry, enqueue, work);
    if (entry != NULL && entry->graph != NULL) {
        cuda_note(cuda, cudaGraphLaunch(entry->graph, cuda->stream), "running recorded work");
    } else {
        enqueue(work);
        if (entry != NULL)
            entry->releases = cuda->releases; /* the first time, arrays may have grown */
    }
    if (entry != NULL) {
        entry->known = true;
        entry->used = ++of->uses;
    }
}

void cuda_free_recording(device *on, void *recording_)
{
    cuda_device *cuda = cuda_enter(on);
    recording *of = recording_;
    if (of == NULL)
        return;
    for (size_t i = 0; i < KEPT; i++)
        forget(&of->work[i]);
    cuda->services->memory_release(on->context, of);
}
