/**
 * @file draft.h
 * Drafts of declarations that later releases may add: statistics over shards, training in the field itself. Nothing
 * implements them. They compile beside coulomb.h, so that the interface has the room they need.
 */
#ifndef COULOMB_DRAFT_H
#define COULOMB_DRAFT_H

#include <coulomb/coulomb.h>
#include <coulomb/cuda.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- shards --- */

/** Take the statistics of batch norm over the whole batch. */
COULOMB_API coulomb_status coulomb_trainer_set_synchronised_norm(coulomb_trainer *trainer, int32_t synchronised);
COULOMB_API coulomb_status coulomb_trainer_get_synchronised_norm(const coulomb_trainer *trainer, int32_t *synchronised);

/* --- training in the field itself --- */

/** Sum of kernels, one for each epsilon; coulomb_plummer_set_epsilon() is the case of one. */
COULOMB_API coulomb_status coulomb_plummer_set_epsilons(coulomb_plummer *plummer, const double *epsilons, size_t count);
COULOMB_API coulomb_status coulomb_plummer_get_epsilons(const coulomb_plummer *plummer, double *epsilons,
                                                        size_t capacity, size_t *count);

/** Take distances between the outputs of a frozen network; NULL: between samples. */
COULOMB_API coulomb_status coulomb_trainer_set_features(coulomb_trainer *trainer, coulomb_network *features);
COULOMB_API coulomb_status coulomb_trainer_get_features(const coulomb_trainer *trainer, coulomb_network **features);

/** Append a categorical output: hard one-hot samples forward, the gradient of the soft ones backward. The noise is a
 * slice of the latent. */
COULOMB_API coulomb_status coulomb_network_categorical(coulomb_network *network, int32_t logits, int32_t noise,
                                                       double temperature, int32_t *node);

#ifdef __cplusplus
}
#endif

#endif
