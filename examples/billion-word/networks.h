/* The networks for text: the library's presets, in any width and depth. */
#ifndef BILLION_WORD_NETWORKS_H
#define BILLION_WORD_NETWORKS_H

#include <coulomb/network.h>
#include <stdbool.h>

typedef struct network_settings {
    uint64_t latent, width, blocks;
    int32_t output;     /* OUTPUT_* */
    double temperature; /* of categorical outputs */
    int32_t discriminator;
} network_settings;

/* What the generator puts out: probabilities of characters, or characters drawn from them, with noise from further
 * values of the latent, one for each character of the vocabulary at each place. */
enum { OUTPUT_SOFTMAX = 1, OUTPUT_CATEGORICAL };

enum { DISCRIMINATOR_RESIDUAL, DISCRIMINATOR_NONE };

/* Free both with coulomb_network_free(); on failure both are NULL, and the user was told. Without a discriminator that
 * one is NULL. With a width of 512 and 5 blocks they are the presets billion-word-generator (softmax) and
 * billion-word-discriminator. */
bool networks_make(coulomb_context *context, const network_settings *chosen, size_t vocabulary, uint64_t seed,
                   coulomb_network **generator, coulomb_network **discriminator);

#endif
