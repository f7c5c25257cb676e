/* Parameters by name. */
#include "network/network.h"

#include <string.h>

coulomb_status network_check_idle(coulomb_network *network)
{
    if (network == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (network->busy)
        return fail(network->context, COULOMB_ERROR_STATE, "the network is in use by a running callback");
    return COULOMB_OK;
}

coulomb_status network_check(coulomb_network *network)
{
    if (network == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (!network->finished)
        return fail(network->context, COULOMB_ERROR_STATE,
                    "the network is not finished; call coulomb_network_finish() first");
    return network_check_idle(network);
}

ptrdiff_t network_find_parameter(const coulomb_network *network, const char *name)
{
    if (name == NULL) {
        fail(network->context, COULOMB_ERROR_ARGUMENT, "parameter is NULL");
        return -1;
    }
    for (size_t i = 0; i < network->graph.parameters; i++)
        if (strcmp(network->graph.parameter[i].name, name) == 0)
            return (ptrdiff_t)i;
    fail(network->context, COULOMB_ERROR_NOT_FOUND,
         "the network has no parameter '%s'; it has %zu parameters, the first is '%s'", name, network->graph.parameters,
         network->graph.parameters > 0 ? network->graph.parameter[0].name : "");
    return -1;
}

size_t coulomb_network_parameter_count(const coulomb_network *network)
{
    return network == NULL ? 0 : network->graph.parameters;
}

const char *coulomb_network_parameter_name(const coulomb_network *network, size_t index)
{
    return network == NULL || index >= network->graph.parameters ? NULL : network->graph.parameter[index].name;
}

/* The parameter of that name, if everything about the access is right. */
static coulomb_status look_up(const coulomb_network *network, const char *name, const void *result, size_t count,
                              const parameter_array **found)
{
    if (network == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (!network->finished)
        return fail(network->context, COULOMB_ERROR_STATE,
                    "the network is not finished; call coulomb_network_finish() first");
    if (result == NULL)
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "the array for parameter '%s' is NULL",
                    name == NULL ? "" : name);
    ptrdiff_t index = network_find_parameter(network, name);
    if (index < 0)
        return name == NULL ? COULOMB_ERROR_ARGUMENT : COULOMB_ERROR_NOT_FOUND;
    *found = &network->graph.parameter[index];
    if (count != (*found)->size)
        return fail(network->context, COULOMB_ERROR_SHAPE, "parameter '%s' has %zu values, but count is %zu", name,
                    (*found)->size, count);
    return COULOMB_OK;
}

/* The rank always, the extents if there is room for all of them. */
static coulomb_status tell_shape(const coulomb_network *network, const tensor_shape *shape, size_t *extents,
                                 size_t capacity, size_t *rank)
{
    if (rank == NULL || (extents == NULL && capacity > 0))
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "%s is NULL", rank == NULL ? "rank" : "shape");
    *rank = shape->rank;
    if (capacity == 0)
        return COULOMB_OK;
    if (capacity < shape->rank)
        return fail(network->context, COULOMB_ERROR_ARGUMENT, "capacity is %zu; expected 0 or at least %zu", capacity,
                    shape->rank);
    memcpy(extents, shape->extent, shape->rank * sizeof *extents);
    return COULOMB_OK;
}

coulomb_status coulomb_network_parameter_shape(const coulomb_network *network, const char *parameter, size_t *shape,
                                               size_t capacity, size_t *rank)
{
    if (network == NULL)
        return COULOMB_ERROR_ARGUMENT;
    ptrdiff_t index = network_find_parameter(network, parameter);
    if (index < 0)
        return parameter == NULL ? COULOMB_ERROR_ARGUMENT : COULOMB_ERROR_NOT_FOUND;
    return tell_shape(network, &network->graph.parameter[index].shape, shape, capacity, rank);
}

coulomb_status coulomb_network_input_shape(const coulomb_network *network, size_t *shape, size_t capacity, size_t *rank)
{
    if (network == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (!network->finished)
        return fail(network->context, COULOMB_ERROR_STATE,
                    "the network is not finished; call coulomb_network_finish() first");
    return tell_shape(network, network_input_shape(network), shape, capacity, rank);
}

coulomb_status coulomb_network_output_shape(const coulomb_network *network, size_t *shape, size_t capacity,
                                            size_t *rank)
{
    if (network == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (!network->finished)
        return fail(network->context, COULOMB_ERROR_STATE,
                    "the network is not finished; call coulomb_network_finish() first");
    return tell_shape(network, network_output_shape(network), shape, capacity, rank);
}

static coulomb_status copy_out(const coulomb_network *network, const float *from, size_t count, float *values)
{
    device *on = context_device(network->context);
    return on->table->copy_out(on, values, from, count * sizeof *values);
}

coulomb_status coulomb_network_read_parameter(const coulomb_network *network, const char *parameter, float *values,
                                              size_t count)
{
    const parameter_array *found = NULL;
    coulomb_status status = look_up(network, parameter, values, count, &found);
    return status == COULOMB_OK ? copy_out(network, network->values + found->offset, count, values) : status;
}

coulomb_status coulomb_network_read_gradient(const coulomb_network *network, const char *parameter, float *values,
                                             size_t count)
{
    const parameter_array *found = NULL;
    coulomb_status status = look_up(network, parameter, values, count, &found);
    if (status == COULOMB_OK && network->graph.inference_only)
        status = fail(network->context, COULOMB_ERROR_STATE, "the network is inference-only: it has no gradients");
    return status == COULOMB_OK ? copy_out(network, network->gradients + found->offset, count, values) : status;
}

coulomb_status coulomb_network_write_parameter(coulomb_network *network, const char *parameter, const float *values,
                                               size_t count)
{
    const parameter_array *found = NULL;
    coulomb_status status = network_check(network);
    if (status == COULOMB_OK)
        status = look_up(network, parameter, values, count, &found);
    if (status != COULOMB_OK)
        return status;
    size_t bad = find_not_finite(network->context, values, count, NULL);
    if (bad < count)
        return fail(network->context, COULOMB_ERROR_NOT_FINITE,
                    "value %zu for parameter '%s' is %g; expected finite numbers", bad, parameter, (double)values[bad]);
    device *on = context_device(network->context);
    on->table->copy_in(on, network->values + found->offset, values, count * sizeof *values);
    network_count_revision(network);
    network_forget_averages(network);
    return COULOMB_OK;
}
