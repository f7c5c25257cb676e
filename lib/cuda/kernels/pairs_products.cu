/* Pairs in many dimensions, from matrix products of centred points: |a-b|^2 = |a|^2 + |b|^2 - 2 ab. What is lost is
 * some 1e-7 of |a|^2 + |b|^2; where |a-b|^2 + epsilon^2 falls below a threshold of that, the pair is computed again by
 * differences. Products are taken over slices of the coordinates and added in float64. */
#include "cuda/kernels/pairs.cuh"
#include "cuda/kernels/reduce.cuh"

enum {
    THREADS = REDUCE_THREADS,
    CENTRE_POINTS = 64, /* of a set */
    FIELD_ROWS = 4      /* of a block */
};

/* --- centred points --- */

static __global__ void find_centre(const __grid_constant__ pair_work work, size_t width, float *centre)
{
    size_t k = (size_t)blockIdx.x * THREADS + threadIdx.x, seen = 0;
    if (k >= width)
        return;
    double sum = 0.0;
    for (int set = 0; set < PAIR_SETS; set++) {
        size_t n = work.n_columns[set], most = n < CENTRE_POINTS ? n : (size_t)CENTRE_POINTS;
        for (size_t i = 0; i < most && k < work.dimension; i++)
            sum += (double)work.columns[set][i * n / most * work.dimension + k];
        seen += most;
    }
    centre[k] = seen == 0 ? 0.0f : (float)(sum / (double)seen);
}

static __global__ void shift_points(size_t dimension, size_t width, const float *points, const float *centre,
                                    float *centred, double *norms)
{
    __shared__ double shared[THREADS];
    const float *from = points + blockIdx.x * dimension;
    float *to = centred + blockIdx.x * width;
    double norm = 0.0;
    for (size_t k = threadIdx.x; k < width; k += THREADS) {
        float value = k < dimension ? from[k] - centre[k] : 0.0f;
        to[k] = value;
        norm += (double)value * (double)value;
    }
    norm = block_sum<THREADS>(norm, shared);
    if (threadIdx.x == 0)
        norms[blockIdx.x] = norm;
}

/* --- one pair, by all threads of a warp --- */

static __device__ double square_by_differences(size_t dimension, const float *a, const float *b)
{
    double square = 0.0;
    float some = 0.0f;
    int terms = 0;
    for (size_t k = threadIdx.x % 32; k < dimension; k += 32) {
        float difference = a[k] - b[k];
        some = __fmaf_rn(difference, difference, some);
        if (++terms == 16) {
            square += (double)some;
            some = 0.0f;
            terms = 0;
        }
    }
    square += (double)some;
    for (int lane = 16; lane > 0; lane /= 2)
        square += __shfl_xor_sync(0xffffffffu, square, lane);
    return square;
}

/* In float64, for coordinates whose squares float32 cannot hold. */
static __device__ double square_in_float64(size_t dimension, const float *a, const float *b)
{
    double square = 0.0;
    for (size_t k = threadIdx.x % 32; k < dimension; k += 32)
        square += ((double)a[k] - (double)b[k]) * ((double)a[k] - (double)b[k]);
    for (int lane = 16; lane > 0; lane /= 2)
        square += __shfl_xor_sync(0xffffffffu, square, lane);
    return square;
}

/* --- a block of pairs: a thread block takes a row, a thread some of its columns --- */

struct pair_place {
    size_t i, j;
    bool inside, itself;
};

static __device__ pair_place place_of(const pair_block &block, size_t j)
{
    pair_place place = {blockIdx.x, j, j < block.columns, false};
    place.itself = block.same && (ptrdiff_t)j == (ptrdiff_t)place.i + block.diagonal;
    return place;
}

static __device__ double square_from_dots(const pair_block &block, const pair_place &place)
{
    size_t pairs = block.rows * block.columns;
    const float *dots = block.dots + place.i * block.columns + place.j;
    double dot = 0.0;
    for (size_t slice = 0; slice < block.slices; slice++)
        dot += (double)dots[slice * pairs];
    return block.row_norms[place.i] + block.column_norms[place.j] - 2.0 * dot;
}

/* The squared distance of each thread's pair: by the product, or again where that has lost its digits. */
static __device__ double square_of(const pair_work &work, const pair_block &block, const pair_place &place,
                                   bool in_float64)
{
    double square = 0.0, epsilon = *work.epsilon;
    bool near = place.inside && in_float64;
    if (place.inside && !in_float64) {
        double norms = block.row_norms[place.i] + block.column_norms[place.j];
        square = square_from_dots(block, place);
        near = !(square + epsilon * epsilon >= work.threshold * norms);
    }
    if (place.itself) {
        square = 0.0;
        near = false;
    }
    const float *a = block.row_points + place.i * work.dimension;
    for (unsigned left = __ballot_sync(0xffffffffu, near); left != 0; left &= left - 1) {
        int lane = __ffs((int)left) - 1;
        size_t j = place.j - threadIdx.x % 32 + (size_t)lane;
        const float *b = block.column_points + j * work.dimension;
        double found =
            in_float64 ? square_in_float64(work.dimension, a, b) : square_by_differences(work.dimension, a, b);
        if ((int)(threadIdx.x % 32) == lane)
            square = found;
    }
    return square;
}

struct pair_result {
    double value, weight;
};

template <int SHAPE>
static __device__ pair_result result_of(const pair_work &work, const pair_decision &f, double square, bool in_float64)
{
    if (in_float64) {
        double log_square = log_softened(square, *work.epsilon);
        return {exp(-0.5 * work.exponent * log_square), work.exponent * exp(-(0.5 * work.exponent + 1.0) * log_square)};
    }
    float s = (float)(square + *work.epsilon * *work.epsilon), value = pair_value<SHAPE>(f, s);
    return {(double)value, work.exponent * (double)pair_weight<SHAPE>(s, value)};
}

template <int SHAPE>
static __global__ void sum_block(const __grid_constant__ pair_work work, const __grid_constant__ pair_block block)
{
    __shared__ double shared[THREADS];
    const pair_decision f = *work.decision;
    bool in_float64 = f.method == pair_decision::PAIR_FLOAT64;
    double sum = f.method == pair_decision::PAIR_NOT_FINITE ? nan("") : 0.0;
    for (size_t first = 0; first < block.columns && f.method != pair_decision::PAIR_NOT_FINITE; first += THREADS) {
        pair_place place = place_of(block, first + threadIdx.x);
        double square = square_of(work, block, place, in_float64);
        if (!place.inside)
            continue;
        bool left_out = block.others && (ptrdiff_t)place.j == (ptrdiff_t)place.i + block.diagonal;
        pair_result result = result_of<SHAPE>(work, f, square, in_float64);
        sum += left_out ? 0.0 : result.value;
        if (block.weights != nullptr)
            block.weights[place.i * block.columns + place.j] = left_out ? 0.0 : result.weight;
    }
    sum = block_sum<THREADS>(sum, shared);
    if (threadIdx.x == 0)
        block.sums[blockIdx.x] += sum;
}

/* Some rows against all columns of the block, one coordinate to a thread. */
static __global__ void add_field(const __grid_constant__ pair_work work, const __grid_constant__ pair_block block,
                                 double *fields)
{
    size_t k = (size_t)blockIdx.x * THREADS + threadIdx.x, first = (size_t)blockIdx.y * FIELD_ROWS;
    size_t rows = min(block.rows - first, (size_t)FIELD_ROWS), dimension = work.dimension;
    if (k >= dimension)
        return;
    double a[FIELD_ROWS], sum[FIELD_ROWS] = {0.0};
    for (size_t r = 0; r < FIELD_ROWS; r++)
        a[r] = r < rows ? (double)block.row_points[(first + r) * dimension + k] : 0.0;
    for (size_t j = 0; j < block.columns; j++) {
        double b = (double)block.column_points[j * dimension + k];
        for (size_t r = 0; r < FIELD_ROWS; r++)
            if (r < rows)
                sum[r] += block.weights[(first + r) * block.columns + j] * (a[r] - b);
    }
    bool finite = work.decision->method != pair_decision::PAIR_NOT_FINITE;
    for (size_t r = 0; r < rows; r++)
        fields[(first + r) * dimension + k] += finite ? sum[r] : nan("");
}

static __global__ void store_results(const __grid_constant__ pair_work work, int set, size_t first)
{
    const pair_rows &rows = work.rows[set];
    size_t i = (size_t)blockIdx.x * THREADS + threadIdx.x, next = work.all_rows, dimension = work.dimension;
    if (i < rows.count && rows.potential != nullptr)
        rows.potential[i] = pair_difference(work.divisor[set], work.sums[next + first + i], work.sums[first + i]);
    if (rows.field == nullptr)
        return;
    const double *model = work.fields + first * dimension, *target = model + next * dimension;
    for (; i < rows.count * dimension; i += (size_t)gridDim.x * THREADS)
        rows.field[i] = pair_difference(work.divisor[set], target[i], model[i]);
}

/* --- launches --- */

static unsigned blocks_for(size_t count)
{
    return (unsigned)((count + THREADS - 1) / THREADS);
}

void launch_pair_centre(cudaStream_t stream, const pair_work *work, size_t width, float *centre)
{
    launch(find_centre, dim3(blocks_for(width)), dim3(THREADS), stream, *work, width, centre);
}

void launch_pair_shift(cudaStream_t stream, size_t count, size_t dimension, size_t width, const float *points,
                       const float *centre, float *centred, double *norms)
{
    launch(shift_points, dim3((unsigned)count), dim3(THREADS), stream, dimension, width, points, centre, centred,
           norms);
}

void launch_pair_block(cudaStream_t stream, const pair_work *work, const pair_block *block)
{
    unsigned blocks = (unsigned)block->rows;
    switch (pair_shape(work->exponent)) {
    case 1:
        launch(sum_block<1>, dim3(blocks), dim3(THREADS), stream, *work, *block);
        break;
    case 2:
        launch(sum_block<2>, dim3(blocks), dim3(THREADS), stream, *work, *block);
        break;
    case 3:
        launch(sum_block<3>, dim3(blocks), dim3(THREADS), stream, *work, *block);
        break;
    default:
        launch(sum_block<0>, dim3(blocks), dim3(THREADS), stream, *work, *block);
    }
}

void launch_pair_field(cudaStream_t stream, const pair_work *work, const pair_block *block, double *fields)
{
    dim3 grid(blocks_for(work->dimension), (unsigned)((block->rows + FIELD_ROWS - 1) / FIELD_ROWS));
    launch(add_field, grid, dim3(THREADS), stream, *work, *block, fields);
}

void launch_pair_results(cudaStream_t stream, const pair_work *work, int set, size_t first)
{
    size_t count = work->rows[set].count;
    launch(store_results, dim3(blocks_for(count)), dim3(THREADS), stream, *work, set, first);
}
