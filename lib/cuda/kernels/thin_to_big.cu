/* From the small image of many channels to the big one of few. */
#include "cuda/kernels/thin.cuh"

/* A row of the small image, from column `first` on, with zeros around it. */
template <bool HALF>
static __device__ void stage_small_row(const thin_conv &t, unsigned image, int row, int first, unsigned columns,
                                       stored small, typename operand<HALF>::value *to)
{
    const layer_window &w = t.window;
    unsigned vectors = t.small_channels / WIDE, stride = t.small_channels + PAD;
    bool there = row >= 0 && row < (int)w.small[0];
    for (unsigned start = threadIdx.x; start < columns * vectors; start += AT_ONCE * blockDim.x) {
        float v[AT_ONCE][WIDE];
#pragma unroll
        for (unsigned k = 0; k < AT_ONCE; k++) {
            unsigned i = start + k * blockDim.x;
            int from = first + (int)(i / vectors);
#pragma unroll
            for (int j = 0; j < WIDE; j++)
                v[k][j] = 0.0f;
            if (there && i < columns * vectors && from >= 0 && from < (int)w.small[1])
                load<WIDE>(small,
                           (((size_t)image * w.small[0] + row) * w.small[1] + from) * t.small_channels +
                               i % vectors * WIDE,
                           v[k]);
        }
#pragma unroll
        for (unsigned k = 0; k < AT_ONCE; k++) {
            unsigned i = start + k * blockDim.x;
            if (i < columns * vectors)
                put_eight<HALF>(to + i / vectors * stride + i % vectors * WIDE, v[k]);
        }
    }
}

/* The pixels of a tile from the warps' sums: PHASES at each position. */
static __device__ void put_pixels(const thin_conv &t, unsigned image, unsigned pair_row, unsigned tile,
                                  const float *sums, const float *bias, activation act, stored big, bool add)
{
    const layer_window &w = t.window;
    unsigned warps = blockDim.x / LANES, line = 2 * POSITIONS * w.channels;
    for (unsigned i = threadIdx.x; i < 2 * line; i += blockDim.x) {
        unsigned below = i / line, x = i % line / w.channels, channel = i % w.channels;
        unsigned row = 2 * pair_row + below, column = tile * 2 * POSITIONS + x;
        unsigned phase = (below * 2 + x % 2) * w.channels + channel;
        if (row >= w.big[0] || column >= w.big[1])
            continue;
        float v[1] = {bias == NULL ? 0.0f : bias[channel]};
        for (unsigned warp = 0; warp < warps; warp++)
            v[0] += sums[(warp * POSITIONS + x / 2) * (PHASES + 1) + phase];
        v[0] = activate(act, v[0]);
        put<1>(big, (((size_t)image * w.big[0] + row) * w.big[1] + column) * w.channels + channel, v, add);
    }
}

template <bool HALF>
static __global__ void __launch_bounds__(512)
    thin_to_big_kernel(thin_conv t, stored small, stored packed, const float *bias, activation act, stored big,
                       bool add)
{
    typedef typename operand<HALF>::value value;
    typedef typename operand<HALF>::pair pair;
    enum { STEPS = HALF ? 2 : 1, DEPTH = STEPS * 16 };
    float *sums = (float *)shared_memory();
    value *rows = (value *)(sums + blockDim.x / LANES * POSITIONS * (PHASES + 1));
    const value *weights = (const value *)packed.at + (size_t)ROWS * t.small_channels * RUN;
    unsigned group = lane_group(), two = lane_pair(), warp = threadIdx.x / LANES;
    unsigned stride = t.small_channels + PAD, columns = staged_columns(t), pair_rows = (t.window.big[0] + 1) / 2;
    unsigned first = blockIdx.x * STRIP, last = first + STRIP < pair_rows ? first + STRIP : pair_rows;
    pair b[NEIGHBORS][STEPS][2][2];
#pragma unroll
    for (int i = 0; i < NEIGHBORS * STEPS * 2; i++) {
        const value *from = weights + ((size_t)(i / (STEPS * 2)) * PHASES + i % 2 * 8 + group) * t.small_channels +
                            warp * DEPTH + i / 2 % STEPS * 16 + two;
        b[i / (STEPS * 2)][i / 2 % STEPS][i % 2][0] = pair_at<HALF>(from);
        b[i / (STEPS * 2)][i / 2 % STEPS][i % 2][1] = pair_at<HALF>(from + 8);
    }
    for (unsigned image = blockIdx.y; image < t.window.count; image += gridDim.y) {
        for (unsigned i = 0; i < 2; i++)
            stage_small_row<HALF>(t, image, (int)(first + i) + t.neighbor[0], t.neighbor[1], columns, small,
                                  rows + (first + i) % 3 * columns * stride);
        for (unsigned row = first; row < last; row++) {
            stage_small_row<HALF>(t, image, (int)(row + 2) + t.neighbor[0], t.neighbor[1], columns, small,
                                  rows + (row + 2) % 3 * columns * stride);
            __syncthreads();
            for (unsigned tile = 0; tile < tiles_of((t.window.big[1] + 1) / 2); tile++) {
                float sum[2][4] = {{0.0f}};
#pragma unroll
                for (int i = 0; i < NEIGHBORS; i++) {
                    const value *from = rows +
                                        ((row + i / 3) % 3 * columns + tile * POSITIONS + group + i % 3) * stride +
                                        warp * DEPTH + two;
#pragma unroll
                    for (int k = 0; k < STEPS; k++, from += 16) {
                        pair a[4] = {pair_at<HALF>(from), pair_at<HALF>(from + 8 * stride), pair_at<HALF>(from + 8),
                                     pair_at<HALF>(from + 8 * stride + 8)};
                        multiply(sum[0], a, b[i][k][0]);
                        multiply(sum[1], a, b[i][k][1]);
                    }
                }
#pragma unroll
                for (int i = 0; i < 8; i++)
                    sums[(warp * POSITIONS + group + i % 4 / 2 * 8) * (PHASES + 1) + i / 4 * 8 + two + i % 2] =
                        sum[i / 4][i % 4];
                __syncthreads();
                put_pixels(t, image, row, tile, sums, bias, act, big, add);
                __syncthreads();
            }
        }
    }
}

void launch_thin_to_big(cudaStream_t stream, const thin_conv *t, stored small, stored packed, const float *bias,
                        activation act, stored big, bool add)
{
    dim3 grid((unsigned)ceiling((t->window.big[0] + 1) / 2, STRIP), t->window.count < 65535 ? t->window.count : 65535);
    launch_shared(packed.half ? thin_to_big_kernel<true> : thin_to_big_kernel<false>, grid,
                  dim3(to_big_warps(t, packed.half) * LANES), to_big_bytes(t, packed.half), stream, *t, small, packed,
                  bias, act, big, add);
}
