/* Values of rows in any order, and samples of categories by group. Lists reach kernels as arguments, piece by piece. */
#include "cuda/kernels/values.cuh"

enum { LIST_PIECE = 512, GROUP_THREADS = 32 };

struct list_piece {
    unsigned count, value[LIST_PIECE];
};

static list_piece piece_of(const size_t *list, size_t first, size_t count)
{
    list_piece made;
    made.count = (unsigned)(count - first < LIST_PIECE ? count - first : LIST_PIECE);
    for (unsigned i = 0; i < made.count; i++)
        made.value[i] = (unsigned)list[first + i];
    return made;
}

/* --- select --- */

static __global__ void select_kernel(size_t items, list_piece index, size_t width_x, size_t width_y, size_t first,
                                     stored x, stored y)
{
    for (size_t i = first_item(); i < items; i += item_step()) {
        size_t row = i / index.count, j = i % index.count;
        float v[1];
        load<1>(x, row * width_x + index.value[j], v);
        store<1>(y, row * width_y + first + j, v);
    }
}

void launch_select(cudaStream_t stream, size_t rows, size_t width, const size_t *index, size_t count, stored x,
                   stored y)
{
    for (size_t first = 0; first < count; first += LIST_PIECE) {
        list_piece piece = piece_of(index, first, count);
        size_t items = rows * piece.count;
        launch(select_kernel, blocks_for(items), dim3(THREADS), stream, items, piece, width, count, first, x, y);
    }
}

/* The first place of an index in the piece adds up all of them, in order. */
static __global__ void select_gradient_kernel(size_t items, list_piece index, size_t width_x, size_t width_y,
                                              size_t first, stored dy, stored dx)
{
    for (size_t i = first_item(); i < items; i += item_step()) {
        size_t row = i / index.count;
        unsigned j = (unsigned)(i % index.count), earlier = 0;
        while (index.value[earlier] != index.value[j])
            earlier++;
        if (earlier < j)
            continue;
        float sum[1] = {0.0f}, v[1];
        for (unsigned k = j; k < index.count; k++)
            if (index.value[k] == index.value[j]) {
                load<1>(dy, row * width_y + first + k, v);
                sum[0] += v[0];
            }
        put<1>(dx, row * width_x + index.value[j], sum, true);
    }
}

static __global__ void clear_kernel(size_t items, stored x)
{
    float v[1] = {0.0f};
    for (size_t i = first_item(); i < items; i += item_step())
        store<1>(x, i, v);
}

void launch_clear(cudaStream_t stream, size_t values, stored x)
{
    launch(clear_kernel, blocks_for(values), dim3(THREADS), stream, values, x);
}

void launch_select_gradient(cudaStream_t stream, size_t rows, size_t width, const size_t *index, size_t count,
                            stored dy, stored dx, bool add)
{
    if (!add)
        launch_clear(stream, rows * width, dx);
    for (size_t first = 0; first < count; first += LIST_PIECE) {
        list_piece piece = piece_of(index, first, count);
        size_t items = rows * piece.count;
        launch(select_gradient_kernel, blocks_for(items), dim3(THREADS), stream, items, piece, width, count, first, dy,
               dx);
    }
}

/* --- categories --- */

/* -log(-log(P(x))) with the standard normal P, x taken as within -8 and 8 */
static __device__ float gumbel(float x)
{
    float z = fminf(fmaxf(x, -8.0f), 8.0f), tail = 0.5f * erfcf(fabsf(z) * 0.70710678f);
    return z > 0.0f ? -logf(-log1pf(-tail)) : -logf(-logf(tail));
}

static __device__ float perturbed(stored logits, stored noise, size_t at)
{
    float v[1], w[1];
    load<1>(logits, at, v);
    load<1>(noise, at, w);
    return v[0] + gumbel(w[0]);
}

struct found {
    float value;
    unsigned place;
};

/* The block's largest value at its first place; all threads get it. A value that is not a number beats all. */
static __device__ found largest(found *shared, found mine)
{
    __syncthreads();
    shared[threadIdx.x] = mine;
    for (unsigned half = GROUP_THREADS / 2; half > 0; half /= 2) {
        __syncthreads();
        if (threadIdx.x < half) {
            found a = shared[threadIdx.x], b = shared[threadIdx.x + half];
            bool second =
                b.value > a.value || (b.value == a.value && b.place < a.place) || (isnan(b.value) && !isnan(a.value));
            shared[threadIdx.x] = second ? b : a;
        }
    }
    __syncthreads();
    return shared[0];
}

static __device__ float sum_of_block(float *shared, float mine)
{
    __syncthreads();
    shared[threadIdx.x] = mine;
    for (unsigned half = GROUP_THREADS / 2; half > 0; half /= 2) {
        __syncthreads();
        if (threadIdx.x < half)
            shared[threadIdx.x] += shared[threadIdx.x + half];
    }
    __syncthreads();
    return shared[0];
}

static __device__ found largest_of_group(found *shared, stored logits, stored noise, size_t begin, unsigned size)
{
    found mine = {-INFINITY, size - 1};
    for (unsigned j = threadIdx.x; j < size; j += GROUP_THREADS) {
        float value = perturbed(logits, noise, begin + j);
        if (value > mine.value || isnan(value))
            mine = {value, j};
    }
    return largest(shared, mine);
}

/* Where the block's group begins in its row: blockIdx.x is the row, blockIdx.y the group of the piece. */
static __device__ size_t begin_of(const list_piece &group, size_t width, size_t first)
{
    size_t begin = blockIdx.x * width + first;
    for (unsigned i = 0; i < blockIdx.y; i++)
        begin += group.value[i];
    return begin;
}

static __global__ void categorical_kernel(list_piece group, size_t width, size_t first, stored logits, stored noise,
                                          stored y)
{
    __shared__ found shared[GROUP_THREADS];
    size_t begin = begin_of(group, width, first);
    unsigned size = group.value[blockIdx.y];
    found most = largest_of_group(shared, logits, noise, begin, size);
    for (unsigned j = threadIdx.x; j < size; j += GROUP_THREADS) {
        float v[1] = {j != most.place ? 0.0f : isnan(most.value) ? most.value : 1.0f};
        store<1>(y, begin + j, v);
    }
}

/* dlogits = factor s (dy - sum_j dy_j s_j) with the soft sample s */
static __global__ void categorical_gradient_kernel(list_piece group, size_t width, size_t first, float factor,
                                                   stored logits, stored noise, stored dy, stored dx, bool add)
{
    __shared__ found shared[GROUP_THREADS];
    __shared__ float sums[GROUP_THREADS];
    size_t begin = begin_of(group, width, first);
    unsigned size = group.value[blockIdx.y];
    float most = largest_of_group(shared, logits, noise, begin, size).value, sum = 0.0f, dot = 0.0f, v[1];
    for (unsigned j = threadIdx.x; j < size; j += GROUP_THREADS) {
        float e = expf(factor * (perturbed(logits, noise, begin + j) - most));
        load<1>(dy, begin + j, v);
        sum += e;
        dot += e * v[0];
    }
    sum = sum_of_block(sums, sum);
    dot = sum_of_block(sums, dot) / sum;
    for (unsigned j = threadIdx.x; j < size; j += GROUP_THREADS) {
        float s = expf(factor * (perturbed(logits, noise, begin + j) - most)) / sum;
        load<1>(dy, begin + j, v);
        v[0] = factor * s * (v[0] - dot);
        put<1>(dx, begin + j, v, add);
    }
}

void launch_categorical(cudaStream_t stream, size_t rows, const categorical_groups *groups, stored logits, stored noise,
                        stored y)
{
    size_t begin = 0;
    for (size_t first = 0; first < groups->count; first += LIST_PIECE) {
        list_piece piece = piece_of(groups->size, first, groups->count);
        launch(categorical_kernel, dim3((unsigned)rows, piece.count), dim3(GROUP_THREADS), stream, piece, groups->width,
               begin, logits, noise, y);
        for (unsigned i = 0; i < piece.count; i++)
            begin += piece.value[i];
    }
}

void launch_categorical_gradient(cudaStream_t stream, size_t rows, const categorical_groups *groups, stored logits,
                                 stored noise, stored dy, stored dx, bool add)
{
    size_t begin = 0;
    for (size_t first = 0; first < groups->count; first += LIST_PIECE) {
        list_piece piece = piece_of(groups->size, first, groups->count);
        launch(categorical_gradient_kernel, dim3((unsigned)rows, piece.count), dim3(GROUP_THREADS), stream, piece,
               groups->width, begin, groups->factor, logits, noise, dy, dx, add);
        for (unsigned i = 0; i < piece.count; i++)
            begin += piece.value[i];
    }
}
