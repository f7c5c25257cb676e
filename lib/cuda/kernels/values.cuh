/* Reading and writing W values at once, of either type; activations; cutting work into threads. */
#ifndef CUDA_KERNELS_VALUES_CUH
#define CUDA_KERNELS_VALUES_CUH

#include "cuda/kernels/launch.cuh"
#include "cuda/layers.h"

#include <cuda_bf16.h>
#include <stdint.h>
#include <string.h>

enum { THREADS = 256, WIDE = 8, BLOCKS_MOST = 132 * 16 };

static inline __host__ __device__ size_t ceiling(size_t a, size_t b)
{
    return (a + b - 1) / b;
}

struct alignas(16) words {
    uint32_t word[4];
};

static inline __device__ float low_half(uint32_t word)
{
    uint32_t bits = word << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline __device__ float high_half(uint32_t word)
{
    uint32_t bits = word & 0xffff0000u;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline __device__ uint32_t two_halves(float low, float high)
{
    __nv_bfloat162 pair = __floats2bfloat162_rn(low, high);
    uint32_t word;
    memcpy(&word, &pair, sizeof word);
    return word;
}

template <int W> static inline __device__ void load(stored x, size_t at, float *v)
{
    if (W == 1) {
        v[0] = x.half ? __bfloat162float(((const __nv_bfloat16 *)x.at)[at]) : ((const float *)x.at)[at];
    } else if (x.half) {
        words w = *(const words *)((const __nv_bfloat16 *)x.at + at);
#pragma unroll
        for (int i = 0; i < W / 2; i++) {
            v[2 * i] = low_half(w.word[i]);
            v[2 * i + 1] = high_half(w.word[i]);
        }
    } else {
#pragma unroll
        for (int i = 0; i < W; i += 4) {
            words w = *(const words *)((const float *)x.at + at + i);
            memcpy(v + i, &w, sizeof w);
        }
    }
}

template <int W> static inline __device__ void store(stored y, size_t at, const float *v)
{
    if (W == 1) {
        if (y.half)
            ((__nv_bfloat16 *)y.at)[at] = __float2bfloat16_rn(v[0]);
        else
            ((float *)y.at)[at] = v[0];
    } else if (y.half) {
        words w;
#pragma unroll
        for (int i = 0; i < W / 2; i++)
            w.word[i] = two_halves(v[2 * i], v[2 * i + 1]);
        *(words *)((__nv_bfloat16 *)y.at + at) = w;
    } else {
#pragma unroll
        for (int i = 0; i < W; i += 4) {
            words w;
            memcpy(&w, v + i, sizeof w);
            *(words *)((float *)y.at + at + i) = w;
        }
    }
}

/* Store, or add to what is there. */
template <int W> static inline __device__ void put(stored y, size_t at, float *v, bool add)
{
    if (add) {
        float before[W];
        load<W>(y, at, before);
#pragma unroll
        for (int i = 0; i < W; i++)
            v[i] += before[i];
    }
    store<W>(y, at, v);
}

/* Where the types of all arrays are known when a kernel is compiled, its loads need not wait for one another. */
enum array_types { FLOATS, HALVES, ANY };

template <int TYPES> static inline __device__ stored typed(stored x)
{
    return {x.at, TYPES == ANY ? x.half : TYPES == HALVES};
}

/* W values as they were read, which takes half the registers of float32 for bfloat16. */
template <int W, int TYPES> struct packet {
    float v[W];

    __device__ void read(stored x, size_t at)
    {
        load<W>(typed<TYPES>(x), at, v);
    }

    __device__ void get(float *values) const
    {
#pragma unroll
        for (int i = 0; i < W; i++)
            values[i] = v[i];
    }
};

template <> struct packet<WIDE, HALVES> {
    words w;

    __device__ void read(stored x, size_t at)
    {
        w = *(const words *)((const __nv_bfloat16 *)x.at + at);
    }

    __device__ void get(float *values) const
    {
#pragma unroll
        for (int i = 0; i < WIDE / 2; i++) {
            values[2 * i] = low_half(w.word[i]);
            values[2 * i + 1] = high_half(w.word[i]);
        }
    }
};

static inline __device__ float activate(activation act, float x)
{
    switch (act.kind) {
    case ACTIVATION_AFFINE:
        return act.a * x + act.b;
    case ACTIVATION_RELU:
        return x <= 0.0f ? 0.0f : x; /* so that a value that is not a number stays */
    case ACTIVATION_LEAKY_RELU:
        return x > 0.0f ? x : act.a * x;
    case ACTIVATION_ELU:
        return x > 0.0f ? x : expm1f(x);
    case ACTIVATION_TANH:
        return act.b * tanhf(act.a * x);
    case ACTIVATION_SIGMOID: {
        float e = expf(-fabsf(x));
        return (x > 0.0f ? 1.0f : e) / (1.0f + e);
    }
    default:
        return x;
    }
}

/* dy/dx by y. */
static inline __device__ float activation_slope(activation act, float y)
{
    switch (act.kind) {
    case ACTIVATION_AFFINE:
        return act.a;
    case ACTIVATION_RELU:
        return y > 0.0f ? 1.0f : 0.0f;
    case ACTIVATION_LEAKY_RELU:
        return y > 0.0f ? 1.0f : act.a;
    case ACTIVATION_ELU:
        return y > 0.0f ? 1.0f : y + 1.0f;
    case ACTIVATION_TANH:
        return act.a * (act.b - y * y / act.b);
    case ACTIVATION_SIGMOID:
        return y * (1.0f - y);
    default:
        return 1.0f;
    }
}

/* Of two lines through the origin: no function, ReLU and leaky ReLU, which then need no branch. `a` becomes the slope
 * below 0. */
static inline bool piecewise(activation *act)
{
    if (act->kind == ACTIVATION_NONE)
        act->a = 1.0f;
    if (act->kind == ACTIVATION_RELU)
        act->a = 0.0f;
    return act->kind == ACTIVATION_NONE || act->kind == ACTIVATION_RELU || act->kind == ACTIVATION_LEAKY_RELU;
}

template <bool PIECEWISE> static inline __device__ float activate_as(activation act, float x)
{
    return PIECEWISE ? (x > 0.0f ? x : act.a * x) : activate(act, x);
}

/* dy/dx by x. */
template <bool PIECEWISE> static inline __device__ float slope_at(activation act, float x)
{
    return PIECEWISE ? (x > 0.0f ? 1.0f : act.a) : activation_slope(act, activate(act, x));
}

/* Where so many values at once can be read and written. */
static inline bool wide(size_t columns, stored a)
{
    return columns % WIDE == 0 && (uintptr_t)a.at % sizeof(words) == 0;
}

static inline dim3 blocks_for(size_t items)
{
    size_t blocks = ceiling(items, THREADS);
    return dim3((unsigned)(blocks < 1 ? 1 : blocks > BLOCKS_MOST ? BLOCKS_MOST : blocks));
}

static inline __device__ size_t first_item()
{
    return (size_t)blockIdx.x * blockDim.x + threadIdx.x;
}

static inline __device__ size_t item_step()
{
    return (size_t)gridDim.x * blockDim.x;
}

#endif
