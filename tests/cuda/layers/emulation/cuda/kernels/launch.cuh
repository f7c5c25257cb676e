/* In place of lib/cuda/kernels/launch.cuh: kernels compiled for the host run one block after the other, a block's
 * threads in turn between its barriers. */
#ifndef EMULATION_LAUNCH_CUH
#define EMULATION_LAUNCH_CUH

#include <cuda_runtime.h>

#include <functional>
#include <math.h>

#undef __shared__
#define __shared__ static
#undef __grid_constant__
#define __grid_constant__
#undef __launch_bounds__
#define __launch_bounds__(...)
#undef __noinline__
#define __noinline__

extern dim3 gridDim, blockDim;
extern uint3 blockIdx, threadIdx;

void __syncthreads();
void __syncwarp();

#include "../../warps.h"

void emulate(cudaStream_t stream, dim3 grid, dim3 block, size_t bytes, const std::function<void()> &kernel);
char *shared_memory();

template <typename... Parameters, typename... Arguments>
static void launch_shared(void (*kernel)(Parameters...), dim3 grid, dim3 block, size_t bytes, cudaStream_t stream,
                          Arguments... arguments)
{
    emulate(stream, grid, block, bytes, [=] { kernel(static_cast<Parameters>(arguments)...); });
}

template <typename... Parameters, typename... Arguments>
static void launch(void (*kernel)(Parameters...), dim3 grid, dim3 block, cudaStream_t stream, Arguments... arguments)
{
    launch_shared(kernel, grid, block, 0, stream, arguments...);
}

#endif
