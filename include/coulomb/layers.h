/**
 * @file layers.h
 * Layers, by which networks are built node by node.
 *
 * Each function adds a node behind `input` and writes its number, counted from 0, to `node`, which may be where `input`
 * came from. Shapes given here are those of one sample: images [height, width, channels], sequences [length, channels].
 *
 * Common errors: COULOMB_ERROR_ARGUMENT (a NULL, an unknown node, an option out of range, more than 65,536 nodes),
 * COULOMB_ERROR_SHAPE (shapes that do not fit, or too large), COULOMB_ERROR_STATE (the network is finished),
 * COULOMB_ERROR_MEMORY. On failure nothing is added.
 */
#ifndef COULOMB_LAYERS_H
#define COULOMB_LAYERS_H

#include <coulomb/network.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How windows meet the borders of what they slide over. @since 0.1 */
enum {
    COULOMB_PADDING_SAME = 1,    /**< as TensorFlow pads: ceil(input / stride) positions, transposed input * stride; the
                                     smaller half of the padding before */
    COULOMB_PADDING_VALID = 2,   /**< no padding: windows stay inside */
    COULOMB_PADDING_EXPLICIT = 3 /**< as the caller says */
};

/**
 * Dense layer: y = x w + b over the last dimension. Parameters NAME.weight [in, units] and NAME.bias [units].
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network, of any rank
 * @param units    above 0
 * @param name     letters, digits, '_', '-', '/', 1 to 40 of them; unique in the network; copied. NULL: "denseN" for
 *                 the network's N-th dense layer, named ones counted
 * @param node     receives the new node's number
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_ARGUMENT also for a name that is wrong or taken
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_dense(coulomb_network *network, int32_t input, size_t units,
                                                 const char *name, int32_t *node);

/**
 * Exponential linear unit: y = x for x > 0, exp(x) - 1 otherwise (Clevert et al. 2016).
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network
 * @param node     receives the new node's number
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_elu(coulomb_network *network, int32_t input, int32_t *node);

/**
 * Rectifier: y = max(x, 0); its derivative at 0 is 0.
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network
 * @param node     receives the new node's number
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_relu(coulomb_network *network, int32_t input, int32_t *node);

/**
 * Leaky rectifier: y = x for x > 0, slope x otherwise.
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network
 * @param slope    at least 0, below 1
 * @param node     receives the new node's number
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_leaky_relu(coulomb_network *network, int32_t input, double slope,
                                                      int32_t *node);

/**
 * Hyperbolic tangent: y = tanh(x).
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network
 * @param node     receives the new node's number
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_tanh(coulomb_network *network, int32_t input, int32_t *node);

/**
 * Scaled hyperbolic tangent: y = 1.7159 tanh(2x/3) (LeCun et al. 1998).
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network
 * @param node     receives the new node's number
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_lecun_tanh(coulomb_network *network, int32_t input, int32_t *node);

/**
 * Softmax over the last dimension: y_i = exp(x_i) / sum_j exp(x_j).
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network
 * @param node     receives the new node's number
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_softmax(coulomb_network *network, int32_t input, int32_t *node);

/**
 * Constant factor, y = factor x: brings data to a network's unit and back. Part of the graph, not learned.
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network
 * @param factor   not 0, finite as float32
 * @param node     receives the new node's number
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_scale(coulomb_network *network, int32_t input, double factor, int32_t *node);

/**
 * Sum of two nodes: y = a + b.
 *
 * @param network  not NULL, not finished
 * @param a        a node of this network
 * @param b        another one of the same shape, or the same
 * @param node     receives the new node's number
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE (the shapes differ)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_add(coulomb_network *network, int32_t a, int32_t b, int32_t *node);

/**
 * The same values under another shape.
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network
 * @param rank     1 to COULOMB_RANK_MAX
 * @param shape    [rank] extents of a sample, each above 0; their product is that of the input's shape
 * @param node     receives the new node's number
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE (rank, an extent, or the product)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_reshape(coulomb_network *network, int32_t input, const size_t *shape,
                                                   size_t rank, int32_t *node);

/**
 * Convolution of an image: y[i, j, o] = b[o] + sum_{r, c, k} x[i s + r - before, j s + c - before, k] w[r, c, k, o], x
 * being 0 outside the image. Parameters NAME.weight [kernel rows, kernel columns, channels in, channels] and NAME.bias
 * [channels].
 *
 * @param network   not NULL, not finished
 * @param input     a node of shape [height, width, channels in]
 * @param channels  of the output, above 0
 * @param kernel    [2] rows, columns, each 1 to 65,536; may be larger than the image where padding makes room for it
 * @param stride    [2] rows, columns, each 1 to 65,536; NULL: 1
 * @param padding   COULOMB_PADDING_*; explicit: floor((height + pads - kernel) / stride) + 1 output rows
 * @param pads      [4] zeros before and after the rows, before and after the columns, at most 65,536 each, if the
 *                  padding is explicit; NULL otherwise
 * @param name      as for coulomb_network_dense(); NULL: "convN" for the N-th convolution, of images or sequences
 * @param node      receives the new node's number
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE (input is no image, or the kernel does not fit);
 *         COULOMB_ERROR_ARGUMENT also for a name that is wrong or taken
 *
 * Temporary space grows with the batch only up to a bound. @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_conv2d(coulomb_network *network, int32_t input, size_t channels,
                                                  const size_t *kernel, const size_t *stride, int32_t padding,
                                                  const size_t *pads, const char *name, int32_t *node);

/**
 * Transposed convolution of an image ("deconvolution"): y[i s + r - before, j s + c - before, o] = b[o] + the sum of
 * all x[i, j, k] w[r, c, k, o] that fall there. Parameters NAME.weight [kernel rows, kernel columns, channels in,
 * channels] and NAME.bias [channels].
 *
 * @param network   not NULL, not finished
 * @param input     a node of shape [height, width, channels in]
 * @param channels  of the output, above 0
 * @param kernel    [2] rows, columns, each 1 to 65,536
 * @param stride    [2] rows, columns, each 1 to 65,536; NULL: 1
 * @param padding   COULOMB_PADDING_*: same gives height * stride output rows, valid height * stride + max(kernel -
 *                  stride, 0), explicit (height - 1) * stride + kernel - pads
 * @param pads      [4] what is cut off before and after the rows, before and after the columns, at most 65,536 each, if
 *                  the padding is explicit; NULL otherwise
 * @param name      as for coulomb_network_dense(); NULL: "transposedN" for the N-th
 * @param node      receives the new node's number
 * @return as coulomb_network_conv2d()
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_conv2d_transposed(coulomb_network *network, int32_t input, size_t channels,
                                                             const size_t *kernel, const size_t *stride,
                                                             int32_t padding, const size_t *pads, const char *name,
                                                             int32_t *node);

/**
 * Convolution of a sequence: as coulomb_network_conv2d() along the length. Parameters NAME.weight [kernel, channels in,
 * channels] and NAME.bias [channels].
 *
 * @param network   not NULL, not finished
 * @param input     a node of shape [length, channels in]
 * @param channels  of the output, above 0
 * @param kernel    1 to 65,536
 * @param stride    1 to 65,536
 * @param padding   COULOMB_PADDING_*
 * @param pads      [2] zeros before and after, at most 65,536 each, if the padding is explicit; NULL otherwise
 * @param name      as for coulomb_network_dense(); NULL: "convN" for the N-th convolution, of images or sequences
 * @param node      receives the new node's number
 * @return as coulomb_network_conv2d()
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_conv1d(coulomb_network *network, int32_t input, size_t channels,
                                                  size_t kernel, size_t stride, int32_t padding, const size_t *pads,
                                                  const char *name, int32_t *node);

/**
 * Batch normalisation over all dimensions but the last (Ioffe & Szegedy 2015): y = scale (x - mean) / sqrt(variance +
 * epsilon) + shift, by channel. A sample's output depends on the other samples of its batch.
 *
 * Parameters NAME.shift, NAME.scale if wanted, and two running averages, NAME.mean and NAME.variance, all [channels].
 * Running averages can be read, written and saved like any parameter, but have no gradient (it reads as 0), no
 * optimizer moves them and no L2 shrinks them. Each forward pass of training and each coulomb_network_forward() has
 * them move to momentum * average + (1 - momentum) * batch's, the variance with count - 1 in the denominator; they do
 * so when the parameters move, by coulomb_optimizer_step() or the trainer's update, all passes since the last time in
 * order.
 *
 * All passes normalise with the batch's own statistics, also when generating; see
 * coulomb_network_set_running_averages().
 *
 * @param network   not NULL, not finished
 * @param input     a node of this network, of any rank
 * @param epsilon   finite, above 0; the reference has 1e-3
 * @param momentum  0 to 1; the reference has 0.99
 * @param scale     1: learn a scale; 0: it is 1
 * @param name      as for coulomb_network_dense(); NULL: "normN" for the N-th
 * @param node      receives the new node's number
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_ARGUMENT also for a name that is wrong or taken
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_batch_norm(coulomb_network *network, int32_t input, double epsilon,
                                                      double momentum, int32_t scale, const char *name, int32_t *node);

/**
 * Average over windows of an image, by channel. Padding is not counted: windows at the border average over what is
 * inside.
 *
 * @param network  not NULL, not finished
 * @param input    a node of shape [height, width, channels]
 * @param kernel   [2] rows, columns, each 1 to 65,536
 * @param stride   [2] rows, columns, each 1 to 65,536; NULL: the kernel's
 * @param padding  COULOMB_PADDING_*
 * @param pads     [4] as for coulomb_network_conv2d(), each less than the kernel's extent; NULL unless explicit
 * @param node     receives the new node's number
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE (input is no image, the kernel does not fit, or a pad is
 *         not less than the kernel)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_average_pool2d(coulomb_network *network, int32_t input, const size_t *kernel,
                                                          const size_t *stride, int32_t padding, const size_t *pads,
                                                          int32_t *node);

/**
 * Largest value over windows of an image, by channel. Padding takes no part. Of equal values the first, row by row,
 * receives the gradient.
 *
 * @param network  not NULL, not finished
 * @param input    a node of shape [height, width, channels]
 * @param kernel   [2] rows, columns, each 1 to 65,536
 * @param stride   [2] rows, columns, each 1 to 65,536; NULL: the kernel's
 * @param padding  COULOMB_PADDING_*
 * @param pads     [4] as for coulomb_network_conv2d(), each less than the kernel's extent; NULL unless explicit
 * @param node     receives the new node's number
 * @return as coulomb_network_average_pool2d()
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_max_pool2d(coulomb_network *network, int32_t input, const size_t *kernel,
                                                      const size_t *stride, int32_t padding, const size_t *pads,
                                                      int32_t *node);

/**
 * Nearest-neighbour upsampling of an image: every pixel becomes a block of equal ones.
 *
 * @param network  not NULL, not finished
 * @param input    a node of shape [height, width, channels]
 * @param factor   [2] rows, columns, each 1 to 65,536
 * @param node     receives the new node's number, of shape [height * factor[0], width * factor[1], channels]
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE (input is no image, or the result is too large)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_upsample2d(coulomb_network *network, int32_t input, const size_t *factor,
                                                      int32_t *node);

/**
 * Two nodes side by side in the last dimension, the channels: [..., a] and [..., b] become [..., a + b].
 *
 * @param network  not NULL, not finished
 * @param a        a node of this network
 * @param b        another one, equal in rank and in all extents but the last, or the same
 * @param node     receives the new node's number
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE (the shapes differ before the last dimension)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_concatenate(coulomb_network *network, int32_t a, int32_t b, int32_t *node);

/**
 * Slice of the last dimension, the channels: [..., c] becomes [..., count], y[..., i] = x[..., first + i].
 *
 * Values outside the slice receive a gradient of 0. With slices, part of a latent or of a sample can take a path of its
 * own, such as a label on which the network is conditioned.
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network, of any rank
 * @param first    index of the first value in the last dimension, counted from 0
 * @param count    number of values, at least 1; first + count is at most the last extent of the input's shape
 * @param node     receives the new node's number
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE (the slice does not fit the input's shape)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_slice(coulomb_network *network, int32_t input, size_t first, size_t count,
                                                 int32_t *node);

/**
 * All values of a sample in one dimension.
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network
 * @param node     receives the new node's number
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_flatten(coulomb_network *network, int32_t input, int32_t *node);

#ifdef __cplusplus
}
#endif

#endif
