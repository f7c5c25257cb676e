/* Layers for images and sequences, one function each. What an option may be is checked by its op. */
#include "network/network.h"

#include <string.h>

enum { SEQUENCE_AXES = 1, IMAGE_AXES = 2 };

/* A window as callers give it, along the axes of an image or of a sequence. */
typedef struct given_window {
    size_t axes;
    size_t channels;               /* of convolutions */
    const size_t *kernel, *stride; /* [axes]; stride NULL: 1 */
    int32_t padding;
    const size_t *pads; /* [2 axes]; NULL unless the padding is explicit */
} given_window;

static coulomb_status check_rank(const coulomb_network *network, const op *layer, int32_t input, size_t axes)
{
    if (input < 0 || (size_t)input >= network->graph.nodes)
        return COULOMB_OK; /* network_add_node() says what is wrong */
    const tensor_shape *shape = &network->graph.node[input].shape;
    if (shape->rank == axes + 1)
        return COULOMB_OK;
    return fail(network->context, COULOMB_ERROR_SHAPE, "%s: the input's shape is %s; expected %s", layer->name,
                shape_print(shape).text,
                axes == IMAGE_AXES ? "an image, [height, width, channels]" : "a sequence, [length, channels]");
}

/* Along the axes that a sequence does not have a window has one row, stride 1 and no padding. */
static coulomb_status take_window(coulomb_context *context, const given_window *given, op_settings *settings)
{
    if (given->kernel == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "kernel is NULL");
    if ((given->pads != NULL) != (given->padding == COULOMB_PADDING_EXPLICIT))
        return fail(context, COULOMB_ERROR_ARGUMENT,
                    "padding is %d and pads is %s; expected pads with COULOMB_PADDING_EXPLICIT (3), and none otherwise",
                    (int)given->padding, given->pads == NULL ? "NULL" : "not NULL");
    size_t axes = given->axes, first = IMAGE_AXES - axes;
    *settings = (op_settings){.units = given->channels, .kernel = {1, 1}, .stride = {1, 1}, .padding = given->padding};
    memcpy(settings->kernel + first, given->kernel, axes * sizeof *given->kernel);
    if (given->stride != NULL)
        memcpy(settings->stride + first, given->stride, axes * sizeof *given->stride);
    if (given->pads != NULL)
        memcpy(settings->pads + 2 * first, given->pads, 2 * axes * sizeof *given->pads);
    return COULOMB_OK;
}

static coulomb_status add_window(coulomb_network *network, const op *layer, const given_window *given, int32_t input,
                                 const char *name, int32_t *node)
{
    op_settings settings;
    coulomb_status status = network_check_open(network, node);
    if (status == COULOMB_OK)
        status = take_window(network->context, given, &settings);
    if (status == COULOMB_OK)
        status = check_rank(network, layer, input, given->axes);
    return status != COULOMB_OK ? status : network_add_node(network, layer, &settings, &input, name, node);
}

coulomb_status coulomb_network_conv2d(coulomb_network *network, int32_t input, size_t channels, const size_t *kernel,
                                      const size_t *stride, int32_t padding, const size_t *pads, const char *name,
                                      int32_t *node)
{
    const given_window given = {IMAGE_AXES, channels, kernel, stride, padding, pads};
    return add_window(network, &op_conv, &given, input, name, node);
}

coulomb_status coulomb_network_conv2d_transposed(coulomb_network *network, int32_t input, size_t channels,
                                                 const size_t *kernel, const size_t *stride, int32_t padding,
                                                 const size_t *pads, const char *name, int32_t *node)
{
    const given_window given = {IMAGE_AXES, channels, kernel, stride, padding, pads};
    return add_window(network, &op_conv_transposed, &given, input, name, node);
}

coulomb_status coulomb_network_conv1d(coulomb_network *network, int32_t input, size_t channels, size_t kernel,
                                      size_t stride, int32_t padding, const size_t *pads, const char *name,
                                      int32_t *node)
{
    const given_window given = {SEQUENCE_AXES, channels, &kernel, &stride, padding, pads};
    return add_window(network, &op_conv, &given, input, name, node);
}

coulomb_status coulomb_network_conv1d_transposed(coulomb_network *network, int32_t input, size_t channels,
                                                 size_t kernel, size_t stride, int32_t padding, const size_t *pads,
                                                 const char *name, int32_t *node)
{
    const given_window given = {SEQUENCE_AXES, channels, &kernel, &stride, padding, pads};
    return add_window(network, &op_conv_transposed, &given, input, name, node);
}

coulomb_status coulomb_network_average_pool2d(coulomb_network *network, int32_t input, const size_t *kernel,
                                              const size_t *stride, int32_t padding, const size_t *pads, int32_t *node)
{
    const given_window given = {IMAGE_AXES, 0, kernel, stride == NULL ? kernel : stride, padding, pads};
    return add_window(network, &op_average_pool, &given, input, NULL, node);
}

coulomb_status coulomb_network_max_pool2d(coulomb_network *network, int32_t input, const size_t *kernel,
                                          const size_t *stride, int32_t padding, const size_t *pads, int32_t *node)
{
    const given_window given = {IMAGE_AXES, 0, kernel, stride == NULL ? kernel : stride, padding, pads};
    return add_window(network, &op_max_pool, &given, input, NULL, node);
}

coulomb_status coulomb_network_average_pool1d(coulomb_network *network, int32_t input, size_t kernel, size_t stride,
                                              int32_t padding, const size_t *pads, int32_t *node)
{
    const given_window given = {SEQUENCE_AXES, 0, &kernel, &stride, padding, pads};
    return add_window(network, &op_average_pool, &given, input, NULL, node);
}

coulomb_status coulomb_network_max_pool1d(coulomb_network *network, int32_t input, size_t kernel, size_t stride,
                                          int32_t padding, const size_t *pads, int32_t *node)
{
    const given_window given = {SEQUENCE_AXES, 0, &kernel, &stride, padding, pads};
    return add_window(network, &op_max_pool, &given, input, NULL, node);
}

/* The factors of upsampling are kept where windows have their kernel. */
static coulomb_status add_upsample(coulomb_network *network, size_t axes, int32_t input, const size_t *factor,
                                   int32_t *node)
{
    op_settings settings = {.kernel = {1, 1}};
    coulomb_status status = network_check_open(network, node);
    if (status == COULOMB_OK && factor == NULL)
        status = fail(network->context, COULOMB_ERROR_ARGUMENT, "factor is NULL");
    if (status == COULOMB_OK)
        status = check_rank(network, &op_upsample, input, axes);
    if (status != COULOMB_OK)
        return status;
    memcpy(settings.kernel + IMAGE_AXES - axes, factor, axes * sizeof *factor);
    return network_add_node(network, &op_upsample, &settings, &input, NULL, node);
}

coulomb_status coulomb_network_upsample2d(coulomb_network *network, int32_t input, const size_t *factor, int32_t *node)
{
    return add_upsample(network, IMAGE_AXES, input, factor, node);
}

coulomb_status coulomb_network_upsample1d(coulomb_network *network, int32_t input, size_t factor, int32_t *node)
{
    return add_upsample(network, SEQUENCE_AXES, input, &factor, node);
}
