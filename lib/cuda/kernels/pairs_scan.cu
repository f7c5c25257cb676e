/* Choosing how pairs are summed, and the energy. */
#include "cuda/kernels/pairs.cuh"
#include "cuda/kernels/reduce.cuh"

enum { SCAN_THREADS = 256, SCAN_BY_BLOCK = SCAN_THREADS * 32, SCAN_BLOCKS = 256, EXPONENT_MOST = 16 };

/* Every term, and sums of some hundred, must stay normal float32 numbers; but a Gaussian's may be 0. As in
 * pairs/sums.c.
 */
static __device__ bool fits_float(const pair_scan &scan, double epsilon, double largest)
{
    double low = 2.0 * log2(epsilon), power = scan.power;
    double high = log2(exp2(low) + 4.0 * (double)scan.dimension * largest * largest);
    if (scan.gaussian)
        return low > -40.0 && low < 40.0 && high < 120.0;
    return power <= EXPONENT_MOST && low > -100.0 && high < 120.0 && -0.5 * power * low < 110.0 &&
           0.5 * power * high < 122.0;
}

static __device__ pair_formula function_of(const pair_scan &scan, double epsilon)
{
    const double log2_e = 1.4426950408889634;
    double epsilon2 = epsilon * epsilon, slope = scan.gaussian ? -0.5 * log2_e / epsilon2 : -0.5 * scan.exponent;
    int power;
    double fraction = frexp(slope, &power), high = ldexp(rint(ldexp(fraction, 12)), power - 12);
    pair_formula function;
    function.epsilon2 = scan.gaussian ? 0.0f : (float)epsilon2;
    function.slope = (float)slope;
    function.slope_high = (float)high;
    function.slope_low = (float)(slope - high);
    return function;
}

/* The order in which epsilons are given does not show in the bits. */
static __device__ void sort_epsilons(const pair_scan &scan, double *sorted)
{
    for (size_t i = 0; i < scan.kernels; i++) {
        size_t j = i;
        for (; j > 0 && scan.epsilon[i] < sorted[j - 1]; j--)
            sorted[j] = sorted[j - 1];
        sorted[j] = scan.epsilon[i];
    }
}

static __device__ void decide(const pair_scan &scan, float largest)
{
    pair_decision *decision = scan.decision;
    bool fits = true;
    sort_epsilons(scan, decision->epsilon);
    for (size_t i = 0; i < scan.kernels; i++) {
        decision->function[i] = function_of(scan, decision->epsilon[i]);
        fits = fits && fits_float(scan, decision->epsilon[i], (double)largest);
    }
    decision->method = !isfinite(largest) ? pair_decision::PAIR_NOT_FINITE
                       : fits             ? pair_decision::PAIR_FLOAT32
                                          : pair_decision::PAIR_FLOAT64;
    decision->largest = 0.0f;
}

/* Magnitudes compare as their bits do, and those of NaN and infinity are above all others; the largest of many does not
 * depend on their order. */
static __global__ void scan_points(const __grid_constant__ pair_scan scan)
{
    uint32_t largest = 0;
    for (int a = 0; a < PAIR_SCANNED; a++)
        for (size_t i = (size_t)blockIdx.x * SCAN_THREADS + threadIdx.x; i < scan.count[a];
             i += (size_t)gridDim.x * SCAN_THREADS)
            largest = max(largest, __float_as_uint(scan.array[a][i]) & 0x7fffffffu);
    largest = __reduce_max_sync(0xffffffffu, largest);
    if (threadIdx.x % 32 == 0)
        atomicMax((uint32_t *)&scan.decision->largest, largest);
    if (!last_block(scan.ticket, gridDim.x) || threadIdx.x != 0)
        return;
    float found = __uint_as_float(*(volatile uint32_t *)&scan.decision->largest);
    decide(scan, scan.bounded ? scan.largest : found);
}

void launch_pair_scan(cudaStream_t stream, const pair_scan *scan)
{
    size_t total = 0;
    for (int a = 0; a < PAIR_SCANNED; a++)
        total += scan->count[a];
    size_t blocks = (total + SCAN_BY_BLOCK - 1) / SCAN_BY_BLOCK;
    blocks = blocks < 1 ? 1 : blocks > SCAN_BLOCKS ? (size_t)SCAN_BLOCKS : blocks;
    launch(scan_points, dim3((unsigned)blocks), dim3(SCAN_THREADS), stream, *scan);
}

/* Sums over the rows of the first set, then of the second. */
static __global__ void energy_of(const __grid_constant__ pair_work work, double left_out, double *energy)
{
    __shared__ double shared[REDUCE_THREADS];
    size_t n = work.rows[PAIR_MODEL].count, m = work.rows[PAIR_TARGET].count, next = work.groups * work.all_rows;
    double model = 0.0, target = 0.0, cross = 0.0;
    for (size_t i = threadIdx.x; i < n; i += REDUCE_THREADS) {
        model += work.sums[i];
        cross += work.sums[next + i];
    }
    for (size_t i = threadIdx.x; i < m; i += REDUCE_THREADS)
        target += work.sums[next + n + i];
    model = block_sum<REDUCE_THREADS>(model, shared);
    target = block_sum<REDUCE_THREADS>(target, shared);
    cross = block_sum<REDUCE_THREADS>(cross, shared);
    if (threadIdx.x == 0)
        *energy = 0.5 * (target / ((double)m * ((double)m - left_out)) - 2.0 * cross / ((double)n * (double)m) +
                         model / ((double)n * ((double)n - left_out)));
}

void launch_pair_energy(cudaStream_t stream, const pair_work *work, bool self_terms, double *energy)
{
    launch(energy_of, dim3(1), dim3(REDUCE_THREADS), stream, *work, self_terms ? 0.0 : 1.0, energy);
}
