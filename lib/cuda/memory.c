/* Memory on the GPU, pinned memory on the host, and copies between and within them, all on the device's one stream. */
#include "cuda/cuda_device.h"
#include "cuda/flat.h"

#include <stdlib.h>
#include <string.h>

static void *refuse(cuda_device *cuda, const char *where, size_t bytes)
{
    size_t free = 0, total = 0;
    (void)cudaGetLastError(); /* running out of memory does no harm to the device */
    if (cudaMemGetInfo(&free, &total) != cudaSuccess)
        free = total = 0;
    cuda->services->fail(cuda->base.context, COULOMB_ERROR_MEMORY,
                         "CUDA device %d (%s): cannot allocate %zu bytes of %s; %zu of the device's %zu bytes are free",
                         cuda->ordinal, cuda->properties.name, bytes, where, free, total);
    return NULL;
}

/* A failure other than a lack of memory belongs to an earlier call, or is the device's end. */
static void *give(cuda_device *cuda, cudaError_t error, void *memory, const char *where, size_t bytes)
{
    if (error == cudaSuccess)
        return memory;
    if (error == cudaErrorMemoryAllocation)
        return refuse(cuda, where, bytes);
    cuda_note(cuda, error, "getting memory");
    cuda_status(cuda);
    return NULL;
}

void *cuda_get(cuda_device *cuda, size_t bytes)
{
    void *memory = NULL;
    if (cuda_status(cuda) != COULOMB_OK)
        return NULL;
    cudaError_t error = cudaMalloc(&memory, bytes == 0 ? 1 : bytes);
    return give(cuda, error, memory, "device memory", bytes);
}

void cuda_release(cuda_device *cuda, void *memory)
{
    if (memory == NULL)
        return;
    cuda->releases++;
    cuda->unrecordable = true; /* what is being recorded may name it */
    cuda_note(cuda, cudaFree(memory), "releasing memory");
}

void *cuda_row_get(device *on, size_t bytes)
{
    return cuda_get(cuda_enter(on), bytes);
}

void cuda_row_release(device *on, void *memory)
{
    cuda_release(cuda_enter(on), memory);
}

void *cuda_get_host(device *on, size_t bytes)
{
    cuda_device *cuda = cuda_enter(on);
    if (cuda_status(cuda) != COULOMB_OK)
        return NULL;
    pinned_block *block = cuda->services->memory_get(on->context, 1, sizeof *block);
    if (block == NULL)
        return NULL;
    void *memory = NULL;
    cudaError_t error = cudaMallocHost(&memory, bytes == 0 ? 1 : bytes);
    memory = give(cuda, error, memory, "pinned host memory", bytes);
    if (memory == NULL) {
        cuda->services->memory_release(on->context, block);
        return NULL;
    }
    *block = (pinned_block){.memory = memory, .bytes = bytes, .next = cuda->pinned};
    cuda->pinned = block;
    return memory;
}

void cuda_release_host(device *on, void *memory)
{
    cuda_device *cuda = cuda_enter(on);
    for (pinned_block **place = &cuda->pinned; *place != NULL; place = &(*place)->next) {
        pinned_block *block = *place;
        if (block->memory != memory)
            continue;
        *place = block->next;
        cuda->services->memory_release(on->context, block);
        cuda_note(cuda, cudaStreamSynchronize(cuda->stream), "finishing copies");
        cuda_note(cuda, cudaFreeHost(memory), "releasing pinned memory");
        return;
    }
}

static bool is_pinned(const cuda_device *cuda, const void *memory)
{
    const char *address = memory;
    for (const pinned_block *block = cuda->pinned; block != NULL; block = block->next) {
        const char *start = block->memory;
        if (address >= start && address < start + block->bytes)
            return true;
    }
    return false;
}

cudaError_t cuda_staging_new(cuda_device *cuda)
{
    cuda_staging *staging = &cuda->staging;
    void *memory = NULL;
    cudaError_t error = cudaMallocHost(&memory, STAGING_BYTES + COLLECTED_BYTES);
    if (error == cudaSuccess) {
        staging->memory = memory;
        staging->collected = staging->memory + STAGING_BYTES;
    }
    return error;
}

/* All that was asked for is done, so that no copy reads staging memory any longer. */
static void synchronize(cuda_device *cuda, const char *what)
{
    cuda_note(cuda, cudaStreamSynchronize(cuda->stream), what);
    cuda->staging.used = 0;
}

/* Small copies wait for each other, since each launch and each copy costs some microseconds. */
void cuda_flush_copies(cuda_device *cuda)
{
    gathered_copies *gathered = &cuda->staging.gathered;
    if (gathered->count == 0)
        return;
    launch_gathered(cuda->stream, gathered);
    gathered->count = 0;
    cuda_launched(cuda, "copying in");
}

static char *take_staging(cuda_device *cuda, size_t bytes)
{
    cuda_staging *staging = &cuda->staging;
    if (bytes > STAGING_BYTES - staging->used) {
        cuda_flush_copies(cuda);
        synchronize(cuda, "waiting for copies");
    }
    char *place = staging->memory + staging->used;
    staging->used += (bytes + STAGING_ALIGNMENT - 1) / STAGING_ALIGNMENT * STAGING_ALIGNMENT;
    return place;
}

/* Copies that wait are made at the same time: two of them must not write to the same place. */
static bool is_awaited(const gathered_copies *gathered, const char *to, size_t bytes)
{
    for (size_t i = 0; i < gathered->count; i++) {
        const char *other = gathered->copy[i].to;
        if (to < other + gathered->copy[i].bytes && other < to + bytes)
            return true;
    }
    return false;
}

static void copy_small(cuda_device *cuda, void *to, const void *from, size_t bytes)
{
    gathered_copies *gathered = &cuda->staging.gathered;
    if (gathered->count == GATHERED_COPIES || is_awaited(gathered, to, bytes))
        cuda_flush_copies(cuda);
    char *place = take_staging(cuda, bytes);
    memcpy(place, from, bytes);
    gathered->copy[gathered->count++] = (gathered_copy){.to = to, .from = place, .bytes = (uint32_t)bytes};
}

static void copy_staged(cuda_device *cuda, char *to, const char *from, size_t bytes)
{
    for (size_t at = 0; at < bytes; at += STAGING_PART) {
        size_t part = bytes - at < STAGING_PART ? bytes - at : STAGING_PART;
        char *place = take_staging(cuda, part);
        memcpy(place, from + at, part);
        cuda_note(cuda, cudaMemcpyAsync(to + at, place, part, cudaMemcpyHostToDevice, cuda->stream), "copying in");
    }
}

/* Large pinned arrays go straight to the device, which is faster than copying them aside, although the host waits. */
void cuda_copy_in(device *on, void *to, const void *from, size_t bytes)
{
    cuda_device *cuda = cuda_select(on);
    if (cuda->failure != COULOMB_OK || bytes == 0)
        return;
    if (cuda->capturing) {
        cuda->unrecordable = true; /* the values may be others when the recording is run */
        return;
    }
    if (bytes <= GATHERED_BYTES) {
        copy_small(cuda, to, from, bytes);
        return;
    }
    cuda_flush_copies(cuda);
    if (bytes > STAGING_PART && is_pinned(cuda, from)) {
        cuda_note(cuda, cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, cuda->stream), "copying in");
        synchronize(cuda, "copying in");
    } else {
        copy_staged(cuda, to, from, bytes);
    }
}

/* A kernel that writes to pinned memory is done sooner than a copy that waits for kernels. */
static void collect(cuda_device *cuda, void *place, const void *from, size_t bytes)
{
    if (bytes > GATHERED_BYTES) {
        cuda_note(cuda, cudaMemcpyAsync(place, from, bytes, cudaMemcpyDeviceToHost, cuda->stream), "copying out");
        return;
    }
    launch_copy(cuda->stream, place, from, bytes, NULL);
    cuda_launched(cuda, "copying out");
}

coulomb_status cuda_copy_out(device *on, void *to, const void *from, size_t bytes)
{
    cuda_device *cuda = cuda_enter(on);
    if (cuda->capturing) {
        cuda->unrecordable = true;
        return COULOMB_OK;
    }
    if (cuda->failure == COULOMB_OK && bytes > 0) {
        bool small = bytes <= COLLECTED_BYTES;
        void *place = small ? cuda->staging.collected : to;
        collect(cuda, place, from, bytes);
        synchronize(cuda, "running what was asked for");
        if (small && cuda->failure == COULOMB_OK)
            memcpy(to, place, bytes);
    }
    return cuda_status(cuda);
}

void cuda_copy(device *on, void *to, const void *from, size_t bytes, const int32_t *go)
{
    cuda_device *cuda = cuda_enter(on);
    if (cuda->failure != COULOMB_OK || bytes == 0)
        return;
    if (go == NULL && bytes > COPIED_BY_KERNEL) {
        cuda_note(cuda, cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, cuda->stream), "copying");
    } else {
        launch_copy(cuda->stream, to, from, bytes, go);
        cuda_launched(cuda, "copying");
    }
}

void cuda_clear(device *on, void *memory, size_t bytes)
{
    cuda_device *cuda = cuda_enter(on);
    if (cuda->failure == COULOMB_OK && bytes > 0)
        cuda_note(cuda, cudaMemsetAsync(memory, 0, bytes, cuda->stream), "clearing memory");
}

coulomb_status cuda_finish(device *on)
{
    cuda_device *cuda = cuda_enter(on);
    if (cuda->failure == COULOMB_OK)
        synchronize(cuda, "running what was asked for");
    return cuda_status(cuda);
}

void cuda_memory_end(cuda_device *cuda)
{
    cuda_staging *staging = &cuda->staging;
    if (staging->memory != NULL)
        cudaFreeHost(staging->memory);
    while (cuda->pinned != NULL)
        cuda_release_host(&cuda->base, cuda->pinned->memory);
}
