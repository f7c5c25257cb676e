/* Batch normalisation over rows, a column being a channel, together with the activation that follows. Backward computes
 * the activation's slope anew from x, so that its output need not be read.
 *
 * Sums over rows: each block sums a part of the rows, and a second kernel adds up the parts in float64. How rows are
 * cut depends on shapes and counts alone. */
#include "cuda/kernels/values.cuh"

enum { BLOCKS_WANTED = 528, ROWS_OF_THREAD = 4, FINISH_CHANNELS = 32, FINISH_SLICES = 8 };

/* How a matrix is cut: `lanes` threads side by side take W columns each, the block's others further rows. */
typedef struct cut {
    dim3 grid, block;
    unsigned part_rows;
} cut;

static cut cut_rows(size_t rows, size_t columns)
{
    unsigned lanes = 1;
    while (lanes < 32 && 2 * lanes <= columns)
        lanes *= 2;
    unsigned tall = THREADS / lanes;
    size_t across = ceiling(columns, lanes), parts = BLOCKS_WANTED / across,
           most = ceiling(rows, tall * ROWS_OF_THREAD);
    parts = parts < 1 ? 1 : parts > most ? most : parts;
    size_t part_rows = ceiling(rows, parts);
    return (cut){dim3((unsigned)across, (unsigned)ceiling(rows, part_rows)), dim3(lanes, tall), (unsigned)part_rows};
}

/* In front of the sums stand two rows of means, see gradient_means(). */
size_t launch_sums_bytes(size_t columns)
{
    size_t most = (size_t)BLOCKS_WANTED * 2 * 32 * WIDE;
    return (2 * columns + (2 * columns > most ? 2 * columns : most)) * sizeof(float);
}

static inline __host__ __device__ float *sums_of(const layer_norm &norm)
{
    return (float *)norm.sums + 2 * norm.channels;
}

/* Add up the sums of the threads that share columns; the first row of threads gets them. */
template <int V> static __device__ void add_up(float *sum)
{
    __shared__ float shared[V * THREADS];
    unsigned thread = threadIdx.y * blockDim.x + threadIdx.x;
#pragma unroll
    for (int j = 0; j < V; j++)
        shared[j * THREADS + thread] = sum[j];
    for (unsigned half = blockDim.y / 2; half > 0; half /= 2) {
        __syncthreads();
        if (threadIdx.y < half)
#pragma unroll
            for (int j = 0; j < V; j++)
                shared[j * THREADS + thread] += shared[j * THREADS + thread + half * blockDim.x];
    }
    __syncthreads();
#pragma unroll
    for (int j = 0; j < V; j++)
        sum[j] = shared[j * THREADS + threadIdx.x];
}

template <int W> static inline __device__ void load_floats(const float *from, size_t at, float *v)
{
    stored x = {(void *)from, false};
    load<W>(x, at, v);
}

template <int W> static inline __device__ void store_floats(float *to, size_t at, const float *v)
{
    stored x = {to, false};
    store<W>(x, at, v);
}

/* --- forward --- */

/* Of each part the mean, and the sum of squares about it; x is taken relative to the part's first row. */
template <int W>
static __global__ void norm_sums_kernel(unsigned rows, unsigned columns, unsigned part_rows, stored x, float *sums)
{
    unsigned column = blockIdx.x * blockDim.x + threadIdx.x, first = blockIdx.y * part_rows;
    unsigned last = rows - first < part_rows ? rows : first + part_rows;
    bool inside = column < columns;
    size_t width = (size_t)columns * W;
    float sum[2 * W] = {0.0f}, origin[W] = {0.0f}, v[W];
    if (inside) {
        load<W>(x, first * width + column * W, origin);
#pragma unroll 4
        for (unsigned row = first + threadIdx.y; row < last; row += blockDim.y) {
            load<W>(x, row * width + column * W, v);
#pragma unroll
            for (int j = 0; j < W; j++) {
                float d = v[j] - origin[j];
                sum[j] += d;
                sum[W + j] += d * d;
            }
        }
    }
    add_up<2 * W>(sum);
    if (!inside || threadIdx.y > 0)
        return;
    float n = (float)(last - first);
#pragma unroll
    for (int j = 0; j < W; j++) {
        sum[W + j] -= sum[j] * sum[j] / n;
        sum[j] = origin[j] + sum[j] / n;
    }
    float *to = sums + 2 * blockIdx.y * width;
    store_floats<W>(to, column * W, sum);
    store_floats<W>(to, width + column * W, sum + W);
}

/* The slices' values, added in order; all threads of the channel get the sum. */
static __device__ double add_slices(double (*shared)[FINISH_CHANNELS], double value)
{
    __syncthreads();
    shared[threadIdx.y][threadIdx.x] = value;
    __syncthreads();
    double sum = 0.0;
    for (int i = 0; i < FINISH_SLICES; i++)
        sum += shared[i][threadIdx.x];
    return sum;
}

static __device__ void note(const layer_norm &norm, size_t channel, double mean, double variance)
{
    double inverse = 1.0 / sqrt((variance > 0.0 ? variance : 0.0) + norm.epsilon);
    norm.notes[channel] = (float)mean;
    norm.notes[norm.channels + channel] = (float)inverse;
    norm.notes[2 * norm.channels + channel] =
        (float)(norm.scale == NULL ? inverse : (double)norm.scale[channel] * inverse);
}

static __device__ void move_average(const layer_norm &norm, float *staged, double batch)
{
    if (staged != NULL)
        *staged = (float)(norm.momentum * (double)*staged + (1.0 - norm.momentum) * batch);
}

static __global__ void norm_finish_kernel(layer_norm norm, unsigned parts, unsigned part_rows)
{
    __shared__ double shared[FINISH_SLICES][FINISH_CHANNELS];
    size_t channel = blockIdx.x * FINISH_CHANNELS + threadIdx.x, channels = norm.channels;
    const float *sums = sums_of(norm);
    bool inside = channel < channels;
    double rows = (double)norm.rows, sum = 0.0, squares = 0.0;
    for (size_t part = threadIdx.y; inside && part < parts; part += FINISH_SLICES) {
        double n = (double)(part + 1 < parts ? part_rows : norm.rows - part * part_rows);
        sum += n * (double)sums[2 * part * channels + channel];
    }
    double mean = add_slices(shared, sum) / rows;
    for (size_t part = threadIdx.y; inside && part < parts; part += FINISH_SLICES) {
        double n = (double)(part + 1 < parts ? part_rows : norm.rows - part * part_rows);
        double d = (double)sums[2 * part * channels + channel] - mean;
        squares += (double)sums[(2 * part + 1) * channels + channel] + n * d * d;
    }
    squares = add_slices(shared, squares);
    if (!inside || threadIdx.y > 0)
        return;
    note(norm, channel, mean, squares / rows);
    double bias = norm.bias == NULL ? 0.0 : (double)norm.bias[channel];
    move_average(norm, norm.staged_mean == NULL ? NULL : norm.staged_mean + channel, mean + bias);
    move_average(norm, norm.staged_variance == NULL ? NULL : norm.staged_variance + channel,
                 squares / (rows > 1.0 ? rows - 1.0 : 1.0));
}

static __global__ void norm_running_kernel(layer_norm norm)
{
    size_t channel = first_item();
    if (channel >= norm.channels)
        return;
    double bias = norm.bias == NULL ? 0.0 : (double)norm.bias[channel];
    note(norm, channel, (double)norm.running_mean[channel] - bias, (double)norm.running_variance[channel]);
}

template <int W> static __global__ void norm_apply_kernel(layer_norm norm, unsigned columns, unsigned part_rows)
{
    unsigned column = blockIdx.x * blockDim.x + threadIdx.x, first = blockIdx.y * part_rows, rows = norm.rows;
    unsigned last = rows - first < part_rows ? rows : first + part_rows;
    size_t width = (size_t)columns * W;
    if (column >= columns)
        return;
    float mean[W], factor[W], shift[W], v[W];
    load_floats<W>(norm.notes, column * W, mean);
    load_floats<W>(norm.notes, 2 * width + column * W, factor);
    load_floats<W>(norm.shift, column * W, shift);
#pragma unroll 4
    for (unsigned row = first + threadIdx.y; row < last; row += blockDim.y) {
        load<W>(norm.x, row * width + column * W, v);
#pragma unroll
        for (int j = 0; j < W; j++)
            v[j] = activate(norm.act, (v[j] - mean[j]) * factor[j] + shift[j]);
        store<W>(norm.y, row * width + column * W, v);
    }
}

static bool norm_wide(const layer_norm *norm)
{
    stored shift = {(void *)norm->shift, false};
    return wide(norm->channels, norm->x) && wide(norm->channels, norm->y) && wide(norm->channels, norm->dy) &&
           wide(norm->channels, norm->dx) && wide(norm->channels, shift);
}

void launch_norm_forward(cudaStream_t stream, const layer_norm *norm)
{
    bool by_eight = norm_wide(norm);
    size_t columns = by_eight ? norm->channels / WIDE : norm->channels;
    cut c = cut_rows(norm->rows, columns);
    dim3 finish(FINISH_CHANNELS, FINISH_SLICES), finish_grid((unsigned)ceiling(norm->channels, FINISH_CHANNELS));
    if (norm->running_mean != NULL) {
        launch(norm_running_kernel, blocks_for(norm->channels), dim3(THREADS), stream, *norm);
    } else {
        launch(by_eight ? norm_sums_kernel<WIDE> : norm_sums_kernel<1>, c.grid, c.block, stream, norm->rows, columns,
               c.part_rows, norm->x, sums_of(*norm));
        launch(norm_finish_kernel, finish_grid, finish, stream, *norm, c.grid.y, c.part_rows);
    }
    launch(by_eight ? norm_apply_kernel<WIDE> : norm_apply_kernel<1>, c.grid, c.block, stream, *norm, columns,
           c.part_rows);
}

/* --- backward: with dz = dy act'(z), dx = factor (dz - mean(dz) - x' mean(dz x')), x' the normalised x --- */

template <int W>
static inline __device__ void slope_before(const layer_norm &norm, const float *x, const float *mean,
                                           const float *factor, const float *shift, float *dy)
{
#pragma unroll
    for (int j = 0; j < W; j++)
        dy[j] *= activation_slope(norm.act, activate(norm.act, (x[j] - mean[j]) * factor[j] + shift[j]));
}

/* Of each part the sums of dz and dz (x - mean). */
template <int W> static __global__ void norm_gradient_sums_kernel(layer_norm norm, unsigned columns, unsigned part_rows)
{
    unsigned column = blockIdx.x * blockDim.x + threadIdx.x, first = blockIdx.y * part_rows, rows = norm.rows;
    unsigned last = rows - first < part_rows ? rows : first + part_rows;
    bool inside = column < columns;
    size_t width = (size_t)columns * W;
    float sum[2 * W] = {0.0f}, mean[W], factor[W], shift[W], x[W], dy[W];
    if (inside) {
        load_floats<W>(norm.notes, column * W, mean);
        load_floats<W>(norm.notes, 2 * width + column * W, factor);
        load_floats<W>(norm.shift, column * W, shift);
#pragma unroll 4
        for (unsigned row = first + threadIdx.y; row < last; row += blockDim.y) {
            load<W>(norm.x, row * width + column * W, x);
            load<W>(norm.dy, row * width + column * W, dy);
            slope_before<W>(norm, x, mean, factor, shift, dy);
#pragma unroll
            for (int j = 0; j < W; j++) {
                sum[j] += dy[j];
                sum[W + j] += dy[j] * (x[j] - mean[j]);
            }
        }
    }
    add_up<2 * W>(sum);
    if (!inside || threadIdx.y > 0)
        return;
    float *to = sums_of(norm) + 2 * blockIdx.y * width;
    store_floats<W>(to, column * W, sum);
    store_floats<W>(to, width + column * W, sum + W);
}

static __device__ void put_gradient(float *gradient, size_t channel, bool add, double value)
{
    if (gradient != NULL)
        gradient[channel] = (float)((add ? (double)gradient[channel] : 0.0) + value);
}

/* mean(dz), and mean(dz x') / sqrt(variance + epsilon), stand in front of the sums. */
static __device__ float *gradient_means(const layer_norm &norm)
{
    return (float *)norm.sums;
}

static __global__ void norm_gradient_finish_kernel(layer_norm norm, unsigned parts)
{
    __shared__ double shared[FINISH_SLICES][FINISH_CHANNELS];
    size_t channel = blockIdx.x * FINISH_CHANNELS + threadIdx.x, channels = norm.channels;
    const float *sums = sums_of(norm);
    bool inside = channel < channels, running = norm.running_mean != NULL;
    double sum = 0.0, products = 0.0, rows = (double)norm.rows;
    for (size_t part = threadIdx.y; inside && part < parts; part += FINISH_SLICES) {
        sum += (double)sums[2 * part * channels + channel];
        products += (double)sums[(2 * part + 1) * channels + channel];
    }
    sum = add_slices(shared, sum);
    products = add_slices(shared, products);
    if (!inside || threadIdx.y > 0)
        return;
    double inverse = (double)norm.notes[channels + channel];
    float *means = gradient_means(norm);
    means[channel] = running ? 0.0f : (float)(sum / rows);
    means[channels + channel] = running ? 0.0f : (float)(products * inverse * inverse / rows);
    put_gradient(norm.shift_gradient, channel, norm.add_parameters, sum);
    put_gradient(norm.scale_gradient, channel, norm.add_parameters, products * inverse);
    /* The batch's own mean takes away what a bias adds. */
    put_gradient(norm.bias_gradient, channel, norm.add_parameters,
                 running ? sum * (double)norm.notes[2 * channels + channel] : 0.0);
}

template <int W>
static __global__ void norm_gradient_apply_kernel(layer_norm norm, unsigned columns, unsigned part_rows)
{
    unsigned column = blockIdx.x * blockDim.x + threadIdx.x, first = blockIdx.y * part_rows, rows = norm.rows;
    unsigned last = rows - first < part_rows ? rows : first + part_rows;
    size_t width = (size_t)columns * W;
    if (column >= columns)
        return;
    const float *means = gradient_means(norm);
    float mean[W], factor[W], shift[W], offset[W], slope[W], x[W], dy[W];
    load_floats<W>(norm.notes, column * W, mean);
    load_floats<W>(norm.notes, 2 * width + column * W, factor);
    load_floats<W>(norm.shift, column * W, shift);
    load_floats<W>(means, column * W, offset);
    load_floats<W>(means, width + column * W, slope);
#pragma unroll 2
    for (unsigned row = first + threadIdx.y; row < last; row += blockDim.y) {
        load<W>(norm.x, row * width + column * W, x);
        load<W>(norm.dy, row * width + column * W, dy);
        slope_before<W>(norm, x, mean, factor, shift, dy);
#pragma unroll
        for (int j = 0; j < W; j++)
            dy[j] = factor[j] * (dy[j] - offset[j] - (x[j] - mean[j]) * slope[j]);
        put<W>(norm.dx, row * width + column * W, dy, norm.add);
    }
}

void launch_norm_backward(cudaStream_t stream, const layer_norm *norm)
{
    bool by_eight = norm_wide(norm);
    size_t columns = by_eight ? norm->channels / WIDE : norm->channels;
    cut c = cut_rows(norm->rows, columns);
    dim3 finish(FINISH_CHANNELS, FINISH_SLICES), finish_grid((unsigned)ceiling(norm->channels, FINISH_CHANNELS));
    launch(by_eight ? norm_gradient_sums_kernel<WIDE> : norm_gradient_sums_kernel<1>, c.grid, c.block, stream, *norm,
           columns, c.part_rows);
    launch(norm_gradient_finish_kernel, finish_grid, finish, stream, *norm, c.grid.y);
    if (norm->dx.at != NULL)
        launch(by_eight ? norm_gradient_apply_kernel<WIDE> : norm_gradient_apply_kernel<1>, c.grid, c.block, stream,
               *norm, columns, c.part_rows);
}

/* --- sums of rows --- */

template <int W>
static __global__ void sum_rows_kernel(unsigned rows, unsigned columns, unsigned part_rows, stored x,
                                       const float *weight, unsigned rows_of_sample, float *sums)
{
    unsigned column = blockIdx.x * blockDim.x + threadIdx.x, first = blockIdx.y * part_rows;
    unsigned last = rows - first < part_rows ? rows : first + part_rows;
    bool inside = column < columns;
    size_t width = (size_t)columns * W;
    float sum[W] = {0.0f}, v[W];
    if (inside)
#pragma unroll 4
        for (unsigned row = first + threadIdx.y; row < last; row += blockDim.y) {
            load<W>(x, row * width + column * W, v);
            float factor = weight == NULL ? 1.0f : weight[row / rows_of_sample];
#pragma unroll
            for (int j = 0; j < W; j++)
                sum[j] += factor * v[j];
        }
    add_up<W>(sum);
    if (inside && threadIdx.y == 0)
        store_floats<W>(sums + blockIdx.y * width, column * W, sum);
}

static __global__ void sum_finish_kernel(size_t columns, unsigned parts, const float *sums, float *result, bool add)
{
    __shared__ double shared[FINISH_SLICES][FINISH_CHANNELS];
    size_t column = blockIdx.x * FINISH_CHANNELS + threadIdx.x;
    double sum = 0.0;
    for (size_t part = threadIdx.y; column < columns && part < parts; part += FINISH_SLICES)
        sum += (double)sums[part * columns + column];
    sum = add_slices(shared, sum);
    if (column < columns && threadIdx.y == 0)
        put_gradient(result, column, add, sum);
}

void launch_sum_rows(cudaStream_t stream, size_t rows, size_t columns, stored x, const float *weight,
                     size_t rows_of_sample, void *sums, float *result, bool add)
{
    bool by_eight = wide(columns, x);
    size_t vectors = by_eight ? columns / WIDE : columns;
    cut c = cut_rows(rows, vectors);
    launch(by_eight ? sum_rows_kernel<WIDE> : sum_rows_kernel<1>, c.grid, c.block, stream, rows, vectors, c.part_rows,
           x, weight, rows_of_sample, (float *)sums);
    launch(sum_finish_kernel, dim3((unsigned)ceiling(columns, FINISH_CHANNELS)), dim3(FINISH_CHANNELS, FINISH_SLICES),
           stream, columns, c.grid.y, (const float *)sums, result, add);
}
