/**
 * @file optimizer.h
 * Optimizers: they move a network's parameters along the gradients that its backward pass left.
 *
 * A trainer has one for each network, see coulomb_trainer_optimizer(); on its own an optimizer serves other training
 * loops.
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
    COULOMB_METHOD_SGD = 2   /**< plain gradient descent */
};

/**
 * Make an optimizer: Adam, learning rate 1e-4, betas 0.9 and 0.999, epsilon 1e-8, no L2, no schedule.
 *
 * @param network    finished; kept alive by the optimizer
 * @param optimizer  receives the handle
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT; COULOMB_ERROR_STATE (the network is not finished); COULOMB_ERROR_MEMORY
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_optimizer_new(coulomb_network *network, coulomb_optimizer **optimizer);

/** Let go of the optimizer; NULL is allowed. One that belongs to a trainer is freed with it, not here. @since 0.1 */
COULOMB_API void coulomb_optimizer_free(coulomb_optimizer *optimizer);

/** COULOMB_METHOD_*. @return COULOMB_OK; COULOMB_ERROR_ARGUMENT. @since 0.1 */
COULOMB_API coulomb_status coulomb_optimizer_set_method(coulomb_optimizer *optimizer, int32_t method);

/** @param rate finite, at least 0 (0 leaves the network as it is). @since 0.1 */
COULOMB_API coulomb_status coulomb_optimizer_set_learning_rate(coulomb_optimizer *optimizer, double rate);

/** The learning rate's schedule. @param schedule NULL: constant. Kept alive by the optimizer. @since 0.1 */
COULOMB_API coulomb_status coulomb_optimizer_set_schedule(coulomb_optimizer *optimizer, coulomb_schedule *schedule);

/** Adam's decay rates of the moments, each at least 0 and below 1. @since 0.1 */
COULOMB_API coulomb_status coulomb_optimizer_set_betas(coulomb_optimizer *optimizer, double beta1, double beta2);

/** Adam's term in the denominator: finite, above 0. @since 0.1 */
COULOMB_API coulomb_status coulomb_optimizer_set_epsilon(coulomb_optimizer *optimizer, double epsilon);

/**
 * L2 weight decay: adds l2/2 |w|^2 of the weight arrays (no biases) to the loss, that is l2 w to their gradients. Not
 * decoupled.
 *
 * @param l2 finite, at least 0. @since 0.1
 */
COULOMB_API coulomb_status coulomb_optimizer_set_l2(coulomb_optimizer *optimizer, double l2);

/**
 * Move the parameters once along the network's gradients.
 *
 * @param update  counted from 1; gives the schedule's factor and Adam's bias correction
 * @return COULOMB_OK; COULOMB_ERROR_ARGUMENT (update is 0); COULOMB_ERROR_NOT_FINITE (a gradient is not; nothing is
 * moved); a schedule callback's own code
 *
 * @since 0.1
 */
COULOMB_API coulomb_status coulomb_optimizer_step(coulomb_optimizer *optimizer, uint64_t update);

#ifdef __cplusplus
}
#endif

#endif
