/* What batch norm's kernels forward and backward share. */
#ifndef CUDA_KERNELS_NORMALIZE_CUH
#define CUDA_KERNELS_NORMALIZE_CUH

#include "cuda/kernels/columns.cuh"

/* Where the sums stand: behind two rows of means, see gradient_means(). */
static inline __host__ __device__ float *sums_of(const layer_norm &norm)
{
    return (float *)norm.sums + 2 * norm.channels;
}

/* mean(dz), and mean(dz x') / sqrt(variance + epsilon), stand in front of the sums. */
static inline __device__ float *gradient_means(const layer_norm &norm)
{
    return (float *)norm.sums;
}

/* A part's two sums per column. */
template <int W> static inline __device__ void store_sums(float *sums, const place &at, const float *sum)
{
    float *to = sums + 2 * blockIdx.y * at.width;
    store_floats<W>(to, at.column * W, sum);
    store_floats<W>(to, at.width + at.column * W, sum + W);
}

typedef void norm_kernel(layer_norm norm, unsigned columns, unsigned part_rows);

/* The variants of a kernel: one column at a time; eight of either type, or of both; with two lines as activation. */
typedef struct norm_variants {
    norm_kernel *one, *eight[3][2];
} norm_variants;

typedef struct norm_launch {
    cudaStream_t stream;
    layer_norm norm;
    size_t columns;
    cut c;
    bool by_eight, lines;
    int types;
} norm_launch;

/* `a` and `b` are the other arrays that the kernels read and write. */
static inline norm_launch prepare(cudaStream_t stream, const layer_norm *norm, stored a, stored b)
{
    stored shift = {(void *)norm->shift, false};
    size_t channels = norm->channels;
    norm_launch made = {.stream = stream, .norm = *norm};
    made.by_eight = wide(channels, norm->x) && wide(channels, a) && wide(channels, b) && wide(channels, shift);
    made.columns = made.by_eight ? channels / WIDE : channels;
    made.c = cut_rows(norm->rows, made.columns);
    made.lines = piecewise(&made.norm.act);
    bool halves = norm->x.half && a.half && (b.at == NULL || b.half);
    bool floats = !norm->x.half && !a.half && (b.at == NULL || !b.half);
    made.types = halves ? HALVES : floats ? FLOATS : ANY;
    return made;
}

static inline void run_variant(const norm_launch *l, const norm_variants *variants)
{
    launch(l->by_eight ? variants->eight[l->types][l->lines] : variants->one, l->c.grid, l->c.block, l->stream, l->norm,
           l->columns, l->c.part_rows);
}

#endif
