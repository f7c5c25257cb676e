/**
 * @file network.h
 * Networks: directed acyclic graphs of layers.
 *
 * Build a network node by node (coulomb_network_input(), layers.h, coulomb_network_finish()), or create it from a
 * preset or from a file (checkpoint.h). Errors of a graph are errors of the call that appends the node or of
 * coulomb_network_finish(). Arrays are float32 in C order; the first dimension of data is the sample. Shapes in this
 * interface are those of one sample: images [height, width, channels], sequences [length, channels].
 *
 * A finished network has named parameters (parameters.h) and four arenas, whose sizes coulomb_network_memory() returns:
 * parameters with gradients, values kept for the backward pass, workspace, and inference. Arenas grow with the largest
 * batch and never shrink. Results are the same bits for any number of threads.
 */
#ifndef COULOMB_NETWORK_H
#define COULOMB_NETWORK_H

#include <coulomb/context.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A network. Not safe to use from two threads at once. @since 0.1 */
typedef struct coulomb_network coulomb_network;

/** Maximum rank of a sample's shape. Later releases may have a larger one. @since 0.1 */
enum { COULOMB_RANK_MAX = 4 };

/** Distributions of initialisers and latents. A truncated normal redraws values beyond two standard deviations.
 * @since 0.1 */
enum { COULOMB_DISTRIBUTION_NORMAL = 1, COULOMB_DISTRIBUTION_TRUNCATED_NORMAL = 2, COULOMB_DISTRIBUTION_UNIFORM = 3 };

/** Arenas of a network, for coulomb_network_memory(). @since 0.1 */
enum {
    COULOMB_MEMORY_PARAMETERS = 1, /**< parameters and their gradients, batch norm's statistics */
    COULOMB_MEMORY_KEPT = 2,       /**< values kept for the backward pass, transformed filters of convolutions */
    COULOMB_MEMORY_TEMPORARY = 3,  /**< workspace of forward and backward passes */
    COULOMB_MEMORY_INFERENCE = 4   /**< evaluation and generation */
};

/** What coulomb_network_backward() does with the parameters' gradients. @since 0.1 */
enum {
    COULOMB_GRADIENT_NONE = 0,  /**< compute none */
    COULOMB_GRADIENT_WRITE = 1, /**< replace those of the last backward pass */
    COULOMB_GRADIENT_ADD = 2    /**< add to them */
};

/** @name Building
 * Append an input and layers (layers.h), then call coulomb_network_finish(); or use a preset. Common errors: those of
 * layers.h.
 * @{ */

/**
 * Create an empty network.
 *
 * @param context  not NULL
 * @param network  receives the handle; release it with coulomb_network_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_new(coulomb_context *context, coulomb_network **network);

/**
 * Append the input. A network has exactly one input, and it is the first node.
 *
 * @param network  not NULL, not finished
 * @param shape    [rank] extents of a sample, each above 0
 * @param rank     dimensions of a sample, 1 to COULOMB_RANK_MAX
 * @param node     receives the new node's number, 0
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE (rank or an extent); COULOMB_ERROR_STATE also if the
 *         network already has an input
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_input(coulomb_network *network, const size_t *shape, size_t rank,
                                                 int32_t *node);

/**
 * Mark the network as inference-only, or as trainable again. An inference-only network has no gradients and keeps no
 * values for a backward pass: its memory is that of its parameters and of coulomb_network_evaluate(). Outputs do not
 * change.
 *
 * coulomb_network_backward(), coulomb_network_read_gradient(), coulomb_optimizer_new() and coulomb_trainer_new() refuse
 * an inference-only network. coulomb_network_forward() and coulomb_network_forward_evaluation() run but keep nothing.
 *
 * @param network  not NULL, finished or not; arenas and gradients of a finished one are released
 * @param only     0 (the default): trainable; 1: inference-only
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (network is NULL, or only is neither); COULOMB_ERROR_STATE (an optimizer
 *         or a trainer uses the network, or a running callback); COULOMB_ERROR_MEMORY (for the gradients, if only is 0)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_inference_only(coulomb_network *network, int32_t only);

/**
 * Get whether the network is inference-only.
 *
 * @param network  not NULL
 * @param only     receives 0 or 1
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_get_inference_only(const coulomb_network *network, int32_t *only);

/**
 * Finish building: choose the output node, create the parameters and initialise them.
 *
 * @param network  not NULL, not finished; stays unfinished on failure
 * @param output   the output node; not the input, and not consumed by another node
 * @param seed     seed of the initial parameters and of coulomb_network_generate(). Arrays with the same position and
 *                 shape start with the same values under the same seed: give each network a seed of its own
 * @return COULOMB_OK; COULOMB_ERROR_STATE (no input, or already finished); COULOMB_ERROR_ARGUMENT (a NULL, an invalid
 *         output, or a node that does not lead to it); COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_finish(coulomb_network *network, int32_t output, uint64_t seed);

/**
 * Get whether the network is finished: coulomb_network_finish() succeeded, or it came from a preset or a file.
 *
 * @param network   not NULL
 * @param finished  receives 0 or 1
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_finished(const coulomb_network *network, int32_t *finished);

/**
 * Create a published network, finished.
 *
 * - mlp-generator: dense 128, ReLU, dense 128, ReLU, dense to the sample's shape (Lim & Ye 2017)
 * - mlp-discriminator: dense 128, ELU, dense 128, ELU, dense 1 (paper, A.5)
 * - coulomb-generator: dense to 4 x 4 x 1024, ReLU; transposed 5 x 5 stride 2 to 512, 256, ... channels up to half the
 *   image's side, each batch norm, ReLU; one more to the image, 1.7159 tanh(2x/3) (paper)
 * - coulomb-tanh-generator: the same with tanh at the end
 * - coulomb-64-discriminator: four conv 5 x 5 stride 2 to 64, 128, 256, 512 channels, each batch norm, leaky ReLU 0.2;
 *   dense 1 (paper)
 * - coulomb-128-discriminator, coulomb-256-discriminator: the same, starting with 128 and with 256 channels
 * - dcgan-generator: transposed 4 x 4 valid to 512 channels, with stride 2 to 256, ... up to half the image's side,
 *   each batch norm, ReLU; one more to the image, tanh (Radford et al. 2016)
 * - dcgan-discriminator: conv 4 x 4 stride 2 to 64, 128, ... channels down to 4 x 4, each batch norm, leaky ReLU 0.2;
 *   conv 4 x 4 valid to 1
 * - began-generator: dense to 8 x 8 x 128; on each scale up to the image's two conv 3 x 3 to 128, ELU, upsampling in
 *   between; conv 3 x 3 to the image (Berthelot et al. 2017)
 * - began-discriminator: conv 3 x 3 to 128; on scale i = 1, 2, ... two conv 3 x 3 to 128 i and, except on the last
 *   scale, 8 x 8, one with stride 2; all with ELU; dense 1
 * - resnet-generator: dense to 4 x 4 x 512; residual blocks that double the side, to 512, 256, ... channels; then batch
 *   norm, ReLU, conv 1 x 1 to the image, tanh (after Gulrajani et al. 2017)
 * - resnet-discriminator: conv 3 x 3 to 64; residual blocks that halve the side down to 4 and double the channels; then
 *   dense 1
 * - billion-word-generator: dense to 32 x 512, batch norm; five residual blocks x + 0.3 f(x), where f is twice ReLU,
 *   conv 5 to 512 channels and batch norm; conv 1 to the vocabulary, softmax (after Gulrajani et al. 2017)
 * - billion-word-discriminator: conv 1 to 512; five such blocks without batch norm; dense 1
 *
 * A residual block for images is batch norm without scale, ReLU, upsampling, conv 3 x 3 to the same number of channels,
 * batch norm, ReLU, conv 3 x 3, average pooling, plus conv 1 x 1 of its resized input. Batch norm has epsilon 1e-3 and
 * momentum 0.99. The convolutional image networks support 32 x 32, 64 x 64 and 128 x 128 pixels with 1 or 3 channels.
 *
 * The billion-word networks support lines of 32 one-hot characters, [32, vocabulary]; their batch norm has no scale,
 * epsilon 1e-5 and momentum 0.9.
 *
 * Layers have their default names: "dense1", "conv1", "transposed1", "norm1". Weights of mlp-generator start as He
 * normal. In the other networks, weights followed by a ReLU, and filters of residual blocks except shortcuts, start as
 * truncated normal of variance 2/((fan_in + fan_out)/2), all other weights as Glorot uniform.
 *
 * @param context  not NULL
 * @param name     one of the names above
 * @param shape    [rank] shape of a sample: the output of a generator, the input of a discriminator
 * @param rank     dimensions of a sample, 1 to COULOMB_RANK_MAX
 * @param latent   dimension of a generator's latent, above 0; 0 for discriminators
 * @param seed     as for coulomb_network_finish()
 * @param network  receives the handle; release it with coulomb_network_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_NOT_FOUND (no such preset; the error message lists all); COULOMB_ERROR_ARGUMENT (a
 *         NULL, or the latent); COULOMB_ERROR_SHAPE (an invalid shape, or one that the preset does not support);
 *         COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_new_preset(coulomb_context *context, const char *name, const size_t *shape,
                                                      size_t rank, size_t latent, uint64_t seed,
                                                      coulomb_network **network);

/**
 * Return the number of presets of coulomb_network_new_preset().
 *
 * @return the number
 *
 * Safe to call from any thread. @since 0.1
 */
COULOMB_API size_t coulomb_preset_count(void);

/**
 * Return the name of a preset, such as "mlp-generator". Names of generators end in "-generator", all others in
 * "-discriminator".
 *
 * @param index  below coulomb_preset_count()
 * @return a static string; NULL if index is not below the count
 *
 * Safe to call from any thread. @since 0.1
 */
COULOMB_API const char *coulomb_preset_name(size_t index);

/**
 * Release the network. It is destroyed when no trainer or optimizer uses it any more.
 *
 * @param network  may be NULL; released from one of its own callbacks, it is destroyed when the running call returns
 *
 * @since 0.1
 */
COULOMB_API void coulomb_network_free(coulomb_network *network);
/** @} */

/** @name Running
 * Common errors: COULOMB_ERROR_ARGUMENT (a NULL, or an option out of range), COULOMB_ERROR_STATE (not finished, or in
 * use by a running callback), COULOMB_ERROR_MEMORY.
 * @{ */

/**
 * Get the shape of an input sample.
 *
 * @param network   not NULL, finished
 * @param shape     [rank] receives the extents; may be NULL if capacity is 0
 * @param capacity  extents that `shape` has room for: 0 (only the rank is wanted), or at least the rank;
 *                  COULOMB_RANK_MAX is always enough
 * @param rank      receives the number of dimensions, also if capacity is too small
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a capacity that is too small: `shape` is untouched);
 *         COULOMB_ERROR_STATE (not finished)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_input_shape(const coulomb_network *network, size_t *shape, size_t capacity,
                                                       size_t *rank);

/**
 * Get the shape of an output sample.
 *
 * @param network   not NULL, finished
 * @param shape     [rank] receives the extents; may be NULL if capacity is 0
 * @param capacity  extents that `shape` has room for: 0 (only the rank is wanted), or at least the rank;
 *                  COULOMB_RANK_MAX is always enough
 * @param rank      receives the number of dimensions, also if capacity is too small
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or a capacity that is too small: `shape` is untouched);
 *         COULOMB_ERROR_STATE (not finished)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_output_shape(const coulomb_network *network, size_t *shape, size_t capacity,
                                                        size_t *rank);

/**
 * Allocate the arenas of coulomb_network_forward(), coulomb_network_forward_evaluation() and coulomb_network_backward()
 * for batches of `batch` samples. Calls with at most as many samples allocate nothing afterwards. If the arenas grow,
 * the last forward pass is discarded.
 *
 * @param network  not NULL, finished
 * @param batch    samples, above 0; rounded up to a multiple of 16
 * @return COULOMB_OK; the common errors; on failure the arenas are as before
 *
 * For inference-only networks, the arena of coulomb_network_evaluate() and of coulomb_network_forward(). @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_reserve(coulomb_network *network, size_t batch);

/**
 * Allocate the arena of coulomb_network_evaluate() and coulomb_network_generate() for `count` samples. Calls with at
 * most as many samples allocate nothing afterwards. The last forward pass is kept.
 *
 * @param network  not NULL, finished
 * @param count    samples, above 0; memory is bounded where samples are evaluated in blocks, see
 *                 coulomb_network_evaluate()
 * @return COULOMB_OK; the common errors; on failure the arena is as before
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_reserve_inference(coulomb_network *network, size_t count);

/**
 * Compute the size of an arena for batches of `batch` samples.
 *
 * COULOMB_MEMORY_INFERENCE includes the latents of coulomb_network_generate(). COULOMB_MEMORY_INFERENCE and
 * COULOMB_MEMORY_TEMPORARY both include the workspace that they share. An inference-only network uses only
 * COULOMB_MEMORY_PARAMETERS, without gradients, and COULOMB_MEMORY_INFERENCE.
 *
 * In a context of a GPU the size does not include cuDNN's workspace until coulomb_network_reserve() or
 * coulomb_network_reserve_inference() has tried its algorithms. It is at most 256 MiB for a network.
 *
 * @param network  not NULL, finished
 * @param arena    COULOMB_MEMORY_*
 * @param batch    samples, above 0; rounded up to a multiple of 16, but not for COULOMB_MEMORY_INFERENCE
 * @param bytes    receives the size in bytes; COULOMB_MEMORY_PARAMETERS does not depend on the batch; untouched on
 *                 failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, a zero, more samples than can exist, no such arena);
 *         COULOMB_ERROR_STATE (not finished); COULOMB_ERROR_MEMORY (no memory can hold the arena)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_memory(const coulomb_network *network, int32_t arena, size_t batch,
                                                  size_t *bytes);

/**
 * Forward pass in training mode. Keeps the values that coulomb_network_backward() needs. Batch norm normalises by the
 * batch's statistics; coulomb_network_batch_norm() describes when its running averages move.
 *
 * @param network  not NULL, finished
 * @param count    samples, above 0
 * @param input    [count, input shape]; not copied: must stay unchanged until the last backward pass through it
 * @param output   [count, output shape] result; NULL if not wanted; must not overlap the input; untouched on failure
 * @return COULOMB_OK; the common errors
 *
 * Runs on the context's threads. Values that are not finite pass through. @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_forward(coulomb_network *network, size_t count, const float *input,
                                                   float *output);

/**
 * Evaluate the network (inference). Nothing is kept for a backward pass and no running average moves. The last forward
 * pass is kept, so that coulomb_network_backward() can still follow it.
 *
 * Batch norm normalises by the batch's statistics or by running averages, see coulomb_network_set_running_averages().
 * With running averages, and in networks without batch norm, samples do not depend on each other: an output has the
 * same bits for any number of samples evaluated together. Samples are then evaluated in blocks, so that memory does not
 * grow with `count`. With the batch's statistics, all `count` samples are evaluated at once.
 *
 * In a context of a GPU, cuBLAS and cuDNN choose their algorithms by the number of samples. For networks that use them,
 * all blocks therefore have the same number of samples (16 to 1024, by the network and the precision): the last block
 * is filled up with zeros, and a single sample costs as much as a block. An output then does not depend on `count`.
 * These libraries do not promise that it does not depend on its place in the block.
 *
 * @param network  not NULL, finished
 * @param count    samples; may be 0
 * @param input    [count, input shape]; NULL only if count is 0
 * @param output   [count, output shape] result; NULL only if count is 0; must not overlap the input
 * @return COULOMB_OK; the common errors
 *
 * Allocates only when `count` exceeds what was reserved (coulomb_network_reserve_inference()) or evaluated before. Runs
 * on the context's threads. Values that are not finite pass through. @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_evaluate(coulomb_network *network, size_t count, const float *input,
                                                    float *output);

/**
 * Forward pass in evaluation mode. Outputs are those of coulomb_network_evaluate(), and the values that
 * coulomb_network_backward() needs are kept; gradients are those of evaluation mode. No running average moves, even if
 * the backward pass computes parameter gradients. Use it for a frozen network through which gradients are propagated.
 *
 * @param network  not NULL, finished
 * @param count    samples, above 0
 * @param input    [count, input shape]; not copied: must stay unchanged until the last backward pass through it
 * @param output   [count, output shape] result; NULL if not wanted; must not overlap the input; untouched on failure
 * @return COULOMB_OK; the common errors
 *
 * Runs on the context's threads. Values that are not finite pass through. @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_forward_evaluation(coulomb_network *network, size_t count,
                                                              const float *input, float *output);

/**
 * Backward pass: compute gradients of sum(output * output_gradient) for the last forward pass, in training or
 * evaluation mode. At least one result must be requested. Only requested gradients are computed; frozen parameters
 * (coulomb_network_set_frozen()) cost no work. May be repeated for the same forward pass.
 *
 * @param network          not NULL, finished
 * @param output_gradient  [count, output shape], with the count of the forward pass
 * @param input_gradient   [count, input shape] result; NULL if not wanted; untouched on failure
 * @param parameters       COULOMB_GRADIENT_*: what to do with the parameters' gradients
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_STATE also if there is no forward pass: none has been made,
 *         since then coulomb_network_reserve() has grown the arenas or a trainer has used the network, or the network
 *         is inference-only
 *
 * Runs on the context's threads. @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_backward(coulomb_network *network, const float *output_gradient,
                                                    float *input_gradient, int32_t parameters);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
