/* The generator and the discriminator: published ones, or the paper's own with other numbers of channels. */
#ifndef IMAGE_GAN_NETWORKS_H
#define IMAGE_GAN_NETWORKS_H

#include "settings.h"

/* Free it with coulomb_network_free(); NULL on failure, and the user was told. */
coulomb_network *networks_generator(coulomb_context *context, const settings *chosen);
coulomb_network *networks_discriminator(coulomb_context *context, const settings *chosen);

/* The network of --features, for a trainer. */
coulomb_network *networks_features(coulomb_context *context, const settings *chosen);

#endif
