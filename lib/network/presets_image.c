/* Published convolutional networks without residual blocks: those of Coulomb GANs ("my"), DCGAN (Radford et al. 2016)
 * and BEGAN (Berthelot et al. 2017). */
#include "network/presets.h"

enum { KERNEL = 5, GENERATOR_SIDE = 4, GENERATOR_CHANNELS = 1024 };

/* Transposed convolutions that double the side and halve the channels up to half the image's, and one to the image. */
static void double_up(layer_chain *chain, const tensor_shape *sample, size_t side, size_t channels, size_t kernel)
{
    for (; 2 * side < sample->extent[0]; side *= 2) {
        channels /= 2;
        chain_transposed(chain, channels, kernel, 2);
        chain_initialize_for_relu(chain);
        chain_norm(chain, true);
        chain_activate(chain, coulomb_network_relu);
    }
    chain_transposed(chain, sample->extent[2], kernel, 2);
}

static coulomb_status coulomb_generator(coulomb_network *network, const tensor_shape *sample, size_t latent,
                                        activation_function *last, int32_t *output)
{
    layer_chain chain = chain_latent(network, sample, latent);
    chain_dense(&chain, GENERATOR_SIDE * GENERATOR_SIDE * GENERATOR_CHANNELS);
    chain_initialize_for_relu(&chain);
    chain_activate(&chain, coulomb_network_relu);
    const size_t image[] = {GENERATOR_SIDE, GENERATOR_SIDE, GENERATOR_CHANNELS};
    if (chain.status == COULOMB_OK)
        chain.status = coulomb_network_reshape(network, chain.node, image, 3, &chain.node);
    double_up(&chain, sample, GENERATOR_SIDE, GENERATOR_CHANNELS, KERNEL);
    chain_activate(&chain, last);
    return chain_end(&chain, output);
}

coulomb_status preset_coulomb_generator(coulomb_network *network, const tensor_shape *sample, size_t latent,
                                        int32_t *output)
{
    return coulomb_generator(network, sample, latent, coulomb_network_lecun_tanh, output);
}

coulomb_status preset_coulomb_tanh_generator(coulomb_network *network, const tensor_shape *sample, size_t latent,
                                             int32_t *output)
{
    return coulomb_generator(network, sample, latent, coulomb_network_tanh, output);
}

/* Four convolutions from `channels` on, doubling. */
static coulomb_status coulomb_discriminator(coulomb_network *network, const tensor_shape *sample, size_t channels,
                                            int32_t *output)
{
    layer_chain chain = chain_image(network, sample);
    for (size_t layer = 0; layer < 4; layer++) {
        chain_conv(&chain, channels << layer, KERNEL, 2);
        chain_norm(&chain, true);
        chain_leaky_relu(&chain);
    }
    chain_activate(&chain, coulomb_network_flatten);
    chain_dense(&chain, 1);
    return chain_end(&chain, output);
}

coulomb_status preset_coulomb_64_discriminator(coulomb_network *network, const tensor_shape *sample, size_t latent,
                                               int32_t *output)
{
    (void)latent;
    return coulomb_discriminator(network, sample, 64, output);
}

coulomb_status preset_coulomb_128_discriminator(coulomb_network *network, const tensor_shape *sample, size_t latent,
                                                int32_t *output)
{
    (void)latent;
    return coulomb_discriminator(network, sample, 128, output);
}

coulomb_status preset_coulomb_256_discriminator(coulomb_network *network, const tensor_shape *sample, size_t latent,
                                                int32_t *output)
{
    (void)latent;
    return coulomb_discriminator(network, sample, 256, output);
}

/* --- DCGAN: kernels of 4 x 4; a pixel becomes 4 x 4 pixels, and the other way round --- */

enum { DCGAN_KERNEL = 4, DCGAN_MOST = 512, DCGAN_LEAST = 64 };

static const size_t dcgan_window[] = {DCGAN_KERNEL, DCGAN_KERNEL};

coulomb_status preset_dcgan_generator(coulomb_network *network, const tensor_shape *sample, size_t latent,
                                      int32_t *output)
{
    layer_chain chain = chain_latent(network, sample, latent);
    const size_t pixel[] = {1, 1, latent};
    if (chain.status == COULOMB_OK)
        chain.status = coulomb_network_reshape(network, chain.node, pixel, 3, &chain.node);
    if (chain.status == COULOMB_OK)
        chain.status = coulomb_network_conv2d_transposed(network, chain.node, DCGAN_MOST, dcgan_window, NULL,
                                                         COULOMB_PADDING_VALID, NULL, NULL, &chain.node);
    chain_initialize_for_relu(&chain);
    chain_norm(&chain, true);
    chain_activate(&chain, coulomb_network_relu);
    double_up(&chain, sample, DCGAN_KERNEL, DCGAN_MOST, DCGAN_KERNEL);
    chain_activate(&chain, coulomb_network_tanh);
    return chain_end(&chain, output);
}

coulomb_status preset_dcgan_discriminator(coulomb_network *network, const tensor_shape *sample, size_t latent,
                                          int32_t *output)
{
    (void)latent;
    layer_chain chain = chain_image(network, sample);
    size_t channels = DCGAN_LEAST;
    for (size_t side = sample->extent[0]; side > DCGAN_KERNEL; side /= 2, channels *= 2) {
        chain_conv(&chain, channels, DCGAN_KERNEL, 2);
        chain_norm(&chain, true);
        chain_leaky_relu(&chain);
    }
    if (chain.status == COULOMB_OK)
        chain.status = coulomb_network_conv2d(network, chain.node, 1, dcgan_window, NULL, COULOMB_PADDING_VALID, NULL,
                                              NULL, &chain.node);
    chain_activate(&chain, coulomb_network_flatten);
    return chain_end(&chain, output);
}

/* --- BEGAN: kernels of 3 x 3 and ELUs, from 8 x 8 pixels on --- */

enum { BEGAN_SIDE = 8, BEGAN_CHANNELS = 128, BEGAN_KERNEL = 3 };

static void began_conv(layer_chain *chain, size_t channels, size_t stride)
{
    chain_conv(chain, channels, BEGAN_KERNEL, stride);
    chain_activate(chain, coulomb_network_elu);
}

coulomb_status preset_began_generator(coulomb_network *network, const tensor_shape *sample, size_t latent,
                                      int32_t *output)
{
    layer_chain chain = chain_latent(network, sample, latent);
    chain_dense_image(&chain, BEGAN_SIDE, BEGAN_CHANNELS);
    for (size_t side = BEGAN_SIDE; side <= sample->extent[0]; side *= 2) {
        if (side > BEGAN_SIDE)
            chain_upsample(&chain);
        began_conv(&chain, BEGAN_CHANNELS, 1);
        began_conv(&chain, BEGAN_CHANNELS, 1);
    }
    chain_conv(&chain, sample->extent[2], BEGAN_KERNEL, 1);
    return chain_end(&chain, output);
}

coulomb_status preset_began_discriminator(coulomb_network *network, const tensor_shape *sample, size_t latent,
                                          int32_t *output)
{
    (void)latent;
    layer_chain chain = chain_image(network, sample);
    began_conv(&chain, BEGAN_CHANNELS, 1);
    size_t channels = BEGAN_CHANNELS;
    for (size_t side = sample->extent[0]; side >= BEGAN_SIDE; side /= 2, channels += BEGAN_CHANNELS) {
        began_conv(&chain, channels, 1);
        began_conv(&chain, channels, 1);
        if (side > BEGAN_SIDE)
            began_conv(&chain, channels, 2);
    }
    chain_activate(&chain, coulomb_network_flatten);
    chain_dense(&chain, 1);
    return chain_end(&chain, output);
}
