/* Batch normalisation over rows, a column being a channel, together with the activation that follows. Backward computes
 * the activation's slope anew from x, so that its output need not be read.
 *
 * These kernels are bound by memory: every thread reads several rows before it computes with them. Sums over rows: each
 * block sums a part of the rows, and a second kernel adds up the parts in float64. How rows are cut depends on shapes
 * and counts alone. */
#include "cuda/kernels/values.cuh"

enum {
    BLOCKS_WANTED = 264,
    BLOCKS_RESIDENT = 2, /* of a multiprocessor: bounds the registers of a thread */
    ROWS_AT_ONCE = 4,
    LANES_MOST = 32,
    FINISH_CHANNELS = 32,
    FINISH_SLICES = 32
};

/* How a matrix is cut: `lanes` threads side by side take W columns each, the block's others further rows. */
typedef struct cut {
    dim3 grid, block;
    unsigned part_rows;
} cut;

static cut cut_rows(size_t rows, size_t columns)
{
    unsigned lanes = 1;
    while (lanes < LANES_MOST && 2 * lanes <= columns)
        lanes *= 2;
    unsigned tall = THREADS / lanes;
    size_t across = ceiling(columns, lanes), parts = BLOCKS_WANTED / across, most = ceiling(rows, tall * ROWS_AT_ONCE);
    parts = parts < 1 ? 1 : parts > most ? most : parts;
    size_t part_rows = ceiling(rows, parts);
    return (cut){dim3((unsigned)across, (unsigned)ceiling(rows, part_rows)), dim3(lanes, tall), (unsigned)part_rows};
}

/* In front of the sums stand two rows of means, see gradient_means(). */
size_t launch_sums_bytes(size_t columns)
{
    size_t most = (size_t)BLOCKS_WANTED * 2 * LANES_MOST * WIDE;
    return (2 * columns + (2 * columns > most ? 2 * columns : most)) * sizeof(float);
}

static inline __host__ __device__ float *sums_of(const layer_norm &norm)
{
    return (float *)norm.sums + 2 * norm.channels;
}

/* A thread's columns, and the rows of its block's part. */
typedef struct place {
    unsigned column, first, last;
    bool inside;
    size_t width; /* of a row, in values */

    template <int W> __device__ size_t at(unsigned row) const
    {
        return row * width + column * W;
    }
} place;

template <int W> static inline __device__ place place_of(unsigned rows, unsigned columns, unsigned part_rows)
{
    unsigned first = blockIdx.y * part_rows, column = blockIdx.x * blockDim.x + threadIdx.x;
    unsigned last = rows - first < part_rows ? rows : first + part_rows;
    return {column, first, last, column < columns, (size_t)columns * W};
}

/* Call work(rows, row) for this thread's rows: for several that are blockDim.y apart, then one by one. */
template <typename Several, typename One>
static inline __device__ void over_rows(const place &at, Several several, One one)
{
    unsigned step = blockDim.y, row = at.first + threadIdx.y;
    for (; row + (ROWS_AT_ONCE - 1) * step < at.last; row += ROWS_AT_ONCE * step)
        several(row);
    for (; row < at.last; row += step)
        one(row);
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

/* A part's two sums per column. */
template <int W> static inline __device__ void store_sums(float *sums, const place &at, const float *sum)
{
    float *to = sums + 2 * blockIdx.y * at.width;
    store_floats<W>(to, at.column * W, sum);
    store_floats<W>(to, at.width + at.column * W, sum + W);
}

/* --- forward --- */

/* Of each part the mean, and the sum of squares about it; x is taken relative to the part's first row. */
template <int W, int TYPES>
static __global__ void __launch_bounds__(THREADS, BLOCKS_RESIDENT)
    norm_sums_kernel(layer_norm norm, unsigned columns, unsigned part_rows)
{
    place at = place_of<W>(norm.rows, columns, part_rows);
    float sum[2 * W] = {0.0f}, origin[W] = {0.0f};
    auto take = [&](const packet<W, TYPES> &x) {
        float v[W];
        x.get(v);
#pragma unroll
        for (int j = 0; j < W; j++) {
            float d = v[j] - origin[j];
            sum[j] += d;
            sum[W + j] += d * d;
        }
    };
    if (at.inside) {
        load<W>(typed<TYPES>(norm.x), at.at<W>(at.first), origin);
        over_rows(
            at,
            [&](unsigned row) {
                packet<W, TYPES> x[ROWS_AT_ONCE];
#pragma unroll
                for (int i = 0; i < ROWS_AT_ONCE; i++)
                    x[i].read(norm.x, at.at<W>(row + i * blockDim.y));
#pragma unroll
                for (int i = 0; i < ROWS_AT_ONCE; i++)
                    take(x[i]);
            },
            [&](unsigned row) {
                packet<W, TYPES> x;
                x.read(norm.x, at.at<W>(row));
                take(x);
            });
    }
    add_up<2 * W>(sum);
    if (!at.inside || threadIdx.y > 0)
        return;
    float n = (float)(at.last - at.first);
#pragma unroll
    for (int j = 0; j < W; j++) {
        sum[W + j] -= sum[j] * sum[j] / n;
        sum[j] = origin[j] + sum[j] / n;
    }
    store_sums<W>(sums_of(norm), at, sum);
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
#pragma unroll 4
    for (size_t part = threadIdx.y; inside && part < parts; part += FINISH_SLICES) {
        double n = (double)(part + 1 < parts ? part_rows : norm.rows - part * part_rows);
        sum += n * (double)sums[2 * part * channels + channel];
    }
    double mean = add_slices(shared, sum) / rows;
#pragma unroll 4
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

template <int W, int TYPES, bool PIECEWISE>
static __global__ void __launch_bounds__(THREADS, BLOCKS_RESIDENT)
    norm_apply_kernel(layer_norm norm, unsigned columns, unsigned part_rows)
{
    place at = place_of<W>(norm.rows, columns, part_rows);
    if (!at.inside)
        return;
    float mean[W], factor[W], shift[W];
    load_floats<W>(norm.notes, at.column * W, mean);
    load_floats<W>(norm.notes, 2 * at.width + at.column * W, factor);
    load_floats<W>(norm.shift, at.column * W, shift);
    auto put_row = [&](const packet<W, TYPES> &x, unsigned row) {
        float v[W];
        x.get(v);
#pragma unroll
        for (int j = 0; j < W; j++)
            v[j] = activate_as<PIECEWISE>(norm.act, (v[j] - mean[j]) * factor[j] + shift[j]);
        store<W>(typed<TYPES>(norm.y), at.at<W>(row), v);
    };
    over_rows(
        at,
        [&](unsigned row) {
            packet<W, TYPES> x[ROWS_AT_ONCE];
#pragma unroll
            for (int i = 0; i < ROWS_AT_ONCE; i++)
                x[i].read(norm.x, at.at<W>(row + i * blockDim.y));
#pragma unroll
            for (int i = 0; i < ROWS_AT_ONCE; i++)
                put_row(x[i], row + i * blockDim.y);
        },
        [&](unsigned row) {
            packet<W, TYPES> x;
            x.read(norm.x, at.at<W>(row));
            put_row(x, row);
        });
}

/* --- backward: with dz = dy act'(z), dx = factor (dz - mean(dz) - x' mean(dz x')), x' the normalised x --- */

template <int W, bool PIECEWISE>
static inline __device__ void slope_before(const layer_norm &norm, const float *x, const float *mean,
                                           const float *factor, const float *shift, float *dy)
{
#pragma unroll
    for (int j = 0; j < W; j++)
        dy[j] *= slope_at<PIECEWISE>(norm.act, (x[j] - mean[j]) * factor[j] + shift[j]);
}

/* Of each part the sums of dz and dz (x - mean). */
template <int W, int TYPES, bool PIECEWISE>
static __global__ void __launch_bounds__(THREADS, BLOCKS_RESIDENT)
    norm_gradient_sums_kernel(layer_norm norm, unsigned columns, unsigned part_rows)
{
    place at = place_of<W>(norm.rows, columns, part_rows);
    float sum[2 * W] = {0.0f}, mean[W], factor[W], shift[W];
    auto take = [&](const packet<W, TYPES> &x, const packet<W, TYPES> &dy) {
        float v[W], dz[W];
        x.get(v);
        dy.get(dz);
        slope_before<W, PIECEWISE>(norm, v, mean, factor, shift, dz);
#pragma unroll
        for (int j = 0; j < W; j++) {
            sum[j] += dz[j];
            sum[W + j] += dz[j] * (v[j] - mean[j]);
        }
    };
    if (at.inside) {
        load_floats<W>(norm.notes, at.column * W, mean);
        load_floats<W>(norm.notes, 2 * at.width + at.column * W, factor);
        load_floats<W>(norm.shift, at.column * W, shift);
        over_rows(
            at,
            [&](unsigned row) {
                packet<W, TYPES> x[ROWS_AT_ONCE], dy[ROWS_AT_ONCE];
#pragma unroll
                for (int i = 0; i < ROWS_AT_ONCE; i++) {
                    x[i].read(norm.x, at.at<W>(row + i * blockDim.y));
                    dy[i].read(norm.dy, at.at<W>(row + i * blockDim.y));
                }
#pragma unroll
                for (int i = 0; i < ROWS_AT_ONCE; i++)
                    take(x[i], dy[i]);
            },
            [&](unsigned row) {
                packet<W, TYPES> x, dy;
                x.read(norm.x, at.at<W>(row));
                dy.read(norm.dy, at.at<W>(row));
                take(x, dy);
            });
    }
    add_up<2 * W>(sum);
    if (at.inside && threadIdx.y == 0)
        store_sums<W>(sums_of(norm), at, sum);
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
#pragma unroll 4
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

template <int W, int TYPES, bool PIECEWISE>
static __global__ void __launch_bounds__(THREADS, BLOCKS_RESIDENT)
    norm_gradient_apply_kernel(layer_norm norm, unsigned columns, unsigned part_rows)
{
    place at = place_of<W>(norm.rows, columns, part_rows);
    if (!at.inside)
        return;
    const float *means = gradient_means(norm);
    float mean[W], factor[W], shift[W], offset[W], slope[W];
    load_floats<W>(norm.notes, at.column * W, mean);
    load_floats<W>(norm.notes, 2 * at.width + at.column * W, factor);
    load_floats<W>(norm.shift, at.column * W, shift);
    load_floats<W>(means, at.column * W, offset);
    load_floats<W>(means, at.width + at.column * W, slope);
    auto put_row = [&](const packet<W, TYPES> &x, const packet<W, TYPES> &dy, unsigned row) {
        float v[W], dz[W];
        x.get(v);
        dy.get(dz);
        slope_before<W, PIECEWISE>(norm, v, mean, factor, shift, dz);
#pragma unroll
        for (int j = 0; j < W; j++)
            dz[j] = factor[j] * (dz[j] - offset[j] - (v[j] - mean[j]) * slope[j]);
        put<W>(typed<TYPES>(norm.dx), at.at<W>(row), dz, norm.add);
    };
    over_rows(
        at,
        [&](unsigned row) {
            packet<W, TYPES> x[ROWS_AT_ONCE], dy[ROWS_AT_ONCE];
#pragma unroll
            for (int i = 0; i < ROWS_AT_ONCE; i++) {
                x[i].read(norm.x, at.at<W>(row + i * blockDim.y));
                dy[i].read(norm.dy, at.at<W>(row + i * blockDim.y));
            }
#pragma unroll
            for (int i = 0; i < ROWS_AT_ONCE; i++)
                put_row(x[i], dy[i], row + i * blockDim.y);
        },
        [&](unsigned row) {
            packet<W, TYPES> x, dy;
            x.read(norm.x, at.at<W>(row));
            dy.read(norm.dy, at.at<W>(row));
            put_row(x, dy, row);
        });
}

/* --- launching --- */

typedef void norm_kernel(layer_norm norm, unsigned columns, unsigned part_rows);

/* The variants of a kernel: one column at a time; eight of either type, or of both; with two lines as activation. */
typedef struct norm_variants {
    norm_kernel *one, *eight[3][2];
} norm_variants;

static const norm_variants sums_variants = {norm_sums_kernel<1, ANY>,
                                            {{norm_sums_kernel<WIDE, FLOATS>, norm_sums_kernel<WIDE, FLOATS>},
                                             {norm_sums_kernel<WIDE, HALVES>, norm_sums_kernel<WIDE, HALVES>},
                                             {norm_sums_kernel<WIDE, ANY>, norm_sums_kernel<WIDE, ANY>}}};
static const norm_variants apply_variants = {
    norm_apply_kernel<1, ANY, false>,
    {{norm_apply_kernel<WIDE, FLOATS, false>, norm_apply_kernel<WIDE, FLOATS, true>},
     {norm_apply_kernel<WIDE, HALVES, false>, norm_apply_kernel<WIDE, HALVES, true>},
     {norm_apply_kernel<WIDE, ANY, false>, norm_apply_kernel<WIDE, ANY, true>}}};
static const norm_variants gradient_sums_variants = {
    norm_gradient_sums_kernel<1, ANY, false>,
    {{norm_gradient_sums_kernel<WIDE, FLOATS, false>, norm_gradient_sums_kernel<WIDE, FLOATS, true>},
     {norm_gradient_sums_kernel<WIDE, HALVES, false>, norm_gradient_sums_kernel<WIDE, HALVES, true>},
     {norm_gradient_sums_kernel<WIDE, ANY, false>, norm_gradient_sums_kernel<WIDE, ANY, true>}}};
static const norm_variants gradient_apply_variants = {
    norm_gradient_apply_kernel<1, ANY, false>,
    {{norm_gradient_apply_kernel<WIDE, FLOATS, false>, norm_gradient_apply_kernel<WIDE, FLOATS, true>},
     {norm_gradient_apply_kernel<WIDE, HALVES, false>, norm_gradient_apply_kernel<WIDE, HALVES, true>},
     {norm_gradient_apply_kernel<WIDE, ANY, false>, norm_gradient_apply_kernel<WIDE, ANY, true>}}};

typedef struct norm_launch {
    cudaStream_t stream;
    layer_norm norm;
    size_t columns;
    cut c;
    bool by_eight, lines;
    int types;
} norm_launch;

/* `a` and `b` are the other arrays that the kernels read and write. */
static norm_launch prepare(cudaStream_t stream, const layer_norm *norm, stored a, stored b)
{
    stored shift = {(void *)norm->shift, false};
    size_t channels = norm->channels;
    norm_launch made = {.stream = stream, .norm = *norm};
    made.by_eight = wide(channels, norm->x) && wide(channels, a) && wide(channels, b) && wide(channels, shift);
    made.columns = made.by_eight ? channels / WIDE : channels;
    made.c = cut_rows(norm->rows, made.columns);
    made.lines = piecewise(&made.norm.act);
    bool halves = norm->x.half && a.half && (b.at == NULL || b.half);
    bool floats = !norm->x.half && !a.half && (b.at == NULL || !b.half);
    made.types = halves ? HALVES : floats ? FLOATS : ANY;
    return made;
}

static void run(const norm_launch *l, const norm_variants *variants)
{
    launch(l->by_eight ? variants->eight[l->types][l->lines] : variants->one, l->c.grid, l->c.block, l->stream, l->norm,
           l->columns, l->c.part_rows);
}

static dim3 finish_grid(size_t columns)
{
    return dim3((unsigned)ceiling(columns, FINISH_CHANNELS));
}

static dim3 finish_block()
{
    return dim3(FINISH_CHANNELS, FINISH_SLICES);
}

void launch_norm_forward(cudaStream_t stream, const layer_norm *norm)
{
    norm_launch l = prepare(stream, norm, norm->y, norm->y);
    if (norm->running_mean != NULL) {
        launch(norm_running_kernel, blocks_for(norm->channels), dim3(THREADS), stream, l.norm);
    } else {
        run(&l, &sums_variants);
        launch(norm_finish_kernel, finish_grid(norm->channels), finish_block(), stream, l.norm, l.c.grid.y,
               l.c.part_rows);
    }
    run(&l, &apply_variants);
}

void launch_norm_backward(cudaStream_t stream, const layer_norm *norm)
{
    norm_launch l = prepare(stream, norm, norm->dy, norm->dx);
    run(&l, &gradient_sums_variants);
    launch(norm_gradient_finish_kernel, finish_grid(norm->channels), finish_block(), stream, l.norm, l.c.grid.y);
    if (norm->dx.at != NULL)
        run(&l, &gradient_apply_variants);
}

/* --- sums of rows --- */

template <int W>
static __global__ void sum_rows_kernel(unsigned rows, unsigned columns, unsigned part_rows, stored x,
                                       const float *weight, unsigned rows_of_sample, float *sums)
{
    place at = place_of<W>(rows, columns, part_rows);
    float sum[W] = {0.0f}, v[W];
    if (at.inside)
#pragma unroll 4
        for (unsigned row = at.first + threadIdx.y; row < at.last; row += blockDim.y) {
            load<W>(x, at.at<W>(row), v);
            float factor = weight == NULL ? 1.0f : weight[row / rows_of_sample];
#pragma unroll
            for (int j = 0; j < W; j++)
                sum[j] += factor * v[j];
        }
    add_up<W>(sum);
    if (at.inside && threadIdx.y == 0)
        store_floats<W>(sums + blockIdx.y * at.width, at.column * W, sum);
}

/* Columns j, j + columns, ... of the sums belong together. */
static __global__ void sum_finish_kernel(size_t columns, unsigned parts, unsigned fold, const float *sums,
                                         float *result, bool add)
{
    __shared__ double shared[FINISH_SLICES][FINISH_CHANNELS];
    size_t column = blockIdx.x * FINISH_CHANNELS + threadIdx.x;
    double sum = 0.0;
    for (size_t i = threadIdx.y; column < columns && i < (size_t)parts * fold; i += FINISH_SLICES)
        sum += (double)sums[i * columns + column];
    sum = add_slices(shared, sum);
    if (column < columns && threadIdx.y == 0)
        put_gradient(result, column, add, sum);
}

/* Rows of few columns are taken eight at a time, as one. */
void launch_sum_rows(cudaStream_t stream, size_t rows, size_t columns, stored x, const float *weight,
                     size_t rows_of_sample, void *sums, float *result, bool add)
{
    unsigned fold = columns < WIDE && rows_of_sample % WIDE == 0 ? WIDE : 1;
    size_t wider = columns * fold;
    bool by_eight = wide(wider, x);
    size_t vectors = by_eight ? wider / WIDE : wider;
    cut c = cut_rows(rows / fold, vectors);
    launch(by_eight ? sum_rows_kernel<WIDE> : sum_rows_kernel<1>, c.grid, c.block, stream, rows / fold, vectors,
           c.part_rows, x, weight, rows_of_sample / fold, (float *)sums);
    launch(sum_finish_kernel, finish_grid(columns), finish_block(), stream, columns, c.grid.y, fold,
           (const float *)sums, result, add);
}
