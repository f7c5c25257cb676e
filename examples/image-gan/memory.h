/* What training will take, planned before the first update. */
#ifndef IMAGE_GAN_MEMORY_H
#define IMAGE_GAN_MEMORY_H

#include "settings.h"

/* Reserve the networks' memory, whose size is known only then on a GPU, and print how much training, the generator
 * `sampled` and the images held out will take. discriminator may be NULL. */
bool memory_tell(coulomb_context *context, const coulomb_trainer *trainer, coulomb_network *generator,
                 coulomb_network *discriminator, const coulomb_network *sampled, const settings *chosen);

#endif
