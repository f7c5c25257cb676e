/* The GPU's estimates of 1 / x and 1 / sqrt(x), good to about a float32 rounding for normal x. Tests bring another file of
 * this name. */
#ifndef CUDA_KERNELS_ESTIMATES_CUH
#define CUDA_KERNELS_ESTIMATES_CUH

__device__ inline float reciprocal_root(float x)
{
    float y;
    asm("rsqrt.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}

__device__ inline float reciprocal(float x)
{
    float y;
    asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}

#endif
