/* A convolution by an engine against its definition, at some values of the result: half of them in the last rows and
 * columns, where engines that do not pad unevenly are wrong. */
#include "cuda/kernels/values.cuh"

enum { SAMPLES = 128, CHECK_THREADS = 128 };

/* Numbers between -1 and 1 that look random. */
static inline __device__ uint32_t scramble(uint32_t x)
{
    x = (x ^ x >> 16) * 0x7feb352du;
    x = (x ^ x >> 15) * 0x846ca68bu;
    return x ^ x >> 16;
}

static __global__ void pattern_kernel(size_t values, uint32_t seed, stored x)
{
    for (size_t i = first_item(); i < values; i += item_step()) {
        float v[1] = {(float)(scramble((uint32_t)i + seed) >> 8) * (2.0f / 16777216.0f) - 1.0f};
        store<1>(x, i, v);
    }
}

void launch_pattern(cudaStream_t stream, size_t values, unsigned seed, stored x)
{
    launch(pattern_kernel, blocks_for(values), dim3(THREADS), stream, values, (uint32_t)seed, x);
}

/* Something below n; often the last. */
static inline __device__ unsigned choose(unsigned n, uint32_t random)
{
    return random % 2 == 0 ? n - 1 : random / 2 % n;
}

/* What a window and a tap multiply: 0 outside the image. */
static inline __device__ float term(const conv_check &c, unsigned image, unsigned i, unsigned j, unsigned r, unsigned s,
                                    unsigned small, unsigned big, int way)
{
    const layer_window &w = c.window;
    unsigned y = i * w.stride[0] + r - w.before[0], x = j * w.stride[1] + s - w.before[1];
    if (y >= w.big[0] || x >= w.big[1])
        return 0.0f;
    float v[3][1] = {{1.0f}, {1.0f}, {1.0f}};
    if (way != 0)
        load<1>(c.small, ((size_t)(image * w.small[0] + i) * w.small[1] + j) * c.small_channels + small, v[0]);
    if (way != 1)
        load<1>(c.big, ((size_t)(image * w.big[0] + y) * w.big[1] + x) * w.channels + big, v[1]);
    if (way != 2)
        load<1>(c.filters, ((size_t)(small * w.kernel[0] + r) * w.kernel[1] + s) * w.channels + big, v[2]);
    return v[0][0] * v[1][0] * v[2][0];
}

/* Term `at` of the value of the result that `random` chooses, and where that value stands. */
static __device__ float term_of(const conv_check &c, const uint32_t *random, unsigned at, size_t *place)
{
    const layer_window &w = c.window;
    unsigned image = random[0] % w.count, small = random[1] % c.small_channels, big = random[2] % w.channels;
    unsigned r = random[3] % w.kernel[0], s = random[4] % w.kernel[1];
    if (c.way == 0) {
        unsigned i = choose(w.small[0], random[5]), j = choose(w.small[1], random[6]);
        *place = ((size_t)(image * w.small[0] + i) * w.small[1] + j) * c.small_channels + small;
        unsigned tap = at / w.channels;
        return term(c, image, i, j, tap / w.kernel[1], tap % w.kernel[1], small, at % w.channels, 0);
    }
    if (c.way == 2) {
        *place = ((size_t)(small * w.kernel[0] + r) * w.kernel[1] + s) * w.channels + big;
        unsigned line = at / w.small[1];
        return term(c, line / w.small[0], line % w.small[0], at % w.small[1], r, s, small, big, 2);
    }
    unsigned y = choose(w.big[0], random[5]), x = choose(w.big[1], random[6]), tap = at / c.small_channels;
    unsigned row = y + w.before[0] - tap / w.kernel[1], column = x + w.before[1] - tap % w.kernel[1];
    *place = ((size_t)(image * w.big[0] + y) * w.big[1] + x) * w.channels + big;
    if (row % w.stride[0] != 0 || column % w.stride[1] != 0 || row / w.stride[0] >= w.small[0] ||
        column / w.stride[1] >= w.small[1])
        return 0.0f;
    return term(c, image, row / w.stride[0], column / w.stride[1], tap / w.kernel[1], tap % w.kernel[1],
                at % c.small_channels, big, 1);
}

/* The difference of one value, relative to the square root of its terms' squares, which is what random terms sum to. */
static __global__ void engine_check_kernel(conv_check c, unsigned terms, float *errors)
{
    __shared__ double sums[CHECK_THREADS], squares[CHECK_THREADS];
    uint32_t random[7];
    for (unsigned i = 0; i < 7; i++)
        random[i] = scramble(blockIdx.x * 7 + i + 12345);
    double sum = 0.0, square = 0.0;
    size_t place = 0;
    for (unsigned at = threadIdx.x; at < terms; at += CHECK_THREADS) {
        double value = (double)term_of(c, random, at, &place);
        sum += value;
        square += value * value;
    }
    sums[threadIdx.x] = sum;
    squares[threadIdx.x] = square;
    __syncthreads();
    if (threadIdx.x > 0)
        return;
    for (unsigned i = 1; i < CHECK_THREADS; i++) {
        sum += sums[i];
        square += squares[i];
    }
    float made[1];
    load<1>(c.way == 0 ? c.small : c.way == 1 ? c.big : c.filters, place, made);
    errors[blockIdx.x] = (float)(fabs((double)made[0] - sum) / sqrt(square + 1e-6));
}

size_t engine_check_samples()
{
    return SAMPLES;
}

void launch_engine_check(cudaStream_t stream, const conv_check *check, float *errors)
{
    const layer_window *w = &check->window;
    unsigned taps = w->kernel[0] * w->kernel[1];
    unsigned terms = check->way == 0   ? taps * w->channels
                     : check->way == 1 ? taps * check->small_channels
                                       : w->count * w->small[0] * w->small[1];
    launch(engine_check_kernel, dim3(SAMPLES), dim3(CHECK_THREADS), stream, *check, terms, errors);
}
