/**
 * @file optimizer.h
 * Optimizers: they move a network's parameters along the gradients that its backward pass left.
 *
 * A trainer has one for each network, see coulomb_trainer_optimizer(); on its own an optimizer serves other training
 * loops. Options may change at any time between updates.
 */
#ifndef COULOMB_OPTIMIZER_H
#define COULOMB_OPTIMIZER_H

#include <coulomb/network.h>
#include <coulomb/schedule.h>

#ifdef __cplusplus
extern "C" {
#endif

/** See the file's comment. Not safe to use from two threads at once. @since 0.1 */
typedef struct coulomb_optimizer coulomb_optimizer;

/** Methods. @since 0.1 */
enum {
    COULOMB_METHOD_ADAM = 1, /**< Adam (Kingma & Ba 2015, Algorithm 1) */
    COULOMB_METHOD_SGD = 2   /**< plain gradient descent: w = w - rate gradient */
};

/**
 * Make an optimizer: Adam, learning rate 1e-4, betas 0.9 and 0.999, epsilon 1e-8, no L2, no schedule.
 *
 * @param network    not NULL, finished; kept alive by the optimizer
 * @param optimizer  receives the handle; free it with coulomb_optimizer_free()
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL); COULOMB_ERROR_STATE (the network is not finished, is
 *         inference-only, or is in use by a running callback); COULOMB_ERROR_MEMORY
 *
 * Memory: twice the parameters, for the moments. @since 0.1
 */
COULOMB_API coulomb_status coulomb_optimizer_new(coulomb_network *network, coulomb_optimizer **optimizer);

/**
 * Let go of the optimizer.
 *
 * @param optimizer  may be NULL; one that belongs to a trainer is freed with it, and left alone here
 *
 * @since 0.1
 */
COULOMB_API void coulomb_optimizer_free(coulomb_optimizer *optimizer);

/**
 * Choose the method.
 *
 * @param optimizer  not NULL
 * @param method     COULOMB_METHOD_*; COULOMB_METHOD_ADAM unless set
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
 * @param rate       finite, at least 0 (0 leaves the network as it is); 1e-4 unless set
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
 * Set the learning rate's schedule.
 *
 * @param optimizer  not NULL
 * @param schedule   of the same context; kept alive by the optimizer; NULL: constant
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (optimizer is NULL, or the schedule belongs to another context)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_optimizer_set_schedule(coulomb_optimizer *optimizer, coulomb_schedule *schedule);

/**
 * Get the learning rate's schedule.
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
 * Set Adam's decay rates of the moments.
 *
 * @param optimizer  not NULL
 * @param beta1      of the mean; at least 0, below 1; 0.9 unless set
 * @param beta2      of the mean square; likewise; 0.999 unless set
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or one of them)
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_optimizer_set_betas(coulomb_optimizer *optimizer, double beta1, double beta2);

/**
 * Get Adam's decay rates of the moments.
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
 * Set Adam's term in the denominator.
 *
 * @param optimizer  not NULL
 * @param epsilon    finite, above 0; 1e-8 unless set
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
 * L2 weight decay: adds l2/2 |w|^2 of the weight arrays (no biases) to the loss, that is l2 w to their gradients. Not
 * decoupled.
 *
 * @param optimizer  not NULL
 * @param l2         finite, at least 0; 0 unless set
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
 * Move the parameters once along the network's gradients. For Adam, with gradient g of update t:
 *
 * m = beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g^2,
 * w = w - rate m/(1 - beta1^t) / (sqrt(v/(1 - beta2^t)) + epsilon)
 *
 * @param optimizer  not NULL, not a trainer's
 * @param update     counted from 1; gives the schedule's factor and Adam's bias correction
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (a NULL, or update is 0); COULOMB_ERROR_STATE (it belongs to a trainer, or
 *         the network is in use by a running callback); COULOMB_ERROR_NOT_FINITE (a gradient, a running average of
 *         batch norm or a schedule callback's factor); a schedule callback's own code; COULOMB_ERROR_CALLBACK (it is
 *         outside the callers' range)
 *
 * On failure nothing is moved. Allocates nothing. @since 0.1
 */
COULOMB_API coulomb_status coulomb_optimizer_step(coulomb_optimizer *optimizer, uint64_t update);

#ifdef __cplusplus
}
#endif

#endif
