/* From the big image of few channels to the small one of many. */
#include "cuda/kernels/thin.cuh"

template <bool HALF>
static __global__ void __launch_bounds__(BLOCK_CHANNELS, 3)
    thin_to_small_kernel(thin_conv t, stored big, stored packed, const float *bias, activation act, stored small,
                         bool add)
{
    typedef typename operand<HALF>::value value;
    typedef typename operand<HALF>::pair pair;
    value *rows = (value *)shared_memory();
    const value *weights = (const value *)packed.at;
    const layer_window &w = t.window;
    unsigned group = lane_group(), two = lane_pair(), step = w.stride[1] * w.channels, width = row_values(t);
    unsigned channel = blockIdx.y * BLOCK_CHANNELS + threadIdx.x / LANES * WARP_CHANNELS;
    pair b[ROWS][TILES][2];
#pragma unroll
    for (int r = 0; r < ROWS; r++)
#pragma unroll
        for (int n = 0; n < TILES; n++) {
            unsigned column = channel + n * 8 + group < t.small_channels ? channel + n * 8 + group : 0;
            const value *from = weights + ((size_t)r * t.small_channels + column) * RUN + two;
            b[r][n][0] = pair_at<HALF>(from);
            b[r][n][1] = pair_at<HALF>(from + 8);
        }
    for (unsigned line = blockIdx.x; line < w.count * w.small[0]; line += gridDim.x) {
        __syncthreads();
        stage_big_rows<HALF>(t, line / w.small[0], line % w.small[0], big, rows);
        __syncthreads();
        for (unsigned tile = 0; tile < tiles_of(w.small[1]); tile++) {
            float sum[TILES][4] = {{0.0f}};
            const value *from = rows + (tile * POSITIONS + group) * step + two;
#pragma unroll
            for (int r = 0; r < ROWS; r++, from += width) {
                pair a[4] = {pair_at<HALF>(from), pair_at<HALF>(from + 8 * step), pair_at<HALF>(from + 8),
                             pair_at<HALF>(from + 8 * step + 8)};
#pragma unroll
                for (int n = 0; n < TILES; n++)
                    multiply(sum[n], a, b[r][n]);
            }
#pragma unroll
            for (int i = 0; i < TILES * 2; i++) {
                unsigned position = tile * POSITIONS + group + i % 2 * 8, column = channel + i / 2 * 8 + two;
                if (position >= w.small[1] || column >= t.small_channels)
                    continue;
                float v[2] = {sum[i / 2][i % 2 * 2], sum[i / 2][i % 2 * 2 + 1]};
#pragma unroll
                for (int j = 0; j < 2; j++)
                    v[j] = activate(act, v[j] + (bias == NULL ? 0.0f : bias[column + j]));
                put_two(small, ((size_t)line * w.small[1] + position) * t.small_channels + column, v[0], v[1], add);
            }
        }
    }
}

void launch_thin_to_small(cudaStream_t stream, const thin_conv *t, stored big, stored packed, const float *bias,
                          activation act, stored small, bool add)
{
    launch_shared(packed.half ? thin_to_small_kernel<true> : thin_to_small_kernel<false>, line_blocks(t, SMALL_BLOCKS),
                  dim3(BLOCK_CHANNELS), to_small_bytes(t, packed.half), stream, *t, big, packed, bias, act, small, add);
}
