/* The networks for text: the library's presets, in any width and depth. */
#ifndef BILLION_WORD_NETWORKS_H
#define BILLION_WORD_NETWORKS_H

#include <coulomb/network.h>
#include <stdbool.h>

typedef struct network_settings {
    uint64_t latent, width, blocks;
} network_settings;

/* Free both with coulomb_network_free(); on failure both are NULL, and the user was told. With a width of 512 and 5
 * blocks they are the presets billion-word-generator and billion-word-discriminator. */
bool networks_make(coulomb_context *context, const network_settings *chosen, size_t vocabulary, uint64_t seed,
                   coulomb_network **generator, coulomb_network **discriminator);

#endif
