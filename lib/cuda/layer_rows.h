/* What the GPU does for each op, by file. */
#ifndef CUDA_LAYER_ROWS_H
#define CUDA_LAYER_ROWS_H

#include "cuda/plan.h"

extern const cuda_layer cuda_layer_dense, cuda_layer_conv, cuda_layer_conv_transposed, cuda_layer_batch_norm,
    cuda_layer_average_pool, cuda_layer_max_pool, cuda_layer_upsample, cuda_layer_concatenate, cuda_layer_slice,
    cuda_layer_softmax, cuda_layer_multiply, cuda_layer_select, cuda_layer_categorical, cuda_layer_add,
    cuda_layer_reshape, cuda_layer_activation;

/* norm_shards.c: batch norm whose statistics are those of several shards. Their sums stand behind so much of the
 * scratch memory, and take so many bytes. */
size_t cuda_norm_room(size_t channels);
size_t cuda_norm_shards_bytes(size_t channels);
void cuda_norm_shards_forward(const node_run *run, const layer_norm *norm);
void cuda_norm_shards_backward(const node_run *run, const layer_norm *norm);

/* The window of a node as kernels take it. */
layer_window cuda_window_of(const node_run *run, bool transposed);

#endif
