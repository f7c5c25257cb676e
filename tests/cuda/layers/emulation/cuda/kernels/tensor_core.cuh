/* In place of lib/cuda/kernels/tensor_core.cuh: a warp's lanes lay out what they hold, and each computes its sums. */
#ifndef EMULATION_TENSOR_CORE_CUH
#define EMULATION_TENSOR_CORE_CUH

#include "cuda/kernels/operand.cuh"

static inline float_pair emulated_pair(half_pair p)
{
    return {low_half(p.bits), high_half(p.bits)};
}

static inline float_pair emulated_pair(float_pair p)
{
    return p;
}

template <typename Pair> static inline void multiply(float sum[4], const Pair a[4], const Pair b[2])
{
    static float_pair as[1024][4], bs[1024][2];
    unsigned thread = threadIdx.x, warp = thread / 32 * 32, g = thread % 32 / 4, t = thread % 4;
    for (int i = 0; i < 4; i++)
        as[thread][i] = emulated_pair(a[i]);
    for (int i = 0; i < 2; i++)
        bs[thread][i] = emulated_pair(b[i]);
    __syncwarp();
    for (unsigned i = 0; i < 4; i++)
        for (unsigned k = 0; k < 4; k++)
            for (unsigned half = 0; half < 2; half++) {
                float_pair x = as[warp + 4 * g + k][2 * half + i / 2], y = bs[warp + 4 * (2 * t + i % 2) + k][half];
                sum[i] += x.x * y.x + x.y * y.y;
            }
    __syncwarp();
}

static inline float round_to_tf32(float x)
{
    return x;
}

#endif
