/* The layers for images and sequences, one function each. */
#include "network/network.h"

#include <string.h>

enum { EXTENT_MOST = 65536, IMAGE_RANK = 3, SEQUENCE_RANK = 2 };

static coulomb_status check_rank(coulomb_network *network, const op *layer, int32_t input, size_t rank)
{
    if (input < 0 || (size_t)input >= network->nodes)
        return COULOMB_OK; /* network_add_node() says what is wrong */
    const tensor_shape *shape = &network->node[input].shape;
    if (shape->rank == rank)
        return COULOMB_OK;
    return fail(network->context, COULOMB_ERROR_SHAPE, "%s: the input's shape is %s; expected %s", layer->name,
                shape_print(shape).text,
                rank == IMAGE_RANK ? "an image, [height, width, channels]" : "a sequence, [length, channels]");
}

static coulomb_status check_extents(coulomb_context *context, const char *name, const size_t *extents, size_t count,
                                    size_t least)
{
    for (size_t i = 0; i < count; i++)
        if (extents[i] < least || extents[i] > EXTENT_MOST)
            return fail(context, COULOMB_ERROR_ARGUMENT, "%s[%zu] is %zu; expected %zu to %d", name, i, extents[i],
                        least, EXTENT_MOST);
    return COULOMB_OK;
}

/* Kernel, stride and padding of `axes` axes into the settings; those of a sequence go to the columns. */
static coulomb_status take_window(coulomb_context *context, size_t axes, const size_t *kernel, const size_t *stride,
                                  int32_t padding, const size_t *pads, op_settings *settings)
{
    if (kernel == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "kernel is NULL");
    if (padding < COULOMB_PADDING_SAME || padding > COULOMB_PADDING_EXPLICIT)
        return fail(context, COULOMB_ERROR_ARGUMENT, "padding is %d; expected COULOMB_PADDING_* (1 to 3)",
                    (int)padding);
    if ((pads != NULL) != (padding == COULOMB_PADDING_EXPLICIT))
        return fail(context, COULOMB_ERROR_ARGUMENT, "pads is %s; explicit padding has pads, others have none",
                    pads == NULL ? "NULL" : "not NULL");
    size_t first = 2 - axes;
    *settings = (op_settings){.kernel = {1, 1}, .stride = {1, 1}, .padding = padding};
    coulomb_status status = check_extents(context, "kernel", kernel, axes, 1);
    if (status == COULOMB_OK && stride != NULL)
        status = check_extents(context, "stride", stride, axes, 1);
    if (status == COULOMB_OK && pads != NULL)
        status = check_extents(context, "pads", pads, 2 * axes, 0);
    if (status != COULOMB_OK)
        return status;
    memcpy(settings->kernel + first, kernel, axes * sizeof *kernel);
    if (stride != NULL)
        memcpy(settings->stride + first, stride, axes * sizeof *stride);
    if (pads != NULL)
        memcpy(settings->pads + 2 * first, pads, 2 * axes * sizeof *pads);
    return COULOMB_OK;
}

static coulomb_status add_conv(coulomb_network *network, const op *layer, const char *prefix, size_t axes,
                               int32_t input, size_t channels, const size_t *kernel, const size_t *stride,
                               int32_t padding, const size_t *pads, const char *name, int32_t *node)
{
    op_settings settings;
    coulomb_status status = network_check_open(network, node);
    if (status == COULOMB_OK && channels == 0)
        status = fail(network->context, COULOMB_ERROR_ARGUMENT, "channels is 0; expected at least 1");
    if (status == COULOMB_OK)
        status = take_window(network->context, axes, kernel, stride, padding, pads, &settings);
    if (status == COULOMB_OK)
        status = check_rank(network, layer, input, axes == 2 ? IMAGE_RANK : SEQUENCE_RANK);
    if (status != COULOMB_OK)
        return status;
    settings.units = channels;
    return network_add_named(network, layer, &settings, input, name, prefix, node);
}

coulomb_status coulomb_network_conv2d(coulomb_network *network, int32_t input, size_t channels, const size_t *kernel,
                                      const size_t *stride, int32_t padding, const size_t *pads, const char *name,
                                      int32_t *node)
{
    return add_conv(network, &op_conv, "conv", 2, input, channels, kernel, stride, padding, pads, name, node);
}

coulomb_status coulomb_network_conv2d_transposed(coulomb_network *network, int32_t input, size_t channels,
                                                 const size_t *kernel, const size_t *stride, int32_t padding,
                                                 const size_t *pads, const char *name, int32_t *node)
{
    return add_conv(network, &op_conv_transposed, "transposed", 2, input, channels, kernel, stride, padding, pads, name,
                    node);
}

coulomb_status coulomb_network_conv1d(coulomb_network *network, int32_t input, size_t channels, size_t kernel,
                                      size_t stride, int32_t padding, const size_t *pads, const char *name,
                                      int32_t *node)
{
    return add_conv(network, &op_conv, "conv", 1, input, channels, &kernel, &stride, padding, pads, name, node);
}

coulomb_status coulomb_network_batch_norm(coulomb_network *network, int32_t input, double epsilon, double momentum,
                                          int32_t scale, const char *name, int32_t *node)
{
    coulomb_status status = network_check_open(network, node);
    if (status == COULOMB_OK)
        status = check_positive(network->context, "batch norm's epsilon", epsilon);
    if (status == COULOMB_OK && !(momentum >= 0.0 && momentum <= 1.0))
        status = fail(network->context, COULOMB_ERROR_ARGUMENT, "momentum is %g; expected 0 to 1", momentum);
    if (status == COULOMB_OK)
        status = check_flag(network->context, "scale", scale);
    if (status != COULOMB_OK)
        return status;
    op_settings settings = {.epsilon = epsilon, .momentum = momentum, .learned_scale = scale != 0};
    return network_add_named(network, &op_batch_norm, &settings, input, name, "norm", node);
}

static coulomb_status add_pool(coulomb_network *network, const op *layer, int32_t input, const size_t *kernel,
                               const size_t *stride, int32_t padding, const size_t *pads, int32_t *node)
{
    op_settings settings;
    coulomb_status status = network_check_open(network, node);
    if (status == COULOMB_OK)
        status = take_window(network->context, 2, kernel, stride == NULL ? kernel : stride, padding, pads, &settings);
    if (status == COULOMB_OK)
        status = check_rank(network, layer, input, IMAGE_RANK);
    return status != COULOMB_OK ? status : network_add_simple(network, layer, &settings, input, node);
}

coulomb_status coulomb_network_average_pool2d(coulomb_network *network, int32_t input, const size_t *kernel,
                                              const size_t *stride, int32_t padding, const size_t *pads, int32_t *node)
{
    return add_pool(network, &op_average_pool, input, kernel, stride, padding, pads, node);
}

coulomb_status coulomb_network_max_pool2d(coulomb_network *network, int32_t input, const size_t *kernel,
                                          const size_t *stride, int32_t padding, const size_t *pads, int32_t *node)
{
    return add_pool(network, &op_max_pool, input, kernel, stride, padding, pads, node);
}

coulomb_status coulomb_network_upsample2d(coulomb_network *network, int32_t input, const size_t *factor, int32_t *node)
{
    coulomb_status status = network_check_open(network, node);
    if (status == COULOMB_OK && factor == NULL)
        status = fail(network->context, COULOMB_ERROR_ARGUMENT, "factor is NULL");
    if (status == COULOMB_OK)
        status = check_extents(network->context, "factor", factor, 2, 1);
    if (status == COULOMB_OK)
        status = check_rank(network, &op_upsample, input, IMAGE_RANK);
    if (status != COULOMB_OK)
        return status;
    op_settings settings = {.kernel = {factor[0], factor[1]}};
    return network_add_simple(network, &op_upsample, &settings, input, node);
}

coulomb_status coulomb_network_concatenate(coulomb_network *network, int32_t a, int32_t b, int32_t *node)
{
    coulomb_status status = network_check_open(network, node);
    const int32_t inputs[] = {a, b};
    return status != COULOMB_OK ? status
                                : network_add_node(network, &op_concatenate, &(op_settings){0}, inputs, NULL, node);
}

coulomb_status coulomb_network_flatten(coulomb_network *network, int32_t input, int32_t *node)
{
    coulomb_status status = network_check_open(network, node);
    if (status != COULOMB_OK)
        return status;
    bool exists = input >= 0 && (size_t)input < network->nodes;
    tensor_shape flat = {.rank = 1, .extent = {exists ? network->node[input].size : 0}};
    return network_add_simple(network, &op_reshape, &(op_settings){.shape = flat}, input, node);
}
