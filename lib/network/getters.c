/* A network's settings, told. */
#include "network/network.h"

static coulomb_status check_get(const coulomb_network *network, const char *name, const void *result)
{
    if (network == NULL)
        return COULOMB_ERROR_ARGUMENT;
    return result != NULL ? COULOMB_OK : fail(network->context, COULOMB_ERROR_ARGUMENT, "%s is NULL", name);
}

coulomb_status coulomb_network_finished(const coulomb_network *network, int32_t *finished)
{
    coulomb_status status = check_get(network, "finished", finished);
    if (status == COULOMB_OK)
        *finished = network->finished;
    return status;
}

coulomb_status coulomb_network_get_inference_only(const coulomb_network *network, int32_t *only)
{
    coulomb_status status = check_get(network, "only", only);
    if (status == COULOMB_OK)
        *only = network->graph.inference_only;
    return status;
}

coulomb_status coulomb_network_get_running_averages(const coulomb_network *network, int32_t *averages)
{
    coulomb_status status = check_get(network, "averages", averages);
    if (status == COULOMB_OK)
        *averages = network->running_averages;
    return status;
}

coulomb_status coulomb_network_get_latent(const coulomb_network *network, int32_t *distribution, double *spread)
{
    coulomb_status status = check_get(network, "distribution", distribution);
    if (status == COULOMB_OK)
        status = check_get(network, "spread", spread);
    if (status != COULOMB_OK)
        return status;
    *distribution = network->latent.distribution;
    *spread = network->latent.spread;
    return COULOMB_OK;
}

coulomb_status coulomb_network_get_latent_signs(const coulomb_network *network, size_t *signs)
{
    coulomb_status status = check_get(network, "signs", signs);
    if (status == COULOMB_OK)
        *signs = network->latent.signs;
    return status;
}

coulomb_status coulomb_network_get_latent_callback(const coulomb_network *network, coulomb_latent_callback **latent,
                                                   void **user)
{
    coulomb_status status = check_get(network, "latent", latent);
    if (status != COULOMB_OK)
        return status;
    const latent_callback *callback = network->latent.callback;
    *latent = callback == NULL ? NULL : callback->draw;
    if (user != NULL)
        *user = callback == NULL ? NULL : callback->user;
    return COULOMB_OK;
}

coulomb_status coulomb_network_get_generation_seed(const coulomb_network *network, uint64_t *seed)
{
    coulomb_status status = check_get(network, "seed", seed);
    if (status == COULOMB_OK)
        *seed = network->generation_seed;
    return status;
}

coulomb_status coulomb_network_get_frozen(const coulomb_network *network, const char *parameter, int32_t *frozen)
{
    coulomb_status status = check_get(network, "frozen", frozen);
    if (status != COULOMB_OK)
        return status;
    ptrdiff_t index = network_find_parameter(network, parameter);
    if (index < 0)
        return parameter == NULL ? COULOMB_ERROR_ARGUMENT : COULOMB_ERROR_NOT_FOUND;
    *frozen = network->graph.parameter[index].frozen;
    return COULOMB_OK;
}
