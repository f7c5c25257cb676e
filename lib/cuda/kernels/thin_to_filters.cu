/* The gradient of the filters between few channels and many. */
#include "cuda/kernels/thin.cuh"

/* A row of the small image, as wide as whole tiles, of the block's channels, times its image's weight. */
template <bool HALF>
static __device__ void stage_block_channels(const thin_conv &t, unsigned line, const float *weight, stored small,
                                            typename operand<HALF>::value *to)
{
    const layer_window &w = t.window;
    enum { VECTORS = BLOCK_CHANNELS / WIDE };
    unsigned positions = tiles_of(w.small[1]) * POSITIONS, first = blockIdx.y * BLOCK_CHANNELS;
    float factor = weight == NULL ? 1.0f : weight[line / w.small[0]];
    for (unsigned start = threadIdx.x; start < positions * VECTORS; start += AT_ONCE * blockDim.x) {
        float v[AT_ONCE][WIDE];
#pragma unroll
        for (unsigned k = 0; k < AT_ONCE; k++) {
            unsigned i = start + k * blockDim.x, position = i / VECTORS, channel = first + i % VECTORS * WIDE;
#pragma unroll
            for (int j = 0; j < WIDE; j++)
                v[k][j] = 0.0f;
            if (position < w.small[1] && channel < t.small_channels)
                load<WIDE>(small, ((size_t)line * w.small[1] + position) * t.small_channels + channel, v[k]);
        }
#pragma unroll
        for (unsigned k = 0; k < AT_ONCE; k++) {
            unsigned i = start + k * blockDim.x;
#pragma unroll
            for (int j = 0; j < WIDE; j++)
                v[k][j] *= factor;
            if (i < positions * VECTORS)
                put_eight<HALF>(to + i / VECTORS * (BLOCK_CHANNELS + PAD) + i % VECTORS * WIDE, v[k]);
        }
    }
}

/* Of the block's rows, [ROWS, RUN, small channels]. */
template <bool HALF>
static __global__ void __launch_bounds__(BLOCK_CHANNELS, 2)
    thin_to_filters_kernel(thin_conv t, stored big, stored small, const float *weight, float *partial)
{
    typedef typename operand<HALF>::value value;
    typedef typename operand<HALF>::pair pair;
    value *rows = (value *)shared_memory();
    const layer_window &w = t.window;
    unsigned group = lane_group(), two = lane_pair(), step = w.stride[1] * w.channels, width = row_values(t);
    unsigned column = threadIdx.x / LANES * WARP_CHANNELS;
    value *channels = rows + ROWS * width;
    float sum[ROWS][TILES][4] = {{{0.0f}}};
    for (unsigned line = blockIdx.x; line < w.count * w.small[0]; line += gridDim.x) {
        __syncthreads();
        stage_big_rows<HALF>(t, line / w.small[0], line % w.small[0], big, rows);
        stage_block_channels<HALF>(t, line, weight, small, channels);
        __syncthreads();
        for (unsigned tile = 0; tile < tiles_of(w.small[1]); tile++) {
            pair b[TILES][2];
            unsigned position = tile * POSITIONS + two;
#pragma unroll
            for (int n = 0; n < TILES * 2; n++) {
                const value *from =
                    channels + (position + n % 2 * 8) * (BLOCK_CHANNELS + PAD) + column + n / 2 * 8 + group;
                b[n / 2][n % 2] = operand<HALF>::join(from[0], from[BLOCK_CHANNELS + PAD]);
            }
#pragma unroll
            for (int r = 0; r < ROWS; r++) {
                pair a[4];
#pragma unroll
                for (int i = 0; i < 4; i++) {
                    const value *from = rows + r * width + (position + i / 2 * 8) * step + group + i % 2 * 8;
                    a[i] = operand<HALF>::join(from[0], from[step]);
                }
#pragma unroll
                for (int n = 0; n < TILES; n++)
                    multiply(sum[r][n], a, b[n]);
            }
        }
    }
    unsigned first = blockIdx.y * BLOCK_CHANNELS + column;
    float *to = partial + (size_t)blockIdx.x * ROWS * RUN * t.small_channels;
#pragma unroll
    for (int i = 0; i < ROWS * TILES * 4; i++) {
        unsigned row = i / (TILES * 4) * RUN + group + i % 4 / 2 * 8, channel = first + i / 4 % TILES * 8 + two + i % 2;
        if (channel < t.small_channels)
            to[(size_t)row * t.small_channels + channel] = sum[i / (TILES * 4)][i / 4 % TILES][i % 4];
    }
}

static __global__ void thin_filters_finish_kernel(thin_conv t, unsigned blocks, const float *partial, float *gradient,
                                                  bool add)
{
    unsigned run = t.window.kernel[1] * t.window.channels, items = t.window.kernel[0] * run * t.small_channels;
    for (size_t i = first_item(); i < items; i += item_step()) {
        unsigned channel = (unsigned)(i % t.small_channels), tap = (unsigned)(i / t.small_channels);
        unsigned r = tap / run, q = tap % run;
        const float *from = partial + ((size_t)r * RUN + q) * t.small_channels + channel;
        double sum = 0.0;
#pragma unroll 4
        for (unsigned block = 0; block < blocks; block++)
            sum += (double)from[(size_t)block * ROWS * RUN * t.small_channels];
        float *to = gradient + parameter_at(t, r, q, channel);
        *to = (float)((add ? (double)*to : 0.0) + sum);
    }
}

void launch_thin_to_filters(cudaStream_t stream, const thin_conv *t, bool half, stored big, stored small,
                            const float *weight, void *partial, float *gradient, bool add)
{
    dim3 grid = line_blocks(t, FILTER_BLOCKS);
    launch_shared(half ? thin_to_filters_kernel<true> : thin_to_filters_kernel<false>, grid, dim3(BLOCK_CHANNELS),
                  to_filters_bytes(t, half), stream, *t, big, small, weight, (float *)partial);
    launch(thin_filters_finish_kernel, blocks_for(ROWS * RUN * t->small_channels), dim3(THREADS), stream, *t, grid.x,
           (const float *)partial, gradient, add);
}
