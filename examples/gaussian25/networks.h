/* The generator and the discriminator: layers of equal width, as in the paper's A.5. */
#ifndef GAUSSIAN25_NETWORKS_H
#define GAUSSIAN25_NETWORKS_H

#include "settings.h"

/* Free both with coulomb_network_free(); on failure both are NULL, and the user was told. */
bool networks_make(coulomb_context *context, const network_settings *chosen, uint64_t seed, coulomb_network **generator,
                   coulomb_network **discriminator);

#endif
