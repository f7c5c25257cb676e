/* In place of lib/cuda/kernels/estimates.cuh. */
#ifndef EMULATION_ESTIMATES_CUH
#define EMULATION_ESTIMATES_CUH

#include <math.h>

static inline float reciprocal_root(float x)
{
    return 1.0f / sqrtf(x);
}

static inline float reciprocal(float x)
{
    return 1.0f / x;
}

#endif
