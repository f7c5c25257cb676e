/* Pairs in many dimensions, from matrix products of centred points: |a-b|^2 = |a|^2 + |b|^2 - 2 ab. What is lost is
 * some 1e-7 of |a|^2 + |b|^2; where |a-b|^2 + epsilon^2 falls below a threshold of that, the pair is computed again by
 * differences; of a Gaussian where what is lost shows in units of epsilon^2. Products are taken over slices of the
 * coordinates and added in float64. */
#include "cuda/kernels/pairs.cuh"
#include "cuda/kernels/reduce.cuh"

enum {
    THREADS = REDUCE_THREADS,
    CENTRE_POINTS = 16, /* of a set */
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

static __global__ void shift_points(const __grid_constant__ pair_shift shift)
{
    __shared__ double shared[THREADS];
    size_t point = blockIdx.x, set = point < shift.count[0] ? 0 : 1, dimension = shift.dimension;
    const float *from = shift.points[set] + (set == 0 ? point : point - shift.count[0]) * dimension;
    float *to = shift.centred + point * shift.width;
    double norm = 0.0;
#pragma unroll 4
    for (size_t k = threadIdx.x; k < shift.width; k += THREADS) {
        float value = k < dimension ? from[k] - shift.centre[k] : 0.0f;
        to[k] = value;
        norm += (double)value * (double)value;
    }
    norm = block_sum<THREADS>(norm, shared);
    if (threadIdx.x == 0)
        shift.norms[point] = norm;
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

/* A row of the block against a set. */
struct pair_row {
    size_t i; /* of its set's points */
    int own, set;
    const float *point;
    double norm;
    const float *dots; /* of the set's first column in the block */
};

static __device__ pair_row row_of(const pair_work &work, const pair_block &block, size_t row, int set)
{
    size_t all = block.first_row + row, before = work.rows[0].count;
    pair_row found;
    found.own = all < before ? 0 : 1;
    found.set = set;
    found.i = found.own == 0 ? all : all - before;
    found.point = work.rows[found.own].points + found.i * work.dimension;
    found.norm = block.row_norms[all];
    found.dots = block.dots + row * block.columns + block.range[set].at;
    return found;
}

static __device__ double square_from_dots(const pair_block &block, const pair_row &row, size_t column, double norm)
{
    size_t pairs = block.rows * block.columns;
    double dot = 0.0;
#pragma unroll 4
    for (size_t slice = 0; slice < block.slices; slice++)
        dot += (double)row.dots[slice * pairs + column];
    return row.norm + norm - 2.0 * dot;
}

/* The product's squared distance is exact enough; `norms` is what some 1e-7 of is lost. As in pairs/kernel.c. */
static __device__ bool bears(const pair_work &work, double square, double norms)
{
    const double norms_most = 16.0, reach = 176.0;
    const double *epsilon = work.decision->epsilon;
    double softening = work.gaussian ? 0.0 : epsilon[0] * epsilon[0];
    bool enough = square + softening >= work.threshold * norms;
    for (size_t i = 0; work.gaussian && i < work.kernels; i++) {
        double epsilon2 = epsilon[i] * epsilon[i];
        enough = enough && !(norms > norms_most * epsilon2 && square < reach * epsilon2 + 1e-6 * norms);
    }
    return enough;
}

/* The squared distance of each thread's pair: by the product, or again where that has lost its digits. */
static __device__ double square_of(const pair_work &work, const pair_block &block, const pair_row &row, size_t column,
                                   bool in_float64)
{
    const pair_range &range = block.range[row.set];
    bool inside = column < range.count, near = inside && in_float64;
    double square = 0.0;
    if (inside && !in_float64) {
        double norm = block.column_norms[row.set][range.first + column];
        square = square_from_dots(block, row, column, norm);
        near = !bears(work, square, row.norm + norm);
    }
    if (block.same && row.own == row.set && range.first + column == row.i) {
        square = 0.0;
        near = false;
    }
    size_t first = range.first + column - threadIdx.x % 32;
    for (unsigned left = __ballot_sync(0xffffffffu, near); left != 0; left &= left - 1) {
        int lane = __ffs((int)left) - 1;
        const float *b = work.columns[row.set] + (first + (size_t)lane) * work.dimension;
        double found = in_float64 ? square_in_float64(work.dimension, row.point, b)
                                  : square_by_differences(work.dimension, row.point, b);
        if ((int)(threadIdx.x % 32) == lane)
            square = found;
    }
    return square;
}

template <int SHAPE>
static __device__ pair_term term_of(const pair_work &work, const pair_decision &decision, double square,
                                    bool in_float64)
{
    if (in_float64)
        return float64_term(work, square);
    pair_term sum = {0.0, 0.0};
    for (size_t i = 0; i < work.kernels; i++) {
        double epsilon = decision.epsilon[i];
        float s = (float)(SHAPE == PAIR_GAUSSIAN ? square : square + epsilon * epsilon);
        float value = pair_value<SHAPE>(decision.function[i], s);
        sum.value += (double)value;
        sum.weight += weight_factor(work, epsilon) * (double)pair_weight<SHAPE>(s, value);
    }
    return sum;
}

template <int SHAPE>
static __device__ double sum_row(const pair_work &work, const pair_block &block, const pair_decision &f, int set)
{
    pair_row row = row_of(work, block, blockIdx.x, set);
    const pair_range &range = block.range[set];
    bool in_float64 = f.method == pair_decision::PAIR_FLOAT64, others = work.rows[row.own].own == set;
    double sum = 0.0;
    for (size_t first = 0; first < range.count; first += THREADS) {
        size_t column = first + threadIdx.x;
        double square = square_of(work, block, row, column, in_float64);
        if (column >= range.count)
            continue;
        bool left_out = others && range.first + column == row.i;
        pair_term term = term_of<SHAPE>(work, f, square, in_float64);
        sum += left_out ? 0.0 : term.value;
        if (block.weights != nullptr)
            block.weights[blockIdx.x * block.columns + range.at + column] = left_out ? 0.0 : term.weight;
    }
    return sum;
}

template <int SHAPE>
static __global__ void sum_block(const __grid_constant__ pair_work work, const __grid_constant__ pair_block block)
{
    __shared__ double shared[THREADS];
    const pair_decision f = *work.decision;
    bool finite = f.method != pair_decision::PAIR_NOT_FINITE;
    for (int set = 0; set < PAIR_SETS; set++) {
        if (block.range[set].count == 0)
            continue;
        double sum = block_sum<THREADS>(finite ? sum_row<SHAPE>(work, block, f, set) : nan(""), shared);
        if (threadIdx.x == 0)
            work.sums[set * work.all_rows + block.first_row + blockIdx.x] += sum;
    }
}

/* Some rows against all columns of a set in the block, one coordinate to a thread. */
static __global__ void add_field(const __grid_constant__ pair_work work, const __grid_constant__ pair_block block)
{
    size_t k = (size_t)blockIdx.x * THREADS + threadIdx.x, first = (size_t)blockIdx.y * FIELD_ROWS, set = blockIdx.z;
    size_t rows = min(block.rows - first, (size_t)FIELD_ROWS), dimension = work.dimension;
    const pair_range &range = block.range[set];
    if (k >= dimension || range.count == 0)
        return;
    const float *points = work.rows[0].points + (block.first_row + first) * dimension + k;
    const float *columns = work.columns[set] + range.first * dimension + k;
    const double *weights = block.weights + first * block.columns + range.at;
    double a[FIELD_ROWS], sum[FIELD_ROWS] = {0.0};
    for (size_t r = 0; r < FIELD_ROWS; r++)
        a[r] = r < rows ? (double)points[r * dimension] : 0.0;
    for (size_t j = 0; j < range.count; j++) {
        double b = (double)columns[j * dimension];
        for (size_t r = 0; r < FIELD_ROWS; r++)
            if (r < rows)
                sum[r] += weights[r * block.columns + j] * (a[r] - b);
    }
    bool finite = work.decision->method != pair_decision::PAIR_NOT_FINITE;
    double *fields = work.fields + (set * work.all_rows + block.first_row + first) * dimension + k;
    for (size_t r = 0; r < rows; r++)
        fields[r * dimension] += finite ? sum[r] : nan("");
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

void launch_pair_shift(cudaStream_t stream, const pair_shift *shift)
{
    launch(shift_points, dim3((unsigned)(shift->count[0] + shift->count[1])), dim3(THREADS), stream, *shift);
}

void launch_pair_block(cudaStream_t stream, const pair_work *work, const pair_block *block)
{
    unsigned blocks = (unsigned)block->rows;
    switch (pair_shape(work)) {
    case 1:
        launch(sum_block<1>, dim3(blocks), dim3(THREADS), stream, *work, *block);
        break;
    case 2:
        launch(sum_block<2>, dim3(blocks), dim3(THREADS), stream, *work, *block);
        break;
    case 3:
        launch(sum_block<3>, dim3(blocks), dim3(THREADS), stream, *work, *block);
        break;
    case PAIR_GAUSSIAN:
        launch(sum_block<PAIR_GAUSSIAN>, dim3(blocks), dim3(THREADS), stream, *work, *block);
        break;
    default:
        launch(sum_block<0>, dim3(blocks), dim3(THREADS), stream, *work, *block);
    }
}

void launch_pair_field(cudaStream_t stream, const pair_work *work, const pair_block *block)
{
    dim3 grid(blocks_for(work->dimension), (unsigned)((block->rows + FIELD_ROWS - 1) / FIELD_ROWS), PAIR_SETS);
    launch(add_field, grid, dim3(THREADS), stream, *work, *block);
}

void launch_pair_results(cudaStream_t stream, const pair_work *work, int set, size_t first)
{
    size_t count = work->rows[set].count;
    launch(store_results, dim3(blocks_for(count)), dim3(THREADS), stream, *work, set, first);
}
