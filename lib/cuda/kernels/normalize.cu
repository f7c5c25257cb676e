/* Batch normalisation, together with the activation that follows. */
#include "cuda/kernels/normalize.cuh"

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
        /* Where squares overflow, the variance is infinite, and not what infinity minus infinity is. */
        sum[W + j] = sum[W + j] < INFINITY ? sum[W + j] - sum[j] * (sum[j] / n) : sum[W + j];
        sum[j] = origin[j] + sum[j] / n;
    }
    store_sums<W>(sums_of(norm), at, sum);
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

/* From the parts: the mean, and the sum of squares about it. All threads of the channel get both. */
static __device__ void join_parts(const layer_norm &norm, unsigned parts, unsigned part_rows, size_t channel,
                                  double *mean_of_parts, double *squares_of_parts)
{
    __shared__ double shared[FINISH_SLICES][FINISH_CHANNELS];
    size_t channels = norm.channels;
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
    *mean_of_parts = mean;
    *squares_of_parts = add_slices(shared, squares);
}

static __device__ void note_statistics(const layer_norm &norm, size_t channel, double rows, double mean, double squares)
{
    note(norm, channel, mean, squares / rows);
    double bias = norm.bias == NULL ? 0.0 : (double)norm.bias[channel];
    move_average(norm, norm.staged_mean == NULL ? NULL : norm.staged_mean + channel, mean + bias);
    move_average(norm, norm.staged_variance == NULL ? NULL : norm.staged_variance + channel,
                 squares / (rows > 1.0 ? rows - 1.0 : 1.0));
}

static __global__ void norm_finish_kernel(layer_norm norm, unsigned parts, unsigned part_rows)
{
    size_t channel = blockIdx.x * FINISH_CHANNELS + threadIdx.x;
    double mean, squares;
    join_parts(norm, parts, part_rows, channel, &mean, &squares);
    if (channel < norm.channels && threadIdx.y == 0)
        note_statistics(norm, channel, (double)norm.rows, mean, squares);
}

static __global__ void norm_shard_kernel(layer_norm norm, unsigned parts, unsigned part_rows, double *sums,
                                         double *squares)
{
    size_t channel = blockIdx.x * FINISH_CHANNELS + threadIdx.x;
    double mean, about;
    join_parts(norm, parts, part_rows, channel, &mean, &about);
    if (channel >= norm.channels || threadIdx.y > 0)
        return;
    sums[channel] = mean * (double)norm.rows;
    squares[channel] = about;
}

static __global__ void norm_together_kernel(layer_norm norm, size_t all_rows, const double *totals)
{
    size_t channel = first_item();
    if (channel < norm.channels)
        note_statistics(norm, channel, (double)all_rows, totals[channel], totals[norm.channels + channel]);
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

static const norm_variants sums_variants = {norm_sums_kernel<1, ANY>,
                                            {{norm_sums_kernel<WIDE, FLOATS>, norm_sums_kernel<WIDE, FLOATS>},
                                             {norm_sums_kernel<WIDE, HALVES>, norm_sums_kernel<WIDE, HALVES>},
                                             {norm_sums_kernel<WIDE, ANY>, norm_sums_kernel<WIDE, ANY>}}};
static const norm_variants apply_variants = {
    norm_apply_kernel<1, ANY, false>,
    {{norm_apply_kernel<WIDE, FLOATS, false>, norm_apply_kernel<WIDE, FLOATS, true>},
     {norm_apply_kernel<WIDE, HALVES, false>, norm_apply_kernel<WIDE, HALVES, true>},
     {norm_apply_kernel<WIDE, ANY, false>, norm_apply_kernel<WIDE, ANY, true>}}};

void launch_norm_forward(cudaStream_t stream, const layer_norm *norm)
{
    norm_launch l = prepare(stream, norm, norm->y, norm->y);
    if (norm->running_mean != NULL) {
        launch(norm_running_kernel, blocks_for(norm->channels), dim3(THREADS), stream, l.norm);
    } else {
        run_variant(&l, &sums_variants);
        launch(norm_finish_kernel, finish_grid(norm->channels), finish_block(), stream, l.norm, l.c.grid.y,
               l.c.part_rows);
    }
    run_variant(&l, &apply_variants);
}

void launch_norm_shard(cudaStream_t stream, const layer_norm *norm, double *sums, double *squares)
{
    norm_launch l = prepare(stream, norm, norm->y, norm->y);
    run_variant(&l, &sums_variants);
    launch(norm_shard_kernel, finish_grid(norm->channels), finish_block(), stream, l.norm, l.c.grid.y, l.c.part_rows,
           sums, squares);
}

void launch_norm_together(cudaStream_t stream, const layer_norm *norm, size_t all_rows, const double *totals)
{
    launch(norm_together_kernel, blocks_for(norm->channels), dim3(THREADS), stream, *norm, all_rows, totals);
    if (norm->rows == 0)
        return;
    norm_launch l = prepare(stream, norm, norm->y, norm->y);
    run_variant(&l, &apply_variants);
}
