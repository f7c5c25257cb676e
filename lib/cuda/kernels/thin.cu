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
    FILTER_BLOCKS = 132,
    SMALL_BLOCKS = 528,
    STRIP = 8 /* rows of pixels that a block makes, one after the other */
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
    for (unsigned i = threadIdx.x; i < ROWS * width; i += blockDim.x) {
        unsigned r = i / width, from = i % width - before, y = row * w.stride[0] + r - w.before[0];
        float v[1] = {0.0f};
        if (r < w.kernel[0] && y < w.big[0] && from < inside)
            load<1>(big, ((size_t)image * w.big[0] + y) * inside + from, v);
        rows[i] = operand<HALF>::make(v[0]);
    }
}

/* --- to small --- */

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

/* --- to big --- */

/* A row of the small image, from column `first` on, with zeros around it. */
template <bool HALF>
static __device__ void stage_small_row(const thin_conv &t, unsigned image, int row, int first, unsigned columns,
                                       stored small, typename operand<HALF>::value *to)
{
    const layer_window &w = t.window;
    unsigned vectors = t.small_channels / WIDE, stride = t.small_channels + PAD;
    for (unsigned i = threadIdx.x; i < columns * vectors; i += blockDim.x) {
        unsigned column = i / vectors, vector = i % vectors;
        int from = first + (int)column;
        float v[WIDE] = {0.0f};
        if (row >= 0 && row < (int)w.small[0] && from >= 0 && from < (int)w.small[1])
            load<WIDE>(small,
                       (((size_t)image * w.small[0] + row) * w.small[1] + from) * t.small_channels + vector * WIDE, v);
        put_eight<HALF>(to + column * stride + vector * WIDE, v);
    }
}

/* Channels of the small image that a warp multiplies; the warps' sums are added. */
template <bool HALF> static inline __host__ __device__ unsigned warp_depth()
{
    return HALF ? 32 : 16;
}

static inline __host__ __device__ unsigned staged_columns(const thin_conv &t)
{
    return tiles_of((t.window.big[1] + 1) / 2) * POSITIONS + 2;
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

/* --- to filters --- */

/* A row of the small image, as wide as whole tiles, of the block's channels, times its image's weight. */
template <bool HALF>
static __device__ void stage_block_channels(const thin_conv &t, unsigned line, const float *weight, stored small,
                                            typename operand<HALF>::value *to)
{
    const layer_window &w = t.window;
    enum { VECTORS = BLOCK_CHANNELS / WIDE };
    unsigned positions = tiles_of(w.small[1]) * POSITIONS, first = blockIdx.y * BLOCK_CHANNELS;
    float factor = weight == NULL ? 1.0f : weight[line / w.small[0]];
    for (unsigned i = threadIdx.x; i < positions * VECTORS; i += blockDim.x) {
        unsigned position = i / VECTORS, channel = first + i % VECTORS * WIDE;
        float v[WIDE] = {0.0f};
        if (position < w.small[1] && channel < t.small_channels)
            load<WIDE>(small, ((size_t)line * w.small[1] + position) * t.small_channels + channel, v);
#pragma unroll
        for (int j = 0; j < WIDE; j++)
            v[j] *= factor;
        put_eight<HALF>(to + position * (BLOCK_CHANNELS + PAD) + i % VECTORS * WIDE, v);
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

/* Where the weight of tap (r, run) and a channel of the small image stands among the parameters. */
static inline __device__ size_t parameter_at(const thin_conv &t, unsigned r, unsigned run, unsigned channel)
{
    unsigned tap = r * t.window.kernel[1] + run / t.window.channels, big = run % t.window.channels;
    return t.transposed ? ((size_t)tap * t.small_channels + channel) * t.window.channels + big
                        : ((size_t)tap * t.window.channels + big) * t.small_channels + channel;
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

/* --- packing --- */

static __global__ void thin_pack_kernel(thin_conv t, const float *parameters, stored packed)
{
    const layer_window &w = t.window;
    size_t windows = (size_t)ROWS * t.small_channels * RUN,
           all = windows + (size_t)NEIGHBORS * PHASES * t.small_channels;
    for (size_t i = first_item(); i < all; i += item_step()) {
        unsigned r, s, channel, big;
        bool any;
        if (i < windows) {
            unsigned run = (unsigned)(i % RUN);
            channel = (unsigned)(i / RUN % t.small_channels);
            r = (unsigned)(i / RUN / t.small_channels);
            s = run / w.channels;
            big = run % w.channels;
            any = true;
        } else {
            size_t at = i - windows;
            unsigned phase = (unsigned)(at / t.small_channels % PHASES);
            unsigned neighbor = (unsigned)(at / t.small_channels / PHASES), pixel = phase / w.channels;
            channel = (unsigned)(at % t.small_channels);
            big = phase % w.channels;
            r = pixel / 2 + w.before[0] - 2 * (unsigned)(t.neighbor[0] + (int)(neighbor / 3));
            s = pixel % 2 + w.before[1] - 2 * (unsigned)(t.neighbor[1] + (int)(neighbor % 3));
            any = pixel < 4;
        }
        any = any && r < w.kernel[0] && s < w.kernel[1]; /* those below 0 are huge */
        float v[1] = {any ? parameters[parameter_at(t, r, s * w.channels + big, channel)] : 0.0f};
        if (!packed.half)
            v[0] = round_to_tf32(v[0]);
        store<1>(packed, i, v);
    }
}

/* --- launching --- */

/* The first of the small rows, or columns, that pixels 0 and 1 of the big image are made of; false if there are more
 * than three. */
static bool find_neighbors(const layer_window *w, unsigned axis, int *first)
{
    int least = 0, most = 0;
    bool any = false;
    for (int pixel = 0; pixel < 2; pixel++)
        for (int tap = 0; tap < (int)w->kernel[axis]; tap++) {
            int twice = pixel + (int)w->before[axis] - tap, row = twice / 2;
            if (twice % 2 != 0)
                continue;
            least = !any || row < least ? row : least;
            most = !any || row > most ? row : most;
            any = true;
        }
    *first = least;
    return any && most - least < 3;
}

bool thin_possible(const layer_window *window, size_t small_channels, bool transposed, thin_conv *made)
{
    *made = (thin_conv){.window = *window, .small_channels = (unsigned)small_channels, .transposed = transposed};
    return window->kernel[0] <= ROWS && window->kernel[1] * window->channels <= RUN && 4 * window->channels <= PHASES &&
           window->stride[0] == 2 && window->stride[1] == 2 && small_channels % WARP_CHANNELS == 0 &&
           small_channels <= 256 && window->big[1] <= 256 && find_neighbors(window, 0, &made->neighbor[0]) &&
           find_neighbors(window, 1, &made->neighbor[1]);
}

size_t thin_packed_values(const thin_conv *t)
{
    return (size_t)t->small_channels * (ROWS * RUN + NEIGHBORS * PHASES);
}

size_t thin_scratch_bytes(const thin_conv *t)
{
    return (size_t)FILTER_BLOCKS * ROWS * RUN * t->small_channels * sizeof(float);
}

void launch_thin_pack(cudaStream_t stream, const thin_conv *t, const float *parameters, stored packed)
{
    launch(thin_pack_kernel, blocks_for(thin_packed_values(t)), dim3(THREADS), stream, *t, parameters, packed);
}

static unsigned channel_blocks(const thin_conv *t)
{
    return (unsigned)ceiling(t->small_channels, BLOCK_CHANNELS);
}

static dim3 line_blocks(const thin_conv *t, unsigned most)
{
    unsigned lines = t->window.count * t->window.small[0];
    return dim3(lines < most ? lines : most, channel_blocks(t));
}

static size_t value_size(bool half)
{
    return half ? sizeof(__nv_bfloat16) : sizeof(float);
}

void launch_thin_to_small(cudaStream_t stream, const thin_conv *t, stored big, stored packed, const float *bias,
                          activation act, stored small, bool add)
{
    size_t bytes = ROWS * row_values(*t) * value_size(packed.half);
    launch_shared(packed.half ? thin_to_small_kernel<true> : thin_to_small_kernel<false>, line_blocks(t, SMALL_BLOCKS),
                  dim3(BLOCK_CHANNELS), bytes, stream, *t, big, packed, bias, act, small, add);
}

void launch_thin_to_big(cudaStream_t stream, const thin_conv *t, stored small, stored packed, const float *bias,
                        activation act, stored big, bool add)
{
    unsigned warps = t->small_channels / (packed.half ? warp_depth<true>() : warp_depth<false>());
    size_t bytes = (size_t)warps * POSITIONS * (PHASES + 1) * sizeof(float) +
                   3 * staged_columns(*t) * (t->small_channels + PAD) * value_size(packed.half);
    dim3 grid((unsigned)ceiling((t->window.big[0] + 1) / 2, STRIP), t->window.count < 65535 ? t->window.count : 65535);
    launch_shared(packed.half ? thin_to_big_kernel<true> : thin_to_big_kernel<false>, grid, dim3(warps * LANES), bytes,
                  stream, *t, small, packed, bias, act, big, add);
}

void launch_thin_to_filters(cudaStream_t stream, const thin_conv *t, bool half, stored big, stored small,
                            const float *weight, void *partial, float *gradient, bool add)
{
    dim3 grid = line_blocks(t, FILTER_BLOCKS);
    size_t positions = tiles_of(t->window.small[1]) * POSITIONS;
    size_t bytes = (ROWS * row_values(*t) + positions * (BLOCK_CHANNELS + PAD)) * value_size(half);
    launch_shared(half ? thin_to_filters_kernel<true> : thin_to_filters_kernel<false>, grid, dim3(BLOCK_CHANNELS),
                  bytes, stream, *t, big, small, weight, (float *)partial);
    launch(thin_filters_finish_kernel, blocks_for(ROWS * RUN * t->small_channels), dim3(THREADS), stream, *t, grid.x,
           (const float *)partial, gradient, add);
}
