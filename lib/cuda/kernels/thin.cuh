/* Convolutions between images of few channels and images of many, such as the first layer of a discriminator and the
 * last of a generator: windows of at most ROWS rows, of which each sees at most RUN values in a row of the big image,
 * and strides of 2. All are bound by memory; tensor cores multiply.
 *
 * What a window sees in one of its rows is one run of values in the big image's row, so that the matrix of what windows
 * see is never made: its rows are read out of image rows in shared memory.
 *
 * Packed weights are two arrays: [rows, small channels, RUN] for ways from windows, and [NEIGHBORS, PHASES, small
 * channels] for the way to the big image, of which 2 x 2 pixels times their channels, the phases, are made of the same
 * 3 x 3 small pixels. */
#ifndef CUDA_KERNELS_THIN_CUH
#define CUDA_KERNELS_THIN_CUH

#include "cuda/kernels/tensor_core.cuh"

enum {
    ROWS = 5,
    RUN = 16,
    PHASES = 16,
    NEIGHBORS = 9,
    POSITIONS = 16, /* of a product: rows of a */
    LANES = 32,
    WARP_CHANNELS = 32,
    BLOCK_WARPS = 4,
    BLOCK_CHANNELS = WARP_CHANNELS * BLOCK_WARPS,
    TILES = WARP_CHANNELS / 8, /* of a warp's products */
    PAD = 8,                   /* values that keep rows in shared memory from the same banks */
    FILTER_BLOCKS = 396,
    SMALL_BLOCKS = 660,
    AT_ONCE = 4, /* values, or vectors, that a thread reads before it writes */
    STRIP = 8    /* rows of pixels that a block makes, one after the other */
};

/* Single values and pairs of a type of products. */
template <bool HALF> struct operand;

template <> struct operand<true> {
    typedef __nv_bfloat16 value;
    typedef half_pair pair;

    static __device__ value make(float x)
    {
        return __float2bfloat16_rn(x);
    }

    static __device__ pair join(value x, value y)
    {
        uint16_t low, high;
        memcpy(&low, &x, sizeof low);
        memcpy(&high, &y, sizeof high);
        return {(uint32_t)high << 16 | low};
    }
};

template <> struct operand<false> {
    typedef float value;
    typedef float_pair pair;

    static __device__ value make(float x)
    {
        return round_to_tf32(x);
    }

    static __device__ pair join(value x, value y)
    {
        return {x, y};
    }
};

template <bool HALF>
static inline __device__ typename operand<HALF>::pair pair_at(const typename operand<HALF>::value *at)
{
    return *(const typename operand<HALF>::pair *)at;
}

/* Eight values next to one another, as pairs. */
template <bool HALF> static inline __device__ void put_eight(typename operand<HALF>::value *to, const float *v)
{
    typedef typename operand<HALF>::pair pair;
#pragma unroll
    for (int j = 0; j < WIDE; j += 2)
        *(pair *)(to + j) = operand<HALF>::join(operand<HALF>::make(v[j]), operand<HALF>::make(v[j + 1]));
}

/* Two values next to one another, the first at an even place. */
static inline __device__ void put_two(stored y, size_t at, float first, float second, bool add)
{
    if (add) {
        float v[1];
        load<1>(y, at, v);
        first += v[0];
        load<1>(y, at + 1, v);
        second += v[0];
    }
    if (y.half)
        *(uint32_t *)((__nv_bfloat16 *)y.at + at) = two_halves(first, second);
    else
        *(float_pair *)((float *)y.at + at) = {first, second};
}

/* A thread's place in the products of its warp. */
static inline __device__ unsigned lane_group()
{
    return threadIdx.x % LANES / 4;
}

static inline __device__ unsigned lane_pair()
{
    return threadIdx.x % 4 * 2;
}

static inline __host__ __device__ unsigned tiles_of(unsigned positions)
{
    return (positions + POSITIONS - 1) / POSITIONS;
}

/* Values of an image row in shared memory: of all windows of whole tiles. */
static inline __host__ __device__ unsigned row_values(const thin_conv &t)
{
    return (tiles_of(t.window.small[1]) * POSITIONS - 1) * t.window.stride[1] * t.window.channels + RUN;
}

/* The rows of the big image that the windows of a row of the small one see. */
template <bool HALF>
static __device__ void stage_big_rows(const thin_conv &t, unsigned image, unsigned row, stored big,
                                      typename operand<HALF>::value *rows)
{
    const layer_window &w = t.window;
    unsigned width = row_values(t), inside = w.big[1] * w.channels, before = w.before[1] * w.channels;
    for (unsigned first = threadIdx.x; first < ROWS * width; first += AT_ONCE * blockDim.x) {
        float v[AT_ONCE][1];
#pragma unroll
        for (unsigned k = 0; k < AT_ONCE; k++) {
            unsigned i = first + k * blockDim.x, r = i / width, from = i % width - before;
            unsigned y = row * w.stride[0] + r - w.before[0];
            v[k][0] = 0.0f;
            if (r < w.kernel[0] && y < w.big[0] && from < inside)
                load<1>(big, ((size_t)image * w.big[0] + y) * inside + from, v[k]);
        }
#pragma unroll
        for (unsigned k = 0; k < AT_ONCE; k++)
            if (first + k * blockDim.x < ROWS * width)
                rows[first + k * blockDim.x] = operand<HALF>::make(v[k][0]);
    }
}

/* Where the weight of tap (r, run) and a channel of the small image stands among the parameters. */
static inline __device__ size_t parameter_at(const thin_conv &t, unsigned r, unsigned run, unsigned channel)
{
    unsigned tap = r * t.window.kernel[1] + run / t.window.channels, big = run % t.window.channels;
    return t.transposed ? ((size_t)tap * t.small_channels + channel) * t.window.channels + big
                        : ((size_t)tap * t.window.channels + big) * t.small_channels + channel;
}

static inline unsigned channel_blocks(const thin_conv *t)
{
    return (unsigned)ceiling(t->small_channels, BLOCK_CHANNELS);
}

static inline dim3 line_blocks(const thin_conv *t, unsigned most)
{
    unsigned lines = t->window.count * t->window.small[0];
    return dim3(lines < most ? lines : most, channel_blocks(t));
}

/* --- shared memory of the kernels, in bytes --- */

static inline size_t value_size(bool half)
{
    return half ? sizeof(__nv_bfloat16) : sizeof(float);
}

static inline size_t to_small_bytes(const thin_conv *t, bool half)
{
    return ROWS * row_values(*t) * value_size(half);
}

static inline size_t to_filters_bytes(const thin_conv *t, bool half)
{
    size_t positions = (size_t)tiles_of(t->window.small[1]) * POSITIONS;
    return to_small_bytes(t, half) + positions * (BLOCK_CHANNELS + PAD) * value_size(half);
}

/* Channels of the small image that a warp multiplies on the way to the big one; the warps' sums are added. */
static inline __host__ __device__ constexpr unsigned warp_depth(bool half)
{
    return half ? 32 : 16;
}

static inline __host__ __device__ unsigned staged_columns(const thin_conv &t)
{
    return tiles_of((t.window.big[1] + 1) / 2) * POSITIONS + 2;
}

static inline unsigned to_big_warps(const thin_conv *t, bool half)
{
    return t->small_channels / warp_depth(half);
}

static inline size_t to_big_bytes(const thin_conv *t, bool half)
{
    return (size_t)to_big_warps(t, half) * POSITIONS * (PHASES + 1) * sizeof(float) +
           (size_t)3 * staged_columns(*t) * (t->small_channels + PAD) * value_size(half);
}

#endif
