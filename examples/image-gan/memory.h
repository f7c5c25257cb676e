/* What training will take, planned before the first update. */
#ifndef IMAGE_GAN_MEMORY_H
#define IMAGE_GAN_MEMORY_H

#include "settings.h"

/* Say how much memory the networks, their learning and the images will take. `average` is the trainer's, or NULL. */
bool memory_tell(coulomb_context *context, const coulomb_network *generator, const coulomb_network *discriminator,
                 const coulomb_network *average, const settings *chosen);

#endif
