/* The kernel's settings. */
#include "plummer/handle.h"

#include <stdio.h>
#include <string.h>

coulomb_status coulomb_plummer_set_exponent(coulomb_plummer *plummer, double exponent)
{
    coulomb_status status = check_idle(plummer, __func__);
    if (status == COULOMB_OK)
        status = check_positive(plummer->context, "exponent", exponent);
    if (status == COULOMB_OK)
        plummer->kernel.exponent = exponent;
    return status;
}

coulomb_status coulomb_plummer_set_epsilon(coulomb_plummer *plummer, double epsilon)
{
    coulomb_status status = check_idle(plummer, __func__);
    if (status == COULOMB_OK)
        status = check_positive(plummer->context, "epsilon", epsilon);
    if (status != COULOMB_OK)
        return status;
    plummer->kernel.epsilons = 1;
    plummer->kernel.epsilon[0] = epsilon;
    return COULOMB_OK;
}

static coulomb_status check_epsilons(coulomb_context *context, const double *epsilons, size_t count)
{
    char name[32];
    coulomb_status status = COULOMB_OK;
    if (epsilons == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "epsilons is NULL");
    if (count == 0 || count > COULOMB_EPSILONS_MAX)
        return fail(context, COULOMB_ERROR_ARGUMENT, "count is %zu; expected 1 to %d", count, COULOMB_EPSILONS_MAX);
    for (size_t i = 0; i < count && status == COULOMB_OK; i++) {
        snprintf(name, sizeof name, "epsilons[%zu]", i);
        status = check_positive(context, name, epsilons[i]);
    }
    return status;
}

coulomb_status coulomb_plummer_set_epsilons(coulomb_plummer *plummer, const double *epsilons, size_t count)
{
    coulomb_status status = check_idle(plummer, __func__);
    if (status == COULOMB_OK)
        status = check_epsilons(plummer->context, epsilons, count);
    if (status != COULOMB_OK)
        return status;
    plummer->kernel.epsilons = count;
    memcpy(plummer->kernel.epsilon, epsilons, count * sizeof *epsilons);
    return COULOMB_OK;
}

coulomb_status coulomb_plummer_set_kernel(coulomb_plummer *plummer, int32_t kernel)
{
    coulomb_status status = check_idle(plummer, __func__);
    if (status != COULOMB_OK)
        return status;
    if (kernel != COULOMB_KERNEL_PLUMMER && kernel != COULOMB_KERNEL_GAUSSIAN)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "kernel is %d; expected COULOMB_KERNEL_* (1 or 2)",
                    (int)kernel);
    plummer->kernel.kind = kernel;
    return COULOMB_OK;
}

coulomb_status coulomb_plummer_set_self_terms(coulomb_plummer *plummer, int32_t keep)
{
    coulomb_status status = check_idle(plummer, __func__);
    if (status == COULOMB_OK)
        status = check_flag(plummer->context, "keep", keep);
    if (status == COULOMB_OK)
        plummer->kernel.self_terms = keep == 1;
    return status;
}

coulomb_status coulomb_plummer_get_exponent(const coulomb_plummer *plummer, double *exponent)
{
    if (plummer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (exponent == NULL)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "exponent is NULL");
    *exponent = plummer->kernel.exponent;
    return COULOMB_OK;
}

coulomb_status coulomb_plummer_get_epsilon(const coulomb_plummer *plummer, double *epsilon)
{
    if (plummer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (epsilon == NULL)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "epsilon is NULL");
    *epsilon = plummer->kernel.epsilon[0];
    return COULOMB_OK;
}

coulomb_status give_epsilons(coulomb_context *context, const double *from, size_t held, double *epsilons,
                             size_t capacity, size_t *count)
{
    if (count == NULL || (epsilons == NULL && capacity > 0))
        return fail(context, COULOMB_ERROR_ARGUMENT, "%s is NULL", count == NULL ? "count" : "epsilons");
    *count = held;
    if (capacity == 0)
        return COULOMB_OK;
    if (capacity < held)
        return fail(context, COULOMB_ERROR_ARGUMENT, "capacity is %zu; expected 0 or at least %zu", capacity, held);
    memcpy(epsilons, from, held * sizeof *epsilons);
    return COULOMB_OK;
}

coulomb_status coulomb_plummer_get_epsilons(const coulomb_plummer *plummer, double *epsilons, size_t capacity,
                                            size_t *count)
{
    return plummer == NULL ? COULOMB_ERROR_ARGUMENT
                           : give_epsilons(plummer->context, plummer->kernel.epsilon, plummer->kernel.epsilons,
                                           epsilons, capacity, count);
}

coulomb_status coulomb_plummer_get_kernel(const coulomb_plummer *plummer, int32_t *kernel)
{
    if (plummer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (kernel == NULL)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "kernel is NULL");
    *kernel = plummer->kernel.kind;
    return COULOMB_OK;
}

coulomb_status coulomb_plummer_get_self_terms(const coulomb_plummer *plummer, int32_t *keep)
{
    if (plummer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (keep == NULL)
        return fail(plummer->context, COULOMB_ERROR_ARGUMENT, "keep is NULL");
    *keep = plummer->kernel.self_terms;
    return COULOMB_OK;
}
