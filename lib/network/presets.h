/* What the files of presets share. */
#ifndef NETWORK_PRESETS_H
#define NETWORK_PRESETS_H

#include "network/network.h"

/* A chain of layers under construction. After a failure the functions below do nothing. */
typedef struct layer_chain {
    coulomb_network *network;
    coulomb_status status;
    int32_t node; /* the last layer */
} layer_chain;

/* The samples a network is for, and the size of the latent; 0 for discriminators. */
typedef struct preset_request {
    tensor_shape sample;
    size_t latent;
} preset_request;

/* Builds the preset on a chain without layers; the last one is the output. */
typedef void preset_build(layer_chain *chain, const preset_request *request);

/* presets_image.c, presets_residual.c and presets_text.c */
preset_build preset_coulomb_generator, preset_coulomb_tanh_generator, preset_coulomb_64_discriminator,
    preset_coulomb_128_discriminator, preset_coulomb_256_discriminator;
preset_build preset_dcgan_generator, preset_dcgan_discriminator, preset_began_generator, preset_began_discriminator,
    preset_resnet_generator, preset_resnet_discriminator;
preset_build preset_billion_word_generator, preset_billion_word_discriminator;

/* --- appending to a chain --- */

void chain_input(layer_chain *chain, size_t rank, const size_t *shape);

/* The latent of a generator of images, and an image. Images are square, of 32, 64 or 128 pixels and 1 or 3 channels. */
void chain_image_latent(layer_chain *chain, const preset_request *request);
void chain_image(layer_chain *chain, const preset_request *request);

void chain_dense(layer_chain *chain, size_t units);
void chain_reshape(layer_chain *chain, size_t rank, const size_t *shape);
void chain_dense_image(layer_chain *chain, size_t side, size_t channels);

/* Square kernels; `padding` is COULOMB_PADDING_SAME or _VALID. */
typedef struct chain_window {
    size_t kernel, stride;
    int32_t padding;
} chain_window;
void chain_conv(layer_chain *chain, size_t channels, chain_window window);
void chain_transposed(layer_chain *chain, size_t channels, chain_window window);

void chain_upsample(layer_chain *chain);
void chain_average_pool(layer_chain *chain);
void chain_norm(layer_chain *chain, double epsilon, double momentum, bool scale);
void chain_add(layer_chain *chain, int32_t other);

typedef coulomb_status activation_function(coulomb_network *network, int32_t input, int32_t *node);
void chain_activate(layer_chain *chain, activation_function *activation);
void chain_leaky_relu(layer_chain *chain);

/* Initialise the last layer with weights for a ReLU: truncated normal, variance 2 / ((fan in + fan out) / 2). */
void chain_initialize_for_relu(layer_chain *chain);

#endif
