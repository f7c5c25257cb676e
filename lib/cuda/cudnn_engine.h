/* Convolutions by cuDNN: an engine does one thing for images of one shape and number. */
#ifndef CUDA_CUDNN_ENGINE_H
#define CUDA_CUDNN_ENGINE_H

#include "cuda/cuda_device.h"
#include "cuda/layers.h"

/* What is computed from the other two: small images, big images, filters. */
enum convolution_way { TO_SMALL, TO_BIG, TO_FILTERS, CONVOLUTION_WAYS };

/* Images are [count, rows, columns, channels], filters [small channels, kernel rows, kernel columns, big channels].
 * Position i of a small image sees rows i stride - before ... of the big one, as in ops/window.h. */
typedef struct cudnn_shape {
    enum convolution_way way;
    bool half, tensor_cores; /* of float32: products may be of tf32 */
    bool half_filters;       /* the filters; TO_FILTERS can make float32 of bfloat16 */
    int64_t count, big[2], small[2], big_channels, small_channels, kernel[2], stride[2], before[2], after[2];
} cudnn_shape;

typedef struct cudnn_engine cudnn_engine;

/* Once cuDNN is started: the candidate of this rank that is deterministic; *made NULL if there are not so many.
 * COULOMB_ERROR_MEMORY if cuDNN or the host lacks memory for one, which says nothing about it. */
coulomb_status cudnn_engine_new(cuda_device *cuda, const cudnn_shape *shape, size_t rank, cudnn_engine **made);
void cudnn_engine_free(cuda_device *cuda, cudnn_engine *engine);
size_t cudnn_engine_workspace(const cudnn_engine *engine);

/* COULOMB_OK; COULOMB_ERROR_MEMORY, or COULOMB_ERROR_DEVICE where cuDNN refused otherwise, and *why. */
coulomb_status cudnn_engine_run(cuda_device *cuda, const cudnn_engine *engine, void *big, void *filters, void *small,
                                void *workspace, const char **why);

/* The engine's number in cuDNN, for benchmarks. */
int64_t cudnn_engine_number(const cudnn_engine *engine);

#endif
