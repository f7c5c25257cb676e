/* What training will take, planned before the first update. */
#ifndef IMAGE_GAN_MEMORY_H
#define IMAGE_GAN_MEMORY_H

#include "settings.h"

/* Print how much memory training, the generator `sampled` and the images held out will take. */
bool memory_tell(coulomb_context *context, const coulomb_trainer *trainer, const coulomb_network *sampled,
                 const settings *chosen);

#endif
