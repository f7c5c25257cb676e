/* Networks of residual blocks for text: lines of one-hot characters, after Gulrajani et al. 2017. */
#include "network/presets.h"

enum { LENGTH = 32, WIDTH = 512, BLOCKS = 5, KERNEL = 5 };

static const double block_share = 0.3, norm_epsilon = 1e-5, norm_momentum = 0.9;

static coulomb_status check_text(coulomb_context *context, const tensor_shape *sample)
{
    if (sample->rank == 2 && sample->extent[0] == LENGTH)
        return COULOMB_OK;
    return fail(context, COULOMB_ERROR_SHAPE,
                "a sample of shape %s; expected [%d, c] with a vocabulary of c characters", shape_print(sample).text,
                LENGTH);
}

static layer_chain chain_text(coulomb_network *network, const tensor_shape *sample, size_t rank, const size_t *input)
{
    layer_chain chain = {.network = network, .status = check_text(network->context, sample)};
    if (chain.status == COULOMB_OK)
        chain.status = coulomb_network_input(network, input, rank, &chain.node);
    return chain;
}

static void conv(layer_chain *chain, size_t channels, size_t kernel)
{
    if (chain->status == COULOMB_OK)
        chain->status = coulomb_network_conv1d(chain->network, chain->node, channels, kernel, 1, COULOMB_PADDING_SAME,
                                               NULL, NULL, &chain->node);
}

static void norm(layer_chain *chain)
{
    if (chain->status == COULOMB_OK)
        chain->status =
            coulomb_network_batch_norm(chain->network, chain->node, norm_epsilon, norm_momentum, 0, NULL, &chain->node);
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

coulomb_status preset_billion_word_generator(coulomb_network *network, const tensor_shape *sample, size_t latent,
                                             int32_t *output)
{
    const size_t sequence[] = {LENGTH, WIDTH};
    layer_chain chain = chain_text(network, sample, 1, &latent);
    chain_dense(&chain, LENGTH * WIDTH);
    if (chain.status == COULOMB_OK)
        chain.status = coulomb_network_reshape(network, chain.node, sequence, 2, &chain.node);
    norm(&chain);
    for (size_t block = 0; block < BLOCKS; block++)
        residual_block(&chain, true);
    conv(&chain, sample->extent[1], 1);
    chain_activate(&chain, coulomb_network_softmax);
    return chain_end(&chain, output);
}

coulomb_status preset_billion_word_discriminator(coulomb_network *network, const tensor_shape *sample, size_t latent,
                                                 int32_t *output)
{
    (void)latent;
    layer_chain chain = chain_text(network, sample, sample->rank, sample->extent);
    conv(&chain, WIDTH, 1);
    for (size_t block = 0; block < BLOCKS; block++)
        residual_block(&chain, false);
    chain_activate(&chain, coulomb_network_flatten);
    chain_dense(&chain, 1);
    return chain_end(&chain, output);
}
