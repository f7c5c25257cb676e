/* What the files of presets share. */
#ifndef NETWORK_PRESETS_H
#define NETWORK_PRESETS_H

#include "network/network.h"

/* Builds on `network` and gives the output node. */
typedef coulomb_status preset_build(coulomb_network *network, const tensor_shape *sample, size_t latent,
                                    int32_t *output);

/* presets_image.c, presets_residual.c and presets_text.c */
preset_build preset_coulomb_generator, preset_coulomb_tanh_generator, preset_coulomb_64_discriminator,
    preset_coulomb_128_discriminator, preset_coulomb_256_discriminator;
preset_build preset_dcgan_generator, preset_dcgan_discriminator, preset_began_generator, preset_began_discriminator,
    preset_resnet_generator, preset_resnet_discriminator;
preset_build preset_billion_word_generator, preset_billion_word_discriminator;

/* --- a chain of layers --- */

/* Each function adds a layer behind `node`, which becomes the layer; after a failure they do nothing. */
typedef struct layer_chain {
    coulomb_network *network;
    coulomb_status status;
    int32_t node;
} layer_chain;

/* Chains that start with a latent, and with an image. The image must be square, of 32, 64 or 128 pixels and 1 or 3
 * channels. */
layer_chain chain_latent(coulomb_network *network, const tensor_shape *sample, size_t latent);
layer_chain chain_image(coulomb_network *network, const tensor_shape *sample);

void chain_dense(layer_chain *chain, size_t units);
void chain_dense_image(layer_chain *chain, size_t side, size_t channels);
void chain_conv(layer_chain *chain, size_t channels, size_t kernel, size_t stride);
void chain_transposed(layer_chain *chain, size_t channels, size_t kernel, size_t stride);
void chain_upsample(layer_chain *chain);
void chain_average_pool(layer_chain *chain);
void chain_norm(layer_chain *chain, bool scale);
void chain_add(layer_chain *chain, int32_t other);

typedef coulomb_status activation_function(coulomb_network *network, int32_t input, int32_t *node);
void chain_activate(layer_chain *chain, activation_function *activation);
void chain_leaky_relu(layer_chain *chain);

/* The last layer with weights stands before a ReLU: a truncated normal of variance 2 / ((fan in + fan out) / 2). */
void chain_initialize_for_relu(layer_chain *chain);

/* The status, and the last node as the output. */
coulomb_status chain_end(const layer_chain *chain, int32_t *output);

#endif
