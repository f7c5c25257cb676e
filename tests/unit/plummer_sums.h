/* What tests of the sums over charges share: a kernel, and naive loops beside every way to sum. */
#ifndef UNIT_PLUMMER_SUMS_H
#define UNIT_PLUMMER_SUMS_H

#include "device/device.h"
#include "unit/ledger.h"
#include "unit/plummer_reference.h"
#include "unit/test_context.h"

#include <coulomb/plummer.h>

extern coulomb_plummer *plummer;
extern ledger plummer_book; /* of the context */

/* A checked fixture: `plummer` in a context. */
void plummer_begin(void);
void plummer_end(void);

static const double tolerance = 1e-5;                              /* what the header promises */
static const double nothing = 2.0 * 1.1754943508222875e-38 / 1e-5; /* a Gaussian's terms may be 0 below FLT_MIN */

/* Kernel and epsilons of these charges. */
void use_kernel_of(const charges *all);

/* To be freed. */
float *zeros(size_t count);

/* Of both kernels, with one epsilon and with three; of a Gaussian in units of the points' distances, so that some terms
 * are large and some are 0. */
void vary_kernel(charges *all, int kind);

/* `field` may be NULL. */
void ck_points(const charges *all, const float *at, size_t n_at, const float *potential, const float *field);

/* Potential and field at points, one of them on a charge. */
void ck_points_match(const charges *all, float *at, size_t n_at);

/* Self-terms are left out of a set's potential at its own samples. */
void ck_own(const charges *all, const float *at_model, size_t n_model, const float *at_target, size_t n_target,
            int keep);

/* Potentials at the charges themselves, and the energy. */
void ck_batch_matches(const charges *all);

/* The first samples of both sets, and their potentials as the trainer has the device compute them. */
charge_batch first_charges(const charges *all, size_t count);
coulomb_status trainers_potentials(const charge_batch *batch, float *at_model, float *at_target);

#endif
