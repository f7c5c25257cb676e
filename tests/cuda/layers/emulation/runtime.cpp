/* The parts of the CUDA runtime and of cuDNN that the library uses, on the host's memory: two devices, of which each
 * thread has one as its current one. New memory holds NaNs. What a stream is asked for is done when somebody waits, so
 * that what changes or goes too early shows; the stream that no one made is later still: what is queued there is never
 * done. */
#include "emulation.h"

#include <cuda_runtime_api.h>
#include <cudnn.h>
#include <map>
#include <mutex>
#include <set>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vector>

size_t emulated_memory = (size_t)1 << 40, emulated_pinned = (size_t)1 << 40, emulated_failing_allocation;

namespace
{
typedef std::vector<std::function<void()>> graph;

struct stream {
    int device;
    graph waiting;
    graph *recorded; /* NULL: nothing is being recorded */
    bool spoilt;     /* by a call that no recording can hold */
    unsigned long long recording;
};

struct block {
    size_t bytes;
    int device;
};

enum { DEVICES = 2 };
unsigned long long recordings;
thread_local cudaError_t last_error;
thread_local int current_device;
std::set<stream *> streams;
std::map<void *, block> device_blocks, pinned_blocks;
std::recursive_mutex one_by_one; /* several threads' work */

cudaError_t told(cudaError_t error)
{
    if (error != cudaSuccess)
        last_error = error;
    return error;
}

void refuse(const char *why)
{
    fprintf(stderr, "%s\n", why);
    abort();
}

stream *stream_of(cudaStream_t handle)
{
    stream *found = (stream *)handle;
    if (found->device != current_device)
        refuse("work for a device that is not the thread's current one");
    return found;
}

size_t in_use(const std::map<void *, block> &blocks)
{
    size_t sum = 0;
    for (const auto &one : blocks)
        sum += one.second.bytes;
    return sum;
}

cudaError_t get(std::map<void *, block> &blocks, size_t most, void **memory, size_t bytes)
{
    std::lock_guard<std::recursive_mutex> lock(one_by_one);
    if (bytes > most - in_use(blocks))
        return told(cudaErrorMemoryAllocation);
    *memory = aligned_alloc(256, (bytes + 255) / 256 * 256);
    memset(*memory, 0xff, bytes);
    blocks[*memory] = {bytes, current_device};
    return cudaSuccess;
}

cudaError_t release(std::map<void *, block> &blocks, void *memory)
{
    std::lock_guard<std::recursive_mutex> lock(one_by_one);
    auto found = blocks.find(memory);
    if (memory != NULL && found == blocks.end())
        return told(cudaErrorInvalidValue);
    if (memory != NULL) {
        memset(memory, 0xff, found->second.bytes);
        blocks.erase(found);
    }
    free(memory);
    return cudaSuccess;
}

/* The block that the address lies in; NULL: none. */
const block *block_at(const std::map<void *, block> &blocks, const void *address)
{
    auto after = blocks.upper_bound((void *)address);
    if (after == blocks.begin())
        return NULL;
    --after;
    return (const char *)address < (const char *)after->first + after->second.bytes ? &after->second : NULL;
}

void expect_on(const stream *s, const void *address)
{
    const block *found = block_at(device_blocks, address);
    if (found == NULL || found->device != s->device)
        refuse("an address that is not the device's");
}

void work_off(stream *s)
{
    graph work;
    work.swap(s->waiting);
    for (const auto &one : work)
        one();
}
} // namespace

void emulated_queue(cudaStream_t handle, const std::function<void()> &work)
{
    std::lock_guard<std::recursive_mutex> lock(one_by_one);
    stream *s = stream_of(handle);
    (s->recorded != NULL ? *s->recorded : s->waiting).push_back(work);
}

extern "C" {

void emulated_queue_copied(cudaStream_t handle, void (*work)(const void *with), const void *with, size_t bytes)
{
    std::vector<char> copy((const char *)with, (const char *)with + bytes);
    emulated_queue(handle, [=] { work(copy.data()); });
}

size_t emulated_memory_in_use(void)
{
    return in_use(device_blocks);
}

cudaError_t cudaGetDevice(int *device)
{
    *device = current_device;
    return cudaSuccess;
}
cudaError_t cudaSetDevice(int device)
{
    if (device < 0 || device >= DEVICES)
        return told(cudaErrorInvalidDevice);
    current_device = device;
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
    std::lock_guard<std::recursive_mutex> lock(one_by_one);
    for (stream *s : streams) /* which is what a GPU does, too */
        work_off(s);
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
cudaError_t cudaStreamSynchronize(cudaStream_t handle)
{
    std::lock_guard<std::recursive_mutex> lock(one_by_one);
    stream *s = (stream *)handle;
    if (s->recorded != NULL) {
        s->spoilt = true;
        return told(cudaErrorStreamCaptureUnsupported);
    }
    work_off(s);
    return cudaSuccess;
}
/* Memory that is not pinned is read before the call returns, and written, too. */
cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind kind, cudaStream_t handle)
{
    std::lock_guard<std::recursive_mutex> lock(one_by_one);
    stream *s = stream_of(handle);
    const void *on_host = kind == cudaMemcpyHostToDevice ? from : kind == cudaMemcpyDeviceToHost ? to : NULL;
    if (kind != cudaMemcpyHostToDevice)
        expect_on(s, from);
    if (kind != cudaMemcpyDeviceToHost)
        expect_on(s, to);
    if (on_host != NULL && block_at(pinned_blocks, on_host) == NULL) {
        if (s->recorded != NULL)
            refuse("a recording of memory that may be gone when it is run");
        if (on_host == from) {
            std::vector<char> copy((const char *)from, (const char *)from + bytes);
            emulated_queue(handle, [=] { memcpy(to, copy.data(), bytes); });
            return cudaSuccess;
        }
        work_off(s);
        memcpy(to, from, bytes);
        return cudaSuccess;
    }
    emulated_queue(handle, [=] { memcpy(to, from, bytes); });
    return cudaSuccess;
}
cudaError_t cudaMemsetAsync(void *memory, int value, size_t bytes, cudaStream_t handle)
{
    expect_on(stream_of(handle), memory);
    emulated_queue(handle, [=] { memset(memory, value, bytes); });
    return cudaSuccess;
}
cudaError_t cudaMemset(void *, int, size_t)
{
    return cudaSuccess;
}
#undef cudaStreamGetCaptureInfo
cudaError_t cudaStreamGetCaptureInfo(cudaStream_t handle, cudaStreamCaptureStatus *status, unsigned long long *id,
                                     cudaGraph_t *, const cudaGraphNode_t **, const cudaGraphEdgeData **, size_t *)
{
    const stream *s = (const stream *)handle;
    *status = s->recorded != NULL ? cudaStreamCaptureStatusActive : cudaStreamCaptureStatusNone;
    *id = s->recording;
    return cudaSuccess;
}
cudaError_t cudaGetDeviceCount(int *count)
{
    *count = DEVICES;
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
cudaError_t cudaStreamCreateWithFlags(cudaStream_t *handle, unsigned)
{
    std::lock_guard<std::recursive_mutex> lock(one_by_one);
    stream *made = new stream{current_device, {}, NULL, false, 0};
    streams.insert(made);
    *handle = (cudaStream_t)made;
    return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t handle)
{
    std::lock_guard<std::recursive_mutex> lock(one_by_one);
    stream *s = (stream *)handle;
    work_off(s);
    streams.erase(s);
    delete s;
    return cudaSuccess;
}

cudaError_t cudaStreamBeginCapture(cudaStream_t handle, cudaStreamCaptureMode)
{
    std::lock_guard<std::recursive_mutex> lock(one_by_one);
    stream *s = stream_of(handle);
    s->recorded = new graph;
    s->recording = ++recordings;
    s->spoilt = false;
    return cudaSuccess;
}
cudaError_t cudaStreamEndCapture(cudaStream_t handle, cudaGraph_t *made)
{
    stream *s = stream_of(handle);
    graph *recorded = s->recorded;
    s->recorded = NULL;
    *made = s->spoilt ? NULL : (cudaGraph_t)recorded;
    if (!s->spoilt)
        return cudaSuccess;
    delete recorded;
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
cudaError_t cudaGraphLaunch(cudaGraphExec_t launched, cudaStream_t handle)
{
    std::lock_guard<std::recursive_mutex> lock(one_by_one);
    for (const auto &work : *(const graph *)launched)
        emulated_queue(handle, work);
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
