/* What the folder offers to the trainer above it, beside the public functions. */
#ifndef PLUMMER_PLUMMER_H
#define PLUMMER_PLUMMER_H

#include "device/device.h"

#include <coulomb/plummer.h>

/* What the device's rows for potentials ask for: the handle's memory, and its kernel with an epsilon that stands on the
 * device. */
device_pairs *plummer_pairs(const coulomb_plummer *plummer);
device_kernel plummer_device_kernel(const coulomb_plummer *plummer, const double *epsilon);

/* The potentials of a batch of these sizes can be summed: dimension and counts, but not what is in the arrays. */
coulomb_status plummer_check_batch(const coulomb_plummer *plummer, const charge_batch *batch);

#endif
