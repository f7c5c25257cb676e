/* What the folder offers to the trainer above it, beside the public functions. */
#ifndef PLUMMER_PLUMMER_H
#define PLUMMER_PLUMMER_H

#include <coulomb/plummer.h>

/* Potentials of a training step: at the first n_at samples of each set, from all charges of both. Honours the
 * self-terms' setting: kept, sums over a sample's own set divide by N; left out, by N - 1. Uses each pair of the first
 * n_at samples once. n_at is at most n_model and n_target. Allocates nothing after the first call with the same sizes.
 * Errors as coulomb_plummer_batch(). */
coulomb_status plummer_batch_first(coulomb_plummer *plummer, size_t dimension, const float *model, size_t n_model,
                                   const float *target, size_t n_target, size_t n_at, float *potential_model,
                                   float *potential_target);

/* The same at points displaced from the samples (smoothing noise): at_model[i] stands for model[i] and at_target[i] for
 * target[i], i < n_at, whose charges are left out there when self-terms are. */
coulomb_status plummer_batch_near(coulomb_plummer *plummer, size_t dimension, const float *at_model,
                                  const float *at_target, size_t n_at, const float *model, size_t n_model,
                                  const float *target, size_t n_target, float *potential_model,
                                  float *potential_target);

#endif
