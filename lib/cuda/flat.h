/* Kernels of flat arrays, launched on a stream; what they do is said in device.h. For C and CUDA C++. `go` NULL:
 * always. Errors of a launch are for the caller to ask for. */
#ifndef CUDA_FLAT_H
#define CUDA_FLAT_H

#include "kernels/kernels.h"

#include <cuda_runtime_api.h>

#ifdef __cplusplus
extern "C" {
#endif

void launch_copy(cudaStream_t stream, void *to, const void *from, size_t bytes, const int32_t *go);
/* Copies of pinned host memory that one launch reads. */
enum { GATHERED_COPIES = 16, GATHERED_BYTES = 1 << 14 /* most of one */ };

typedef struct gathered_copy {
    void *to;
    const void *from;
    uint32_t bytes;
} gathered_copy;

typedef struct gathered_copies {
    uint32_t count;
    gathered_copy copy[GATHERED_COPIES];
} gathered_copies;

void launch_gathered(cudaStream_t stream, const gathered_copies *gathered);
void launch_fill(cudaStream_t stream, size_t count, float value, float *array);

/* `scratch` is the device's: partial sums, and behind them counters that are 0 between launches. */
void launch_mean(cudaStream_t stream, void *scratch, size_t count, const float *array, double *result);
void launch_sum_squares(cudaStream_t stream, void *scratch, size_t count, const float *array, double *result);

/* A mean loss, absolute or squared, of output against scale * potential; see device_loss. */
typedef struct loss_arguments {
    bool squared;
    size_t count, total;
    float scale, divisor;
    const float *output, *potential;
    float *gradient;
    double *sum;
} loss_arguments;

void launch_loss(cudaStream_t stream, const loss_arguments *loss);

/* Normals of a Philox key, as random_normal() of base/random.c draws them, added to samples. */
typedef struct noise_arguments {
    uint64_t seed, first, count;
    uint32_t stream;
    float deviation;
    const uint64_t *update;
    const float *samples;
    float *noisy;
} noise_arguments;

void launch_noise(cudaStream_t stream, const noise_arguments *noise);

void launch_check_values(cudaStream_t stream, size_t count, const float *array, int32_t *go);
void launch_check_figures(cudaStream_t stream, size_t count, const double *figures, int32_t *go);

typedef struct row_arguments {
    size_t rows, columns;
    float factor;
    bool add;
    const float *from, *divisor; /* divisor may be NULL */
    float *to;
} row_arguments;

/* As many parts of the flat arrays as fit into a launch's arguments. */
enum { MOVED_PARTS = 100 };

typedef struct moved_part {
    uint64_t first, count;
    float l2;
    uint32_t block; /* the first thread block that moves this part */
} moved_part;

typedef struct move_arguments {
    const adam_factors *factors;
    const float *gradient;
    float *moment1, *moment2, *parameter; /* moments NULL: gradient descent */
    const int32_t *go;
    uint32_t parts, blocks;
    moved_part part[MOVED_PARTS];
} move_arguments;

enum { MOVED_BY_BLOCK = 1024 }; /* values */

void launch_move(cudaStream_t stream, const move_arguments *move);
void launch_average(cudaStream_t stream, size_t count, const float *decay, const float *parameter, float *average,
                    const int32_t *go);
void launch_add_scaled(cudaStream_t stream, size_t count, float factor, const float *from, float *to);
void launch_scale_rows(cudaStream_t stream, const row_arguments *rows);

#ifdef __cplusplus
}
#endif

#endif
