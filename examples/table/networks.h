/* The network that makes rows of a table out of latents. */
#ifndef TABLE_NETWORKS_H
#define TABLE_NETWORKS_H

#include "encoding.h"

#include <coulomb/coulomb.h>

typedef struct generator_settings {
    uint64_t units, layers, latent, latent_signs;
    double temperature;
} generator_settings;

/*
 * A generator of encoded rows. Its latent has `latent` values for the hidden layers, the first of them random signs,
 * and one for each category, which becomes the noise that draws it. So a row is a function of its latent.
 *
 * Dense layers give a logit for each category and a value for each number. Categories are drawn from their logits, and
 * a number is a tanh() that is cut off at 1 and -1 by no more than its last two hundredths, times the category that
 * says that it is present. False with a complaint.
 */
bool networks_make(coulomb_context *context, const generator_settings *chosen, const encoding *of, uint64_t seed,
                   coulomb_network **generator);

#endif
