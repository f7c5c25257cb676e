#include "networks.h"

#include "corpus.h"

#include "support/succeed.h"

#include <coulomb/layers.h>
#include <coulomb/parameters.h>

enum { KERNEL = 5 };

static const double block_share = 0.3, norm_epsilon = 1e-5, norm_momentum = 0.9;

static coulomb_status add_conv(coulomb_network *network, size_t channels, size_t kernel, int32_t *node)
{
    return coulomb_network_conv1d(network, *node, channels, kernel, 1, COULOMB_PADDING_SAME, NULL, NULL, node);
}

static coulomb_status add_norm(coulomb_network *network, int32_t *node)
{
    return coulomb_network_batch_norm(network, *node, norm_epsilon, norm_momentum, 0, NULL, node);
}

/* x + 0.3 f(x), f being ReLU, convolution and, in the generator, batch norm, twice. */
static coulomb_status add_block(coulomb_network *network, size_t width, bool normed, int32_t *node)
{
    int32_t input = *node;
    coulomb_status status = COULOMB_OK;
    for (size_t layer = 0; layer < 2 && status == COULOMB_OK; layer++) {
        status = coulomb_network_relu(network, *node, node);
        if (status == COULOMB_OK)
            status = add_conv(network, width, KERNEL, node);
        if (status == COULOMB_OK && normed)
            status = add_norm(network, node);
    }
    if (status == COULOMB_OK)
        status = coulomb_network_scale(network, *node, block_share, node);
    return status == COULOMB_OK ? coulomb_network_add(network, *node, input, node) : status;
}

/* All weights start as the blocks' are to, in front of a ReLU; then those outside of blocks are set back. */
static coulomb_status add_blocks(coulomb_network *network, const network_settings *chosen, bool normed, int32_t *node)
{
    coulomb_status status = COULOMB_OK;
    for (uint64_t i = 0; i < chosen->blocks && status == COULOMB_OK; i++)
        status = add_block(network, (size_t)chosen->width, normed, node);
    return status == COULOMB_OK ? coulomb_network_set_initializer_variance_scaling(
                                      network, NULL, 2, COULOMB_FAN_AVERAGE, COULOMB_DISTRIBUTION_TRUNCATED_NORMAL)
                                : status;
}

/* The latent's first values, and the rest as noise for the characters. */
static coulomb_status split_latent(coulomb_network *network, const network_settings *chosen, const size_t line[2],
                                   int32_t *node, int32_t *noise)
{
    coulomb_status status = coulomb_network_slice(network, *node, (size_t)chosen->latent, line[0] * line[1], noise);
    if (status == COULOMB_OK)
        status = coulomb_network_reshape(network, *noise, line, 2, noise);
    return status == COULOMB_OK ? coulomb_network_slice(network, *node, 0, (size_t)chosen->latent, node) : status;
}

static coulomb_status build_generator(coulomb_network *network, const network_settings *chosen, size_t vocabulary,
                                      uint64_t seed)
{
    const bool drawn = chosen->output == OUTPUT_CATEGORICAL;
    const size_t line[] = {LINE_LENGTH, vocabulary}, sequence[] = {LINE_LENGTH, (size_t)chosen->width};
    const size_t latent = (size_t)chosen->latent + (drawn ? line[0] * line[1] : 0);
    int32_t node, noise = 0;
    coulomb_status status = coulomb_network_input(network, &latent, 1, &node);
    if (status == COULOMB_OK && drawn)
        status = split_latent(network, chosen, line, &node, &noise);
    if (status == COULOMB_OK)
        status = coulomb_network_dense(network, node, sequence[0] * sequence[1], NULL, &node);
    if (status == COULOMB_OK)
        status = coulomb_network_reshape(network, node, sequence, 2, &node);
    if (status == COULOMB_OK)
        status = add_norm(network, &node);
    if (status == COULOMB_OK)
        status = add_blocks(network, chosen, true, &node);
    if (status == COULOMB_OK)
        status = coulomb_network_set_initializer(network, "dense1.weight", COULOMB_INITIALIZER_GLOROT_UNIFORM);
    if (status == COULOMB_OK)
        status = add_conv(network, vocabulary, 1, &node);
    if (status == COULOMB_OK)
        status = drawn ? coulomb_network_categorical(network, node, noise, &vocabulary, 1, chosen->temperature, &node)
                       : coulomb_network_softmax(network, node, &node);
    return status == COULOMB_OK ? coulomb_network_finish(network, node, seed) : status;
}

static coulomb_status build_discriminator(coulomb_network *network, const network_settings *chosen, size_t vocabulary,
                                          uint64_t seed)
{
    const size_t line[] = {LINE_LENGTH, vocabulary};
    int32_t node;
    coulomb_status status = coulomb_network_input(network, line, 2, &node);
    if (status == COULOMB_OK)
        status = add_conv(network, (size_t)chosen->width, 1, &node);
    if (status == COULOMB_OK)
        status = add_blocks(network, chosen, false, &node);
    if (status == COULOMB_OK)
        status = coulomb_network_set_initializer(network, "conv1.weight", COULOMB_INITIALIZER_GLOROT_UNIFORM);
    if (status == COULOMB_OK)
        status = coulomb_network_flatten(network, node, &node);
    if (status == COULOMB_OK)
        status = coulomb_network_dense(network, node, 1, NULL, &node);
    return status == COULOMB_OK ? coulomb_network_finish(network, node, seed) : status;
}

bool networks_make(coulomb_context *context, const network_settings *chosen, size_t vocabulary, uint64_t seed,
                   coulomb_network **generator, coulomb_network **discriminator)
{
    /* two seeds, so that the networks' equal shapes do not start with equal numbers */
    *generator = *discriminator = NULL;
    coulomb_status status = coulomb_network_new(context, generator);
    if (status == COULOMB_OK)
        status = build_generator(*generator, chosen, vocabulary, 2 * seed);
    bool none = chosen->discriminator == DISCRIMINATOR_NONE;
    if (status == COULOMB_OK && !none)
        status = coulomb_network_new(context, discriminator);
    if (status == COULOMB_OK && !none)
        status = build_discriminator(*discriminator, chosen, vocabulary, 2 * seed + 1);
    if (succeeded(context, status, "building the networks"))
        return true;
    coulomb_network_free(*generator);
    coulomb_network_free(*discriminator);
    *generator = *discriminator = NULL;
    return false;
}
