/* Kernels of layers, as host code calls them: each function queues work on a stream and returns at once. Arrays hold
 * float32 or bfloat16 values; all arithmetic is float32 or better, and sums are taken in a fixed order. Rows and pixels
 * together must be fewer than 2^31. */
#ifndef CUDA_LAYERS_H
#define CUDA_LAYERS_H

#include <cuda_runtime_api.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An array on the device. */
typedef struct stored {
    void *at;
    bool half; /* bfloat16 */
} stored;

enum activation_kind {
    ACTIVATION_NONE,
    ACTIVATION_AFFINE, /* a x + b */
    ACTIVATION_RELU,
    ACTIVATION_LEAKY_RELU, /* a: the slope */
    ACTIVATION_ELU,
    ACTIVATION_TANH, /* b tanh(a x) */
    ACTIVATION_SIGMOID
};

/* A function of each value alone, whose slope follows from what it returned. */
typedef struct activation {
    int kind;
    float a, b;
} activation;

/* --- value by value --- */

void launch_activate(cudaStream_t stream, size_t values, activation act, stored x, stored y);
void launch_activate_gradient(cudaStream_t stream, size_t values, activation act, stored y, stored dy, stored dx,
                              bool add);
void launch_add_layers(cudaStream_t stream, size_t values, stored a, stored b, stored y);
void launch_multiply(cudaStream_t stream, size_t values, stored a, stored b, stored y, bool add);
void launch_pass(cudaStream_t stream, size_t values, float factor, stored x, stored y, bool add);

/* --- rows of `columns` values --- */

/* y = act(x + bias) */
void launch_add_bias(cudaStream_t stream, size_t rows, size_t columns, const float *bias, activation act, stored x,
                     stored y);

/* y = x weight[sample], each sample being so many values. */
void launch_weigh(cudaStream_t stream, size_t count, size_t values, const float *weight, stored x, stored y);

/* Columns first_x ... of x's rows to (or on top of) columns first_y ... of y's. */
typedef struct column_range {
    size_t width_x, first_x, width_y, first_y, columns;
    bool clear; /* the other columns of y become 0 */
} column_range;
void launch_copy_columns(cudaStream_t stream, size_t rows, column_range range, stored x, stored y, bool add);

void launch_softmax(cudaStream_t stream, size_t rows, size_t columns, stored x, stored y);
void launch_softmax_gradient(cudaStream_t stream, size_t rows, size_t columns, stored y, stored dy, stored dx,
                             bool add);

void launch_clear(cudaStream_t stream, size_t values, stored x);

/* y[i, j] = x[i, index[j]] for rows of so many values, and its gradient. Lists are read before these return. */
void launch_select(cudaStream_t stream, size_t rows, size_t width, const size_t *index, size_t count, stored x,
                   stored y);
void launch_select_gradient(cudaStream_t stream, size_t rows, size_t width, const size_t *index, size_t count,
                            stored dy, stored dx, bool add);

/* Samples of categories in groups of so many values, and their straight-through gradient. */
typedef struct categorical_groups {
    const size_t *size;
    size_t count, width; /* of groups, of a row */
    float factor;        /* 1 / temperature */
} categorical_groups;
void launch_categorical(cudaStream_t stream, size_t rows, const categorical_groups *groups, stored logits, stored noise,
                        stored y);
void launch_categorical_gradient(cudaStream_t stream, size_t rows, const categorical_groups *groups, stored logits,
                                 stored noise, stored dy, stored dx, bool add);

/* Space for sums over rows, in bytes. */
size_t launch_sums_bytes(size_t columns);

/* result (+)= the sum of rows, each times its sample's weight (NULL: 1). */
void launch_sum_rows(cudaStream_t stream, size_t rows, size_t columns, stored x, const float *weight,
                     size_t rows_of_sample, void *sums, float *result, bool add);

/* y[j, i] (+)= x[i, j]; rows of x and y are so many values apart. */
void launch_transpose(cudaStream_t stream, size_t rows, size_t columns, size_t width_x, size_t width_y, stored x,
                      stored y, bool add);

/* y[j, i, k] (+)= x[i, j, k], x [outer, inner, values]; what the first index counts is so many values apart. */
typedef struct swapped_extents {
    size_t outer, inner, values, width_x, width_y;
} swapped_extents;
void launch_swap(cudaStream_t stream, const swapped_extents *extents, stored x, stored y, bool add);

/* --- dense layers with few weights --- */

typedef struct small_dense {
    size_t rows, in, out, rows_of_sample;
    const float *x, *weights, *bias; /* bias NULL: none */
    activation act;                  /* that follows; of backward, `before` is the one whose output x is */
    float *y;
    const float *dy, *weight; /* weight as launch_sum_rows() takes it */
    activation before;
    float *dx, *weight_gradient, *bias_gradient; /* NULL: not wanted */
    bool add, add_parameters;
} small_dense;

void launch_small_forward(cudaStream_t stream, const small_dense *dense);
void launch_small_backward(cudaStream_t stream, const small_dense *dense);

/* --- batch normalisation, with the activation that follows --- */

typedef struct layer_norm {
    size_t rows, channels;
    double epsilon, momentum;
    const float *shift, *scale;                   /* scale NULL: 1 */
    const float *running_mean, *running_variance; /* normalise by these; NULL: by the batch */
    const float *bias;                            /* that x still lacks; NULL: none */
    float *staged_mean, *staged_variance;         /* NULL: they stay */
    float *notes;                                 /* [3, channels], from forward to backward */
    void *sums;
    activation act;
    stored x, y;                                            /* y is not read by backward */
    stored dy, dx;                                          /* dx.at NULL: not wanted */
    float *shift_gradient, *scale_gradient, *bias_gradient; /* NULL: not wanted */
    bool add, add_parameters;
} layer_norm;

void launch_norm_forward(cudaStream_t stream, const layer_norm *norm);
void launch_norm_backward(cudaStream_t stream, const layer_norm *norm);

/* The same with statistics of several shards, of which norm is one, or with `rows` of all of them, those here. First a
 * shard's sums of x, and of its squares about its own mean, [channels] each; or those of dz and dz (x - mean),
 * [2, channels], which also are its parameter gradients. Then what the totals make of all rows here, perhaps none:
 * totals [2, channels] are the means and the sums of squares about them; or both sums. */
void launch_norm_shard(cudaStream_t stream, const layer_norm *norm, double *sums, double *squares);
void launch_norm_together(cudaStream_t stream, const layer_norm *norm, size_t all_rows, const double *totals);
void launch_norm_shard_gradients(cudaStream_t stream, const layer_norm *norm, double *sums);
void launch_norm_together_gradients(cudaStream_t stream, const layer_norm *norm, size_t all_rows, const double *totals);

/* --- windows over images: see ops/window.h --- */

typedef struct layer_window {
    unsigned count; /* images */
    unsigned big[2], small[2], kernel[2], stride[2], before[2];
    unsigned channels; /* of the big image */
} layer_window;

/* matrix [positions, width]: what each window sees, kernel rows, kernel columns, channels, then zeros up to width. */
void launch_gather(cudaStream_t stream, const layer_window *window, size_t width, stored big, stored matrix);

/* big = act(sums of what windows put there + bias), or added to it. bias NULL: none. */
void launch_scatter(cudaStream_t stream, const layer_window *window, size_t width, stored matrix, const float *bias,
                    activation act, stored big, bool add);

/* --- convolutions between few channels and many, on tensor cores; see kernels/thin.cu --- */

typedef struct thin_conv {
    layer_window window;
    unsigned small_channels;
    bool transposed; /* parameters are [rows, columns, small channels, big channels], otherwise the other way round */
    int neighbor[2]; /* see thin_possible() */
} thin_conv;

/* Fills in `made`, or says that the kernels are not made for this, or need more shared memory than a block may have.
 * half: products are of bfloat16. */
bool thin_possible(const layer_window *window, size_t small_channels, bool transposed, bool half, size_t shared_most,
                   thin_conv *made);
size_t thin_packed_values(const thin_conv *thin);
size_t thin_scratch_bytes(const thin_conv *thin); /* for `partial` */
void launch_thin_pack(cudaStream_t stream, const thin_conv *thin, const float *parameters, stored packed);

/* The type of `packed` is that of products: bfloat16, or else tf32. bias NULL: none. */
void launch_thin_to_small(cudaStream_t stream, const thin_conv *thin, stored big, stored packed, const float *bias,
                          activation act, stored small, bool add);
void launch_thin_to_big(cudaStream_t stream, const thin_conv *thin, stored small, stored packed, const float *bias,
                        activation act, stored big, bool add);

/* The gradient of the parameters; weight [count] is a factor on each image's share, NULL: 1. */
void launch_thin_to_filters(cudaStream_t stream, const thin_conv *thin, bool half, stored big, stored small,
                            const float *weight, void *partial, float *gradient, bool add);

/* --- checks of convolutions by others --- */

typedef struct conv_check {
    layer_window window;
    unsigned small_channels;
    int way; /* what was made: 0 small, 1 big, 2 filters [small channels, rows, columns, big channels] */
    stored big, small, filters;
} conv_check;

void launch_pattern(cudaStream_t stream, size_t values, unsigned seed, stored x);

/* Errors of some values, relative to what their terms sum to if they are random: errors [engine_check_samples()]. */
void launch_engine_check(cudaStream_t stream, const conv_check *check, float *errors);
size_t engine_check_samples(void);

void launch_average_pool(cudaStream_t stream, const layer_window *window, stored big, stored small);
void launch_average_pool_gradient(cudaStream_t stream, const layer_window *window, stored dy, stored dx, bool add);
void launch_max_pool(cudaStream_t stream, const layer_window *window, stored big, stored small);
void launch_max_pool_gradient(cudaStream_t stream, const layer_window *window, stored big, stored dy, stored dx,
                              bool add);

/* `window`: big the larger image, kernel the factors. */
void launch_upsample(cudaStream_t stream, const layer_window *window, stored small, stored big);
void launch_upsample_gradient(cudaStream_t stream, const layer_window *window, stored dy, stored dx, bool add);

#ifdef __cplusplus
}
#endif

#endif
