/**
 * @file parameters.h
 * Parameters of networks: their names, shapes, values and gradients, and how values are drawn.
 *
 * Names and shapes are known as soon as a layer is added, values once the network is finished. The order is that in
 * which layers were added. Common errors: COULOMB_ERROR_ARGUMENT (a NULL, or an option out of range),
 * COULOMB_ERROR_NOT_FOUND (no parameter of that name). On failure nothing is changed.
 */
#ifndef COULOMB_PARAMETERS_H
#define COULOMB_PARAMETERS_H

#include <coulomb/network.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Initialisers; fans count the units of the weight array: dense [in, out] has fan-in `in`, convolutions
 * [height, width, in, out] have fan-in height * width * in. @since 0.1 */
enum {
    COULOMB_INITIALIZER_GLOROT_UNIFORM = 1, /**< uniform, variance 2/(fan_in + fan_out); the default of weights */
    COULOMB_INITIALIZER_GLOROT_NORMAL = 2,  /**< truncated normal, same variance */
    COULOMB_INITIALIZER_HE_UNIFORM = 3,     /**< uniform, variance 2/fan_in */
    COULOMB_INITIALIZER_HE_NORMAL = 4       /**< truncated normal, same variance */
};

/** Which fan coulomb_network_set_initializer_variance_scaling() divides by. @since 0.1 */
enum { COULOMB_FAN_IN = 1, COULOMB_FAN_OUT = 2, COULOMB_FAN_AVERAGE = 3 };

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
 * @param shape      [rank] receives the extents; may be NULL if capacity is 0
 * @param capacity   elements that `shape` has room for: 0 (only the rank is wanted), or at least the rank
 * @param rank       receives the number of dimensions, also if capacity is too small
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE (capacity is neither 0 nor at least the rank; `shape` is
 *         untouched)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_parameter_shape(const coulomb_network *network, const char *parameter,
                                                           size_t *shape, size_t capacity, size_t *rank);

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
COULOMB_API coulomb_status coulomb_network_read_parameter(const coulomb_network *network, const char *parameter,
                                                          float *values, size_t count);

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
COULOMB_API coulomb_status coulomb_network_write_parameter(coulomb_network *network, const char *parameter,
                                                           const float *values, size_t count);

/**
 * Copy the gradient with respect to a parameter array out, as coulomb_network_backward() or a trainer's step left it.
 *
 * @param network    not NULL, finished
 * @param parameter  its name
 * @param values     [count] receives them, zeros before the first backward pass and for frozen arrays; untouched on
 *                   failure
 * @param count      values `values` holds: exactly the array's
 * @return as coulomb_network_read_parameter(); COULOMB_ERROR_STATE also for inference-only networks
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_read_gradient(const coulomb_network *network, const char *parameter,
                                                         float *values, size_t count);

/**
 * Freeze parameters, or let them be trained again. Of a frozen array no gradient is computed (it reads as 0), nor any
 * gradient that only frozen arrays would need; optimizers, weight decay and gradient norms leave it and its moments
 * alone. A frozen running average of batch norm does not move; training still normalises by the batch's statistics.
 * Frozen arrays can be read, written, initialised and loaded.
 *
 * @param network  not NULL, finished or not
 * @param name     a parameter's name; a layer's name: all its arrays; NULL: all arrays the network has so far
 * @param frozen   1: freeze; 0 (the default): train
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (network is NULL, or frozen is neither); COULOMB_ERROR_NOT_FOUND (no
 *         parameter and no layer with parameters of that name); COULOMB_ERROR_STATE (in use by a running callback)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_frozen(coulomb_network *network, const char *name, int32_t frozen);

/**
 * Whether a parameter array is frozen.
 *
 * @param network    not NULL, finished or not
 * @param parameter  its name
 * @param frozen     receives 0 or 1
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_get_frozen(const coulomb_network *network, const char *parameter,
                                                      int32_t *frozen);

/**
 * Choose how parameters are drawn, before coulomb_network_finish() for the draw it makes, or before
 * coulomb_network_initialize(). Weights start as Glorot uniform, biases as 0.
 *
 * @param network      not NULL, finished or not
 * @param parameter    a parameter's name; NULL: all weight arrays the network has so far (not the biases, and not those
 *                     of layers added later)
 * @param initializer  COULOMB_INITIALIZER_*
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_initializer(coulomb_network *network, const char *parameter,
                                                           int32_t initializer);

/**
 * As coulomb_network_set_initializer(): every value is the same.
 *
 * @param network    not NULL, finished or not
 * @param parameter  a parameter's name; NULL: all weight arrays the network has so far
 * @param value      finite as float32
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_initializer_constant(coulomb_network *network, const char *parameter,
                                                                    double value);

/**
 * As coulomb_network_set_initializer(): mean 0 and variance scale/fan, after truncation where there is one.
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
COULOMB_API coulomb_status coulomb_network_set_initializer_variance_scaling(coulomb_network *network,
                                                                            const char *parameter, double scale,
                                                                            int32_t fan, int32_t distribution);

/**
 * As coulomb_network_set_initializer(): mean 0 and the given spread.
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
COULOMB_API coulomb_status coulomb_network_set_initializer_random(coulomb_network *network, const char *parameter,
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
COULOMB_API coulomb_status coulomb_network_initialize(coulomb_network *network, uint64_t seed);

#ifdef __cplusplus
}
#endif

#endif
