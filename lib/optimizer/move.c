/* Adam and plain gradient descent over a network's flat parameter arrays, which stand on the device. */
#include "optimizer/optimizer.h"

#include <math.h>

coulomb_status optimizer_rate(const coulomb_optimizer *optimizer, uint64_t update, double *rate)
{
    return schedule_value(optimizer->schedule, optimizer->learning_rate, update, rate);
}

adam_factors optimizer_factors(const coulomb_optimizer *optimizer, uint64_t update, double rate)
{
    bool adam = optimizer->method == COULOMB_METHOD_ADAM;
    double t = (double)update;
    return (adam_factors){.beta1 = (float)optimizer->beta1,
                          .gain1 = (float)(1.0 - optimizer->beta1),
                          .beta2 = (float)optimizer->beta2,
                          .gain2 = (float)(1.0 - optimizer->beta2),
                          .rate = (float)(adam ? rate / (1.0 - pow(optimizer->beta1, t)) : rate),
                          .correction = (float)(1.0 / sqrt(1.0 - pow(optimizer->beta2, t))),
                          .epsilon = (float)optimizer->epsilon};
}

/* Parameters that are trained: their number. */
static size_t list_stretches(coulomb_optimizer *optimizer)
{
    const graph *graph_of = &optimizer->network->graph;
    size_t count = 0;
    for (size_t i = 0; i < graph_of->parameters; i++) {
        const parameter_array *array = &graph_of->parameter[i];
        if (!array->moving && !array->frozen)
            optimizer->stretch[count++] = (device_stretch){
                .first = array->offset, .count = array->size, .l2 = array->weight ? (float)optimizer->l2 : 0.0f};
    }
    return count;
}

void optimizer_move(coulomb_optimizer *optimizer, const adam_factors *factors, const int32_t *go)
{
    coulomb_network *network = optimizer->network;
    device *on = context_device(optimizer->context);
    device_move move = {.stretch = optimizer->stretch,
                        .stretches = list_stretches(optimizer),
                        .factors = factors,
                        .gradient = network->gradients,
                        .moment1 = optimizer->moment1,
                        .moment2 = optimizer->moment2,
                        .parameter = network->values,
                        .go = go};
    if (optimizer->method == COULOMB_METHOD_ADAM)
        on->table->adam(on, &move);
    else
        on->table->sgd(on, &move);
    network_move_averages(network, go);
}

/* Whether what a step would move the parameters to is finite: the flags come back in `lone`. */
static coulomb_status check_finite(coulomb_optimizer *optimizer)
{
    coulomb_network *network = optimizer->network;
    device *on = context_device(optimizer->context);
    lone_step *lone = optimizer->lone.host, *there = optimizer->lone.array.data;
    *lone = (lone_step){.gradients_finite = 1, .averages_finite = 1};
    staged_send(on, &optimizer->lone, sizeof *lone);
    on->table->check_values(on, network->graph.parameter_values, network->gradients, &there->gradients_finite);
    network_check_averages(network, &there->averages_finite);
    coulomb_status status = staged_fetch(on, &optimizer->lone, sizeof *lone);
    if (status != COULOMB_OK || (lone->gradients_finite && lone->averages_finite))
        return status;
    network_forget_averages(network);
    return fail(optimizer->context, COULOMB_ERROR_NOT_FINITE, "a %s is not finite; the parameters are unchanged",
                lone->gradients_finite ? "running average" : "gradient");
}

coulomb_status coulomb_optimizer_step(coulomb_optimizer *optimizer, uint64_t update)
{
    if (optimizer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    coulomb_status status = network_check(optimizer->network);
    if (status != COULOMB_OK)
        return status;
    if (optimizer->lent)
        return fail(optimizer->context, COULOMB_ERROR_STATE,
                    "the optimizer belongs to a trainer; call coulomb_trainer_step()");
    if (update == 0)
        return fail(optimizer->context, COULOMB_ERROR_ARGUMENT, "update is 0; expected at least 1");
    status = check_finite(optimizer);
    double rate;
    if (status == COULOMB_OK)
        status = optimizer_rate(optimizer, update, &rate);
    if (status != COULOMB_OK)
        return status;
    device *on = context_device(optimizer->context);
    lone_step *lone = optimizer->lone.host, *there = optimizer->lone.array.data;
    lone->factors = optimizer_factors(optimizer, update, rate);
    staged_send(on, &optimizer->lone, sizeof *lone);
    optimizer_move(optimizer, &there->factors, NULL);
    network_count_revision(optimizer->network);
    return COULOMB_OK;
}
