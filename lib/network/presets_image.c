/* Published convolutional networks without residual blocks: those of Coulomb GANs, DCGAN (Radford et al. 2016) and
 * BEGAN (Berthelot et al. 2017). */
#include "network/presets.h"

enum { SIDE = 4, CHANNELS = 1024 };

static const chain_window coulomb_window = {.kernel = 5, .stride = 2, .padding = COULOMB_PADDING_SAME};

static void norm(layer_chain *chain)
{
    chain_norm(chain, 1e-3, 0.99, true);
}

/* Transposed convolutions that double the side and halve the channels up to half the image's, and one to the image. */
static void double_up(layer_chain *chain, const tensor_shape *sample, size_t side, size_t channels, chain_window window)
{
    for (; 2 * side < sample->extent[0]; side *= 2) {
        channels /= 2;
        chain_transposed(chain, channels, window);
        chain_initialize_for_relu(chain);
        norm(chain);
        chain_activate(chain, coulomb_network_relu);
    }
    chain_transposed(chain, sample->extent[2], window);
}

static void coulomb_generator(layer_chain *chain, const preset_request *request, activation_function *last)
{
    const size_t image[] = {SIDE, SIDE, CHANNELS};
    chain_image_latent(chain, request);
    chain_dense(chain, SIDE * SIDE * CHANNELS);
    chain_initialize_for_relu(chain);
    chain_activate(chain, coulomb_network_relu);
    chain_reshape(chain, 3, image);
    double_up(chain, &request->sample, SIDE, CHANNELS, coulomb_window);
    chain_activate(chain, last);
}

void preset_coulomb_generator(layer_chain *chain, const preset_request *request)
{
    coulomb_generator(chain, request, coulomb_network_lecun_tanh);
}

void preset_coulomb_tanh_generator(layer_chain *chain, const preset_request *request)
{
    coulomb_generator(chain, request, coulomb_network_tanh);
}

/* Four convolutions from `channels` on, doubling. */
static void coulomb_discriminator(layer_chain *chain, const preset_request *request, size_t channels)
{
    chain_image(chain, request);
    for (size_t layer = 0; layer < 4; layer++) {
        chain_conv(chain, channels << layer, coulomb_window);
        norm(chain);
        chain_leaky_relu(chain);
    }
    chain_activate(chain, coulomb_network_flatten);
    chain_dense(chain, 1);
}

void preset_coulomb_64_discriminator(layer_chain *chain, const preset_request *request)
{
    coulomb_discriminator(chain, request, 64);
}

void preset_coulomb_128_discriminator(layer_chain *chain, const preset_request *request)
{
    coulomb_discriminator(chain, request, 128);
}

void preset_coulomb_256_discriminator(layer_chain *chain, const preset_request *request)
{
    coulomb_discriminator(chain, request, 256);
}

/* --- DCGAN: kernels of 4 x 4; a pixel becomes 4 x 4 pixels, and the other way round --- */

enum { DCGAN_KERNEL = 4, DCGAN_MOST = 512, DCGAN_LEAST = 64 };

static const chain_window dcgan_window = {.kernel = DCGAN_KERNEL, .stride = 2, .padding = COULOMB_PADDING_SAME},
                          dcgan_pixel = {.kernel = DCGAN_KERNEL, .stride = 1, .padding = COULOMB_PADDING_VALID};

void preset_dcgan_generator(layer_chain *chain, const preset_request *request)
{
    const size_t pixel[] = {1, 1, request->latent};
    chain_image_latent(chain, request);
    chain_reshape(chain, 3, pixel);
    chain_transposed(chain, DCGAN_MOST, dcgan_pixel);
    chain_initialize_for_relu(chain);
    norm(chain);
    chain_activate(chain, coulomb_network_relu);
    double_up(chain, &request->sample, DCGAN_KERNEL, DCGAN_MOST, dcgan_window);
    chain_activate(chain, coulomb_network_tanh);
}

void preset_dcgan_discriminator(layer_chain *chain, const preset_request *request)
{
    chain_image(chain, request);
    size_t channels = DCGAN_LEAST;
    for (size_t side = request->sample.extent[0]; side > DCGAN_KERNEL; side /= 2, channels *= 2) {
        chain_conv(chain, channels, dcgan_window);
        norm(chain);
        chain_leaky_relu(chain);
    }
    chain_conv(chain, 1, dcgan_pixel);
    chain_activate(chain, coulomb_network_flatten);
}

/* --- BEGAN: kernels of 3 x 3 and ELUs, from 8 x 8 pixels on --- */

enum { BEGAN_SIDE = 8, BEGAN_CHANNELS = 128 };

static chain_window began_window(size_t stride)
{
    return (chain_window){.kernel = 3, .stride = stride, .padding = COULOMB_PADDING_SAME};
}

static void began_conv(layer_chain *chain, size_t channels, size_t stride)
{
    chain_conv(chain, channels, began_window(stride));
    chain_activate(chain, coulomb_network_elu);
}

void preset_began_generator(layer_chain *chain, const preset_request *request)
{
    chain_image_latent(chain, request);
    chain_dense_image(chain, BEGAN_SIDE, BEGAN_CHANNELS);
    for (size_t side = BEGAN_SIDE; side <= request->sample.extent[0]; side *= 2) {
        if (side > BEGAN_SIDE)
            chain_upsample(chain);
        began_conv(chain, BEGAN_CHANNELS, 1);
        began_conv(chain, BEGAN_CHANNELS, 1);
    }
    chain_conv(chain, request->sample.extent[2], began_window(1));
}

void preset_began_discriminator(layer_chain *chain, const preset_request *request)
{
    chain_image(chain, request);
    began_conv(chain, BEGAN_CHANNELS, 1);
    size_t channels = BEGAN_CHANNELS;
    for (size_t side = request->sample.extent[0]; side >= BEGAN_SIDE; side /= 2, channels += BEGAN_CHANNELS) {
        began_conv(chain, channels, 1);
        began_conv(chain, channels, 1);
        if (side > BEGAN_SIDE)
            began_conv(chain, channels, 2);
    }
    chain_activate(chain, coulomb_network_flatten);
    chain_dense(chain, 1);
}
