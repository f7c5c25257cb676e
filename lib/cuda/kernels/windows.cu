/* Windows over images: the matrix of what each window sees and back, pooling, upsampling. Every value of a
 * result is made by one thread that visits what it is made of in a fixed order. */
#include "cuda/kernels/values.cuh"

typedef struct pixel {
    unsigned image, row, column;
} pixel;

static inline __device__ pixel pixel_at(unsigned index, const unsigned *extent)
{
    unsigned line = index / extent[1];
    return {line / extent[0], line % extent[0], index % extent[1]};
}

static inline __device__ size_t index_of(pixel p, const unsigned *extent)
{
    return ((size_t)p.image * extent[0] + p.row) * extent[1] + p.column;
}

static unsigned pixels(const layer_window *window, const unsigned *extent)
{
    return window->count * extent[0] * extent[1];
}

/* The big image's pixel that the window at p sees at tap (r, c); false if it lies outside. */
static inline __device__ bool seen(const layer_window &w, pixel p, unsigned r, unsigned c, pixel *found)
{
    unsigned row = p.row * w.stride[0] + r - w.before[0], column = p.column * w.stride[1] + c - w.before[1];
    *found = {p.image, row, column};
    return row < w.big[0] && column < w.big[1]; /* those before the first wrap around to huge numbers */
}

/* The window that sees pixel p at tap (r, c), if there is one. */
static inline __device__ bool window_that_sees(const layer_window &w, pixel p, unsigned r, unsigned c, pixel *found)
{
    unsigned row = p.row + w.before[0] - r, column = p.column + w.before[1] - c;
    if (p.row + w.before[0] < r || p.column + w.before[1] < c || row % w.stride[0] != 0 || column % w.stride[1] != 0)
        return false;
    *found = {p.image, row / w.stride[0], column / w.stride[1]};
    return found->row < w.small[0] && found->column < w.small[1];
}

/* Taps along one axis that may see a position: the first, and then every stride-th. */
static inline __device__ unsigned first_tap(const layer_window &w, unsigned axis, unsigned position)
{
    return (position + w.before[axis]) % w.stride[axis];
}

template <int W>
static __global__ void gather_kernel(size_t items, layer_window w, unsigned vectors, unsigned width, stored big,
                                     stored matrix)
{
    unsigned run = w.kernel[1] * vectors, columns = w.kernel[0] * run;
    for (size_t i = first_item(); i < items; i += item_step()) {
        unsigned position = (unsigned)(i / width), column = (unsigned)(i % width);
        unsigned r = column / run, c = column % run / vectors, vector = column % vectors;
        float v[W] = {0.0f};
        pixel found;
        if (column < columns && seen(w, pixel_at(position, w.small), r, c, &found))
            load<W>(big, (index_of(found, w.big) * vectors + vector) * W, v);
        store<W>(matrix, i * W, v);
    }
}

void launch_gather(cudaStream_t stream, const layer_window *window, size_t width, stored big, stored matrix)
{
    bool by_eight = wide(window->channels, big) && wide(width, matrix);
    size_t values = (size_t)pixels(window, window->small) * width, items = by_eight ? values / WIDE : values;
    launch(by_eight ? gather_kernel<WIDE> : gather_kernel<1>, blocks_for(items), dim3(THREADS), stream, items, *window,
           by_eight ? window->channels / WIDE : window->channels, by_eight ? width / WIDE : width, big, matrix);
}

template <int W>
static __global__ void scatter_kernel(size_t items, layer_window w, unsigned vectors, unsigned width, stored matrix,
                                      const float *bias, activation act, stored big, bool add)
{
    stored biases = {(void *)bias, false};
    for (size_t i = first_item(); i < items; i += item_step()) {
        unsigned vector = (unsigned)(i % vectors);
        pixel p = pixel_at((unsigned)(i / vectors), w.big), found;
        float sum[W] = {0.0f}, v[W];
        for (unsigned r = first_tap(w, 0, p.row); r < w.kernel[0]; r += w.stride[0])
            for (unsigned c = first_tap(w, 1, p.column); c < w.kernel[1]; c += w.stride[1])
                if (window_that_sees(w, p, r, c, &found)) {
                    size_t row = index_of(found, w.small);
                    load<W>(matrix, (row * width + (r * w.kernel[1] + c) * vectors + vector) * W, v);
#pragma unroll
                    for (int j = 0; j < W; j++)
                        sum[j] += v[j];
                }
        if (bias != NULL) {
            load<W>(biases, vector * W, v);
#pragma unroll
            for (int j = 0; j < W; j++)
                sum[j] += v[j];
        }
#pragma unroll
        for (int j = 0; j < W; j++)
            sum[j] = activate(act, sum[j]);
        put<W>(big, i * W, sum, add);
    }
}

void launch_scatter(cudaStream_t stream, const layer_window *window, size_t width, stored matrix, const float *bias,
                    activation act, stored big, bool add)
{
    stored biases = {(void *)bias, false};
    bool by_eight = wide(window->channels, big) && wide(width, matrix) && wide(window->channels, biases);
    size_t values = (size_t)pixels(window, window->big) * window->channels, items = by_eight ? values / WIDE : values;
    launch(by_eight ? scatter_kernel<WIDE> : scatter_kernel<1>, blocks_for(items), dim3(THREADS), stream, items,
           *window, by_eight ? window->channels / WIDE : window->channels, by_eight ? width / WIDE : width, matrix,
           bias, act, big, add);
}

/* --- pooling --- */

/* Pixels of the image that the window at p sees. */
static inline __device__ unsigned pixels_seen(const layer_window &w, pixel p)
{
    unsigned seen_along[2], at[2] = {p.row, p.column};
    for (int axis = 0; axis < 2; axis++) {
        unsigned start = at[axis] * w.stride[axis], end = start + w.kernel[axis], edge = w.before[axis] + w.big[axis];
        seen_along[axis] = (end < edge ? end : edge) - (start < w.before[axis] ? w.before[axis] : start);
    }
    return seen_along[0] * seen_along[1];
}

static __global__ void average_pool_kernel(size_t items, layer_window w, stored big, stored small)
{
    for (size_t i = first_item(); i < items; i += item_step()) {
        unsigned channel = (unsigned)(i % w.channels);
        pixel p = pixel_at((unsigned)(i / w.channels), w.small), found;
        float sum[1] = {0.0f}, v[1];
        for (unsigned r = 0; r < w.kernel[0]; r++)
            for (unsigned c = 0; c < w.kernel[1]; c++)
                if (seen(w, p, r, c, &found)) {
                    load<1>(big, index_of(found, w.big) * w.channels + channel, v);
                    sum[0] += v[0];
                }
        sum[0] *= 1.0f / (float)pixels_seen(w, p);
        store<1>(small, i, sum);
    }
}

void launch_average_pool(cudaStream_t stream, const layer_window *window, stored big, stored small)
{
    size_t items = (size_t)pixels(window, window->small) * window->channels;
    launch(average_pool_kernel, blocks_for(items), dim3(THREADS), stream, items, *window, big, small);
}

static __global__ void average_pool_gradient_kernel(size_t items, layer_window w, stored dy, stored dx, bool add)
{
    for (size_t i = first_item(); i < items; i += item_step()) {
        unsigned channel = (unsigned)(i % w.channels);
        pixel p = pixel_at((unsigned)(i / w.channels), w.big), found;
        float sum[1] = {0.0f}, v[1];
        for (unsigned r = first_tap(w, 0, p.row); r < w.kernel[0]; r += w.stride[0])
            for (unsigned c = first_tap(w, 1, p.column); c < w.kernel[1]; c += w.stride[1])
                if (window_that_sees(w, p, r, c, &found)) {
                    load<1>(dy, index_of(found, w.small) * w.channels + channel, v);
                    sum[0] += v[0] * (1.0f / (float)pixels_seen(w, found));
                }
        put<1>(dx, i, sum, add);
    }
}

void launch_average_pool_gradient(cudaStream_t stream, const layer_window *window, stored dy, stored dx, bool add)
{
    size_t items = (size_t)pixels(window, window->big) * window->channels;
    launch(average_pool_gradient_kernel, blocks_for(items), dim3(THREADS), stream, items, *window, dy, dx, add);
}

/* The pixel with the window's largest value: the first of equal ones; a value that is not a number beats all. */
static inline __device__ pixel winner(const layer_window &w, pixel p, unsigned channel, stored big, float *largest)
{
    pixel found, best = {0, 0, 0};
    bool any = false;
    float v[1];
    *largest = 0.0f;
    for (unsigned r = 0; r < w.kernel[0]; r++)
        for (unsigned c = 0; c < w.kernel[1]; c++) {
            if (!seen(w, p, r, c, &found))
                continue;
            load<1>(big, index_of(found, w.big) * w.channels + channel, v);
            if (!any || v[0] > *largest || v[0] != v[0]) {
                best = found;
                *largest = v[0];
            }
            any = true;
        }
    return best;
}

static __global__ void max_pool_kernel(size_t items, layer_window w, stored big, stored small)
{
    for (size_t i = first_item(); i < items; i += item_step()) {
        float largest[1];
        winner(w, pixel_at((unsigned)(i / w.channels), w.small), (unsigned)(i % w.channels), big, largest);
        store<1>(small, i, largest);
    }
}

void launch_max_pool(cudaStream_t stream, const layer_window *window, stored big, stored small)
{
    size_t items = (size_t)pixels(window, window->small) * window->channels;
    launch(max_pool_kernel, blocks_for(items), dim3(THREADS), stream, items, *window, big, small);
}

static __global__ void max_pool_gradient_kernel(size_t items, layer_window w, stored big, stored dy, stored dx,
                                                bool add)
{
    for (size_t i = first_item(); i < items; i += item_step()) {
        unsigned channel = (unsigned)(i % w.channels);
        pixel p = pixel_at((unsigned)(i / w.channels), w.big), found;
        float sum[1] = {0.0f}, v[1], largest;
        for (unsigned r = first_tap(w, 0, p.row); r < w.kernel[0]; r += w.stride[0])
            for (unsigned c = first_tap(w, 1, p.column); c < w.kernel[1]; c += w.stride[1]) {
                if (!window_that_sees(w, p, r, c, &found))
                    continue;
                pixel best = winner(w, found, channel, big, &largest);
                if (best.row != p.row || best.column != p.column)
                    continue;
                load<1>(dy, index_of(found, w.small) * w.channels + channel, v);
                sum[0] += v[0];
            }
        put<1>(dx, i, sum, add);
    }
}

void launch_max_pool_gradient(cudaStream_t stream, const layer_window *window, stored big, stored dy, stored dx,
                              bool add)
{
    size_t items = (size_t)pixels(window, window->big) * window->channels;
    launch(max_pool_gradient_kernel, blocks_for(items), dim3(THREADS), stream, items, *window, big, dy, dx, add);
}

/* --- upsampling --- */

template <int W>
static __global__ void upsample_kernel(size_t items, layer_window w, unsigned vectors, stored small, stored big)
{
    for (size_t i = first_item(); i < items; i += item_step()) {
        pixel p = pixel_at((unsigned)(i / vectors), w.big);
        pixel from = {p.image, p.row / w.kernel[0], p.column / w.kernel[1]};
        float v[W];
        load<W>(small, (index_of(from, w.small) * vectors + i % vectors) * W, v);
        store<W>(big, i * W, v);
    }
}

void launch_upsample(cudaStream_t stream, const layer_window *window, stored small, stored big)
{
    bool by_eight = wide(window->channels, small) && wide(window->channels, big);
    unsigned vectors = by_eight ? window->channels / WIDE : window->channels;
    size_t items = (size_t)pixels(window, window->big) * vectors;
    launch(by_eight ? upsample_kernel<WIDE> : upsample_kernel<1>, blocks_for(items), dim3(THREADS), stream, items,
           *window, vectors, small, big);
}

template <int W>
static __global__ void upsample_gradient_kernel(size_t items, layer_window w, unsigned vectors, stored dy, stored dx,
                                                bool add)
{
    for (size_t i = first_item(); i < items; i += item_step()) {
        pixel p = pixel_at((unsigned)(i / vectors), w.small);
        float sum[W] = {0.0f}, v[W];
        for (unsigned r = 0; r < w.kernel[0]; r++)
            for (unsigned c = 0; c < w.kernel[1]; c++) {
                pixel from = {p.image, p.row * w.kernel[0] + r, p.column * w.kernel[1] + c};
                load<W>(dy, (index_of(from, w.big) * vectors + i % vectors) * W, v);
#pragma unroll
                for (int j = 0; j < W; j++)
                    sum[j] += v[j];
            }
        put<W>(dx, i * W, sum, add);
    }
}

void launch_upsample_gradient(cudaStream_t stream, const layer_window *window, stored dy, stored dx, bool add)
{
    bool by_eight = wide(window->channels, dy) && wide(window->channels, dx);
    unsigned vectors = by_eight ? window->channels / WIDE : window->channels;
    size_t items = (size_t)pixels(window, window->small) * vectors;
    launch(by_eight ? upsample_gradient_kernel<WIDE> : upsample_gradient_kernel<1>, blocks_for(items), dim3(THREADS),
           stream, items, *window, vectors, dy, dx, add);
}
