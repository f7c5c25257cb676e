/* Products of small matrices by a warp's tensor cores, in bfloat16 or tf32. Tests bring another file of this name,
 * which does the same on the host. */
#ifndef CUDA_KERNELS_TENSOR_CORE_CUH
#define CUDA_KERNELS_TENSOR_CORE_CUH

#include "cuda/kernels/operand.cuh"

/* sum[16, 8] += a[16, 16] b[16, 8]. With g = lane / 4 and t = lane % 4, a lane holds of a the pairs of columns 2 t and
 * 2 t + 8 of rows g and g + 8, in the order (g, 2 t), (g + 8, 2 t), (g, 2 t + 8), (g + 8, 2 t + 8); of b the pairs of
 * rows 2 t and 2 t + 8 of column g; of the sum columns 2 t and 2 t + 1 of row g, then of row g + 8. All lanes call. */
static inline __device__ void multiply(float sum[4], const half_pair a[4], const half_pair b[2])
{
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
                 "{%0, %1, %2, %3};"
                 : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
                 : "r"(a[0].bits), "r"(a[1].bits), "r"(a[2].bits), "r"(a[3].bits), "r"(b[0].bits), "r"(b[1].bits));
}

static inline __device__ void multiply_eight(float sum[4], float_pair low, float_pair high, float_pair b)
{
    asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
                 "{%0, %1, %2, %3};"
                 : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
                 : "r"(__float_as_uint(low.x)), "r"(__float_as_uint(high.x)), "r"(__float_as_uint(low.y)),
                   "r"(__float_as_uint(high.y)), "r"(__float_as_uint(b.x)), "r"(__float_as_uint(b.y)));
}

/* In which order the instruction takes columns of a and rows of b does not matter, as long as it is the same. */
static inline __device__ void multiply(float sum[4], const float_pair a[4], const float_pair b[2])
{
    multiply_eight(sum, a[0], a[1], b[0]);
    multiply_eight(sum, a[2], a[3], b[1]);
}

static inline __device__ float round_to_tf32(float x)
{
    uint32_t bits;
    asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(x));
    return __uint_as_float(bits);
}

#endif
