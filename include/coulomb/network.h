/**
 * @file network.h
 * Networks: directed acyclic graphs of layers, built node by node (layers.h) or from a preset, and run.
 *
 * A network is built (input, layers, coulomb_network_finish()), then used. Everything that can be wrong with a graph is
 * an error of the call that adds the node or of coulomb_network_finish(). Arrays are float32 in C order; the first
 * dimension of data is the sample, and shapes given here are those of one sample: images [height, width, channels],
 * sequences [length, channels].
 *
 * A finished network has named parameters, readable and writable (parameters.h), and four arenas whose sizes
 * coulomb_network_memory() returns: parameters (with gradients), what forward keeps for backward, workspace, and
 * inference. They grow with the largest batch seen, and never otherwise. Initialisation, forward and backward give the
 * same bits with any number of threads.
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

/** Distributions of initialisers and latents. A truncated normal draws again beyond two standard deviations. @since 0.1
 */
enum { COULOMB_DISTRIBUTION_NORMAL = 1, COULOMB_DISTRIBUTION_TRUNCATED_NORMAL = 2, COULOMB_DISTRIBUTION_UNIFORM = 3 };

/** Which arena coulomb_network_memory() tells of. @since 0.1 */
enum {
    COULOMB_MEMORY_PARAMETERS = 1, /**< parameters and their gradients, batch norm's statistics */
    COULOMB_MEMORY_KEPT = 2,       /**< what forward keeps for backward */
    COULOMB_MEMORY_TEMPORARY = 3,  /**< workspace of passes forward and back */
    COULOMB_MEMORY_INFERENCE = 4   /**< evaluation and generation */
};

/** What coulomb_network_backward() does with the parameters' gradients. @since 0.1 */
enum {
    COULOMB_GRADIENT_NONE = 0,  /**< compute none */
    COULOMB_GRADIENT_WRITE = 1, /**< replace those of the last backward pass */
    COULOMB_GRADIENT_ADD = 2    /**< add to them */
};

/** @name Building
 * A network is an input, layers (layers.h) and coulomb_network_finish(); or a preset. Common errors: those of layers.
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
COULOMB_API coulomb_status coulomb_network_input(coulomb_network *network, const size_t *shape, size_t rank,
                                                 int32_t *node);

/**
 * Mark the network as inference-only, or as trainable again. An inference-only network has no gradients and keeps
 * nothing for a backward pass: it takes the memory of its parameters and of coulomb_network_evaluate(). Outputs stay
 * the same.
 *
 * coulomb_network_backward(), coulomb_network_read_gradient() and coulomb_optimizer_new() refuse it;
 * coulomb_network_forward() and coulomb_network_forward_evaluation() run, but keep nothing.
 *
 * @param network  not NULL, finished or not; the arenas and gradients of a finished one are released
 * @param only     0 (the default): trainable; 1: inference-only
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (network is NULL, or only is neither); COULOMB_ERROR_STATE (an optimizer
 * or a trainer uses the network, or a running callback); COULOMB_ERROR_MEMORY (for the gradients, if only is 0)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_inference_only(coulomb_network *network, int32_t only);

/**
 * Whether the network is inference-only.
 *
 * @param network  not NULL
 * @param only     receives 0 or 1
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_get_inference_only(const coulomb_network *network, int32_t *only);

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
 * Whether building has ended: coulomb_network_finish() succeeded, or the network is a preset or from a file.
 *
 * @param network   not NULL
 * @param finished  receives 0 or 1
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_finished(const coulomb_network *network, int32_t *finished);

/**
 * Build and finish a published network.
 *
 * - mlp-generator: dense 128, ReLU, dense 128, ReLU, dense to the sample's shape (Lim & Ye 2017)
 * - mlp-discriminator: dense 128, ELU, dense 128, ELU, dense 1 (paper, A.5)
 * - coulomb-generator: dense to 4 x 4 x 1024, ReLU; transposed 5 x 5 stride 2 to 512, 256, ... channels up to half the
 *   image's side, each batch norm, ReLU; one more to the image, 1.7159 tanh(2x/3) (paper)
 * - coulomb-tanh-generator: the same, with tanh at the end
 * - coulomb-64-discriminator: four conv 5 x 5 stride 2 to 64, 128, 256, 512 channels, each batch norm, leaky ReLU 0.2;
 * dense 1 (paper)
 * - coulomb-128-discriminator, coulomb-256-discriminator: the same from 128 and from 256 channels on
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
COULOMB_API coulomb_status coulomb_network_new_preset(coulomb_context *context, const char *name, const size_t *shape,
                                                      size_t rank, size_t latent, uint64_t seed,
                                                      coulomb_network **network);

/**
 * Number of presets that coulomb_network_new_preset() knows.
 *
 * @return the number
 *
 * @since 0.1
 */
COULOMB_API size_t coulomb_preset_count(void);

/**
 * Name of a preset, such as "mlp-generator". Names of generators end in "-generator", all others in "-discriminator".
 *
 * @param index  below coulomb_preset_count()
 * @return a constant string; NULL if index is not below the count
 *
 * @since 0.1
 */
COULOMB_API const char *coulomb_preset_name(size_t index);

/**
 * Let go of the network. Trainers and optimizers that use it keep it alive.
 *
 * @param network  may be NULL; from one of its own callbacks it goes when the call under way returns
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
 * Shape of an input sample.
 *
 * @param network   not NULL, finished
 * @param shape     [rank] receives the extents; may be NULL if capacity is 0
 * @param capacity  elements that `shape` has room for: 0 (only the rank is wanted), or at least the rank
 * @param rank      receives the number of dimensions, also if capacity is too small
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_SHAPE (capacity is neither 0 nor at least the
 *         rank; `shape` is untouched); COULOMB_ERROR_STATE (not finished)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_input_shape(const coulomb_network *network, size_t *shape, size_t capacity,
                                                       size_t *rank);

/**
 * Shape of an output sample.
 *
 * @param network   not NULL, finished
 * @param shape     [rank] receives the extents; may be NULL if capacity is 0
 * @param capacity  elements that `shape` has room for: 0 (only the rank is wanted), or at least the rank
 * @param rank      receives the number of dimensions, also if capacity is too small
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_SHAPE (capacity is neither 0 nor at least the
 *         rank; `shape` is untouched); COULOMB_ERROR_STATE (not finished)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_output_shape(const coulomb_network *network, size_t *shape, size_t capacity,
                                                        size_t *rank);

/**
 * Allocate the arenas of coulomb_network_forward(), coulomb_network_forward_evaluation() and coulomb_network_backward()
 * for batches of `batch` samples; smaller batches allocate nothing afterwards. When the arenas grow, the last forward
 * pass is forgotten.
 *
 * @param network  not NULL, finished
 * @param batch    samples, above 0; rounded up to a multiple of 16
 * @return COULOMB_OK; the common errors; on failure the arenas are as before
 *
 * For inference-only networks, the same as coulomb_network_reserve_inference(). @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_reserve(coulomb_network *network, size_t batch);

/**
 * Allocate the arena of coulomb_network_evaluate() and coulomb_network_generate() for `count` samples; calls for as
 * many or fewer allocate nothing afterwards. The last forward pass stays.
 *
 * @param network  not NULL, finished
 * @param count    samples, above 0; more than pass through at once take no more memory, see coulomb_network_evaluate()
 * @return COULOMB_OK; the common errors; on failure the arena is as before
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_reserve_inference(coulomb_network *network, size_t count);

/**
 * Size of an arena, for batches of `batch` samples.
 *
 * COULOMB_MEMORY_INFERENCE includes the latents of coulomb_network_generate(). It and COULOMB_MEMORY_TEMPORARY both
 * include the workspace, which they share. An inference-only network has COULOMB_MEMORY_PARAMETERS, without gradients,
 * and COULOMB_MEMORY_INFERENCE alone.
 *
 * @param network  not NULL, finished
 * @param arena    COULOMB_MEMORY_*
 * @param batch    samples, above 0; rounded up to a multiple of 16, but not for COULOMB_MEMORY_INFERENCE
 * @param bytes    receives the size; the parameters' does not depend on the batch
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, a zero, more samples than can exist, no such arena);
 *         COULOMB_ERROR_STATE (not finished)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_memory(const coulomb_network *network, int32_t arena, size_t batch,
                                                  size_t *bytes);

/**
 * Run forward in training mode, and keep what coulomb_network_backward() needs. Batch norm normalises by the batch's
 * statistics; coulomb_network_batch_norm() says when its running averages move.
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
 * Evaluate the network (inference): nothing is kept for a backward pass, and no running average moves. The last forward
 * pass stays, so coulomb_network_backward() can still follow it.
 *
 * Batch norm normalises by the batch's statistics or by running averages, see coulomb_network_set_running_averages().
 * By running averages, and in networks without batch norm, samples do not depend on one another: an output is the same
 * to the bit however many samples are evaluated together, and they pass through in blocks, so that memory does not grow
 * with `count`. By the batch's statistics, all `count` samples pass through at once.
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
 * Run forward in evaluation mode, and keep what coulomb_network_backward() needs: the outputs are those of
 * coulomb_network_evaluate(), and gradients are those of that function. No running average moves, also if the backward
 * pass computes parameter gradients. A network whose gradients are passed on, but which is not trained, is used this
 * way.
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
 * Compute gradients of sum(output * output_gradient) of the last forward pass, in training or evaluation mode. At least
 * one result must be asked for; what is not is not computed: a gradient with respect to the input alone costs no
 * parameter gradient, and frozen parameters (coulomb_network_set_frozen()) cost none. May be repeated for the same
 * forward pass.
 *
 * @param network          not NULL, finished
 * @param output_gradient  [count, output shape], count being that pass's
 * @param input_gradient   [count, input shape] result; NULL if not wanted; untouched on failure
 * @param parameters       COULOMB_GRADIENT_*: what to do with the parameters' gradients
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_STATE also when there is no forward pass to go back through:
 * none yet, coulomb_network_reserve() grew the arenas since, a trainer has used the network since, or the network is
 *         inference-only
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
