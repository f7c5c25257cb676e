/* What the emulated GPU's parts tell one another, and what tests ask of it. For C and C++. */
#ifndef EMULATION_EMULATION_H
#define EMULATION_EMULATION_H

#include <cuda_runtime_api.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
#include <functional>

/* The stream's device must be the thread's current one. */
void emulated_queue(cudaStream_t stream, const std::function<void()> &work);

extern "C" {
#endif

/* The same for C: `work` gets a copy of what stands at `with`. */
void emulated_queue_copied(cudaStream_t stream, void (*work)(const void *with), const void *with, size_t bytes);

/* Device memory that there is, and pinned memory of the host; what is got already counts. */
extern size_t emulated_memory, emulated_pinned;
size_t emulated_memory_in_use(void);

/* The allocation of device memory, or of an engine, that fails, counted from 1; 0: none. Counts down. */
extern size_t emulated_failing_allocation;
bool emulated_allocation_fails(void);

/* Engines that there are. */
extern size_t emulated_engines;

/* Calls of cublasCreate() and cudnnCreate() fail for lack of memory; the next engine to run fails. */
extern bool emulated_libraries_lack_memory, emulated_engine_fails;

#ifdef __cplusplus
}
#endif

#endif
