/* What the folder offers to the trainer above it, beside the public functions. */
#ifndef PLUMMER_PLUMMER_H
#define PLUMMER_PLUMMER_H

#include "device/device.h"
#include "pairs/pairs.h"

#include <coulomb/plummer.h>

/* What the device's rows for potentials ask for: the handle's memory, and its kernel with epsilons that stand on the
 * device, as many as the handle has. */
device_pairs *plummer_pairs(const coulomb_plummer *plummer);
device_kernel plummer_device_kernel(const coulomb_plummer *plummer, const double *epsilon);

/* Epsilons to a caller. */
coulomb_status give_epsilons(coulomb_context *context, const double *from, size_t held, double *epsilons,
                             size_t capacity, size_t *count);

/* The kernel for error messages: "exponent 1, epsilon 0.5". */
kernel_text plummer_print(const coulomb_plummer *plummer);

/* The potentials of a batch of these sizes can be summed: dimension and counts, but not what is in the arrays. */
coulomb_status plummer_check_batch(const coulomb_plummer *plummer, const charge_batch *batch);

#endif
