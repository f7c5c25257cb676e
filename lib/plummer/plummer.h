/* What the folder offers to the trainer above it, beside the public functions. */
#ifndef PLUMMER_PLUMMER_H
#define PLUMMER_PLUMMER_H

#include "device/device.h"

#include <coulomb/plummer.h>
#include <stdbool.h>

/* Potentials at a batch's points, from all its charges. With self-terms, sums over a sample's own set divide by N;
 * without, by N - 1. Each pair of the first samples is computed once. Allocates nothing after the first call with the
 * same sizes. *largest becomes a bound of the coordinates' magnitudes. Errors as coulomb_plummer_batch(). */
coulomb_status plummer_potentials(coulomb_plummer *plummer, const charge_batch *batch, float *potential_model,
                                  float *potential_target, float *largest);

/* Potential at n_at further points from the charges of a batch that plummer_potentials() found finite, with the bound
 * it gave: only the points are scanned. */
coulomb_status plummer_potentials_at(coulomb_plummer *plummer, const charge_batch *batch, float largest,
                                     const float *at, size_t n_at, float *potential);

/* Bytes of the handle's arrays after plummer_potentials() of a batch of these sizes, whose pointers may be NULL, and
 * after coulomb_plummer_potential() of its charges at `at` further points. For points and settings that can be summed
 * in float32. COULOMB_ERROR_MEMORY if it does not fit into size_t. */
coulomb_status plummer_memory(const coulomb_plummer *plummer, const charge_batch *batch, size_t at, size_t *bytes);

#endif
