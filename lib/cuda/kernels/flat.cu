/* Kernels of flat arrays. */
#include "cuda/flat.h"
#include "cuda/kernels/launch.cuh"
#include "cuda/kernels/reduce.cuh"

#include <cuda_runtime.h>
#include <math.h>

enum { THREADS = 256, BLOCKS_MOST = 2048, LOSS_THREADS = 512 };

static unsigned blocks_for(size_t count)
{
    size_t blocks = (count + THREADS - 1) / THREADS;
    return (unsigned)(blocks < BLOCKS_MOST ? blocks : BLOCKS_MOST);
}

static __device__ size_t first_index(void)
{
    return (size_t)blockIdx.x * blockDim.x + threadIdx.x;
}

static __device__ size_t all_threads(void)
{
    return (size_t)gridDim.x * blockDim.x;
}

static __device__ bool stopped(const int32_t *go)
{
    return go != nullptr && *go == 0;
}

template <typename word> static __global__ void copy_words(word *to, const word *from, size_t count, const int32_t *go)
{
    if (stopped(go))
        return;
    for (size_t i = first_index(); i < count; i += all_threads())
        to[i] = from[i];
}

/* A block for each copy. */
static __global__ void gather_copies(const __grid_constant__ gathered_copies gathered)
{
    const gathered_copy &copy = gathered.copy[blockIdx.x];
    if (((size_t)copy.to | copy.bytes) % sizeof(uint32_t) == 0) {
        for (uint32_t i = threadIdx.x; i < copy.bytes / sizeof(uint32_t); i += blockDim.x)
            ((uint32_t *)copy.to)[i] = ((const uint32_t *)copy.from)[i];
    } else {
        for (uint32_t i = threadIdx.x; i < copy.bytes; i += blockDim.x)
            ((uint8_t *)copy.to)[i] = ((const uint8_t *)copy.from)[i];
    }
}

static __global__ void fill_values(size_t count, float value, float *array)
{
    for (size_t i = first_index(); i < count; i += all_threads())
        array[i] = value;
}

/* --- sums --- */

struct plain_term {
    static __device__ double of(float value)
    {
        return (double)value;
    }
};

struct square_term {
    static __device__ double of(float value)
    {
        return (double)value * (double)value;
    }
};

/* *result = (sum of terms) / divisor */
template <typename term>
static __global__ void reduce(size_t count, const float *array, double divisor, double *partial, uint32_t *counter,
                              double *result)
{
    __shared__ double shared[REDUCE_THREADS];
    double sum = 0.0;
    size_t i = first_index(), step = all_threads();
    for (; i + 7 * step < count; i += 8 * step) {
        float value[8];
#pragma unroll
        for (int j = 0; j < 8; j++)
            value[j] = array[i + (size_t)j * step];
#pragma unroll
        for (int j = 0; j < 8; j++)
            sum += term::of(value[j]);
    }
    for (; i < count; i += step)
        sum += term::of(array[i]);
    sum = block_sum<REDUCE_THREADS>(sum, shared);
    if (gridDim.x > 1) {
        if (threadIdx.x == 0)
            partial[blockIdx.x] = sum;
        if (!last_block(counter, gridDim.x))
            return;
        sum = 0.0;
        for (unsigned block = threadIdx.x; block < gridDim.x; block += REDUCE_THREADS)
            sum += __ldcg(partial + block);
        sum = block_sum<REDUCE_THREADS>(sum, shared);
    }
    if (threadIdx.x == 0)
        *result = sum / divisor;
}

template <typename term>
static void launch_reduce(cudaStream_t stream, void *scratch, size_t count, const float *array, double divisor,
                          double *result)
{
    const size_t by_block = (size_t)REDUCE_THREADS * REDUCE_BY_THREAD;
    size_t blocks = (count + by_block - 1) / by_block;
    blocks = blocks < 1 ? 1 : blocks > REDUCE_BLOCKS ? (size_t)REDUCE_BLOCKS : blocks;
    double *partial = (double *)scratch;
    launch(reduce<term>, dim3((unsigned)blocks), dim3(REDUCE_THREADS), stream, count, array, divisor, partial,
           (uint32_t *)(partial + REDUCE_BLOCKS), result);
}

/* --- losses: one block, since a batch has some hundred samples --- */

static __global__ void loss_and_gradient(loss_arguments loss)
{
    __shared__ double shared[LOSS_THREADS];
    float total = (float)loss.total;
    double sum = 0.0;
    for (size_t i = threadIdx.x; i < loss.count; i += LOSS_THREADS) {
        float difference = __fsub_rn(loss.output[i], __fmul_rn(loss.scale, loss.potential[i])), slope;
        if (loss.squared) {
            sum += (double)difference * (double)difference;
            slope = 2.0f * difference / total;
        } else {
            sum += fabs((double)difference);
            slope = (difference > 0.0f ? 1.0f : difference < 0.0f ? -1.0f : 0.0f) / total;
        }
        loss.gradient[i] = slope / loss.divisor;
    }
    sum = block_sum<LOSS_THREADS>(sum, shared);
    if (threadIdx.x == 0)
        *loss.sum += sum / (double)loss.total;
}

/* --- random numbers: base/random.c says what is drawn --- */

static __device__ uint4 philox(uint4 counter, uint2 key)
{
    const uint32_t multiplier0 = 0xD2511F53u, multiplier1 = 0xCD9E8D57u, weyl0 = 0x9E3779B9u, weyl1 = 0xBB67AE85u;
    for (int round = 0; round < 10; round++) {
        uint32_t high0 = __umulhi(multiplier0, counter.x), low0 = multiplier0 * counter.x;
        uint32_t high1 = __umulhi(multiplier1, counter.z), low1 = multiplier1 * counter.z;
        counter = make_uint4(high1 ^ counter.y ^ key.x, low1, high0 ^ counter.w ^ key.y, low0);
        key.x += weyl0;
        key.y += weyl1;
    }
    return counter;
}

static __device__ void normal_pair(uint32_t a, uint32_t b, float *values)
{
    float radius = sqrtf(-2.0f * logf(((float)(a >> 8) + 0.5f) * 0x1p-24f));
    float angle = 6.2831853f * ((float)(b >> 8) * 0x1p-24f);
    values[0] = radius * cosf(angle);
    values[1] = radius * sinf(angle);
}

static __global__ void add_normals(noise_arguments noise)
{
    uint64_t update = *noise.update, last = noise.first + noise.count;
    uint2 key = make_uint2((uint32_t)noise.seed, (uint32_t)(noise.seed >> 32));
    for (uint64_t block = noise.first / 4 + first_index(); block * 4 < last; block += all_threads()) {
        uint4 counter = make_uint4((uint32_t)block, (uint32_t)(block >> 32) ^ (noise.stream << 24), (uint32_t)update,
                                   (uint32_t)(update >> 32));
        uint4 bits = philox(counter, key);
        float values[4];
        normal_pair(bits.x, bits.y, values);
        normal_pair(bits.z, bits.w, values + 2);
#pragma unroll
        for (int j = 0; j < 4; j++) {
            uint64_t at = block * 4 + (uint64_t)j;
            if (at >= noise.first && at < last)
                noise.noisy[at - noise.first] =
                    __fadd_rn(__fmul_rn(noise.deviation, values[j]), noise.samples[at - noise.first]);
        }
    }
}

/* --- checks: all who find something write the same --- */

template <typename number> static __global__ void check_finite(size_t count, const number *array, int32_t *go)
{
    bool finite = true;
#pragma unroll 8
    for (size_t i = first_index(); i < count; i += all_threads())
        finite = finite & (bool)isfinite(array[i]);
    if (!finite)
        *go = 0;
}

/* --- optimizers --- */

static __device__ float flushed(float x)
{
    return fabsf(x) <= 1.2e-38f ? 0.0f : x;
}

/* As in kernels/update.inc.c: NaN stays what it is. */
static __device__ float adam_value(const adam_factors &f, float l2, float gradient, float *moment1, float *moment2,
                                   float p)
{
    float g = gradient + l2 * p, m = flushed(f.beta1 * *moment1 + f.gain1 * g);
    float v = f.beta2 * *moment2 + f.gain2 * (g * g);
    v = flushed(v > 3e38f ? 3e38f : v);
    float positive = v < 4e-38f ? 4e-38f : v;
    *moment1 = m;
    *moment2 = v;
    return p - f.rate * m / (sqrtf(positive) * f.correction + f.epsilon);
}

/* A thread's values: all are read before the first is written, so that many loads are under way. */
enum { MOVED_BY_THREAD = MOVED_BY_BLOCK / THREADS };

template <bool ADAM>
static __device__ void move_part(const move_arguments &move, const moved_part &moved, size_t first, size_t end)
{
    const adam_factors f = *move.factors;
    float gradient[MOVED_BY_THREAD], moment1[MOVED_BY_THREAD], moment2[MOVED_BY_THREAD], parameter[MOVED_BY_THREAD];
#pragma unroll
    for (int j = 0; j < MOVED_BY_THREAD; j++) {
        size_t i = first + (size_t)j * THREADS;
        if (i >= end)
            break;
        gradient[j] = move.gradient[i];
        parameter[j] = move.parameter[i];
        moment1[j] = ADAM ? move.moment1[i] : 0.0f;
        moment2[j] = ADAM ? move.moment2[i] : 0.0f;
    }
#pragma unroll
    for (int j = 0; j < MOVED_BY_THREAD; j++) {
        size_t i = first + (size_t)j * THREADS;
        if (i >= end)
            break;
        if (!ADAM) {
            move.parameter[i] = parameter[j] - f.rate * (gradient[j] + moved.l2 * parameter[j]);
            continue;
        }
        move.parameter[i] = adam_value(f, moved.l2, gradient[j], &moment1[j], &moment2[j], parameter[j]);
        move.moment1[i] = moment1[j];
        move.moment2[i] = moment2[j];
    }
}

template <bool ADAM> static __global__ void move_parameters(const __grid_constant__ move_arguments move)
{
    if (stopped(move.go))
        return;
    uint32_t part = 0;
    while (part + 1 < move.parts && move.part[part + 1].block <= blockIdx.x)
        part++;
    const moved_part &moved = move.part[part];
    size_t start = (size_t)(blockIdx.x - moved.block) * MOVED_BY_BLOCK;
    size_t end = min((size_t)moved.count, start + MOVED_BY_BLOCK);
    move_part<ADAM>(move, moved, moved.first + start + threadIdx.x, moved.first + end);
}

static __global__ void average_parameters(size_t count, const float *decay, const float *parameter, float *average,
                                          const int32_t *go)
{
    if (stopped(go))
        return;
    float keep = *decay;
    for (size_t i = first_index(); i < count; i += all_threads())
        average[i] = keep * average[i] + (1.0f - keep) * parameter[i];
}

static __global__ void add_scaled(size_t count, float factor, const float *from, float *to)
{
    for (size_t i = first_index(); i < count; i += all_threads())
        to[i] = __fadd_rn(__fmul_rn(factor, to[i]), from[i]);
}

static __global__ void scale_rows(row_arguments rows)
{
    size_t count = rows.rows * rows.columns;
    for (size_t i = first_index(); i < count; i += all_threads()) {
        float divisor = rows.divisor == nullptr ? 1.0f : rows.divisor[i / rows.columns];
        float value = rows.factor * (rows.from[i] / divisor);
        rows.to[i] = rows.add ? rows.to[i] + value : value;
    }
}

/* --- launches --- */

/* The largest words that both addresses and the size allow. */
void launch_copy(cudaStream_t stream, void *to, const void *from, size_t bytes, const int32_t *go)
{
    size_t bits = (size_t)to | (size_t)from | bytes;
    if (bits % sizeof(uint4) == 0) {
        size_t count = bytes / sizeof(uint4);
        launch(copy_words<uint4>, dim3(blocks_for(count)), dim3(THREADS), stream, (uint4 *)to, (const uint4 *)from,
               count, go);
    } else if (bits % sizeof(uint32_t) == 0) {
        size_t count = bytes / sizeof(uint32_t);
        launch(copy_words<uint32_t>, dim3(blocks_for(count)), dim3(THREADS), stream, (uint32_t *)to,
               (const uint32_t *)from, count, go);
    } else {
        launch(copy_words<uint8_t>, dim3(blocks_for(bytes)), dim3(THREADS), stream, (uint8_t *)to,
               (const uint8_t *)from, bytes, go);
    }
}

void launch_gathered(cudaStream_t stream, const gathered_copies *gathered)
{
    launch(gather_copies, dim3(gathered->count), dim3(THREADS), stream, *gathered);
}

void launch_fill(cudaStream_t stream, size_t count, float value, float *array)
{
    launch(fill_values, dim3(blocks_for(count)), dim3(THREADS), stream, count, value, array);
}

void launch_mean(cudaStream_t stream, void *scratch, size_t count, const float *array, double *result)
{
    launch_reduce<plain_term>(stream, scratch, count, array, (double)count, result);
}

void launch_sum_squares(cudaStream_t stream, void *scratch, size_t count, const float *array, double *result)
{
    launch_reduce<square_term>(stream, scratch, count, array, 1.0, result);
}

void launch_loss(cudaStream_t stream, const loss_arguments *loss)
{
    launch(loss_and_gradient, dim3(1), dim3(LOSS_THREADS), stream, *loss);
}

void launch_noise(cudaStream_t stream, const noise_arguments *noise)
{
    launch(add_normals, dim3(blocks_for(noise->count / 4 + 2)), dim3(THREADS), stream, *noise);
}

void launch_check_values(cudaStream_t stream, size_t count, const float *array, int32_t *go)
{
    launch(check_finite<float>, dim3(blocks_for(count)), dim3(THREADS), stream, count, array, go);
}

void launch_check_figures(cudaStream_t stream, size_t count, const double *figures, int32_t *go)
{
    launch(check_finite<double>, dim3(blocks_for(count)), dim3(THREADS), stream, count, figures, go);
}

void launch_move(cudaStream_t stream, const move_arguments *move)
{
    if (move->moment1 != nullptr)
        launch(move_parameters<true>, dim3(move->blocks), dim3(THREADS), stream, *move);
    else
        launch(move_parameters<false>, dim3(move->blocks), dim3(THREADS), stream, *move);
}

void launch_average(cudaStream_t stream, size_t count, const float *decay, const float *parameter, float *average,
                    const int32_t *go)
{
    launch(average_parameters, dim3(blocks_for(count)), dim3(THREADS), stream, count, decay, parameter, average, go);
}

void launch_add_scaled(cudaStream_t stream, size_t count, float factor, const float *from, float *to)
{
    launch(add_scaled, dim3(blocks_for(count)), dim3(THREADS), stream, count, factor, from, to);
}

void launch_scale_rows(cudaStream_t stream, const row_arguments *rows)
{
    launch(scale_rows, dim3(blocks_for(rows->rows * rows->columns)), dim3(THREADS), stream, *rows);
}
