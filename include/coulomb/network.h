/**
 * @file network.h
 * Networks: directed acyclic graphs of layers, built node by node or from a preset.
 *
 * A network is built (input, layers, coulomb_network_finish()), then used. Everything that can be wrong with a graph is
 * an error of the call that adds the node. Arrays are float32 in C order; the first dimension of data is the sample,
 * and shapes given here are those of one sample: images [height, width, channels], sequences [length, channels].
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

/** Initialisers; fans count the units of the weight array: dense [in, out] has fan-in `in`. @since 0.1 */
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

/** Which arena coulomb_network_memory() tells of. @since 0.1 */
enum {
    COULOMB_MEMORY_PARAMETERS = 1, /**< parameters and their gradients */
    COULOMB_MEMORY_KEPT = 2,       /**< what forward keeps for backward */
    COULOMB_MEMORY_TEMPORARY = 3   /**< scratch space of a pass */
};

/** @name Building
 * Each function adds a node behind `input` and writes its number to `node`. Common errors: COULOMB_ERROR_ARGUMENT
 * (NULL, an unknown node), COULOMB_ERROR_SHAPE (shapes that do not fit), COULOMB_ERROR_STATE (the network is finished),
 * COULOMB_ERROR_MEMORY. On failure nothing is added.
 * @{ */

/**
 * Start an empty network.
 *
 * @param context  not NULL
 * @param network  receives the handle
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT; COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_new(coulomb_context *context, coulomb_network **network);

/**
 * The input; a network has exactly one, and it is added first.
 *
 * @param rank   dimensions of a sample, 1 to COULOMB_RANK_MAX
 * @param shape  [rank] extents of a sample, each above 0
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_input(coulomb_network *network, size_t rank, const size_t *shape,
                                                 int32_t *node);

/**
 * Dense layer: y = x w + b over the last dimension. Parameters NAME.weight [in, units] and NAME.bias [units].
 *
 * @param units  above 0
 * @param name   letters, digits, '_', '-', '/', at most 40; unique in the network. NULL: "dense1", "dense2", ...
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_dense(coulomb_network *network, int32_t input, size_t units,
                                                 const char *name, int32_t *node);

/** Exponential linear unit: y = x for x > 0, exp(x) - 1 otherwise (Clevert et al. 2016). @since 0.1 */
COULOMB_API coulomb_status coulomb_network_elu(coulomb_network *network, int32_t input, int32_t *node);

/** y = max(x, 0); its derivative at 0 is 0. @since 0.1 */
COULOMB_API coulomb_status coulomb_network_relu(coulomb_network *network, int32_t input, int32_t *node);

/** y = x for x > 0, slope x otherwise. @param slope finite, at least 0 and below 1. @since 0.1 */
COULOMB_API coulomb_status coulomb_network_leaky_relu(coulomb_network *network, int32_t input, double slope,
                                                      int32_t *node);

/** y = tanh(x). @since 0.1 */
COULOMB_API coulomb_status coulomb_network_tanh(coulomb_network *network, int32_t input, int32_t *node);

/** y = 1.7159 tanh(2x/3) (LeCun et al. 1998). @since 0.1 */
COULOMB_API coulomb_status coulomb_network_lecun_tanh(coulomb_network *network, int32_t input, int32_t *node);

/** Softmax over the last dimension. @since 0.1 */
COULOMB_API coulomb_status coulomb_network_softmax(coulomb_network *network, int32_t input, int32_t *node);

/** y = factor x, a constant of the graph: brings data to a network's unit and back. @param factor finite, not 0. @since
 * 0.1 */
COULOMB_API coulomb_status coulomb_network_scale(coulomb_network *network, int32_t input, double factor, int32_t *node);

/** Sum of two nodes of the same shape. @since 0.1 */
COULOMB_API coulomb_status coulomb_network_add(coulomb_network *network, int32_t a, int32_t b, int32_t *node);

/**
 * The same values under another shape.
 *
 * @param rank   1 to COULOMB_RANK_MAX
 * @param shape  [rank] extents of a sample; their product is that of the input's shape
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_reshape(coulomb_network *network, int32_t input, size_t rank,
                                                   const size_t *shape, int32_t *node);

/**
 * End building: choose the output, make the parameters, draw them.
 *
 * @param output  the node whose values are the network's
 * @param seed    of the initial parameters; the same seed gives the same values
 * @return also COULOMB_ERROR_STATE (no input, already finished); COULOMB_ERROR_ARGUMENT (a node does not lead to the
 * output)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_finish(coulomb_network *network, int32_t output, uint64_t seed);

/**
 * Build and finish a published network.
 *
 * | name | layers |
 * |---|---|
 * | mlp-generator | dense 128, ReLU, dense 128, ReLU, dense to the sample's shape (Lim & Ye 2017) |
 * | mlp-discriminator | dense 128, ELU, dense 128, ELU, dense 1 (paper, A.5) |
 *
 * @param name     of the table
 * @param rank     dimensions of a sample
 * @param shape    [rank] a sample: what a generator puts out and a discriminator takes
 * @param latent   size of a generator's latent; 0 for discriminators
 * @param seed     of the initial parameters
 * @param network  receives the handle
 * @return COULOMB_OK; COULOMB_ERROR_NOT_FOUND (no such preset: the sentence lists them); COULOMB_ERROR_ARGUMENT;
 *         COULOMB_ERROR_SHAPE (a shape the preset does not cover); COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_new_preset(coulomb_context *context, const char *name, size_t rank,
                                                      const size_t *shape, size_t latent, uint64_t seed,
                                                      coulomb_network **network);

/** Let go of the network; NULL is allowed. Trainers and optimizers that use it keep it alive. @since 0.1 */
COULOMB_API void coulomb_network_free(coulomb_network *network);
/** @} */

/** @name Parameters
 * Common errors: COULOMB_ERROR_ARGUMENT, COULOMB_ERROR_STATE (the network is not finished), COULOMB_ERROR_NOT_FOUND (no
 * parameter of that name: the sentence lists some).
 * @{ */

/** Number of parameter arrays; 0 before coulomb_network_finish(). @since 0.1 */
COULOMB_API size_t coulomb_network_parameter_count(const coulomb_network *network);

/** Name of a parameter array; lives as long as the network; NULL if index is not below the count. @since 0.1 */
COULOMB_API const char *coulomb_network_parameter_name(const coulomb_network *network, size_t index);

/**
 * Shape of a parameter array.
 *
 * @param parameter  its name
 * @param rank       receives the number of dimensions
 * @param shape      [COULOMB_RANK_MAX] receives the extents; the rest is 0
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_parameter_shape(const coulomb_network *network, const char *parameter,
                                                           size_t *rank, size_t *shape);

/**
 * Copy a parameter array out.
 *
 * @param count   values `values` holds; exactly the array's, otherwise COULOMB_ERROR_SHAPE
 * @param values  [count] receives them; untouched on failure
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_read(const coulomb_network *network, const char *parameter, size_t count,
                                                float *values);

/**
 * Copy a parameter array in.
 *
 * @param count   values in `values`; exactly the array's, otherwise COULOMB_ERROR_SHAPE
 * @param values  [count] finite numbers, otherwise COULOMB_ERROR_NOT_FINITE and nothing is copied
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_write(coulomb_network *network, const char *parameter, size_t count,
                                                 const float *values);

/** As coulomb_network_read(), for the gradient that coulomb_network_backward() left. @since 0.1 */
COULOMB_API coulomb_status coulomb_network_read_gradient(const coulomb_network *network, const char *parameter,
                                                         size_t count, float *values);

/**
 * Choose how parameters are drawn, before coulomb_network_finish() for the draw it makes, or before
 * coulomb_network_initialize(). Weights start as Glorot uniform, biases as 0.
 *
 * @param parameter    a parameter's name; NULL: all weight arrays (not the biases)
 * @param initializer  COULOMB_INITIALIZER_*
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_init(coulomb_network *network, const char *parameter, int32_t initializer);

/** As coulomb_network_init(): every value is `value`, a finite number. @since 0.1 */
COULOMB_API coulomb_status coulomb_network_init_constant(coulomb_network *network, const char *parameter, double value);

/** As coulomb_network_init(): variance scale/fan of the fan chosen. @param scale finite, above 0. @since 0.1 */
COULOMB_API coulomb_status coulomb_network_init_variance_scaling(coulomb_network *network, const char *parameter,
                                                                 double scale, int32_t fan, int32_t distribution);

/**
 * As coulomb_network_init(): mean 0 and the given spread.
 *
 * @param distribution  COULOMB_DISTRIBUTION_*
 * @param spread        of the normals the standard deviation (before truncation), of the uniform the half width;
 * finite, above 0
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_init_random(coulomb_network *network, const char *parameter,
                                                       int32_t distribution, double spread);

/** Draw all parameters anew from their initialisers. @since 0.1 */
COULOMB_API coulomb_status coulomb_network_initialize(coulomb_network *network, uint64_t seed);
/** @} */

/** @name Running
 * Common errors: COULOMB_ERROR_ARGUMENT, COULOMB_ERROR_STATE (not finished, or in use by a running callback),
 * COULOMB_ERROR_MEMORY.
 * @{ */

/** Shape of an input sample; parameters as coulomb_network_parameter_shape(). @since 0.1 */
COULOMB_API coulomb_status coulomb_network_input_shape(const coulomb_network *network, size_t *rank, size_t *shape);

/** Shape of an output sample; parameters as coulomb_network_parameter_shape(). @since 0.1 */
COULOMB_API coulomb_status coulomb_network_output_shape(const coulomb_network *network, size_t *rank, size_t *shape);

/** Make the arenas large enough for batches of `batch` samples; smaller batches allocate nothing afterwards. @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_reserve(coulomb_network *network, size_t batch);

/** Bytes an arena takes (COULOMB_MEMORY_*) for batches of `batch` samples. @since 0.1 */
COULOMB_API coulomb_status coulomb_network_memory(const coulomb_network *network, int32_t arena, size_t batch,
                                                  size_t *bytes);

/**
 * Run forward and keep what coulomb_network_backward() needs.
 *
 * @param count   samples; above 0
 * @param input   [count, input shape]; must stay unchanged until the backward pass
 * @param output  [count, output shape]; NULL if not wanted
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_forward(coulomb_network *network, size_t count, const float *input,
                                                   float *output);

/**
 * Gradients of sum(output * output_gradient) of the last forward pass. At least one result must be asked for; what is
 * not is not computed: a gradient with respect to the input alone costs no parameter gradient.
 *
 * @param output_gradient  [count, output shape] of that pass
 * @param input_gradient   [count, input shape] result; NULL if not wanted
 * @param parameters       0: no parameter gradients; 1: write them; 2: add to those that are there
 * @return also COULOMB_ERROR_STATE (no forward pass to go back through)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_backward(coulomb_network *network, const float *output_gradient,
                                                    float *input_gradient, int32_t parameters);

/**
 * Fills `latent` with [count, input shape] values for update `update` (counted from 1); 0 stands for generation, then
 * the samples wanted are `first`, `first` + 1, ... of an endless sequence. Must depend on seed, update and first alone.
 * Runs on the thread that called the library. @since 0.1
 */
typedef coulomb_status coulomb_latent_callback(void *user, uint64_t seed, uint64_t update, uint64_t first, size_t count,
                                               float *latent);

/**
 * The distribution a generator's latents come from, used by coulomb_network_generate() and by trainers. Standard normal
 * unless set.
 *
 * @param distribution  COULOMB_DISTRIBUTION_NORMAL (standard deviation `spread`), ..._TRUNCATED_NORMAL, or
 *                      ..._UNIFORM (from -spread to spread)
 * @param spread        finite, above 0
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_latent(coulomb_network *network, int32_t distribution, double spread);

/**
 * Random signs in part of the latent: its first `signs` values are -1 or +1 with equal chance, the rest as
 * coulomb_network_set_latent() says. Such a generator can be discontinuous: separate modes need no bridges of mass
 * between them.
 *
 * @param signs  0 (the default) to the number of values of an input sample
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_latent_signs(coulomb_network *network, size_t signs);

/**
 * The caller's own latents; a checkpoint records only that they are the caller's.
 *
 * @param latent   NULL: back to the built-in distribution
 * @param user     passed to it
 * @param destroy  called with `user` when the callback is replaced or the network's memory goes; may be NULL
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_latent_callback(coulomb_network *network,
                                                               coulomb_latent_callback *latent, void *user,
                                                               coulomb_destroy_callback *destroy);

/** Start coulomb_network_generate()'s sequence anew under a seed; a network starts with the seed it was finished with.
 * @since 0.1 */
COULOMB_API coulomb_status coulomb_network_set_generation_seed(coulomb_network *network, uint64_t seed);

/**
 * Draw latents and run them through the network: the next `count` samples of its sequence.
 *
 * @param count    may be 0
 * @param samples  [count, output shape] result; on failure what it holds is undefined, and the sequence stays where it
 * was
 * @return also a latent callback's own code
 *
 * Runs in blocks: memory does not grow with `count`. @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_generate(coulomb_network *network, size_t count, float *samples);
/** @} */

#ifdef __cplusplus
}
#endif

#endif
