/* Sums in a fixed order: each thread its own values, then a tree in shared memory, then the blocks' sums by the block
 * that ends last, in order. How many blocks there are depends on the count alone. */
#ifndef CUDA_REDUCE_CUH
#define CUDA_REDUCE_CUH

#include <cuda_runtime.h>
#include <stdint.h>

enum { REDUCE_THREADS = 256, REDUCE_BLOCKS = 1024, REDUCE_BY_THREAD = 16 };

/* The block's sum, for all of its threads; `shared` has THREADS values. */
template <int THREADS> __device__ inline double block_sum(double value, double *shared)
{
    int thread = (int)threadIdx.x;
    shared[thread] = value;
    __syncthreads();
    for (int half = THREADS / 2; half > 0; half /= 2) {
        if (thread < half)
            shared[thread] += shared[thread + half];
        __syncthreads();
    }
    double sum = shared[0];
    __syncthreads();
    return sum;
}

/* True in all threads of the block that comes last of `blocks`, which then sees what the others wrote. The counter is 0
 * again afterwards. */
__device__ inline bool last_block(uint32_t *counter, uint32_t blocks)
{
    __shared__ bool last;
    __threadfence();
    __syncthreads();
    if (threadIdx.x == 0) {
        last = atomicAdd(counter, 1u) == blocks - 1;
        if (last)
            *counter = 0;
    }
    __syncthreads();
    if (last)
        __threadfence();
    return last;
}

#endif
