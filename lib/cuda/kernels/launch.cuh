/* Starting kernels. Tests bring another file of this name, which runs them on the host. */
#ifndef CUDA_KERNELS_LAUNCH_CUH
#define CUDA_KERNELS_LAUNCH_CUH

#include <cuda_runtime.h>

template <typename... Parameters, typename... Arguments>
static void launch(void (*kernel)(Parameters...), dim3 grid, dim3 block, cudaStream_t stream, Arguments... arguments)
{
    kernel<<<grid, block, 0, stream>>>(static_cast<Parameters>(arguments)...);
}

#endif
