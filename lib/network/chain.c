/* Chains of layers, for presets. */
#include "network/presets.h"

static const double leak = 0.2; /* as in the published experiments */

void chain_input(layer_chain *chain, size_t rank, const size_t *shape)
{
    if (chain->status == COULOMB_OK)
        chain->status = coulomb_network_input(chain->network, shape, rank, &chain->node);
}

static coulomb_status check_image(coulomb_context *context, const tensor_shape *sample)
{
    size_t side = sample->extent[0], channels = sample->extent[2];
    if (sample->rank == 3 && sample->extent[1] == side && (side == 32 || side == 64 || side == 128) &&
        (channels == 1 || channels == 3))
        return COULOMB_OK;
    return fail(context, COULOMB_ERROR_SHAPE,
                "the sample's shape is %s; expected [32, 32, c], [64, 64, c] or [128, 128, c] with 1 or 3 channels c",
                shape_print(sample).text);
}

void chain_image_latent(layer_chain *chain, const preset_request *request)
{
    chain->status = check_image(chain->network->context, &request->sample);
    chain_input(chain, 1, &request->latent);
}

void chain_image(layer_chain *chain, const preset_request *request)
{
    chain->status = check_image(chain->network->context, &request->sample);
    chain_input(chain, request->sample.rank, request->sample.extent);
}

void chain_dense(layer_chain *chain, size_t units)
{
    if (chain->status == COULOMB_OK)
        chain->status = coulomb_network_dense(chain->network, chain->node, units, NULL, &chain->node);
}

void chain_reshape(layer_chain *chain, size_t rank, const size_t *shape)
{
    if (chain->status == COULOMB_OK)
        chain->status = coulomb_network_reshape(chain->network, chain->node, shape, rank, &chain->node);
}

void chain_dense_image(layer_chain *chain, size_t side, size_t channels)
{
    const size_t image[] = {side, side, channels};
    chain_dense(chain, side * side * channels);
    chain_reshape(chain, 3, image);
}

void chain_conv(layer_chain *chain, size_t channels, chain_window window)
{
    const size_t kernel[] = {window.kernel, window.kernel}, stride[] = {window.stride, window.stride};
    if (chain->status == COULOMB_OK)
        chain->status = coulomb_network_conv2d(chain->network, chain->node, channels, kernel, stride, window.padding,
                                               NULL, NULL, &chain->node);
}

void chain_transposed(layer_chain *chain, size_t channels, chain_window window)
{
    const size_t kernel[] = {window.kernel, window.kernel}, stride[] = {window.stride, window.stride};
    if (chain->status == COULOMB_OK)
        chain->status = coulomb_network_conv2d_transposed(chain->network, chain->node, channels, kernel, stride,
                                                          window.padding, NULL, NULL, &chain->node);
}

void chain_upsample(layer_chain *chain)
{
    const size_t twice[] = {2, 2};
    if (chain->status == COULOMB_OK)
        chain->status = coulomb_network_upsample2d(chain->network, chain->node, twice, &chain->node);
}

void chain_average_pool(layer_chain *chain)
{
    const size_t window[] = {2, 2};
    if (chain->status == COULOMB_OK)
        chain->status = coulomb_network_average_pool2d(chain->network, chain->node, window, NULL, COULOMB_PADDING_VALID,
                                                       NULL, &chain->node);
}

void chain_norm(layer_chain *chain, double epsilon, double momentum, bool scale)
{
    if (chain->status == COULOMB_OK)
        chain->status =
            coulomb_network_batch_norm(chain->network, chain->node, epsilon, momentum, scale, NULL, &chain->node);
}

void chain_add(layer_chain *chain, int32_t other)
{
    if (chain->status == COULOMB_OK)
        chain->status = coulomb_network_add(chain->network, chain->node, other, &chain->node);
}

void chain_activate(layer_chain *chain, activation_function *activation)
{
    if (chain->status == COULOMB_OK)
        chain->status = activation(chain->network, chain->node, &chain->node);
}

void chain_leaky_relu(layer_chain *chain)
{
    if (chain->status == COULOMB_OK)
        chain->status = coulomb_network_leaky_relu(chain->network, chain->node, leak, &chain->node);
}

void chain_initialize_for_relu(layer_chain *chain)
{
    coulomb_network *network = chain->network;
    for (size_t i = network->graph.parameters; chain->status == COULOMB_OK && i-- > 0;)
        if (network->graph.parameter[i].weight) {
            chain->status = coulomb_network_set_initializer_variance_scaling(network, network->graph.parameter[i].name,
                                                                             2.0, COULOMB_FAN_AVERAGE,
                                                                             COULOMB_DISTRIBUTION_TRUNCATED_NORMAL);
            return;
        }
}
