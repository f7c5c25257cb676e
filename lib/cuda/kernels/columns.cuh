/* Passes over the rows of matrices, a column being a channel, and sums of rows. They are bound by memory: every thread
 * reads several rows before it computes with them. Each block sums a part of the rows, and a second kernel adds up the
 * parts in float64. How rows are cut depends on shapes and counts alone. */
#ifndef CUDA_KERNELS_COLUMNS_CUH
#define CUDA_KERNELS_COLUMNS_CUH

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

static inline cut cut_rows(size_t rows, size_t columns)
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

/* The slices' values, added in order; all threads of the channel get the sum. */
static inline __device__ double add_slices(double (*shared)[FINISH_CHANNELS], double value)
{
    __syncthreads();
    shared[threadIdx.y][threadIdx.x] = value;
    __syncthreads();
    double sum = 0.0;
    for (int i = 0; i < FINISH_SLICES; i++)
        sum += shared[i][threadIdx.x];
    return sum;
}

static inline __device__ void put_gradient(float *gradient, size_t channel, bool add, double value)
{
    if (gradient != NULL)
        gradient[channel] = (float)((add ? (double)gradient[channel] : 0.0) + value);
}

static inline dim3 finish_grid(size_t columns)
{
    return dim3((unsigned)ceiling(columns, FINISH_CHANNELS));
}

static inline dim3 finish_block()
{
    return dim3(FINISH_CHANNELS, FINISH_SLICES);
}

#endif
