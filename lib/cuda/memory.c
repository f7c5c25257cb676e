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

static bool prepare_staging(cuda_device *cuda)
{
    cuda_staging *staging = &cuda->staging;
    if (staging->memory != NULL)
        return true;
    void *memory = NULL;
    size_t bytes = (size_t)STAGING_SLOTS * STAGING_BYTES + COLLECTED_BYTES;
    cudaError_t error = cudaMallocHost(&memory, bytes);
    for (size_t i = 0; error == cudaSuccess && i < STAGING_SLOTS; i++)
        error = cudaEventCreateWithFlags(&staging->done[i], cudaEventDisableTiming);
    cuda_note(cuda, error, "getting pinned memory for copies");
    if (error != cudaSuccess)
        return false;
    staging->memory = memory;
    staging->collected = staging->memory + (size_t)STAGING_SLOTS * STAGING_BYTES;
    return true;
}

/* The slot's last copy may still be under way; an event that was never recorded is done. */
static void copy_staged(cuda_device *cuda, char *to, const char *from, size_t bytes)
{
    cuda_staging *staging = &cuda->staging;
    for (size_t at = 0; at < bytes; at += STAGING_BYTES) {
        size_t part = bytes - at < STAGING_BYTES ? bytes - at : STAGING_BYTES, slot = staging->next;
        char *place = staging->memory + slot * STAGING_BYTES;
        staging->next = (slot + 1) % STAGING_SLOTS;
        cuda_note(cuda, cudaEventSynchronize(staging->done[slot]), "waiting for a copy");
        memcpy(place, from + at, part);
        cuda_note(cuda, cudaMemcpyAsync(to + at, place, part, cudaMemcpyHostToDevice, cuda->stream), "copying in");
        cuda_note(cuda, cudaEventRecord(staging->done[slot], cuda->stream), "copying in");
    }
}

/* Large pinned arrays go straight to the device, which is faster than copying them aside, although the host waits. */
void cuda_copy_in(device *on, void *to, const void *from, size_t bytes)
{
    cuda_device *cuda = cuda_enter(on);
    if (cuda->failure != COULOMB_OK || bytes == 0)
        return;
    if (cuda->capturing) {
        cuda->unrecordable = true; /* the values may be others when the recording is run */
        return;
    }
    if (bytes > STAGING_BYTES && is_pinned(cuda, from)) {
        cuda_note(cuda, cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, cuda->stream), "copying in");
        cuda_note(cuda, cudaStreamSynchronize(cuda->stream), "copying in");
    } else if (prepare_staging(cuda)) {
        copy_staged(cuda, to, from, bytes);
    }
}

coulomb_status cuda_copy_out(device *on, void *to, const void *from, size_t bytes)
{
    cuda_device *cuda = cuda_enter(on);
    if (cuda->capturing) {
        cuda->unrecordable = true;
        return COULOMB_OK;
    }
    if (cuda->failure == COULOMB_OK && bytes > 0 && prepare_staging(cuda)) {
        bool small = bytes <= COLLECTED_BYTES;
        void *place = small ? cuda->staging.collected : to;
        cuda_note(cuda, cudaMemcpyAsync(place, from, bytes, cudaMemcpyDeviceToHost, cuda->stream), "copying out");
        cuda_note(cuda, cudaStreamSynchronize(cuda->stream), "running what was asked for");
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
    if (go == NULL) {
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
        cuda_note(cuda, cudaStreamSynchronize(cuda->stream), "running what was asked for");
    return cuda_status(cuda);
}

void cuda_memory_end(cuda_device *cuda)
{
    cuda_staging *staging = &cuda->staging;
    for (size_t i = 0; i < STAGING_SLOTS; i++)
        if (staging->done[i] != NULL)
            cudaEventDestroy(staging->done[i]);
    if (staging->memory != NULL)
        cudaFreeHost(staging->memory);
    while (cuda->pinned != NULL)
        cuda_release_host(&cuda->base, cuda->pinned->memory);
}
