/* Networks of residual blocks for images, after Gulrajani et al. 2017. */
#include "network/presets.h"

enum { SIDE = 4, KERNEL = 3, GENERATOR_CHANNELS = 512, DISCRIMINATOR_CHANNELS = 64 };

/* Changes the size of an image: up or down. */
typedef void resize(layer_chain *chain);

static void norm_and_relu(layer_chain *chain)
{
    chain_norm(chain, false);
    chain_activate(chain, coulomb_network_relu);
}

static void conv_for_relu(layer_chain *chain, size_t channels)
{
    chain_conv(chain, channels, KERNEL, 1);
    chain_initialize_for_relu(chain);
}

/* Batch norm, ReLU, convolution, twice, beside a 1 x 1 convolution; `up` comes before the first convolutions, `down`
 * after the last, on the shortcut before its own, which gives the same for less work. */
static void residual_block(layer_chain *chain, size_t in, size_t out, resize *up, resize *down)
{
    layer_chain shortcut = *chain;
    if (up != NULL)
        up(&shortcut);
    if (down != NULL)
        down(&shortcut);
    chain_conv(&shortcut, out, 1, 1);
    chain->status = shortcut.status;
    norm_and_relu(chain);
    if (up != NULL)
        up(chain);
    conv_for_relu(chain, in);
    norm_and_relu(chain);
    conv_for_relu(chain, out);
    if (down != NULL)
        down(chain);
    chain_add(chain, shortcut.node);
}

coulomb_status preset_resnet_generator(coulomb_network *network, const tensor_shape *sample, size_t latent,
                                       int32_t *output)
{
    layer_chain chain = chain_latent(network, sample, latent);
    chain_dense_image(&chain, SIDE, GENERATOR_CHANNELS);
    size_t in = GENERATOR_CHANNELS, out = GENERATOR_CHANNELS;
    for (size_t side = SIDE; side < sample->extent[0]; side *= 2) {
        residual_block(&chain, in, out, chain_upsample, NULL);
        in = out;
        out /= 2;
    }
    norm_and_relu(&chain);
    chain_conv(&chain, sample->extent[2], 1, 1);
    chain_activate(&chain, coulomb_network_tanh);
    return chain_end(&chain, output);
}

coulomb_status preset_resnet_discriminator(coulomb_network *network, const tensor_shape *sample, size_t latent,
                                           int32_t *output)
{
    (void)latent;
    layer_chain chain = chain_image(network, sample);
    size_t channels = DISCRIMINATOR_CHANNELS;
    chain_conv(&chain, channels, KERNEL, 1);
    for (size_t side = sample->extent[0]; side > SIDE; side /= 2) {
        residual_block(&chain, channels, 2 * channels, NULL, chain_average_pool);
        channels *= 2;
    }
    chain_activate(&chain, coulomb_network_flatten);
    chain_dense(&chain, 1);
    return chain_end(&chain, output);
}
