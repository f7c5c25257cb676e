/* Functions of values, and of rows that share a bias. */
#include "cuda/kernels/values.cuh"

template <int W> static __global__ void activate_kernel(size_t items, activation act, stored x, stored y)
{
    for (size_t i = first_item(); i < items; i += item_step()) {
        float v[W];
        load<W>(x, i * W, v);
#pragma unroll
        for (int j = 0; j < W; j++)
            v[j] = activate(act, v[j]);
        store<W>(y, i * W, v);
    }
}

void launch_activate(cudaStream_t stream, size_t values, activation act, stored x, stored y)
{
    if (wide(values, x) && wide(values, y))
        launch(activate_kernel<WIDE>, blocks_for(values / WIDE), dim3(THREADS), stream, values / WIDE, act, x, y);
    else
        launch(activate_kernel<1>, blocks_for(values), dim3(THREADS), stream, values, act, x, y);
}

template <int W>
static __global__ void activate_gradient_kernel(size_t items, activation act, stored y, stored dy, stored dx, bool add)
{
    for (size_t i = first_item(); i < items; i += item_step()) {
        float v[W], slope[W];
        load<W>(y, i * W, slope);
        load<W>(dy, i * W, v);
#pragma unroll
        for (int j = 0; j < W; j++)
            v[j] *= activation_slope(act, slope[j]);
        put<W>(dx, i * W, v, add);
    }
}

void launch_activate_gradient(cudaStream_t stream, size_t values, activation act, stored y, stored dy, stored dx,
                              bool add)
{
    if (wide(values, y) && wide(values, dy) && wide(values, dx))
        launch(activate_gradient_kernel<WIDE>, blocks_for(values / WIDE), dim3(THREADS), stream, values / WIDE, act, y,
               dy, dx, add);
    else
        launch(activate_gradient_kernel<1>, blocks_for(values), dim3(THREADS), stream, values, act, y, dy, dx, add);
}

template <int W> static __global__ void add_kernel(size_t items, stored a, stored b, stored y)
{
    for (size_t i = first_item(); i < items; i += item_step()) {
        float v[W], w[W];
        load<W>(a, i * W, v);
        load<W>(b, i * W, w);
#pragma unroll
        for (int j = 0; j < W; j++)
            v[j] += w[j];
        store<W>(y, i * W, v);
    }
}

void launch_add_layers(cudaStream_t stream, size_t values, stored a, stored b, stored y)
{
    if (wide(values, a) && wide(values, b) && wide(values, y))
        launch(add_kernel<WIDE>, blocks_for(values / WIDE), dim3(THREADS), stream, values / WIDE, a, b, y);
    else
        launch(add_kernel<1>, blocks_for(values), dim3(THREADS), stream, values, a, b, y);
}

static __global__ void multiply_kernel(size_t items, stored a, stored b, stored y, bool add)
{
    for (size_t i = first_item(); i < items; i += item_step()) {
        float v[1], w[1];
        load<1>(a, i, v);
        load<1>(b, i, w);
        v[0] *= w[0];
        put<1>(y, i, v, add);
    }
}

void launch_multiply(cudaStream_t stream, size_t values, stored a, stored b, stored y, bool add)
{
    launch(multiply_kernel, blocks_for(values), dim3(THREADS), stream, values, a, b, y, add);
}

template <int W> static __global__ void pass_kernel(size_t items, float factor, stored x, stored y, bool add)
{
    for (size_t i = first_item(); i < items; i += item_step()) {
        float v[W];
        load<W>(x, i * W, v);
#pragma unroll
        for (int j = 0; j < W; j++)
            v[j] *= factor;
        put<W>(y, i * W, v, add);
    }
}

void launch_pass(cudaStream_t stream, size_t values, float factor, stored x, stored y, bool add)
{
    if (wide(values, x) && wide(values, y))
        launch(pass_kernel<WIDE>, blocks_for(values / WIDE), dim3(THREADS), stream, values / WIDE, factor, x, y, add);
    else
        launch(pass_kernel<1>, blocks_for(values), dim3(THREADS), stream, values, factor, x, y, add);
}

template <int W>
static __global__ void add_bias_kernel(size_t items, unsigned columns, const float *bias, activation act, stored x,
                                       stored y)
{
    stored biases = {(void *)bias, false};
    for (size_t i = first_item(); i < items; i += item_step()) {
        float v[W], b[W];
        load<W>(x, i * W, v);
        load<W>(biases, i * W % columns, b);
#pragma unroll
        for (int j = 0; j < W; j++)
            v[j] = activate(act, v[j] + b[j]);
        store<W>(y, i * W, v);
    }
}

void launch_add_bias(cudaStream_t stream, size_t rows, size_t columns, const float *bias, activation act, stored x,
                     stored y)
{
    size_t values = rows * columns;
    stored biases = {(void *)bias, false};
    if (wide(columns, x) && wide(columns, y) && wide(columns, biases))
        launch(add_bias_kernel<WIDE>, blocks_for(values / WIDE), dim3(THREADS), stream, values / WIDE, columns, bias,
               act, x, y);
    else
        launch(add_bias_kernel<1>, blocks_for(values), dim3(THREADS), stream, values, columns, bias, act, x, y);
}

static __global__ void weigh_kernel(size_t items, size_t values, const float *weight, stored x, stored y)
{
    for (size_t i = first_item(); i < items; i += item_step()) {
        float v[1];
        load<1>(x, i, v);
        v[0] *= weight[i / values];
        store<1>(y, i, v);
    }
}

void launch_weigh(cudaStream_t stream, size_t count, size_t values, const float *weight, stored x, stored y)
{
    launch(weigh_kernel, blocks_for(count * values), dim3(THREADS), stream, count * values, values, weight, x, y);
}
