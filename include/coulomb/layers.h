/**
 * @file layers.h
 * Layers: functions that append a node to a network under construction.
 *
 * Each function appends one node that consumes `input` (or two nodes, `a` and `b`) and writes its number to `node`;
 * nodes are counted from 0. `node` may point to the variable that `input` was read from, and is untouched on failure.
 * Shapes are those of one sample: images are [height, width, channels], sequences [length, channels].
 *
 * Layers with parameters have a name: 1 to 40 letters, digits, '_', '-' and '/', unique in the network. It is copied.
 * Names of parameter arrays begin with it, such as "conv1.weight". If `name` is NULL, the layer gets the name of its
 * kind and a number, such as "conv3" for the network's third convolution; layers that were given names count, too.
 * Weights are drawn by the initialiser, see parameters.h. Biases and shifts start at 0, scales at 1.
 *
 * Common errors: COULOMB_ERROR_ARGUMENT (a NULL, an unknown node, an option out of range, a name that is invalid or
 * taken, more than 16,384 nodes), COULOMB_ERROR_SHAPE (a shape that does not fit, or is too large),
 * COULOMB_ERROR_STATE (the network is finished), COULOMB_ERROR_MEMORY. On failure no node is appended.
 */
#ifndef COULOMB_LAYERS_H
#define COULOMB_LAYERS_H

#include <coulomb/network.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Padding modes of convolutions and pooling. @since 0.1 */
enum {
    COULOMB_PADDING_SAME = 1,    /**< as TensorFlow's: ceil(input / stride) outputs, or input * stride of a transposed
                                     convolution; the smaller half of the padding comes first */
    COULOMB_PADDING_VALID = 2,   /**< no padding */
    COULOMB_PADDING_EXPLICIT = 3 /**< given by the argument `pads` */
};

/* --- dense layers and normalisation --- */

/**
 * Dense (fully connected) layer over the last dimension: y = x w + b. Parameters NAME.weight [in, units] and NAME.bias
 * [units].
 *
 * @param network  not NULL, not finished
 * @param input    a node of shape [..., in]
 * @param units    number of outputs, at least 1
 * @param name     of the layer; NULL: "denseN"
 * @param node     receives the number of the new node, of shape [..., units]
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_dense(coulomb_network *network, int32_t input, size_t units,
                                                 const char *name, int32_t *node);

/**
 * Batch normalisation over all dimensions but the last (Ioffe & Szegedy 2015): y = scale (x - mean) / sqrt(variance +
 * epsilon) + shift, per channel. In training, a sample's output depends on the other samples of its batch.
 *
 * Parameters NAME.shift, NAME.scale if it is learned, and the running averages NAME.mean and NAME.variance, all of
 * shape [channels]. Running averages are read, written and saved like parameters, but they have no gradient (it reads
 * as 0), and neither optimizers nor L2 change them. An update with a batch sets them to momentum * average +
 * (1 - momentum) * batch statistic, with count - 1 in the denominator of the variance:
 *
 * - coulomb_optimizer_step() updates them with each batch since the last step for which coulomb_network_forward() was
 *   followed by coulomb_network_backward() with parameter gradients, in the order of the backward passes. Several
 *   backward passes of one forward pass count once; a forward pass without one does not count.
 * - A trainer's update updates them with all its forward passes, in this order: for the generator, the model samples
 *   beyond the batch, in parts of the batch's size from the last to the first, then the batch; for the discriminator,
 *   the smoothed model samples if smoothing is on, the model samples, the target samples, the previous model samples.
 * - Evaluation and generation do not change them, and frozen ones (coulomb_network_set_frozen()) stay as they are.
 *
 * Training normalises by the batch's statistics. coulomb_network_set_running_averages() chooses the statistics for
 * evaluation and generation.
 *
 * @param network   not NULL, not finished
 * @param input     a node of shape [..., channels]
 * @param epsilon   added to the variance; finite, above 0; the published experiments use 1e-3
 * @param momentum  weight of the previous running average, 0 to 1; the published experiments use 0.99
 * @param scale     1: learn a scale; 0: the scale is 1
 * @param name      of the layer; NULL: "normN"
 * @param node      receives the number of the new node, which has the input's shape
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_batch_norm(coulomb_network *network, int32_t input, double epsilon,
                                                      double momentum, int32_t scale, const char *name, int32_t *node);

/* --- convolutions --- */

/**
 * 2-D convolution: y[i, j, o] = b[o] + sum_{r, c, k} x[i s + r - before, j s + c - before, k] w[r, c, k, o], where s is
 * the stride, before the padding at the start of the axis, and x is 0 outside the image. Parameters NAME.weight [kernel
 * rows, kernel columns, in, channels] and NAME.bias [channels].
 *
 * Temporary memory beside the output grows with the batch only up to a bound.
 *
 * @param network   not NULL, not finished
 * @param input     a node of shape [height, width, in]
 * @param channels  number of output channels, at least 1
 * @param kernel    [2] rows and columns, each 1 to 65,536; may exceed the image as far as padding makes room
 * @param stride    [2] rows and columns, each 1 to 65,536; NULL: 1
 * @param padding   COULOMB_PADDING_*
 * @param pads      [4] zeros before and after the rows, before and after the columns, each at most 65,536, with
 *                  explicit padding; otherwise NULL
 * @param name      of the layer; NULL: "convN", counted together with 1-D convolutions
 * @param node      receives the number of the new node, of shape [rows, columns, channels]; rows = ceil(height /
 *                  stride) (same), floor((height + pads - kernel) / stride) + 1 (valid, with pads of 0, and explicit)
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the input is no image or the kernel does not fit
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_conv2d(coulomb_network *network, int32_t input, size_t channels,
                                                  const size_t *kernel, const size_t *stride, int32_t padding,
                                                  const size_t *pads, const char *name, int32_t *node);

/**
 * 2-D transposed convolution ("deconvolution"): y[i s + r - before, j s + c - before, o] = b[o] + the sum of all x[i,
 * j, k] w[r, c, k, o] that fall on this position. Parameters NAME.weight [kernel rows, kernel columns, in, channels]
 * and NAME.bias [channels].
 *
 * @param network   not NULL, not finished
 * @param input     a node of shape [height, width, in]
 * @param channels  number of output channels, at least 1
 * @param kernel    [2] rows and columns, each 1 to 65,536
 * @param stride    [2] rows and columns, each 1 to 65,536; NULL: 1
 * @param padding   COULOMB_PADDING_*
 * @param pads      [4] number of output rows cut off at the start and the end, then columns, each at most 65,536, with
 *                  explicit padding; otherwise NULL
 * @param name      of the layer; NULL: "transposedN", counted together with 1-D transposed convolutions
 * @param node      receives the number of the new node, of shape [rows, columns, channels]; rows = height * stride
 *                  (same), height * stride + max(kernel - stride, 0) (valid), (height - 1) * stride + kernel - pads
 *                  (explicit)
 * @return as coulomb_network_conv2d()
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_conv2d_transposed(coulomb_network *network, int32_t input, size_t channels,
                                                             const size_t *kernel, const size_t *stride,
                                                             int32_t padding, const size_t *pads, const char *name,
                                                             int32_t *node);

/**
 * 1-D convolution: as coulomb_network_conv2d(), along the length. Parameters NAME.weight [kernel, in, channels] and
 * NAME.bias [channels].
 *
 * @param network   not NULL, not finished
 * @param input     a node of shape [length, in]
 * @param channels  number of output channels, at least 1
 * @param kernel    1 to 65,536
 * @param stride    1 to 65,536
 * @param padding   COULOMB_PADDING_*
 * @param pads      [2] zeros before and after, each at most 65,536, with explicit padding; otherwise NULL
 * @param name      of the layer; NULL: "convN", counted together with 2-D convolutions
 * @param node      receives the number of the new node, of shape [length, channels], with a length as in
 *                  coulomb_network_conv2d()
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the input is no sequence or the kernel does not
 *         fit
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_conv1d(coulomb_network *network, int32_t input, size_t channels,
                                                  size_t kernel, size_t stride, int32_t padding, const size_t *pads,
                                                  const char *name, int32_t *node);

/**
 * 1-D transposed convolution: as coulomb_network_conv2d_transposed(), along the length. Parameters NAME.weight [kernel,
 * in, channels] and NAME.bias [channels].
 *
 * @param network   not NULL, not finished
 * @param input     a node of shape [length, in]
 * @param channels  number of output channels, at least 1
 * @param kernel    1 to 65,536
 * @param stride    1 to 65,536
 * @param padding   COULOMB_PADDING_*
 * @param pads      [2] number of outputs cut off at the start and the end, each at most 65,536, with explicit padding;
 *                  otherwise NULL
 * @param name      of the layer; NULL: "transposedN", counted together with 2-D transposed convolutions
 * @param node      receives the number of the new node, of shape [length, channels], with a length as in
 *                  coulomb_network_conv2d_transposed()
 * @return as coulomb_network_conv1d()
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_conv1d_transposed(coulomb_network *network, int32_t input, size_t channels,
                                                             size_t kernel, size_t stride, int32_t padding,
                                                             const size_t *pads, const char *name, int32_t *node);

/* --- pooling and upsampling --- */

/**
 * 2-D average pooling, per channel. Padding does not count: a window at the border averages the values inside the
 * image.
 *
 * @param network  not NULL, not finished
 * @param input    a node of shape [height, width, channels]
 * @param kernel   [2] rows and columns, each 1 to 65,536
 * @param stride   [2] rows and columns, each 1 to 65,536; NULL: the kernel's
 * @param padding  COULOMB_PADDING_*
 * @param pads     [4] as in coulomb_network_conv2d(), each below the kernel's extent; NULL unless the padding is
 *                 explicit
 * @param node     receives the number of the new node, of shape [rows, columns, channels], with extents as in
 *                 coulomb_network_conv2d()
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the input is no image, the kernel does not fit, or
 *         a pad is not below the kernel's extent
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_average_pool2d(coulomb_network *network, int32_t input, const size_t *kernel,
                                                          const size_t *stride, int32_t padding, const size_t *pads,
                                                          int32_t *node);

/**
 * 2-D max pooling, per channel. Padding does not count. The first of equal values, row by row, receives the gradient.
 *
 * @param network  not NULL, not finished
 * @param input    a node of shape [height, width, channels]
 * @param kernel   [2] rows and columns, each 1 to 65,536
 * @param stride   [2] rows and columns, each 1 to 65,536; NULL: the kernel's
 * @param padding  COULOMB_PADDING_*
 * @param pads     [4] as in coulomb_network_conv2d(), each below the kernel's extent; NULL unless the padding is
 *                 explicit
 * @param node     receives the number of the new node, of shape [rows, columns, channels], with extents as in
 *                 coulomb_network_conv2d()
 * @return as coulomb_network_average_pool2d()
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_max_pool2d(coulomb_network *network, int32_t input, const size_t *kernel,
                                                      const size_t *stride, int32_t padding, const size_t *pads,
                                                      int32_t *node);

/**
 * 1-D average pooling, per channel: as coulomb_network_average_pool2d(), along the length.
 *
 * @param network  not NULL, not finished
 * @param input    a node of shape [length, channels]
 * @param kernel   1 to 65,536
 * @param stride   1 to 65,536
 * @param padding  COULOMB_PADDING_*
 * @param pads     [2] values before and after, each below the kernel, with explicit padding; otherwise NULL
 * @param node     receives the number of the new node, of shape [length, channels], with a length as in
 *                 coulomb_network_conv1d()
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the input is no sequence, the kernel does not fit,
 *         or a pad is not below the kernel
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_average_pool1d(coulomb_network *network, int32_t input, size_t kernel,
                                                          size_t stride, int32_t padding, const size_t *pads,
                                                          int32_t *node);

/**
 * 1-D max pooling, per channel: as coulomb_network_max_pool2d(), along the length.
 *
 * @param network  not NULL, not finished
 * @param input    a node of shape [length, channels]
 * @param kernel   1 to 65,536
 * @param stride   1 to 65,536
 * @param padding  COULOMB_PADDING_*
 * @param pads     [2] values before and after, each below the kernel, with explicit padding; otherwise NULL
 * @param node     receives the number of the new node, of shape [length, channels], with a length as in
 *                 coulomb_network_conv1d()
 * @return as coulomb_network_average_pool1d()
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_max_pool1d(coulomb_network *network, int32_t input, size_t kernel,
                                                      size_t stride, int32_t padding, const size_t *pads,
                                                      int32_t *node);

/**
 * 2-D nearest-neighbour upsampling: each pixel is repeated factor[0] times along the rows' axis and factor[1] times
 * along the columns'.
 *
 * @param network  not NULL, not finished
 * @param input    a node of shape [height, width, channels]
 * @param factor   [2] rows and columns, each 1 to 65,536
 * @param node     receives the number of the new node, of shape [height * factor[0], width * factor[1], channels]
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the input is no image
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_upsample2d(coulomb_network *network, int32_t input, const size_t *factor,
                                                      int32_t *node);

/**
 * 1-D nearest-neighbour upsampling: each position is repeated `factor` times.
 *
 * @param network  not NULL, not finished
 * @param input    a node of shape [length, channels]
 * @param factor   1 to 65,536
 * @param node     receives the number of the new node, of shape [length * factor, channels]
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the input is no sequence
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_upsample1d(coulomb_network *network, int32_t input, size_t factor,
                                                      int32_t *node);

/* --- activations --- */

/**
 * Exponential linear unit (ELU): y = x for x > 0, exp(x) - 1 otherwise (Clevert et al. 2016).
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network, of any rank
 * @param node     receives the number of the new node, which has the input's shape
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_elu(coulomb_network *network, int32_t input, int32_t *node);

/**
 * Rectified linear unit (ReLU): y = max(x, 0). The derivative at 0 is 0.
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network, of any rank
 * @param node     receives the number of the new node, which has the input's shape
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_relu(coulomb_network *network, int32_t input, int32_t *node);

/**
 * Leaky rectified linear unit: y = x for x > 0, slope x otherwise. The derivative at 0 is the slope.
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network, of any rank
 * @param slope    at least 0, below 1
 * @param node     receives the number of the new node, which has the input's shape
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
 * @param input    a node of this network, of any rank
 * @param node     receives the number of the new node, which has the input's shape
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_tanh(coulomb_network *network, int32_t input, int32_t *node);

/**
 * Scaled hyperbolic tangent: y = 1.7159 tanh(2x/3) (LeCun et al. 1998).
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network, of any rank
 * @param node     receives the number of the new node, which has the input's shape
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_lecun_tanh(coulomb_network *network, int32_t input, int32_t *node);

/**
 * Logistic sigmoid: y = 1 / (1 + exp(-x)).
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network, of any rank
 * @param node     receives the number of the new node, which has the input's shape
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_sigmoid(coulomb_network *network, int32_t input, int32_t *node);

/**
 * Softmax over the last dimension: y_i = exp(x_i) / sum_j exp(x_j).
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network, of any rank
 * @param node     receives the number of the new node, which has the input's shape
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_softmax(coulomb_network *network, int32_t input, int32_t *node);

/**
 * Samples of categories, with the straight-through gradient (Jang et al. 2017, Maddison et al. 2017). The last
 * dimension consists of groups; in each, forward draws one category with the probabilities softmax(logits):
 *
 *     y = 1 where logits + g is largest in its group (the first of equals), otherwise 0;   g = -log(-log(P(noise)))
 *
 * P is the standard normal distribution function: noise from a normal latent distribution of spread 1, such as a slice
 * of the latent that nothing else reads, becomes Gumbel noise g. So a sample is a function of its latent: training,
 * evaluation and generation draw the same categories from equal latents. Noise beyond -8 and 8 counts as -8 and 8.
 *
 * Backward goes through the soft sample s = softmax((logits + g) / temperature) of each group instead of y. Gradients
 * do not reach the noise: it receives 0.
 *
 * @param network      not NULL, not finished
 * @param logits       a node of shape [..., channels]
 * @param noise        a node of the same shape
 * @param groups       [count] sizes of the groups, in order, each at least 1, copied; their sum is `channels`; not NULL
 * @param count        1 to 1,048,575; all lists of a network have at most 4,194,304 values together
 * @param temperature  1e-3 to 1e3, such as 0.5. Low ones follow y closely, with gradients of high variance
 * @param node         receives the number of the new node, of the same shape
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the shapes differ or the groups do not fit
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_categorical(coulomb_network *network, int32_t logits, int32_t noise,
                                                       const size_t *groups, size_t count, double temperature,
                                                       int32_t *node);

/* --- constants, sums and shapes --- */

/**
 * Multiplication by a constant: y = factor x. The factor is part of the graph and not learned; with
 * coulomb_network_shift() it converts between the units of the data and those of the network.
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network, of any rank
 * @param factor   not 0, finite as float32
 * @param node     receives the number of the new node, which has the input's shape
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_scale(coulomb_network *network, int32_t input, double factor, int32_t *node);

/**
 * Addition of a constant: y = x + shift. The shift is part of the graph and not learned.
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network, of any rank
 * @param shift    finite as float32
 * @param node     receives the number of the new node, which has the input's shape
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_shift(coulomb_network *network, int32_t input, double shift, int32_t *node);

/**
 * Sum of two nodes: y = a + b.
 *
 * @param network  not NULL, not finished
 * @param a        a node of this network
 * @param b        a node of the same shape; may be `a`
 * @param node     receives the number of the new node, of the same shape
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the shapes differ
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_add(coulomb_network *network, int32_t a, int32_t b, int32_t *node);

/**
 * Product of two nodes, value by value: y = a b. With one node of 0s and 1s, a gate.
 *
 * @param network  not NULL, not finished
 * @param a        a node of this network
 * @param b        a node of the same shape; may be `a`
 * @param node     receives the number of the new node, of the same shape
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the shapes differ
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_multiply(coulomb_network *network, int32_t a, int32_t b, int32_t *node);

/**
 * Concatenation along the last dimension: [..., a] and [..., b] become [..., a + b].
 *
 * @param network  not NULL, not finished
 * @param a        a node of this network
 * @param b        a node with the same rank and the same extents except the last; may be `a`
 * @param node     receives the number of the new node, of shape [..., a + b]
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the shapes differ before the last dimension
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_concatenate(coulomb_network *network, int32_t a, int32_t b, int32_t *node);

/**
 * Slice of the last dimension: y[..., i] = x[..., first + i] for i < count. Values outside the slice receive a gradient
 * of 0.
 *
 * With slices, a part of a latent vector or of a sample can be processed on its own, such as a label on which the
 * network is conditioned.
 *
 * @param network  not NULL, not finished
 * @param input    a node of shape [..., channels]
 * @param first    index of the first value, counted from 0
 * @param count    number of values, at least 1; first + count is at most `channels`
 * @param node     receives the number of the new node, of shape [..., count]
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the slice does not fit
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_slice(coulomb_network *network, int32_t input, size_t first, size_t count,
                                                 int32_t *node);

/**
 * Values of the last dimension in any order: y[..., i] = x[..., indices[i]]. Values that are not selected receive a
 * gradient of 0, those selected several times the sum.
 *
 * @param network  not NULL, not finished
 * @param input    a node of shape [..., channels]
 * @param indices  [count] each below `channels`, copied; not NULL
 * @param count    1 to 1,048,575; all lists of a network have at most 4,194,304 values together
 * @param node     receives the number of the new node, of shape [..., count]
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if an index is too large
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_select(coulomb_network *network, int32_t input, const size_t *indices,
                                                  size_t count, int32_t *node);

/**
 * The same values in another shape.
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network, of any rank
 * @param shape    [rank] extents of a sample, each above 0; their product equals that of the input's extents
 * @param rank     1 to COULOMB_RANK_MAX
 * @param node     receives the number of the new node, of shape `shape`
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE also if the rank, an extent or the product is wrong
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_reshape(coulomb_network *network, int32_t input, const size_t *shape,
                                                   size_t rank, int32_t *node);

/**
 * All values of a sample in one dimension.
 *
 * @param network  not NULL, not finished
 * @param input    a node of this network, of any rank
 * @param node     receives the number of the new node, of shape [values of a sample]
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_flatten(coulomb_network *network, int32_t input, int32_t *node);

#ifdef __cplusplus
}
#endif

#endif
