/* The parts of the CUDA runtime and of cuDNN that the library uses, on the host's memory. New memory holds NaNs. A
 * stream is a place to queue work, which is done at once unless it is being recorded; the stream that no one made is
 * late: what is queued there is never done. */
#include "emulation.h"

#include <cuda_runtime_api.h>
#include <cudnn.h>
#include <map>
#include <mutex>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vector>

size_t emulated_memory = (size_t)1 << 40, emulated_pinned = (size_t)1 << 40, emulated_failing_allocation;

namespace
{
typedef std::vector<std::function<void()>> graph;

graph *recorded; /* NULL: nothing is being recorded */
bool spoilt;     /* by a call that no recording can hold */
unsigned long long recordings;
cudaError_t last_error;
std::map<void *, size_t> device_blocks, pinned_blocks;
std::recursive_mutex one_by_one; /* several threads' work, but no recordings of them */

cudaError_t told(cudaError_t error)
{
    if (error != cudaSuccess)
        last_error = error;
    return error;
}

size_t in_use(const std::map<void *, size_t> &blocks)
{
    size_t sum = 0;
    for (const auto &block : blocks)
        sum += block.second;
    return sum;
}

cudaError_t get(std::map<void *, size_t> &blocks, size_t most, void **memory, size_t bytes)
{
    std::lock_guard<std::recursive_mutex> lock(one_by_one);
    if (bytes > most - in_use(blocks))
        return told(cudaErrorMemoryAllocation);
    *memory = aligned_alloc(256, (bytes + 255) / 256 * 256);
    memset(*memory, 0xff, bytes);
    blocks[*memory] = bytes;
    return cudaSuccess;
}

cudaError_t release(std::map<void *, size_t> &blocks, void *memory)
{
    std::lock_guard<std::recursive_mutex> lock(one_by_one);
    if (memory != NULL && blocks.erase(memory) == 0)
        return told(cudaErrorInvalidValue);
    free(memory);
    return cudaSuccess;
}
} // namespace

void emulated_queue(const std::function<void()> &work)
{
    std::lock_guard<std::recursive_mutex> lock(one_by_one);
    if (recorded != NULL)
        recorded->push_back(work);
    else
        work();
}

extern "C" {

void emulated_queue_copied(void (*work)(const void *with), const void *with, size_t bytes)
{
    std::vector<char> copy((const char *)with, (const char *)with + bytes);
    emulated_queue([=] { work(copy.data()); });
}

size_t emulated_memory_in_use(void)
{
    return in_use(device_blocks);
}

cudaError_t cudaGetDevice(int *device)
{
    *device = 0;
    return cudaSuccess;
}
cudaError_t cudaSetDevice(int)
{
    return cudaSuccess;
}
cudaError_t cudaGetLastError(void)
{
    cudaError_t error = last_error;
    last_error = cudaSuccess;
    return error;
}
const char *cudaGetErrorString(cudaError_t)
{
    return "an error";
}
bool emulated_allocation_fails(void)
{
    return emulated_failing_allocation > 0 && --emulated_failing_allocation == 0;
}
cudaError_t cudaMalloc(void **memory, size_t bytes)
{
    if (emulated_allocation_fails())
        return told(cudaErrorMemoryAllocation);
    return get(device_blocks, emulated_memory, memory, bytes);
}
cudaError_t cudaFree(void *memory)
{
    return release(device_blocks, memory);
}
cudaError_t cudaMallocHost(void **memory, size_t bytes)
{
    return get(pinned_blocks, emulated_pinned, memory, bytes);
}
cudaError_t cudaFreeHost(void *memory)
{
    return release(pinned_blocks, memory);
}
cudaError_t cudaMemGetInfo(size_t *available, size_t *total)
{
    *total = emulated_memory;
    *available = emulated_memory - in_use(device_blocks);
    return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t)
{
    spoilt = spoilt || recorded != NULL;
    return recorded == NULL ? cudaSuccess : told(cudaErrorStreamCaptureUnsupported);
}
cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind, cudaStream_t)
{
    emulated_queue([=] { memcpy(to, from, bytes); });
    return cudaSuccess;
}
cudaError_t cudaMemsetAsync(void *memory, int value, size_t bytes, cudaStream_t)
{
    emulated_queue([=] { memset(memory, value, bytes); });
    return cudaSuccess;
}
cudaError_t cudaMemset(void *, int, size_t)
{
    return cudaSuccess;
}
#undef cudaStreamGetCaptureInfo
cudaError_t cudaStreamGetCaptureInfo(cudaStream_t, cudaStreamCaptureStatus *status, unsigned long long *id,
                                     cudaGraph_t *, const cudaGraphNode_t **, const cudaGraphEdgeData **, size_t *)
{
    *status = recorded != NULL ? cudaStreamCaptureStatusActive : cudaStreamCaptureStatusNone;
    *id = recordings;
    return cudaSuccess;
}
cudaError_t cudaGetDeviceCount(int *count)
{
    *count = 1;
    return cudaSuccess;
}
#undef cudaGetDeviceProperties
cudaError_t cudaGetDeviceProperties(cudaDeviceProp *properties, int)
{
    *properties = {};
    snprintf(properties->name, sizeof properties->name, "no GPU at all");
    properties->major = 8;
    properties->minor = 6;
    properties->multiProcessorCount = 1;
    properties->sharedMemPerBlockOptin = 99 << 10; /* the least that GPUs of 8.0 and newer have */
    properties->totalGlobalMem = emulated_memory;
    return cudaSuccess;
}
cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned)
{
    *stream = (cudaStream_t)&recordings;
    return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t)
{
    return cudaSuccess;
}

cudaError_t cudaStreamBeginCapture(cudaStream_t, cudaStreamCaptureMode)
{
    recorded = new graph;
    recordings++;
    spoilt = false;
    return cudaSuccess;
}
cudaError_t cudaStreamEndCapture(cudaStream_t, cudaGraph_t *made)
{
    *made = (cudaGraph_t)recorded;
    recorded = NULL;
    if (!spoilt)
        return cudaSuccess;
    delete (graph *)*made;
    *made = NULL;
    return told(cudaErrorStreamCaptureInvalidated);
}
cudaError_t cudaGraphInstantiate(cudaGraphExec_t *made, cudaGraph_t of, unsigned long long)
{
    *made = (cudaGraphExec_t) new graph(*(const graph *)of);
    return cudaSuccess;
}
cudaError_t cudaGraphDestroy(cudaGraph_t destroyed)
{
    delete (graph *)destroyed;
    return cudaSuccess;
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t destroyed)
{
    delete (graph *)destroyed;
    return cudaSuccess;
}
cudaError_t cudaGraphLaunch(cudaGraphExec_t launched, cudaStream_t)
{
    for (const auto &work : *(const graph *)launched)
        work();
    return cudaSuccess;
}

cudnnStatus_t cudnnCreate(cudnnHandle_t *handle)
{
    if (emulated_libraries_lack_memory)
        return CUDNN_STATUS_ALLOC_FAILED;
    *handle = (cudnnHandle_t)&recordings;
    return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnDestroy(cudnnHandle_t)
{
    return CUDNN_STATUS_SUCCESS;
}
cudnnStatus_t cudnnSetStream(cudnnHandle_t, cudaStream_t)
{
    return CUDNN_STATUS_SUCCESS;
}
const char *cudnnGetErrorString(cudnnStatus_t)
{
    return "a cuDNN status";
}
}
