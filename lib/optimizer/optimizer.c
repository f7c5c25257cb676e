/* An optimizer's life and its settings. */
#include "optimizer/optimizer.h"

static void end(void *object)
{
    coulomb_optimizer *optimizer = object;
    coulomb_schedule_free(optimizer->schedule);
    if (optimizer->counted)
        optimizer->network->learners--;
    device *on = context_device(optimizer->context);
    device_put_back(on, optimizer->moment1);
    staged_release(on, &optimizer->lone);
    memory_release(optimizer->context, optimizer->stretch);
    coulomb_network_free(optimizer->network);
}

static coulomb_status make_arrays(coulomb_optimizer *optimizer)
{
    const graph *graph_of = &optimizer->network->graph;
    device *on = context_device(optimizer->context);
    optimizer->moment1 = device_get_zeroed(on, graph_of->parameter_values, 2 * sizeof(float));
    if (optimizer->moment1 == NULL)
        return device_refusal(on);
    optimizer->moment2 = optimizer->moment1 + graph_of->parameter_values;
    optimizer->stretch = memory_get(optimizer->context, graph_of->parameters, sizeof *optimizer->stretch);
    return optimizer->stretch == NULL ? COULOMB_ERROR_MEMORY
                                      : staged_reserve(on, &optimizer->lone, 1, sizeof(lone_step));
}

coulomb_status coulomb_optimizer_new(coulomb_network *network, coulomb_optimizer **optimizer)
{
    coulomb_status status = network_check(network);
    if (status != COULOMB_OK)
        return status;
    coulomb_context *context = network->context;
    if (optimizer == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "optimizer is NULL");
    *optimizer = NULL;
    if (network->graph.inference_only)
        return fail(context, COULOMB_ERROR_STATE, "the network is inference-only");
    coulomb_optimizer *made = object_new(context, sizeof *made, end);
    if (made == NULL)
        return COULOMB_ERROR_MEMORY;
    *made = (coulomb_optimizer){.context = context,
                                .network = object_hold(network),
                                .method = COULOMB_METHOD_ADAM,
                                .learning_rate = 1e-4,
                                .beta1 = 0.9,
                                .beta2 = 0.999,
                                .epsilon = 1e-8};
    status = make_arrays(made);
    if (status != COULOMB_OK) {
        object_release(made);
        return status;
    }
    network->learners++;
    made->counted = true;
    *optimizer = made;
    return COULOMB_OK;
}

void coulomb_optimizer_free(coulomb_optimizer *optimizer)
{
    if (optimizer != NULL && !optimizer->lent)
        object_release(optimizer);
}

static coulomb_status check_idle(const coulomb_optimizer *optimizer)
{
    if (optimizer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (optimizer->busy)
        return fail(optimizer->context, COULOMB_ERROR_STATE, "the optimizer is in use by a training step");
    return COULOMB_OK;
}

coulomb_status coulomb_optimizer_set_method(coulomb_optimizer *optimizer, int32_t method)
{
    coulomb_status status = check_idle(optimizer);
    if (status != COULOMB_OK)
        return status;
    if (method != COULOMB_METHOD_ADAM && method != COULOMB_METHOD_SGD)
        return fail(optimizer->context, COULOMB_ERROR_ARGUMENT, "method is %d; expected COULOMB_METHOD_* (1 or 2)",
                    (int)method);
    optimizer->method = method;
    return COULOMB_OK;
}

coulomb_status coulomb_optimizer_set_learning_rate(coulomb_optimizer *optimizer, double rate)
{
    coulomb_status status = check_idle(optimizer);
    if (status == COULOMB_OK)
        status = check_not_negative(optimizer->context, "learning rate", rate);
    if (status == COULOMB_OK)
        optimizer->learning_rate = rate;
    return status;
}

coulomb_status coulomb_optimizer_set_schedule(coulomb_optimizer *optimizer, coulomb_schedule *schedule)
{
    coulomb_status status = check_idle(optimizer);
    return status != COULOMB_OK ? status : schedule_replace(optimizer->context, &optimizer->schedule, schedule);
}

coulomb_status coulomb_optimizer_set_betas(coulomb_optimizer *optimizer, double beta1, double beta2)
{
    coulomb_status status = check_idle(optimizer);
    if (status != COULOMB_OK)
        return status;
    if (!(beta1 >= 0.0 && beta1 < 1.0) || !(beta2 >= 0.0 && beta2 < 1.0))
        return fail(optimizer->context, COULOMB_ERROR_ARGUMENT,
                    "beta1 is %g and beta2 is %g; expected at least 0 and below 1", beta1, beta2);
    optimizer->beta1 = beta1;
    optimizer->beta2 = beta2;
    return COULOMB_OK;
}

coulomb_status coulomb_optimizer_set_epsilon(coulomb_optimizer *optimizer, double epsilon)
{
    coulomb_status status = check_idle(optimizer);
    if (status == COULOMB_OK)
        status = check_positive(optimizer->context, "the optimizer's epsilon", epsilon);
    if (status == COULOMB_OK)
        optimizer->epsilon = epsilon;
    return status;
}

coulomb_status coulomb_optimizer_set_l2(coulomb_optimizer *optimizer, double l2)
{
    coulomb_status status = check_idle(optimizer);
    if (status == COULOMB_OK)
        status = check_not_negative(optimizer->context, "l2", l2);
    if (status == COULOMB_OK)
        optimizer->l2 = l2;
    return status;
}

static coulomb_status check_get(const coulomb_optimizer *optimizer, const char *name, const void *result)
{
    if (optimizer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    return result != NULL ? COULOMB_OK : fail(optimizer->context, COULOMB_ERROR_ARGUMENT, "%s is NULL", name);
}

coulomb_status coulomb_optimizer_get_method(const coulomb_optimizer *optimizer, int32_t *method)
{
    coulomb_status status = check_get(optimizer, "method", method);
    if (status == COULOMB_OK)
        *method = optimizer->method;
    return status;
}

static coulomb_status get_number(const coulomb_optimizer *optimizer, const char *name, const double *number,
                                 double *value)
{
    coulomb_status status = check_get(optimizer, name, value);
    if (status == COULOMB_OK)
        *value = *number;
    return status;
}

coulomb_status coulomb_optimizer_get_learning_rate(const coulomb_optimizer *optimizer, double *rate)
{
    return optimizer == NULL ? COULOMB_ERROR_ARGUMENT : get_number(optimizer, "rate", &optimizer->learning_rate, rate);
}

coulomb_status coulomb_optimizer_get_betas(const coulomb_optimizer *optimizer, double *beta1, double *beta2)
{
    coulomb_status status = check_get(optimizer, "beta1", beta1);
    if (status == COULOMB_OK)
        status = check_get(optimizer, "beta2", beta2);
    if (status != COULOMB_OK)
        return status;
    *beta1 = optimizer->beta1;
    *beta2 = optimizer->beta2;
    return COULOMB_OK;
}

coulomb_status coulomb_optimizer_get_epsilon(const coulomb_optimizer *optimizer, double *epsilon)
{
    return optimizer == NULL ? COULOMB_ERROR_ARGUMENT : get_number(optimizer, "epsilon", &optimizer->epsilon, epsilon);
}

coulomb_status coulomb_optimizer_get_l2(const coulomb_optimizer *optimizer, double *l2)
{
    return optimizer == NULL ? COULOMB_ERROR_ARGUMENT : get_number(optimizer, "l2", &optimizer->l2, l2);
}

coulomb_status coulomb_optimizer_get_schedule(const coulomb_optimizer *optimizer, coulomb_schedule **schedule)
{
    coulomb_status status = check_get(optimizer, "schedule", schedule);
    if (status == COULOMB_OK)
        *schedule = optimizer->schedule;
    return status;
}
