/* Sums of rows: the gradients of biases. */
#include "cuda/kernels/columns.cuh"

/* Of two sums per column, as batch norm takes, and two rows of means. */
size_t launch_sums_bytes(size_t columns)
{
    size_t most = (size_t)BLOCKS_WANTED * 2 * LANES_MOST * WIDE;
    return (2 * columns + (2 * columns > most ? 2 * columns : most)) * sizeof(float);
}

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
