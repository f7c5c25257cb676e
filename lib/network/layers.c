/* The layers that are not about images, one function each. */
#include "network/network.h"

#include <math.h>

coulomb_status coulomb_network_input(coulomb_network *network, const size_t *shape, size_t rank, int32_t *node)
{
    coulomb_status status = network_check_open(network, node);
    op_settings settings = {0};
    if (status == COULOMB_OK && network->nodes > 0)
        status = fail(network->context, COULOMB_ERROR_STATE, "a network has one input, and this one has it already");
    if (status == COULOMB_OK)
        status = shape_make(network->context, rank, shape, &settings.shape);
    return status != COULOMB_OK ? status : network_add_node(network, &op_input, &settings, NULL, NULL, node);
}

coulomb_status coulomb_network_dense(coulomb_network *network, int32_t input, size_t units, const char *name,
                                     int32_t *node)
{
    coulomb_status status = network_check_open(network, node);
    if (status != COULOMB_OK)
        return status;
    if (units == 0)
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "units is 0; expected at least 1");
    return network_add_named(network, &op_dense, &(op_settings){.units = units}, input, name, "dense", node);
}

coulomb_status coulomb_network_elu(coulomb_network *network, int32_t input, int32_t *node)
{
    return network_add_simple(network, &op_elu, &(op_settings){0}, input, node);
}

coulomb_status coulomb_network_relu(coulomb_network *network, int32_t input, int32_t *node)
{
    return network_add_simple(network, &op_relu, &(op_settings){0}, input, node);
}

coulomb_status coulomb_network_leaky_relu(coulomb_network *network, int32_t input, double slope, int32_t *node)
{
    if (network != NULL && !(slope >= 0.0 && slope < 1.0))
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "slope is %g; expected 0 or above, below 1", slope);
    return network_add_simple(network, &op_leaky_relu, &(op_settings){.slope = slope}, input, node);
}

coulomb_status coulomb_network_tanh(coulomb_network *network, int32_t input, int32_t *node)
{
    return network_add_simple(network, &op_tanh, &(op_settings){0}, input, node);
}

coulomb_status coulomb_network_lecun_tanh(coulomb_network *network, int32_t input, int32_t *node)
{
    return network_add_simple(network, &op_lecun_tanh, &(op_settings){0}, input, node);
}

coulomb_status coulomb_network_softmax(coulomb_network *network, int32_t input, int32_t *node)
{
    return network_add_simple(network, &op_softmax, &(op_settings){0}, input, node);
}

coulomb_status coulomb_network_scale(coulomb_network *network, int32_t input, double factor, int32_t *node)
{
    if (network != NULL && (!isfinite((float)factor) || factor == 0.0))
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "factor is %g; expected a finite number other than 0",
                    factor);
    return network_add_simple(network, &op_scale, &(op_settings){.factor = factor}, input, node);
}

coulomb_status coulomb_network_add(coulomb_network *network, int32_t a, int32_t b, int32_t *node)
{
    coulomb_status status = network_check_open(network, node);
    int32_t inputs[] = {a, b};
    return status != COULOMB_OK ? status : network_add_node(network, &op_add, &(op_settings){0}, inputs, NULL, node);
}

coulomb_status coulomb_network_reshape(coulomb_network *network, int32_t input, const size_t *shape, size_t rank,
                                       int32_t *node)
{
    coulomb_status status = network_check_open(network, node);
    op_settings settings = {0};
    if (status == COULOMB_OK)
        status = shape_make(network->context, rank, shape, &settings.shape);
    return status != COULOMB_OK ? status : network_add_node(network, &op_reshape, &settings, &input, NULL, node);
}

coulomb_status coulomb_network_slice(coulomb_network *network, int32_t input, size_t first, size_t count, int32_t *node)
{
    if (network != NULL && count == 0)
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "count is 0; expected at least 1");
    return network_add_simple(network, &op_slice, &(op_settings){.first = first, .units = count}, input, node);
}
