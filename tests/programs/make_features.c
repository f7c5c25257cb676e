/* make_features FILE SIDE CHANNELS FILTERS: a network for --features: two convolutions of images, with random weights.
 */
#include <coulomb/coulomb.h>

#include <stdio.h>
#include <stdlib.h>

static coulomb_status convolve(coulomb_network *network, size_t filters, int32_t *node)
{
    static const size_t kernel[] = {5, 5}, stride[] = {2, 2};
    coulomb_status status =
        coulomb_network_conv2d(network, *node, filters, kernel, stride, COULOMB_PADDING_SAME, NULL, NULL, node);
    return status == COULOMB_OK ? coulomb_network_leaky_relu(network, *node, 0.2, node) : status;
}

static coulomb_status build(coulomb_network *network, size_t side, size_t channels, size_t filters)
{
    const size_t image[] = {side, side, channels};
    int32_t node;
    coulomb_status status = coulomb_network_input(network, image, 3, &node);
    if (status == COULOMB_OK)
        status = convolve(network, filters, &node);
    if (status == COULOMB_OK)
        status = convolve(network, 2 * filters, &node);
    if (status == COULOMB_OK)
        status = coulomb_network_flatten(network, node, &node);
    return status == COULOMB_OK ? coulomb_network_finish(network, node, 1) : status;
}

int main(int count, char **arguments)
{
    coulomb_context *context;
    coulomb_network *network = NULL;
    if (count != 5 || coulomb_context_new(&context) != COULOMB_OK)
        return 2;
    coulomb_status status = coulomb_network_new(context, &network);
    if (status == COULOMB_OK)
        status = build(network, (size_t)atoi(arguments[2]), (size_t)atoi(arguments[3]), (size_t)atoi(arguments[4]));
    if (status == COULOMB_OK)
        status = coulomb_network_save(network, arguments[1]);
    if (status != COULOMB_OK)
        fprintf(stderr, "%s\n", coulomb_context_error(context));
    coulomb_network_free(network);
    coulomb_context_free(context);
    return status == COULOMB_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
