/* Starting kernels. Tests bring another file of this name, which runs them on the host. */
#ifndef CUDA_KERNELS_LAUNCH_CUH
#define CUDA_KERNELS_LAUNCH_CUH

#include <cuda_runtime.h>

template <typename... Parameters, typename... Arguments>
static void launch(void (*kernel)(Parameters...), dim3 grid, dim3 block, cudaStream_t stream, Arguments... arguments)
{
    kernel<<<grid, block, 0, stream>>>(static_cast<Parameters>(arguments)...);
}

/* With so many bytes of shared memory. */
template <typename... Parameters, typename... Arguments>
static void launch_shared(void (*kernel)(Parameters...), dim3 grid, dim3 block, size_t bytes, cudaStream_t stream,
                          Arguments... arguments)
{
    enum { UNASKED = 48 << 10 /* bytes that every kernel may have */ };
    if (bytes > UNASKED)
        cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, (int)bytes);
    kernel<<<grid, block, bytes, stream>>>(static_cast<Parameters>(arguments)...);
}

static inline __device__ char *shared_memory()
{
    extern __shared__ char4 shared[]; /* which is aligned as dynamic shared memory is: enough for any value */
    return (char *)shared;
}

#endif
