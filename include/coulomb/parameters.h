/**
 * @file parameters.h
 * Parameters of networks: names, shapes, values, gradients, freezing and initialisation.
 *
 * Names and shapes exist as soon as a layer is appended, values once the network is finished. Parameters are ordered by
 * layer. Common errors: COULOMB_ERROR_ARGUMENT (a NULL, or an option out of range),
 * COULOMB_ERROR_NOT_FOUND (no parameter of that name). On failure nothing is changed.
 */
#ifndef COULOMB_PARAMETERS_H
#define COULOMB_PARAMETERS_H

#include <coulomb/network.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Initialisers. The fan-in of a dense weight [in, out] is `in`, of a convolution's [height, width, in, out] it is
 * height * width * in. @since 0.1 */
enum {
    COULOMB_INITIALIZER_GLOROT_UNIFORM = 1, /**< uniform, variance 2/(fan_in + fan_out); the default of weights */
    COULOMB_INITIALIZER_GLOROT_NORMAL = 2,  /**< truncated normal, same variance */
    COULOMB_INITIALIZER_HE_UNIFORM = 3,     /**< uniform, variance 2/fan_in */
    COULOMB_INITIALIZER_HE_NORMAL = 4,      /**< truncated normal, same variance */
    /* returned by coulomb_network_get_initializer() only: */
    COULOMB_INITIALIZER_CONSTANT = 5,         /**< coulomb_network_set_initializer_constant() */
    COULOMB_INITIALIZER_VARIANCE_SCALING = 6, /**< coulomb_network_set_initializer_variance_scaling() */
    COULOMB_INITIALIZER_RANDOM = 7            /**< coulomb_network_set_initializer_random() */
};

/** Denominator of coulomb_network_set_initializer_variance_scaling(). @since 0.1 */
enum { COULOMB_FAN_IN = 1, COULOMB_FAN_OUT = 2, COULOMB_FAN_AVERAGE = 3 };

/**
 * Return the number of parameter arrays of the layers appended so far, also before coulomb_network_finish().
 *
 * @param network  NULL gives 0
 * @return the number
 *
 * @since 0.1
 */
COULOMB_API size_t coulomb_network_parameter_count(const coulomb_network *network);

/**
 * Return the name of a parameter array.
 *
 * @param network  NULL gives NULL
 * @param index    below coulomb_network_parameter_count()
 * @return a name such as "dense1.weight", valid as long as the network, before coulomb_network_finish() only until the
 *         next layer is appended; NULL if index is not below the count
 *
 * @since 0.1
 */
COULOMB_API const char *coulomb_network_parameter_name(const coulomb_network *network, size_t index);

/**
 * Get the shape of a parameter array.
 *
 * @param network    not NULL, finished or not
 * @param parameter  its name
 * @param shape      [rank] receives the extents; may be NULL if capacity is 0
 * @param capacity   extents that `shape` has room for: 0 (only the rank is wanted), or at least the rank
 * @param rank       receives the number of dimensions, also if capacity is too small
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_ARGUMENT also for a capacity that is too small (`shape` is
 *         untouched)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_parameter_shape(const coulomb_network *network, const char *parameter,
                                                           size_t *shape, size_t capacity, size_t *rank);

/**
 * Read a parameter array.
 *
 * @param network    not NULL, finished
 * @param parameter  its name
 * @param values     [count] receives the values; untouched on failure
 * @param count      size of `values`: exactly that of the array
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE (count is not the array's); COULOMB_ERROR_STATE (not
 *         finished)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_read_parameter(const coulomb_network *network, const char *parameter,
                                                          float *values, size_t count);

/**
 * Write a parameter array.
 *
 * @param network    not NULL, finished
 * @param parameter  its name
 * @param values     [count] finite values; copied
 * @param count      size of `values`: exactly that of the array
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_SHAPE (count is not the array's); COULOMB_ERROR_NOT_FINITE (a
 *         value, named by its index); COULOMB_ERROR_STATE (not finished, or in use by a running callback)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_write_parameter(coulomb_network *network, const char *parameter,
                                                           const float *values, size_t count);

/**
 * Read the gradient with respect to a parameter array, as computed by coulomb_network_backward() or the last update of
 * a trainer.
 *
 * @param network    not NULL, finished
 * @param parameter  its name
 * @param values     [count] receives the gradient; zeros before the first backward pass and for frozen arrays;
 *                   untouched on failure
 * @param count      size of `values`: exactly that of the array
 * @return as coulomb_network_read_parameter(); COULOMB_ERROR_STATE also for inference-only networks
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_read_gradient(const coulomb_network *network, const char *parameter,
                                                         float *values, size_t count);

/**
 * Freeze parameters, or make them trainable again. No gradient is computed for a frozen array (it reads as 0), nor any
 * gradient that only frozen arrays would need. Optimizers, weight decay and gradient norms ignore frozen arrays and
 * their moments. A frozen running average of batch norm does not move; training still normalises by the batch's
 * statistics. Frozen arrays can be read, written, initialised and loaded.
 *
 * @param network  not NULL, finished or not
 * @param name     a parameter's name; a layer's name: all its arrays; NULL: all arrays appended so far
 * @param frozen   1: freeze; 0 (the default): train
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (network is NULL, or frozen is neither); COULOMB_ERROR_NOT_FOUND (no
 *         parameter and no layer with parameters of that name); COULOMB_ERROR_STATE (in use by a running callback)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_frozen(coulomb_network *network, const char *name, int32_t frozen);

/**
 * Get whether a parameter array is frozen.
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
 * Set the initialiser of parameters. It takes effect in coulomb_network_finish() and coulomb_network_initialize(). By
 * default weights start as Glorot uniform and biases as 0.
 *
 * @param network      not NULL, finished or not
 * @param parameter    a parameter's name; NULL: all weight arrays appended so far (not biases, not later layers)
 * @param initializer  COULOMB_INITIALIZER_*
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_STATE (in use by a running callback)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_initializer(coulomb_network *network, const char *parameter,
                                                           int32_t initializer);

/**
 * Set a constant as initialiser; otherwise as coulomb_network_set_initializer().
 *
 * @param network    not NULL, finished or not
 * @param parameter  a parameter's name; NULL: all weight arrays appended so far
 * @param value      finite as float32
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_STATE (in use by a running callback)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_initializer_constant(coulomb_network *network, const char *parameter,
                                                                    double value);

/**
 * Set an initialiser with mean 0 and variance scale/fan (after truncation); otherwise as
 * coulomb_network_set_initializer().
 *
 * @param network       not NULL, finished or not
 * @param parameter     a parameter's name; NULL: all weight arrays appended so far
 * @param scale         finite, above 0
 * @param fan           COULOMB_FAN_*; the average is (fan_in + fan_out)/2
 * @param distribution  COULOMB_DISTRIBUTION_*
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_STATE (in use by a running callback)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_initializer_variance_scaling(coulomb_network *network,
                                                                            const char *parameter, double scale,
                                                                            int32_t fan, int32_t distribution);

/**
 * Set an initialiser with mean 0 and a given spread; otherwise as coulomb_network_set_initializer().
 *
 * @param network       not NULL, finished or not
 * @param parameter     a parameter's name; NULL: all weight arrays appended so far
 * @param distribution  COULOMB_DISTRIBUTION_*
 * @param spread        standard deviation of the normals (before truncation), half the width of the uniform
 *                      distribution; finite, above 0
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_STATE (in use by a running callback)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_set_initializer_random(coulomb_network *network, const char *parameter,
                                                                  int32_t distribution, double spread);

/**
 * Get the kind of a parameter's initialiser.
 *
 * @param network      not NULL, finished or not
 * @param parameter    a parameter's name; not NULL
 * @param initializer  receives COULOMB_INITIALIZER_*: one of the first four also if its variance was set with
 *                     coulomb_network_set_initializer_variance_scaling()
 * @return COULOMB_OK; the common errors
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_get_initializer(const coulomb_network *network, const char *parameter,
                                                           int32_t *initializer);

/**
 * Get the constant of a parameter's initialiser.
 *
 * @param network    not NULL, finished or not
 * @param parameter  a parameter's name, of an initialiser of kind COULOMB_INITIALIZER_CONSTANT; not NULL
 * @param value      receives the constant
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_ARGUMENT also for another kind
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_get_initializer_constant(const coulomb_network *network,
                                                                    const char *parameter, double *value);

/**
 * Get the variance of a parameter's initialiser.
 *
 * @param network       not NULL, finished or not
 * @param parameter     a parameter's name, of an initialiser of kind COULOMB_INITIALIZER_VARIANCE_SCALING or of the
 *                      first four kinds; not NULL
 * @param scale         receives the scale
 * @param fan           receives COULOMB_FAN_*
 * @param distribution  receives COULOMB_DISTRIBUTION_*
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_ARGUMENT also for another kind
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_get_initializer_variance_scaling(const coulomb_network *network,
                                                                            const char *parameter, double *scale,
                                                                            int32_t *fan, int32_t *distribution);

/**
 * Get distribution and spread of a parameter's initialiser.
 *
 * @param network       not NULL, finished or not
 * @param parameter     a parameter's name, of an initialiser of kind COULOMB_INITIALIZER_RANDOM; not NULL
 * @param distribution  receives COULOMB_DISTRIBUTION_*
 * @param spread        receives the spread
 * @return COULOMB_OK; the common errors; COULOMB_ERROR_ARGUMENT also for another kind
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_network_get_initializer_random(const coulomb_network *network, const char *parameter,
                                                                  int32_t *distribution, double *spread);

/**
 * Initialise all parameters again.
 *
 * @param network  not NULL, finished
 * @param seed     as for coulomb_network_finish(), which gives the same values; the generation seed does not change
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
