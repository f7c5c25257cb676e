/* Networks of residual blocks for text: lines of one-hot characters, after Gulrajani et al. 2017. */
#include "network/presets.h"

enum { LENGTH = 32, WIDTH = 512, BLOCKS = 5, KERNEL = 5 };

static const double block_share = 0.3;

static void check_text(layer_chain *chain, const tensor_shape *sample)
{
    if (sample->rank != 2 || sample->extent[0] != LENGTH)
        chain->status = fail(chain->network->context, COULOMB_ERROR_SHAPE,
                             "the sample's shape is %s; expected [%d, c] with a vocabulary of c characters",
                             shape_print(sample).text, LENGTH);
}

static void conv(layer_chain *chain, size_t channels, size_t kernel)
{
    if (chain->status == COULOMB_OK)
        chain->status = coulomb_network_conv1d(chain->network, chain->node, channels, kernel, 1, COULOMB_PADDING_SAME,
                                               NULL, NULL, &chain->node);
}

static void norm(layer_chain *chain)
{
    chain_norm(chain, 1e-5, 0.9, false);
}

/* r(x) = x + 0.3 f(x), f being ReLU, convolution and, in the generator, batch norm, twice. */
static void residual_block(layer_chain *chain, bool normed)
{
    int32_t input = chain->node;
    for (size_t layer = 0; layer < 2; layer++) {
        chain_activate(chain, coulomb_network_relu);
        conv(chain, WIDTH, KERNEL);
        chain_initialize_for_relu(chain);
        if (normed)
            norm(chain);
    }
    if (chain->status == COULOMB_OK)
        chain->status = coulomb_network_scale(chain->network, chain->node, block_share, &chain->node);
    chain_add(chain, input);
}

void preset_billion_word_generator(layer_chain *chain, const preset_request *request)
{
    const size_t sequence[] = {LENGTH, WIDTH};
    check_text(chain, &request->sample);
    chain_input(chain, 1, &request->latent);
    chain_dense(chain, LENGTH * WIDTH);
    chain_reshape(chain, 2, sequence);
    norm(chain);
    for (size_t block = 0; block < BLOCKS; block++)
        residual_block(chain, true);
    conv(chain, request->sample.extent[1], 1);
    chain_activate(chain, coulomb_network_softmax);
}

void preset_billion_word_discriminator(layer_chain *chain, const preset_request *request)
{
    check_text(chain, &request->sample);
    chain_input(chain, request->sample.rank, request->sample.extent);
    conv(chain, WIDTH, 1);
    for (size_t block = 0; block < BLOCKS; block++)
        residual_block(chain, false);
    chain_activate(chain, coulomb_network_flatten);
    chain_dense(chain, 1);
}
