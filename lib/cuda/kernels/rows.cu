/* Moving columns and rows of matrices, and softmax over rows. */
#include "cuda/kernels/values.cuh"

static __global__ void copy_columns_kernel(size_t items, column_range range, stored x, stored y, bool add)
{
    size_t width = range.clear ? range.width_y : range.columns;
    for (size_t i = first_item(); i < items; i += item_step()) {
        size_t row = i / width, column = i % width + (range.clear ? 0 : range.first_y);
        float v[1] = {0.0f};
        if (column >= range.first_y && column < range.first_y + range.columns)
            load<1>(x, row * range.width_x + range.first_x + column - range.first_y, v);
        put<1>(y, row * range.width_y + column, v, add);
    }
}

void launch_copy_columns(cudaStream_t stream, size_t rows, column_range range, stored x, stored y, bool add)
{
    size_t items = rows * (range.clear ? range.width_y : range.columns);
    launch(copy_columns_kernel, blocks_for(items), dim3(THREADS), stream, items, range, x, y, add);
}

enum { ROW_THREADS = 128 };

/* The block's maximum or sum, in a fixed order; all threads get it. */
template <bool largest> static __device__ float whole(float *shared, float value)
{
    __syncthreads();
    shared[threadIdx.x] = value;
    for (unsigned half = ROW_THREADS / 2; half > 0; half /= 2) {
        __syncthreads();
        if (threadIdx.x < half) {
            float a = shared[threadIdx.x], b = shared[threadIdx.x + half];
            shared[threadIdx.x] = largest ? fmaxf(a, b) : a + b;
        }
    }
    __syncthreads();
    return shared[0];
}

static __global__ void softmax_kernel(size_t columns, stored x, stored y)
{
    __shared__ float shared[ROW_THREADS];
    size_t row = blockIdx.x * columns;
    float v[1], most = -INFINITY, sum = 0.0f;
    for (size_t j = threadIdx.x; j < columns; j += ROW_THREADS) {
        load<1>(x, row + j, v);
        most = fmaxf(most, v[0]);
    }
    most = whole<true>(shared, most);
    for (size_t j = threadIdx.x; j < columns; j += ROW_THREADS) {
        load<1>(x, row + j, v);
        sum += expf(v[0] - most);
    }
    sum = whole<false>(shared, sum);
    for (size_t j = threadIdx.x; j < columns; j += ROW_THREADS) {
        load<1>(x, row + j, v);
        v[0] = expf(v[0] - most) / sum;
        store<1>(y, row + j, v);
    }
}

void launch_softmax(cudaStream_t stream, size_t rows, size_t columns, stored x, stored y)
{
    launch(softmax_kernel, dim3((unsigned)rows), dim3(ROW_THREADS), stream, columns, x, y);
}

/* dx = y (dy - sum_j dy_j y_j) */
static __global__ void softmax_gradient_kernel(size_t columns, stored y, stored dy, stored dx, bool add)
{
    __shared__ float shared[ROW_THREADS];
    size_t row = blockIdx.x * columns;
    float v[1], w[1], sum = 0.0f;
    for (size_t j = threadIdx.x; j < columns; j += ROW_THREADS) {
        load<1>(y, row + j, v);
        load<1>(dy, row + j, w);
        sum += v[0] * w[0];
    }
    sum = whole<false>(shared, sum);
    for (size_t j = threadIdx.x; j < columns; j += ROW_THREADS) {
        load<1>(y, row + j, v);
        load<1>(dy, row + j, w);
        v[0] *= w[0] - sum;
        put<1>(dx, row + j, v, add);
    }
}

void launch_softmax_gradient(cudaStream_t stream, size_t rows, size_t columns, stored y, stored dy, stored dx, bool add)
{
    launch(softmax_gradient_kernel, dim3((unsigned)rows), dim3(ROW_THREADS), stream, columns, y, dy, dx, add);
}

enum { TILE = 32, TILE_ROWS = 8 };

enum { TILES_DOWN = 65535 /* most of a grid */ };

static __global__ void transpose_kernel(unsigned rows, unsigned columns, size_t width_x, size_t width_y, stored x,
                                        stored y, bool add)
{
    __shared__ float tile[TILE][TILE + 1];
    float v[1];
    for (unsigned down = blockIdx.y * TILE; down < rows; down += gridDim.y * TILE) {
        unsigned column = blockIdx.x * TILE + threadIdx.x, row = down + threadIdx.y;
        __syncthreads();
        for (unsigned i = 0; i < TILE; i += TILE_ROWS)
            if (column < columns && row + i < rows) {
                load<1>(x, (row + i) * width_x + column, v);
                tile[threadIdx.y + i][threadIdx.x] = v[0];
            }
        __syncthreads();
        unsigned to_column = down + threadIdx.x, to_row = blockIdx.x * TILE + threadIdx.y;
        for (unsigned i = 0; i < TILE; i += TILE_ROWS)
            if (to_column < rows && to_row + i < columns) {
                v[0] = tile[threadIdx.x][threadIdx.y + i];
                put<1>(y, (to_row + i) * width_y + to_column, v, add);
            }
    }
}

void launch_transpose(cudaStream_t stream, size_t rows, size_t columns, size_t width_x, size_t width_y, stored x,
                      stored y, bool add)
{
    size_t down = ceiling(rows, TILE);
    dim3 grid((unsigned)ceiling(columns, TILE), (unsigned)(down < TILES_DOWN ? down : TILES_DOWN));
    launch(transpose_kernel, grid, dim3(TILE, TILE_ROWS), stream, rows, columns, width_x, width_y, x, y, add);
}

static __global__ void swap_kernel(size_t items, swapped_extents e, stored x, stored y, bool add)
{
    for (size_t i = first_item(); i < items; i += item_step()) {
        size_t row = i / e.values, k = i % e.values, a = row % e.outer, b = row / e.outer; /* y's row is [b, a] */
        float v[1];
        load<1>(x, a * e.width_x + b * e.values + k, v);
        put<1>(y, b * e.width_y + a * e.values + k, v, add);
    }
}

void launch_swap(cudaStream_t stream, const swapped_extents *extents, stored x, stored y, bool add)
{
    size_t items = extents->outer * extents->inner * extents->values;
    launch(swap_kernel, blocks_for(items), dim3(THREADS), stream, items, *extents, x, y, add);
}
