/* Values as tensor cores multiply them, alone and in pairs. */
#ifndef CUDA_KERNELS_OPERAND_CUH
#define CUDA_KERNELS_OPERAND_CUH

#include "cuda/kernels/values.cuh"

struct half_pair {
    uint32_t bits;
};

struct alignas(8) float_pair {
    float x, y;
};

#endif
