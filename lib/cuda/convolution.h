/* Convolutions and transposed convolutions: by cuDNN where it has a deterministic engine for the shape and number,
 * otherwise as products with the matrix of what windows see. A transposed convolution goes from the small image to the
 * big one: forward and backward change places. */
#ifndef CUDA_CONVOLUTION_H
#define CUDA_CONVOLUTION_H

#include "cuda/cudnn_engine.h"
#include "cuda/products.h"

/* Engines for so many images; those that there are none of are NULL. */
typedef struct engine_set {
    size_t count;
    cudnn_engine *engine[CONVOLUTION_WAYS];
} engine_set;

/* A node's engines: for each use for the last numbers that memory was reserved for, the last one first. */
struct convolution {
    engine_set set[ENGINE_USES][ENGINE_COUNTS];
    engine_set spare; /* found, and not in use yet; or no longer */
};

/* One node's shapes in one pass. */
typedef struct conv_work {
    const node_run *run;
    layer_window window;
    bool transposed;
    bool plain;  /* a window sees one pixel, and the other way round */
    bool packed; /* weights are packed as [small channels, width], in the type of products */
    bool by_engine;
    bool is_thin;
    thin_conv thin;
    size_t small_channels;
    size_t columns, width; /* of the matrix, and of packed weights: used, and from row to row */
    size_t positions;      /* of a sample */
    size_t chunk;          /* samples at once */
    unsigned after[2];     /* padding of big images at their end */
    char *room;            /* behind the matrix */
} conv_work;

conv_work conv_start(const node_run *run, bool transposed);

static inline size_t conv_area(const unsigned extent[2])
{
    return (size_t)extent[0] * extent[1];
}

static inline size_t conv_big_size(const conv_work *w)
{
    return conv_area(w->window.big) * w->window.channels;
}

static inline size_t conv_small_size(const conv_work *w)
{
    return w->positions * w->small_channels;
}

static inline size_t conv_packed_values(const conv_work *w)
{
    return w->small_channels * w->width;
}

/* Bytes of an array of big or small images, whichever are larger, in float32. */
size_t conv_image_bytes(const conv_work *w);

/* The gradient of packed weights at `from`, to where parameters' gradients stand. */
void conv_put_filter_gradient(const conv_work *w, stored from);

/* --- by kernels for few channels or by engine; false: there is none for so many images --- */

bool conv_run_to_small(const conv_work *w, stored big, stored small, const float *bias, activation act, bool add);
bool conv_run_to_big(const conv_work *w, stored small, stored big, const float *bias, activation act, bool add);
bool conv_run_to_filters(const conv_work *w, stored big, stored small);
size_t conv_engine_scratch(const conv_work *w);

/* Find engines for so many images, beside those there are; after a failure there are some. */
coulomb_status cuda_convolution_find(device_plan *plan, size_t node, size_t count, enum engine_use use);

/* Those become the first of their use, and the last one the spare set; and back. */
void cuda_convolution_push(convolution *c, enum engine_use use);
void cuda_convolution_pull(convolution *c, enum engine_use use);

void cuda_convolution_drop_spare(device_plan *plan, convolution *c);
void cuda_convolution_free(device_plan *plan, convolution *freed);

#endif
