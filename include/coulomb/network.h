/**
 * @file network.h
 * Networks: directed acyclic graphs of layers, built node by node or from a preset.
 *
 * A network is built (input, layers, coulomb_network_finish()), then used. Everything that can be wrong with a graph is
 * an error of the call that adds the node or of coulomb_network_finish(). Arrays are float32 in C order; the first
 * dimension of data is the sample, and shapes given here are those of one sample: images [height, width, channels],
 * sequences [length, channels].
 *
 * A finished network has named parameters, readable and writable, and three arenas whose sizes can be asked for:
 * parameters (with gradients), what the backward pass keeps, and temporary space. They grow with the largest batch
 * seen, and never otherwise. Initialisation, forward and backward give the same bits with any number of threads.
 */
#ifndef COULOMB_NETWORK_H
#define COULOMB_NETWORK_H

#include <coulomb/context.h>

#ifdef __cplusplus
extern "C" {
#endif

/** See the file's comment. Not safe to use from two threads at once. @since 0.1 */
typedef struct coulomb_network coulomb_network;

/** Most dimensions a sample's shape can have. @since 0.1 */
enum { COULOMB_RANK_MAX = 4 };

/** Initialisers; fans count the units of the weight array: dense [in, out] has fan-in `in`, convolutions
 * [height, width, in, out] have fan-in height * width * in. @since 0.1 */
enum {
    COULOMB_INITIALIZER_GLOROT_UNIFORM = 1, /**< uniform, variance 2/(fan_in + fan_out); the default of weights */
    COULOMB_INITIALIZER_GLOROT_NORMAL = 2,  /**< truncated normal, same variance */
    COULOMB_INITIALIZER_HE_UNIFORM = 3,     /**< uniform, variance 2/fan_in */
    COULOMB_INITIALIZER_HE_NORMAL = 4       /**< truncated normal, same variance */
};

/** Which fan coulomb_network_init_variance_scaling() divides by. @since 0.1 */
enum { COULOMB_FAN_IN = 1, COULOMB_FAN_OUT = 2, COULOMB_FAN_AVERAGE = 3 };

/** Distributions of initialisers and latents. A truncated normal draws again beyond two standard deviations. @since 0.1
 */
enum { COULOMB_DISTRIBUTION_NORMAL = 1, COULOMB_DISTRIBUTION_TRUNCATED_NORMAL = 2, COULOMB_DISTRIBUTION_UNIFORM = 3 };

/** How windows meet the borders of what they slide over. @since 0.1 */
enum {
    COULOMB_PADDING_SAME = 1,    /**< as TensorFlow pads: ceil(input / stride) positions, transposed input * stride; the
                                     smaller half of the padding before */
    COULOMB_PADDING_VALID = 2,   /**< no padding: windows stay inside */
    COULOMB_PADDING_EXPLICIT = 3 /**< as the caller says */
};

/** Which arena coulomb_network_memory() tells of. @since 0.1 */
enum {
    COULOMB_MEMORY_PARAMETERS = 1, /**< parameters and their gradients, batch norm's statistics */
    COULOMB_MEMORY_KEPT = 2,       /**< what forward keeps for backward */
    COULOMB_MEMORY_TEMPORARY = 3   /**< scratch space of a pass */
};

/** @name Building
 * Each function adds a node behind `input` and writes its number, counted from 0, to `node`, which may be where `input`
 * came from. Common errors: COULOMB_ERROR_ARGUMENT (a NULL, an unknown node, an option out of range, more than 65,536
 * nodes), COULOMB_ERROR_SHAPE (shapes that do not fit, or too large), COULOMB_ERROR_STATE (the network is finished),
 * COULOMB_ERROR_MEMORY. On failure nothing is added.
 * @{ */

/**
 * Start an empty network.
 *
 * @param context  not NULL
 * @param network  receives the handle; free it with coulomb_network_free()
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_new(coulomb_context *context, coulomb_network **network);

/**
 * The input; a network has exactly one, and it is added first.
 *
 * @param network  not NULL, not finished
 * @param rank     dimensions of a sample, 1 to COULOMB_RANK_MAX
 * @param shape    [rank] extents of a sample, each above 0
 * @param node     receives the new node's number, 0
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE (rank or an extent); COULOMB_ERROR_STATE also when there
 *         is an input already
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_input(coulomb_network *network, size_t rank, const size_t *shape,
                                                 int32_t *node);

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
COULOMB_API coulomb_status coulomb_network_reshape(coulomb_network *network, int32_t input, size_t rank,
                                                   const size_t *shape, int32_t *node);

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
 * coulomb_network_set_generation_averages().
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
COULOMB_API coulomb_status coulomb_network_average_pool(coulomb_network *network, int32_t input, const size_t *kernel,
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
 * @return as coulomb_network_average_pool()
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_max_pool(coulomb_network *network, int32_t input, const size_t *kernel,
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
COULOMB_API coulomb_status coulomb_network_upsample(coulomb_network *network, int32_t input, const size_t *factor,
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

/**
 * Say that the network will only go forward, as one that finds features does. Nothing is kept for a backward pass, so
 * memory for a batch falls to what two or three layers take; outputs stay the same.
 *
 * @param network  not NULL, not finished
 * @param only     0 (the default): it can go back and learn; 1: coulomb_network_backward(), optimizers and trainers
 *                 refuse it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (network is NULL, or only is neither); COULOMB_ERROR_STATE (it is
 * finished)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_forward_only(coulomb_network *network, int32_t only);

/**
 * End building: choose the output, make the parameters, draw them.
 *
 * @param network  not NULL, not finished; stays unfinished on failure
 * @param output   the node whose values are the network's; not the input, and no node stands behind it
 * @param seed     of the initial parameters and of coulomb_network_generate(); the same seed gives the same values.
 *                 Arrays of equal number and shape start equal under equal seeds: give each network its own
 * @return COULOMB_OK; COULOMB_ERROR_STATE (no input, already finished); COULOMB_ERROR_ARGUMENT (a NULL, an output that
 *         cannot be, or a node that does not lead to it); COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_finish(coulomb_network *network, int32_t output, uint64_t seed);

/**
 * Build and finish a published network.
 *
 * - mlp-generator: dense 128, ReLU, dense 128, ReLU, dense to the sample's shape (Lim & Ye 2017)
 * - mlp-discriminator: dense 128, ELU, dense 128, ELU, dense 1 (paper, A.5)
 * - my-generator: dense to 4 x 4 x 1024, ReLU; transposed 5 x 5 stride 2 to 512, 256, ... channels up to half the
 *   image's side, each batch norm, ReLU; one more to the image, 1.7159 tanh(2x/3) (paper)
 * - my-tanh-generator: the same, with tanh at the end
 * - my-discriminator: four conv 5 x 5 stride 2 to 64, 128, 256, 512 channels, each batch norm, leaky ReLU 0.2; dense 1
 *   (paper)
 * - my-big-discriminator, my-big2-discriminator: the same from 128 and from 256 channels on
 * - dcgan-generator: transposed 4 x 4 valid to 512 channels, with stride 2 to 256, ... up to half the image's side,
 *   each batch norm, ReLU; one more to the image, tanh (Radford et al. 2016)
 * - dcgan-discriminator: conv 4 x 4 stride 2 to 64, 128, ... channels down to 4 x 4, each batch norm, leaky ReLU 0.2;
 *   conv 4 x 4 valid to 1
 * - began-generator: dense to 8 x 8 x 128; on each scale up to the image's two conv 3 x 3 to 128, ELU, upsampling in
 *   between; conv 3 x 3 to the image (Berthelot et al. 2017)
 * - began-discriminator: conv 3 x 3 to 128; on scale i = 1, 2, ... two conv 3 x 3 to 128 i and one with stride 2, which
 *   the last scale, 8 x 8, does without; all with ELU; dense 1
 * - resnet-generator: dense to 4 x 4 x 512; residual blocks that double the side, to 512, 256, ... channels; then batch
 *   norm, ReLU, conv 1 x 1 to the image, tanh (after Gulrajani et al. 2017)
 * - resnet-discriminator: conv 3 x 3 to 64; residual blocks that halve the side down to 4 and double the channels; then
 *   dense 1
 * - billion-word-generator: dense to 32 x 512, batch norm; five residual blocks x + 0.3 f(x), f being ReLU, conv 5 to
 * 512 channels and batch norm, twice; conv 1 to the vocabulary, softmax (after Gulrajani et al. 2017)
 * - billion-word-discriminator: conv 1 to 512; five such blocks without batch norm; dense 1
 *
 * A residual block for images is batch norm without scale, ReLU, upsampling, conv 3 x 3 to as many channels as came in,
 * batch norm, ReLU, conv 3 x 3, average pooling, plus conv 1 x 1 of its resized input. Batch norm has epsilon 1e-3 and
 * momentum 0.99. Those with convolutions cover images of 32, 64 or 128 pixels squared with 1 or 3 channels.
 *
 * The billion-word networks cover lines of 32 one-hot characters, [32, vocabulary]; their batch norm has no scale,
 * epsilon 1e-5 and momentum 0.9.
 *
 * Layers have the names they get without one: "dense1", "conv1", "transposed1", "norm1". Weights start as He normal in
 * mlp-generator. In the other networks, those in front of a ReLU and the filters of residual blocks, but for
 * shortcuts, start as truncated normal of variance 2/((fan_in + fan_out)/2), and all others as Glorot uniform.
 *
 * @param context  not NULL
 * @param name     of the list
 * @param rank     dimensions of a sample, 1 to COULOMB_RANK_MAX
 * @param shape    [rank] a sample: what a generator puts out and a discriminator takes
 * @param latent   values of a generator's latent, above 0; 0 for discriminators
 * @param seed     as of coulomb_network_finish()
 * @param network  receives the handle; free it with coulomb_network_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_NOT_FOUND (no such preset: the sentence lists them); COULOMB_ERROR_ARGUMENT (a
 *         NULL, or the latent); COULOMB_ERROR_SHAPE (no shape, or one the preset does not cover); COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_new_preset(coulomb_context *context, const char *name, size_t rank,
                                                      const size_t *shape, size_t latent, uint64_t seed,
                                                      coulomb_network **network);

/**
 * Let go of the network. Trainers and optimizers that use it keep it alive.
 *
 * @param network  may be NULL; from one of its own callbacks it goes when the call under way returns
 *
 * @since 0.1
 */
COULOMB_API void coulomb_network_free(coulomb_network *network);
/** @} */

/** @name Parameters
 * Names and shapes are known as soon as a layer is added, values once the network is finished. The order is that in
 * which layers were added. Common errors: COULOMB_ERROR_ARGUMENT (a NULL, or an option out of range),
 * COULOMB_ERROR_NOT_FOUND (no parameter of that name). On failure nothing is changed.
 * @{ */

/**
 * Number of parameter arrays: of the layers added so far, also before coulomb_network_finish().
 *
 * @param network  NULL gives 0
 * @return the number
 *
 * @since 0.1
 */
COULOMB_API size_t coulomb_network_parameter_count(const coulomb_network *network);

/**
 * Name of a parameter array.
 *
 * @param network  NULL gives NULL
 * @param index    below coulomb_network_parameter_count()
 * @return such as "dense1.weight"; lives as long as the network, before coulomb_network_finish() only until the next
 *         layer is added; NULL if index is not below the count
 *
 * @since 0.1
 */
COULOMB_API const char *coulomb_network_parameter_name(const coulomb_network *network, size_t index);

/**
 * Shape of a parameter array.
 *
 * @param network    not NULL, finished or not
 * @param parameter  its name
 * @param rank       receives the number of dimensions
 * @param shape      [COULOMB_RANK_MAX] receives the extents; the rest is 0
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_parameter_shape(const coulomb_network *network, const char *parameter,
                                                           size_t *rank, size_t *shape);

/**
 * Copy a parameter array out.
 *
 * @param network    not NULL, finished
 * @param parameter  its name
 * @param count      values `values` holds: exactly the array's
 * @param values     [count] receives them; untouched on failure
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE (count is not the array's); COULOMB_ERROR_STATE (not
 *         finished)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_read(const coulomb_network *network, const char *parameter, size_t count,
                                                float *values);

/**
 * Copy a parameter array in.
 *
 * @param network    not NULL, finished
 * @param parameter  its name
 * @param count      values in `values`: exactly the array's
 * @param values     [count] finite numbers
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE (count is not the array's); COULOMB_ERROR_NOT_FINITE (a
 *         value, named by its index); COULOMB_ERROR_STATE (not finished, or in use by a running callback)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_write(coulomb_network *network, const char *parameter, size_t count,
                                                 const float *values);

/**
 * Copy the gradient with respect to a parameter array out, as coulomb_network_backward() or a trainer's step left it.
 *
 * @param network    not NULL, finished
 * @param parameter  its name
 * @param count      values `values` holds: exactly the array's
 * @param values     [count] receives them, zeros before the first backward pass; untouched on failure
 * @return as coulomb_network_read()
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_read_gradient(const coulomb_network *network, const char *parameter,
                                                         size_t count, float *values);

/**
 * Choose how parameters are drawn, before coulomb_network_finish() for the draw it makes, or before
 * coulomb_network_redraw(). Weights start as Glorot uniform, biases as 0.
 *
 * @param network      not NULL, finished or not
 * @param parameter    a parameter's name; NULL: all weight arrays the network has so far (not the biases, and not those
 *                     of layers added later)
 * @param initializer  COULOMB_INITIALIZER_*
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_init(coulomb_network *network, const char *parameter, int32_t initializer);

/**
 * As coulomb_network_init(): every value is the same.
 *
 * @param network    not NULL, finished or not
 * @param parameter  a parameter's name; NULL: all weight arrays the network has so far
 * @param value      finite as float32
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_init_constant(coulomb_network *network, const char *parameter, double value);

/**
 * As coulomb_network_init(): mean 0 and variance scale/fan, after truncation where there is one.
 *
 * @param network       not NULL, finished or not
 * @param parameter     a parameter's name; NULL: all weight arrays the network has so far
 * @param scale         finite, above 0
 * @param fan           COULOMB_FAN_*; the average is (fan_in + fan_out)/2
 * @param distribution  COULOMB_DISTRIBUTION_*
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_init_variance_scaling(coulomb_network *network, const char *parameter,
                                                                 double scale, int32_t fan, int32_t distribution);

/**
 * As coulomb_network_init(): mean 0 and the given spread.
 *
 * @param network       not NULL, finished or not
 * @param parameter     a parameter's name; NULL: all weight arrays the network has so far
 * @param distribution  COULOMB_DISTRIBUTION_*
 * @param spread        of the normals the standard deviation (before truncation), of the uniform the half width;
 *                      finite, above 0
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_init_random(coulomb_network *network, const char *parameter,
                                                       int32_t distribution, double spread);

/**
 * Draw all parameters anew from their initialisers.
 *
 * @param network  not NULL, finished
 * @param seed     as of coulomb_network_finish(), which draws the same values from it; generation keeps its own
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (network is NULL); COULOMB_ERROR_STATE (not finished, or in use by a
 *         running callback)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_redraw(coulomb_network *network, uint64_t seed);
/** @} */

/** @name Running
 * Common errors: COULOMB_ERROR_ARGUMENT (a NULL, or an option out of range), COULOMB_ERROR_STATE (not finished, or in
 * use by a running callback), COULOMB_ERROR_MEMORY.
 * @{ */

/**
 * Shape of an input sample.
 *
 * @param network  not NULL, finished
 * @param rank     receives the number of dimensions
 * @param shape    [COULOMB_RANK_MAX] receives the extents; the rest is 0
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_STATE (not finished)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_input_shape(const coulomb_network *network, size_t *rank, size_t *shape);

/**
 * Shape of an output sample.
 *
 * @param network  not NULL, finished
 * @param rank     receives the number of dimensions
 * @param shape    [COULOMB_RANK_MAX] receives the extents; the rest is 0
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_STATE (not finished)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_output_shape(const coulomb_network *network, size_t *rank, size_t *shape);

/**
 * Make the arenas large enough for batches of `batch` samples; smaller batches allocate nothing afterwards. When they
 * grow, the last forward pass is forgotten.
 *
 * @param network  not NULL, finished
 * @param batch    samples, above 0; rounded up to a multiple of 16
 * @return COULOMB_OK; the common errors; on failure the arenas are as before
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_reserve(coulomb_network *network, size_t batch);

/**
 * Bytes an arena takes for batches of `batch` samples.
 *
 * @param network  not NULL, finished
 * @param arena    COULOMB_MEMORY_*
 * @param batch    samples, above 0; rounded up to a multiple of 16
 * @param bytes    receives the size; the parameters' does not depend on the batch
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, a zero, no such arena); COULOMB_ERROR_STATE (not finished);
 *         COULOMB_ERROR_MEMORY (it does not fit into size_t)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_memory(const coulomb_network *network, int32_t arena, size_t batch,
                                                  size_t *bytes);

/**
 * Run forward and keep what coulomb_network_backward() needs.
 *
 * @param network  not NULL, finished
 * @param count    samples, above 0
 * @param input    [count, input shape]; not copied: must stay there unchanged until the backward pass is done
 * @param output   [count, output shape]; NULL if not wanted; untouched on failure
 * @return COULOMB_OK; the common errors
 *
 * Runs on the context's threads. Values that are not finite pass through. @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_forward(coulomb_network *network, size_t count, const float *input,
                                                   float *output);

/**
 * Gradients of sum(output * output_gradient) of the last forward pass. At least one result must be asked for; what is
 * not is not computed: a gradient with respect to the input alone costs no parameter gradient. May be repeated for the
 * same forward pass.
 *
 * @param network          not NULL, finished
 * @param output_gradient  [count, output shape], count being that pass's
 * @param input_gradient   [count, input shape] result; NULL if not wanted; untouched on failure
 * @param parameters       0: no parameter gradients; 1: write them; 2: add to those that are there
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_STATE also when there is no forward pass to go back through:
 *         none yet, coulomb_network_reserve() or coulomb_network_generate() came between, or the network only goes
 *         forward
 *
 * Runs on the context's threads. @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_backward(coulomb_network *network, const float *output_gradient,
                                                    float *input_gradient, int32_t parameters);

/**
 * Fills in latents. They must be a function of seed, update and a sample's number alone. Runs on the thread that called
 * the library; must not call back with the same network.
 *
 * @param user    as given to coulomb_network_set_latent_callback()
 * @param seed    the trainer's, or coulomb_network_set_generation_seed()'s
 * @param update  counted from 1; 0: for coulomb_network_generate()
 * @param first   number of the first sample: 0 in training; when generating, its place in an endless sequence
 * @param count   samples wanted: first, first + 1, ...
 * @param latent  [count, input shape] result, finite
 * @return COULOMB_OK, or a code of the callers' range, which ends the operation and comes back unchanged
 *
 * @since 0.1
 */
typedef coulomb_status coulomb_latent_callback(void *user, uint64_t seed, uint64_t update, uint64_t first, size_t count,
                                               float *latent);

/**
 * The distribution a generator's latents come from, used by coulomb_network_generate() and by trainers. Standard normal
 * unless set.
 *
 * @param network       not NULL, finished or not
 * @param distribution  COULOMB_DISTRIBUTION_NORMAL (standard deviation `spread`), ..._TRUNCATED_NORMAL (the same before
 *                      truncation), or ..._UNIFORM (from -spread to spread)
 * @param spread        finite, above 0
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or an option out of range)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_latent(coulomb_network *network, int32_t distribution, double spread);

/**
 * Random signs in part of the latent: its first `signs` values are -1 or +1 with equal chance, the rest as
 * coulomb_network_set_latent() says. Such a generator can be discontinuous: separate modes need no bridges of mass
 * between them.
 *
 * @param network  not NULL, with an input
 * @param signs    0 (the default) to the number of values of an input sample
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or signs); COULOMB_ERROR_STATE (the network has no input yet)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_latent_signs(coulomb_network *network, size_t signs);

/**
 * The caller's own latents; a checkpoint records only that they are the caller's.
 *
 * @param network  not NULL, finished or not
 * @param latent   NULL: back to the built-in distribution
 * @param user     passed to it
 * @param destroy  called with `user` when the callback is replaced or the network's memory goes; may be NULL
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (network is NULL); COULOMB_ERROR_STATE (called from the callback itself)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_latent_callback(coulomb_network *network,
                                                               coulomb_latent_callback *latent, void *user,
                                                               coulomb_destroy_callback *destroy);

/**
 * Start coulomb_network_generate()'s sequence anew under a seed; a network starts with the seed it was finished with.
 *
 * @param network  not NULL
 * @param seed     the same seed gives the same latents; training's are others under any seed
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (network is NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_generation_seed(coulomb_network *network, uint64_t seed);

/**
 * What batch norm normalises by in coulomb_network_generate(): the samples' own statistics, as the reference does, or
 * the running averages. Nothing changes for networks without batch norm.
 *
 * By their own statistics, samples depend on one another. Sample i of the sequence is then made among the 128 samples
 * 128 floor(i / 128) ... of it, all of them, however many are asked for: fewer cost as much as 128.
 *
 * @param network   not NULL
 * @param averages  0 (the default): the samples' own statistics; 1: the running averages
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (network is NULL, or averages is neither)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_generation_averages(coulomb_network *network, int32_t averages);

/**
 * Draw latents and run them through the network: the next `count` samples of its sequence.
 *
 * @param network  not NULL, finished
 * @param count    may be 0
 * @param samples  [count, output shape] result; NULL only if count is 0; on failure what it holds is undefined, and the
 *                 sequence stays where it was
 * @return COULOMB_OK; the common errors; a latent callback's own code; COULOMB_ERROR_CALLBACK (it is outside the
 *         callers' range); COULOMB_ERROR_NOT_FINITE (a latent of the callback's)
 *
 * Runs in blocks on the context's threads: memory does not grow with `count`. The samples do not depend on how many
 * calls they are asked for in. @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_generate(coulomb_network *network, size_t count, float *samples);
/** @} */

#ifdef __cplusplus
}
#endif

#endif
