/* Dense layers with few weights, where the time of a launch is what counts: one launch goes forward, bias and
 * activation included, and one goes back, with both gradients and the slope of the activation in front. float32
 * throughout. */
#include "cuda/kernels/values.cuh"

enum { TILE = 16, CHUNK = 128, SUMS = 4 /* running at once */, PITCH = CHUNK + SUMS };

/* A block's part of two matrices, [TILE, CHUNK] each: what is multiplied stands side by side, and is read in fours.
 * Rows lie so that eight of them are in different banks. */
typedef struct tiles {
    alignas(16) float a[TILE][PITCH], b[TILE][PITCH];
} tiles;

struct alignas(16) four {
    float value[SUMS];
};

/* The sum over a chunk for this thread's place in the tile. */
static inline __device__ float multiply(const tiles &t)
{
    float sum[SUMS] = {0.0f};
#pragma unroll 8
    for (int i = 0; i < CHUNK; i += SUMS) {
        four a = *(const four *)&t.a[threadIdx.y][i], b = *(const four *)&t.b[threadIdx.x][i];
#pragma unroll
        for (int j = 0; j < SUMS; j++)
            sum[j] += a.value[j] * b.value[j];
    }
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* to[i][j] = from[row + i][column + j] */
static inline __device__ void load_straight(float (*to)[PITCH], const float *from, size_t row, size_t rows,
                                            size_t column, size_t columns)
{
    unsigned thread = threadIdx.y * TILE + threadIdx.x;
#pragma unroll
    for (unsigned k = 0; k < CHUNK / TILE; k++) {
        unsigned i = thread + k * TILE * TILE, r = i / CHUNK, c = i % CHUNK;
        bool inside = row + r < rows && column + c < columns;
        to[r][c] = inside ? from[(row + r) * columns + column + c] : 0.0f;
    }
}

/* to[j][i] = from[row + i][column + j], times the row's weight */
static inline __device__ void load_turned(float (*to)[PITCH], const float *from, const float *weight, size_t row,
                                          size_t rows, size_t column, size_t columns, size_t rows_of_sample)
{
#pragma unroll
    for (unsigned k = 0; k < CHUNK / TILE; k++) {
        unsigned i = threadIdx.y + k * TILE;
        bool inside = row + i < rows && column + threadIdx.x < columns;
        float value = inside ? from[(row + i) * columns + column + threadIdx.x] : 0.0f;
        to[threadIdx.x][i] = inside && weight != NULL ? value * weight[(row + i) / rows_of_sample] : value;
    }
}

static __global__ void small_forward_kernel(small_dense d)
{
    __shared__ tiles t;
    size_t across = (d.out + TILE - 1) / TILE;
    size_t row = blockIdx.x / across * TILE, column = blockIdx.x % across * TILE;
    float sum = 0.0f;
    for (size_t first = 0; first < d.in; first += CHUNK) {
        __syncthreads();
        load_straight(t.a, d.x, row, d.rows, first, d.in);
        load_turned(t.b, d.weights, NULL, first, d.in, column, d.out, 1);
        __syncthreads();
        sum += multiply(t);
    }
    row += threadIdx.y;
    column += threadIdx.x;
    if (row < d.rows && column < d.out)
        d.y[row * d.out + column] = activate(d.act, sum + (d.bias == NULL ? 0.0f : d.bias[column]));
}

static inline __device__ void put_value(float *to, float value, bool add)
{
    *to = add ? *to + value : value;
}

/* dw = x^T dy; blocks of the first rows also sum dy for the bias. */
static __device__ void weight_gradients(const small_dense &d, size_t block)
{
    __shared__ tiles t;
    __shared__ float bias[TILE][TILE];
    size_t across = (d.out + TILE - 1) / TILE;
    size_t row = block / across * TILE, column = block % across * TILE, rows_of_sample = d.rows_of_sample;
    float sum = 0.0f, part = 0.0f;
    for (size_t first = 0; first < d.rows; first += CHUNK) {
        __syncthreads();
        load_turned(t.a, d.x, NULL, first, d.rows, row, d.in, 1);
        load_turned(t.b, d.dy, d.weight, first, d.rows, column, d.out, rows_of_sample);
        __syncthreads();
        sum += multiply(t);
        for (unsigned i = threadIdx.y; i < CHUNK; i += TILE)
            part += t.b[threadIdx.x][i];
    }
    bias[threadIdx.y][threadIdx.x] = part;
    __syncthreads();
    size_t to_row = row + threadIdx.y, to_column = column + threadIdx.x;
    if (d.weight_gradient != NULL && to_row < d.in && to_column < d.out)
        put_value(&d.weight_gradient[to_row * d.out + to_column], sum, d.add_parameters);
    if (d.bias_gradient == NULL || row > 0 || threadIdx.y > 0 || to_column >= d.out)
        return;
    for (unsigned i = 1; i < TILE; i++)
        part += bias[i][threadIdx.x];
    put_value(&d.bias_gradient[to_column], part, d.add_parameters);
}

/* dx = dy w^T, times the slope of the activation that made x */
static __device__ void input_gradients(const small_dense &d, size_t block)
{
    __shared__ tiles t;
    size_t across = (d.in + TILE - 1) / TILE;
    size_t row = block / across * TILE, column = block % across * TILE;
    float sum = 0.0f;
    for (size_t first = 0; first < d.out; first += CHUNK) {
        __syncthreads();
        load_straight(t.a, d.dy, row, d.rows, first, d.out);
        load_straight(t.b, d.weights, column, d.in, first, d.out);
        __syncthreads();
        sum += multiply(t);
    }
    row += threadIdx.y;
    column += threadIdx.x;
    if (row < d.rows && column < d.in)
        put_value(&d.dx[row * d.in + column], sum * activation_slope(d.before, d.x[row * d.in + column]), d.add);
}

static __global__ void small_backward_kernel(small_dense d, size_t weight_blocks)
{
    if (blockIdx.x < weight_blocks)
        weight_gradients(d, blockIdx.x);
    else
        input_gradients(d, blockIdx.x - weight_blocks);
}

void launch_small_forward(cudaStream_t stream, const small_dense *d)
{
    size_t blocks = ceiling(d->out, TILE) * ceiling(d->rows, TILE);
    launch(small_forward_kernel, dim3((unsigned)blocks), dim3(TILE, TILE), stream, *d);
}

void launch_small_backward(cudaStream_t stream, const small_dense *d)
{
    bool learns = d->weight_gradient != NULL || d->bias_gradient != NULL;
    size_t weights = learns ? ceiling(d->in, TILE) * ceiling(d->out, TILE) : 0;
    size_t inputs = d->dx != NULL ? ceiling(d->rows, TILE) * ceiling(d->in, TILE) : 0;
    if (weights + inputs > 0)
        launch(small_backward_kernel, dim3((unsigned)(weights + inputs)), dim3(TILE, TILE), stream, *d, weights);
}
