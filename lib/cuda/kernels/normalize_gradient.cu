/* Back through batch normalisation and the activation behind it, whose slope is computed anew from x, so that its
 * output need not be read: with dz = dy act'(z), dx = factor (dz - mean(dz) - x' mean(dz x')), x' the normalised x. */
#include "cuda/kernels/normalize.cuh"

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

/* The parts' sums of a channel; all its threads get them. */
static __device__ void add_parts(const layer_norm &norm, unsigned parts, size_t channel, double *sum_of_parts,
                                 double *products_of_parts)
{
    __shared__ double shared[FINISH_SLICES][FINISH_CHANNELS];
    size_t channels = norm.channels;
    const float *sums = sums_of(norm);
    bool inside = channel < channels;
    double sum = 0.0, products = 0.0;
#pragma unroll 4
    for (size_t part = threadIdx.y; inside && part < parts; part += FINISH_SLICES) {
        sum += (double)sums[2 * part * channels + channel];
        products += (double)sums[(2 * part + 1) * channels + channel];
    }
    *sum_of_parts = add_slices(shared, sum);
    *products_of_parts = add_slices(shared, products);
}

static __device__ void note_means(const layer_norm &norm, size_t channel, double rows, double sum, double products)
{
    double inverse = (double)norm.notes[norm.channels + channel];
    float *means = gradient_means(norm);
    bool running = norm.running_mean != NULL;
    means[channel] = running ? 0.0f : (float)(sum / rows);
    means[norm.channels + channel] = running ? 0.0f : (float)(products * inverse * inverse / rows);
}

static __device__ void put_parameter_gradients(const layer_norm &norm, size_t channel, double sum, double products)
{
    double inverse = (double)norm.notes[norm.channels + channel];
    put_gradient(norm.shift_gradient, channel, norm.add_parameters, sum);
    put_gradient(norm.scale_gradient, channel, norm.add_parameters, products * inverse);
}

static __global__ void norm_gradient_finish_kernel(layer_norm norm, unsigned parts)
{
    size_t channel = blockIdx.x * FINISH_CHANNELS + threadIdx.x, channels = norm.channels;
    double sum, products, rows = (double)norm.rows;
    add_parts(norm, parts, channel, &sum, &products);
    if (channel >= channels || threadIdx.y > 0)
        return;
    note_means(norm, channel, rows, sum, products);
    put_parameter_gradients(norm, channel, sum, products);
    /* A bias in front gets the sum of dx: with the batch's own mean, what rounding leaves of nothing. */
    put_gradient(norm.bias_gradient, channel, norm.add_parameters,
                 (sum - rows * (double)gradient_means(norm)[channel]) * (double)norm.notes[2 * channels + channel]);
}

static __global__ void norm_shard_gradients_kernel(layer_norm norm, unsigned parts, double *sums)
{
    size_t channel = blockIdx.x * FINISH_CHANNELS + threadIdx.x;
    double sum, products;
    add_parts(norm, parts, channel, &sum, &products);
    if (channel >= norm.channels || threadIdx.y > 0)
        return;
    sums[channel] = sum;
    sums[norm.channels + channel] = products;
    put_parameter_gradients(norm, channel, sum, products);
}

static __global__ void norm_together_gradients_kernel(layer_norm norm, size_t all_rows, const double *totals)
{
    size_t channel = first_item();
    if (channel < norm.channels)
        note_means(norm, channel, (double)all_rows, totals[channel], totals[norm.channels + channel]);
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

void launch_norm_backward(cudaStream_t stream, const layer_norm *norm)
{
    norm_launch l = prepare(stream, norm, norm->dy, norm->dx);
    run_variant(&l, &gradient_sums_variants);
    launch(norm_gradient_finish_kernel, finish_grid(norm->channels), finish_block(), stream, l.norm, l.c.grid.y);
    if (norm->dx.at != NULL)
        run_variant(&l, &gradient_apply_variants);
}

void launch_norm_shard_gradients(cudaStream_t stream, const layer_norm *norm, double *sums)
{
    norm_launch l = prepare(stream, norm, norm->dy, norm->dx);
    run_variant(&l, &gradient_sums_variants);
    launch(norm_shard_gradients_kernel, finish_grid(norm->channels), finish_block(), stream, l.norm, l.c.grid.y, sums);
}

void launch_norm_together_gradients(cudaStream_t stream, const layer_norm *norm, size_t all_rows, const double *totals)
{
    launch(norm_together_gradients_kernel, blocks_for(norm->channels), dim3(THREADS), stream, *norm, all_rows, totals);
    if (norm->rows == 0 || norm->dx.at == NULL)
        return;
    norm_launch l = prepare(stream, norm, norm->dy, norm->dx);
    run_variant(&l, &gradient_apply_variants);
}
