/* Pairs in few dimensions, by differences. A thread has ROWS rows in registers and goes through a group of columns that
 * its block brings into shared memory; terms are added in float32 over short stretches, and those in float64. The block
 * that ends a tile of rows last adds its groups and stores the results.
 *
 * Compiled once for each DIMENSION; other dimensions are padded with zeros. */
#include "cuda/kernels/pairs.cuh"
#include "cuda/kernels/reduce.cuh"

enum {
    THREADS = 128,
    COLUMNS = 128, /* of a tile in shared memory */
    STRETCH = 64,  /* terms that are added in float32 */
    MANY_ROWS = DIMENSION <= 4   ? 4
                : DIMENSION <= 8 ? 2
                                 : 1,
    STRIDE = DIMENSION == 3 ? 4 : DIMENSION,
    UNROLLED = DIMENSION <= 4   ? 8
               : DIMENSION <= 8 ? 4
                                : 1
};

/* A block's part: rows of one set, columns of one group. */
struct pair_part {
    int rows_of, columns_of;
    size_t first_row, n_rows, first_column, end_column, group;
    size_t place; /* of the first row in the sums of a group */
    uint32_t *ticket;
};

static __device__ pair_part part_of(const pair_work &work)
{
    pair_part part;
    size_t tiles = (work.rows[0].count + work.tile - 1) / work.tile, tile = blockIdx.x;
    part.rows_of = tile < tiles ? 0 : 1;
    part.first_row = (part.rows_of == 0 ? tile : tile - tiles) * work.tile;
    part.n_rows = min(work.rows[part.rows_of].count - part.first_row, work.tile);
    part.place = part.first_row + (part.rows_of == 0 ? 0 : work.rows[0].count);
    part.columns_of = blockIdx.y < work.groups ? PAIR_MODEL : PAIR_TARGET;
    part.group = blockIdx.y % work.groups;
    size_t count = work.n_columns[part.columns_of];
    part.first_column = min(count, part.group * work.width);
    part.end_column = min(count, part.first_column + work.width);
    part.ticket = work.tickets + blockIdx.x;
    return part;
}

static __device__ double *sums_of(const pair_work &work, const pair_part &part)
{
    return work.sums + ((size_t)part.columns_of * work.groups + part.group) * work.all_rows + part.place;
}

/* A row's own point is left out. */
static __device__ bool meets_itself(const pair_work &work, const pair_part &part)
{
    return work.rows[part.rows_of].own == part.columns_of && part.first_column < part.first_row + part.n_rows &&
           part.first_row < part.end_column;
}

/* Points [first, end), `stride` values each, zeros behind their own. */
static __device__ void load_columns(const pair_work &work, const pair_part &part, size_t first, unsigned count,
                                    float *columns)
{
    const float *from = work.columns[part.columns_of] + first * work.dimension;
    unsigned dimension = (unsigned)work.dimension;
    __syncthreads();
    for (unsigned i = threadIdx.x; i < count * STRIDE; i += THREADS) {
        unsigned j = i / STRIDE, k = i % STRIDE;
        columns[i] = k < dimension ? from[j * dimension + k] : 0.0f;
    }
    __syncthreads();
}

template <int ROWS, bool FIELD> struct row_sums {
    double value[ROWS];
    double field[FIELD ? ROWS : 1][FIELD ? DIMENSION : 1];
};

/* The columns of a stretch against the thread's rows; skip[r] is the column that row r leaves out. */
template <int SHAPE, int ROWS, bool FIELD, bool SKIP>
static __device__ void add_stretch(const pair_formula &f, double factor, const float (&row)[ROWS][DIMENSION],
                                   const float *columns, unsigned count, const unsigned *skip,
                                   row_sums<ROWS, FIELD> &sums)
{
    float value[ROWS] = {0.0f}, field[FIELD ? ROWS : 1][FIELD ? DIMENSION : 1] = {{0.0f}};
#pragma unroll UNROLLED
    for (unsigned j = 0; j < count; j++) {
        float column[STRIDE];
        if (STRIDE == 2)
            *(float2 *)column = ((const float2 *)columns)[j];
        else
            for (int k = 0; k < STRIDE / 4; k++)
                ((float4 *)column)[k] = ((const float4 *)columns)[j * (STRIDE / 4) + k];
#pragma unroll
        for (int r = 0; r < ROWS; r++) {
            float s = f.epsilon2;
#pragma unroll
            for (int k = 0; k < DIMENSION; k++) {
                float difference = row[r][k] - column[k];
                s = __fmaf_rn(difference, difference, s);
            }
            float v = pair_value<SHAPE>(f, s);
            if (SKIP)
                v = j == skip[r] ? 0.0f : v;
            value[r] += v;
            if (FIELD) {
                float weight = pair_weight<SHAPE>(s, v);
#pragma unroll
                for (int k = 0; k < DIMENSION; k++)
                    field[r][k] = __fmaf_rn(weight, row[r][k] - column[k], field[r][k]);
            }
        }
    }
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        sums.value[r] += (double)value[r];
        if (FIELD)
            for (int k = 0; k < DIMENSION; k++)
                sums.field[r][k] += factor * (double)field[r][k];
    }
}

template <int SHAPE, int ROWS, bool FIELD>
static __device__ void sum_float32(const pair_work &work, const pair_part &part, row_sums<ROWS, FIELD> &sums)
{
    __shared__ __align__(16) float columns[COLUMNS * STRIDE];
    float row[ROWS][DIMENSION];
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        size_t i = threadIdx.x + (size_t)r * THREADS;
        const float *point = work.rows[part.rows_of].points + (part.first_row + i) * work.dimension;
#pragma unroll
        for (int k = 0; k < DIMENSION; k++)
            row[r][k] = i < part.n_rows && k < work.dimension ? point[k] : 0.0f;
    }
    bool skips = meets_itself(work, part);
    for (size_t first = part.first_column; first < part.end_column; first += COLUMNS) {
        unsigned count = (unsigned)min(part.end_column - first, (size_t)COLUMNS);
        load_columns(work, part, first, count, columns);
        for (unsigned start = 0; start < count; start += STRETCH) {
            unsigned here = min(count - start, (unsigned)STRETCH), skip[ROWS];
            const float *stretch = columns + start * STRIDE;
            for (int r = 0; r < ROWS; r++)
                skip[r] = (unsigned)(part.first_row + threadIdx.x + (size_t)r * THREADS - first - start);
            for (size_t i = 0; i < work.kernels; i++) {
                const pair_formula f = work.decision->function[i];
                double factor = FIELD ? weight_factor(work, work.decision->epsilon[i]) : 1.0;
                if (skips)
                    add_stretch<SHAPE, ROWS, FIELD, true>(f, factor, row, stretch, here, skip, sums);
                else
                    add_stretch<SHAPE, ROWS, FIELD, false>(f, factor, row, stretch, here, skip, sums);
            }
        }
    }
}

/* Slow, and right for any exponent, epsilon and coordinates. */
static __device__ __noinline__ void sum_row_float64(const pair_work &work, const pair_part &part, size_t i,
                                                    double *value, double *field)
{
    size_t dimension = work.dimension;
    const float *a = work.rows[part.rows_of].points + (part.first_row + i) * dimension;
    bool skips = meets_itself(work, part);
    for (size_t j = part.first_column; j < part.end_column; j++) {
        const float *b = work.columns[part.columns_of] + j * dimension;
        double square = 0.0;
        for (size_t k = 0; k < dimension; k++)
            square += ((double)a[k] - (double)b[k]) * ((double)a[k] - (double)b[k]);
        if (skips && j == part.first_row + i)
            continue;
        pair_term term = float64_term(work, square);
        *value += term.value;
        for (size_t k = 0; field != nullptr && k < dimension; k++)
            field[k] += term.weight * ((double)a[k] - (double)b[k]);
    }
}

/* The groups of a tile's rows in order, by the block that came last. */
template <int ROWS, bool FIELD> static __device__ void finish_rows(const pair_work &work, const pair_part &part)
{
    const pair_rows &rows = work.rows[part.rows_of];
    const double *divisor = work.divisor[part.rows_of];
    size_t next = work.groups * work.all_rows, dimension = work.dimension;
    for (size_t i = threadIdx.x; i < part.n_rows; i += THREADS) {
        double total[PAIR_SETS];
        for (int set = 0; set < PAIR_SETS; set++) {
            double *sums = work.sums + set * next + part.place + i;
            total[set] = 0.0;
            for (size_t g = 0; g < work.groups; g++)
                total[set] += __ldcg(sums + g * work.all_rows);
            *sums = total[set];
        }
        if (rows.potential != nullptr)
            rows.potential[part.first_row + i] = pair_difference(divisor, total[PAIR_TARGET], total[PAIR_MODEL]);
        for (size_t k = 0; FIELD && k < dimension; k++) {
            for (int set = 0; set < PAIR_SETS; set++) {
                const double *fields = work.fields + (set * next + part.place + i) * dimension + k;
                total[set] = 0.0;
                for (size_t g = 0; g < work.groups; g++)
                    total[set] += __ldcg(fields + g * work.all_rows * dimension);
            }
            rows.field[(part.first_row + i) * dimension + k] =
                pair_difference(divisor, total[PAIR_TARGET], total[PAIR_MODEL]);
        }
    }
}

template <int SHAPE, int ROWS, bool FIELD>
static __global__ void __launch_bounds__(THREADS) pair_rows_of(const __grid_constant__ pair_work work)
{
    pair_part part = part_of(work);
    row_sums<ROWS, FIELD> sums = {};
    int method = work.decision->method;
    if (method == pair_decision::PAIR_FLOAT32)
        sum_float32<SHAPE, ROWS, FIELD>(work, part, sums);
    double *place = sums_of(work, part);
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        size_t i = threadIdx.x + (size_t)r * THREADS;
        if (i >= part.n_rows)
            continue;
        if (method == pair_decision::PAIR_NOT_FINITE)
            sums.value[r] = nan("");
        double value = sums.value[r];
        double *field = FIELD ? work.fields + (place - work.sums + i) * work.dimension : nullptr;
#pragma unroll
        for (int k = 0; FIELD && k < DIMENSION; k++)
            if (k < work.dimension)
                field[k] = sums.field[r][k];
        if (method == pair_decision::PAIR_FLOAT64)
            sum_row_float64(work, part, i, &value, field);
        place[i] = value;
    }
    if (last_block(part.ticket, gridDim.y))
        finish_rows<ROWS, FIELD>(work, part);
}

template <int SHAPE> static void launch_shape(cudaStream_t stream, const pair_work *work, dim3 grid)
{
    if (work->field)
        launch(pair_rows_of<SHAPE, 1, true>, grid, dim3(THREADS), stream, *work);
    else if (work->tile == THREADS)
        launch(pair_rows_of<SHAPE, 1, false>, grid, dim3(THREADS), stream, *work);
    else
        launch(pair_rows_of<SHAPE, MANY_ROWS, false>, grid, dim3(THREADS), stream, *work);
}

#define LAUNCH_NAME_OF(dimension) launch_pairs_direct_##dimension
#define LAUNCH_NAME(dimension) LAUNCH_NAME_OF(dimension)

extern "C" void LAUNCH_NAME(DIMENSION)(cudaStream_t stream, const pair_work *work)
{
    size_t tiles =
        (work->rows[0].count + work->tile - 1) / work->tile + (work->rows[1].count + work->tile - 1) / work->tile;
    dim3 grid((unsigned)tiles, (unsigned)(PAIR_SETS * work->groups));
    switch (pair_shape(work)) {
    case 1:
        launch_shape<1>(stream, work, grid);
        break;
    case 2:
        launch_shape<2>(stream, work, grid);
        break;
    case 3:
        launch_shape<3>(stream, work, grid);
        break;
    case PAIR_GAUSSIAN:
        launch_shape<PAIR_GAUSSIAN>(stream, work, grid);
        break;
    default:
        launch_shape<0>(stream, work, grid);
    }
}
