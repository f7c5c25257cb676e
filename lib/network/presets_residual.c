/* Networks of residual blocks for images, after Gulrajani et al. 2017. */
#include "network/presets.h"

enum { SIDE = 4, GENERATOR_CHANNELS = 512, DISCRIMINATOR_CHANNELS = 64 };

static const chain_window block_window = {.kernel = 3, .stride = 1, .padding = COULOMB_PADDING_SAME},
                          pixel_window = {.kernel = 1, .stride = 1, .padding = COULOMB_PADDING_SAME};

/* Changes the size of an image: up or down. */
typedef void resize(layer_chain *chain);

static void norm_and_relu(layer_chain *chain)
{
    chain_norm(chain, 1e-3, 0.99, false);
    chain_activate(chain, coulomb_network_relu);
}

static void conv_for_relu(layer_chain *chain, size_t channels)
{
    chain_conv(chain, channels, block_window);
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
    chain_conv(&shortcut, out, pixel_window);
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

void preset_resnet_generator(layer_chain *chain, const preset_request *request)
{
    chain_image_latent(chain, request);
    chain_dense_image(chain, SIDE, GENERATOR_CHANNELS);
    size_t in = GENERATOR_CHANNELS, out = GENERATOR_CHANNELS;
    for (size_t side = SIDE; side < request->sample.extent[0]; side *= 2) {
        residual_block(chain, in, out, chain_upsample, NULL);
        in = out;
        out /= 2;
    }
    norm_and_relu(chain);
    chain_conv(chain, request->sample.extent[2], pixel_window);
    chain_activate(chain, coulomb_network_tanh);
}

void preset_resnet_discriminator(layer_chain *chain, const preset_request *request)
{
    chain_image(chain, request);
    size_t channels = DISCRIMINATOR_CHANNELS;
    chain_conv(chain, channels, block_window);
    for (size_t side = request->sample.extent[0]; side > SIDE; side /= 2) {
        residual_block(chain, channels, 2 * channels, NULL, chain_average_pool);
        channels *= 2;
    }
    chain_activate(chain, coulomb_network_flatten);
    chain_dense(chain, 1);
}
