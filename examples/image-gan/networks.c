#include "networks.h"

#include "support/succeed.h"

#include <coulomb/checkpoint.h>
#include <coulomb/latent.h>
#include <coulomb/layers.h>
#include <coulomb/parameters.h>
#include <stdio.h>

static const size_t kernel[] = {5, 5}, stride[] = {2, 2};

/* As the presets do in front of a ReLU. */
static coulomb_status initialize_for_relu(coulomb_network *network, const char *weight)
{
    return coulomb_network_set_initializer_variance_scaling(network, weight, 2, COULOMB_FAN_AVERAGE,
                                                            COULOMB_DISTRIBUTION_TRUNCATED_NORMAL);
}

static coulomb_status norm(coulomb_network *network, int32_t *node)
{
    return coulomb_network_batch_norm(network, *node, 1e-3, 0.99, 1, NULL, node);
}

/* Dense to 4 x 4 pixels, ReLU. */
static coulomb_status first_pixels(coulomb_network *network, size_t latent, size_t channels, int32_t *node)
{
    const size_t pixels[] = {4, 4, channels};
    coulomb_status status = coulomb_network_input(network, &latent, 1, node);
    if (status == COULOMB_OK)
        status = coulomb_network_dense(network, *node, 4 * 4 * channels, NULL, node);
    if (status == COULOMB_OK)
        status = initialize_for_relu(network, "dense1.weight");
    if (status == COULOMB_OK)
        status = coulomb_network_relu(network, *node, node);
    return status == COULOMB_OK ? coulomb_network_reshape(network, *node, pixels, 3, node) : status;
}

/* Transposed convolution with half as many channels, batch norm, ReLU; the `layer`-th, counted from 1. */
static coulomb_status double_side(coulomb_network *network, size_t layer, size_t channels, int32_t *node)
{
    char weight[32];
    snprintf(weight, sizeof weight, "transposed%zu.weight", layer);
    coulomb_status status = coulomb_network_conv2d_transposed(network, *node, channels, kernel, stride,
                                                              COULOMB_PADDING_SAME, NULL, NULL, node);
    if (status == COULOMB_OK)
        status = initialize_for_relu(network, weight);
    if (status == COULOMB_OK)
        status = norm(network, node);
    return status == COULOMB_OK ? coulomb_network_relu(network, *node, node) : status;
}

/* The preset coulomb-generator from other channels than 1024 on. */
static coulomb_status narrow_generator(coulomb_network *network, const settings *chosen, uint64_t seed)
{
    size_t size = (size_t)chosen->data.size, channels = (size_t)chosen->generator.channels, layer = 1;
    int32_t node;
    coulomb_status status = first_pixels(network, (size_t)chosen->latent, channels, &node);
    for (size_t side = 4; 2 * side < size && status == COULOMB_OK; side *= 2)
        status = double_side(network, layer++, channels /= 2, &node);
    if (status == COULOMB_OK)
        status = coulomb_network_conv2d_transposed(network, node, (size_t)chosen->data.channels, kernel, stride,
                                                   COULOMB_PADDING_SAME, NULL, NULL, &node);
    if (status == COULOMB_OK)
        status = chosen->generator.type == GENERATOR_MY ? coulomb_network_lecun_tanh(network, node, &node)
                                                        : coulomb_network_tanh(network, node, &node);
    return status == COULOMB_OK ? coulomb_network_finish(network, node, seed) : status;
}

/* The preset coulomb-64-discriminator from other channels than 64 on. */
static coulomb_status narrow_discriminator(coulomb_network *network, const settings *chosen, uint64_t seed)
{
    size_t size = (size_t)chosen->data.size, channels = (size_t)chosen->discriminator.channels;
    const size_t sample[] = {size, size, (size_t)chosen->data.channels};
    int32_t node;
    coulomb_status status = coulomb_network_input(network, sample, 3, &node);
    for (size_t layer = 0; layer < 4 && status == COULOMB_OK; layer++) {
        status = coulomb_network_conv2d(network, node, channels << layer, kernel, stride, COULOMB_PADDING_SAME, NULL,
                                        NULL, &node);
        if (status == COULOMB_OK)
            status = norm(network, &node);
        if (status == COULOMB_OK)
            status = coulomb_network_leaky_relu(network, node, 0.2, &node);
    }
    if (status == COULOMB_OK)
        status = coulomb_network_flatten(network, node, &node);
    if (status == COULOMB_OK)
        status = coulomb_network_dense(network, node, 1, NULL, &node);
    return status == COULOMB_OK ? coulomb_network_finish(network, node, seed) : status;
}

/* The options have the names of the reference's code, the presets those of the papers. */
static const char *const generator_presets[] = {[GENERATOR_MY] = "coulomb-generator",
                                                [GENERATOR_MY_TANH] = "coulomb-tanh-generator",
                                                [GENERATOR_DCGAN] = "dcgan-generator",
                                                [GENERATOR_BEGAN] = "began-generator",
                                                [GENERATOR_RESNET] = "resnet-generator"};
static const char *const discriminator_presets[] = {
    [DISCRIMINATOR_MY] = "coulomb-64-discriminator",       [DISCRIMINATOR_MY_BIG] = "coulomb-128-discriminator",
    [DISCRIMINATOR_MY_BIG2] = "coulomb-256-discriminator", [DISCRIMINATOR_DCGAN] = "dcgan-discriminator",
    [DISCRIMINATOR_BEGAN] = "began-discriminator",         [DISCRIMINATOR_RESNET] = "resnet-discriminator"};

static coulomb_status published(coulomb_context *context, const char *preset, const settings *chosen, size_t latent,
                                uint64_t seed, coulomb_network **network)
{
    const size_t sample[] = {(size_t)chosen->data.size, (size_t)chosen->data.size, (size_t)chosen->data.channels};
    return coulomb_network_new_preset(context, preset, sample, 3, latent, seed, network);
}

/* A network that could not be built is freed here. */
static coulomb_network *made(coulomb_context *context, coulomb_status status, const char *doing,
                             coulomb_network *network)
{
    if (succeeded(context, status, doing))
        return network;
    coulomb_network_free(network);
    return NULL;
}

/* The seeds of the two differ, so that arrays of equal shape do not start with equal numbers. */
coulomb_network *networks_generator(coulomb_context *context, const settings *chosen)
{
    uint64_t seed = 2 * chosen->training.seed;
    coulomb_network *network = NULL;
    coulomb_status status;
    if (chosen->generator.channels == 0) {
        status = published(context, generator_presets[chosen->generator.type], chosen, (size_t)chosen->latent, seed,
                           &network);
    } else {
        status = coulomb_network_new(context, &network);
        if (status == COULOMB_OK)
            status = narrow_generator(network, chosen, seed);
    }
    if (status == COULOMB_OK)
        status = coulomb_network_set_running_averages(network, chosen->results.norm_averages);
    return made(context, status, "building the generator", network);
}

coulomb_network *networks_discriminator(coulomb_context *context, const settings *chosen)
{
    uint64_t seed = 2 * chosen->training.seed + 1;
    coulomb_network *network = NULL;
    coulomb_status status;
    if (chosen->discriminator.channels == 0) {
        status = published(context, discriminator_presets[chosen->discriminator.type], chosen, 0, seed, &network);
    } else {
        status = coulomb_network_new(context, &network);
        if (status == COULOMB_OK)
            status = narrow_discriminator(network, chosen, seed);
    }
    return made(context, status, "building the discriminator", network);
}

coulomb_network *networks_features(coulomb_context *context, const settings *chosen)
{
    coulomb_network *network = NULL;
    coulomb_status status = coulomb_network_open(context, chosen->features, COULOMB_PART_ONLY, &network);
    if (status == COULOMB_OK)
        status = coulomb_network_set_running_averages(network, 1);
    return made(context, status, "opening --features", network);
}
