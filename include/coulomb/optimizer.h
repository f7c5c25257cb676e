/**
 * @file optimizer.h
 * Optimizers: update a network's parameters with the gradients of its backward pass.
 *
 * A trainer has one optimizer for each network (coulomb_trainer_optimizer()). A program that writes its own training
 * loop creates its own optimizers. Options may change between updates. While a step of its trainer is under way, an
 * optimizer's setters fail with COULOMB_ERROR_STATE.
 */
#ifndef COULOMB_OPTIMIZER_H
#define COULOMB_OPTIMIZER_H

#include <coulomb/network.h>
#include <coulomb/schedule.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An optimizer. Not safe to use from two threads at once. @since 0.1 */
typedef struct coulomb_optimizer coulomb_optimizer;

/** Methods. @since 0.1 */
enum {
    COULOMB_METHOD_ADAM = 1, /**< Adam (Kingma & Ba 2015, Algorithm 1) */
    COULOMB_METHOD_SGD = 2   /**< plain gradient descent: w = w - rate gradient */
};

/**
 * Create an optimizer: Adam, learning rate 1e-4, betas 0.9 and 0.999, epsilon 1e-8, no L2, no schedule.
 *
 * @param network    not NULL, finished; the optimizer holds a reference
 * @param optimizer  receives the handle; release it with coulomb_optimizer_free(); NULL on failure
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_STATE (the network is not finished, is
 *         inference-only, or is in use by a running callback); COULOMB_ERROR_MEMORY
 *
 * Memory: two moments per parameter. @since 0.1
 */
COULOMB_API coulomb_status coulomb_optimizer_new(coulomb_network *network, coulomb_optimizer **optimizer);

/**
 * Release the optimizer.
 *
 * @param optimizer  may be NULL; an optimizer that belongs to a trainer is released with it and ignored here
 *
 * @since 0.1
 */
COULOMB_API void coulomb_optimizer_free(coulomb_optimizer *optimizer);

/**
 * Set the method.
 *
 * @param optimizer  not NULL
 * @param method     COULOMB_METHOD_*; the default is COULOMB_METHOD_ADAM
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or no such method)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_optimizer_set_method(coulomb_optimizer *optimizer, int32_t method);

/**
 * Get the method.
 *
 * @param optimizer  not NULL
 * @param method     receives COULOMB_METHOD_*
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_optimizer_get_method(const coulomb_optimizer *optimizer, int32_t *method);

/**
 * Set the learning rate, which the schedule multiplies.
 *
 * @param optimizer  not NULL
 * @param rate       finite, at least 0 (0 does not change the network); the default is 1e-4
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or the rate)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_optimizer_set_learning_rate(coulomb_optimizer *optimizer, double rate);

/**
 * Get the learning rate, without the schedule.
 *
 * @param optimizer  not NULL
 * @param rate       receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_optimizer_get_learning_rate(const coulomb_optimizer *optimizer, double *rate);

/**
 * Set the schedule of the learning rate.
 *
 * @param optimizer  not NULL
 * @param schedule   of the same context; the optimizer holds a reference; NULL: constant
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (optimizer is NULL, or the schedule belongs to another context)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_optimizer_set_schedule(coulomb_optimizer *optimizer, coulomb_schedule *schedule);

/**
 * Get the schedule of the learning rate.
 *
 * @param optimizer  not NULL
 * @param schedule   receives it; NULL: none; borrowed: do not free it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_optimizer_get_schedule(const coulomb_optimizer *optimizer,
                                                          coulomb_schedule **schedule);

/**
 * Set Adam's decay rates.
 *
 * @param optimizer  not NULL
 * @param beta1      decay of the mean; at least 0, below 1; the default is 0.9
 * @param beta2      decay of the mean square; at least 0, below 1; the default is 0.999
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or one of them)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_optimizer_set_betas(coulomb_optimizer *optimizer, double beta1, double beta2);

/**
 * Get Adam's decay rates.
 *
 * @param optimizer  not NULL
 * @param beta1      receives that of the mean
 * @param beta2      receives that of the mean square
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_optimizer_get_betas(const coulomb_optimizer *optimizer, double *beta1,
                                                       double *beta2);

/**
 * Set Adam's epsilon, added to the denominator.
 *
 * @param optimizer  not NULL
 * @param epsilon    finite, above 0; the default is 1e-8
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or epsilon)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_optimizer_set_epsilon(coulomb_optimizer *optimizer, double epsilon);

/**
 * Get Adam's epsilon.
 *
 * @param optimizer  not NULL
 * @param epsilon    receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_optimizer_get_epsilon(const coulomb_optimizer *optimizer, double *epsilon);

/**
 * Set the L2 weight decay: adds l2/2 |w|^2 of the weight arrays (not of biases) to the loss, that is l2 w to their
 * gradients. Not decoupled.
 *
 * @param optimizer  not NULL
 * @param l2         finite, at least 0; the default is 0
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or l2)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_optimizer_set_l2(coulomb_optimizer *optimizer, double l2);

/**
 * Get the L2 weight decay.
 *
 * @param optimizer  not NULL
 * @param l2         receives it
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_optimizer_get_l2(const coulomb_optimizer *optimizer, double *l2);

/**
 * Update the parameters with the network's gradients. Adam, with gradient g of update t:
 *
 * m = beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g^2,
 * w = w - rate m/(1 - beta1^t) / (sqrt(v/(1 - beta2^t)) + epsilon)
 *
 * @param optimizer  not NULL, not a trainer's
 * @param update     update number, counted from 1, for the schedule and Adam's bias correction
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or update is 0); COULOMB_ERROR_STATE (it belongs to a trainer, or
 *         the network is in use by a running callback); COULOMB_ERROR_NOT_FINITE (a gradient, a running average of
 *         batch norm or a schedule callback's factor); a schedule callback's own code; COULOMB_ERROR_CALLBACK (it is
 *         outside the range for callers)
 *
 * On failure nothing changes. Allocates nothing. @since 0.1
 */
COULOMB_API coulomb_status coulomb_optimizer_step(coulomb_optimizer *optimizer, uint64_t update);

#ifdef __cplusplus
}
#endif

#endif
