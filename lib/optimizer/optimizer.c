/* Adam and plain gradient descent over a network's flat parameter arrays. */
#include "optimizer/optimizer.h"

#include <math.h>

static void end(void *object)
{
    coulomb_optimizer *optimizer = object;
    coulomb_schedule_free(optimizer->schedule);
    if (optimizer->moment1 != NULL)
        optimizer->network->learners--;
    memory_release(optimizer->context, optimizer->moment1);
    coulomb_network_free(optimizer->network);
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
    if (network->inference_only)
        return fail(context, COULOMB_ERROR_STATE, "the network is inference-only");
    coulomb_optimizer *made = object_new(context, sizeof *made, end);
    if (made == NULL)
        return COULOMB_ERROR_MEMORY;
    float *moments = memory_get_zeroed(context, network->graph.parameter_values, 2 * sizeof(float));
    *made = (coulomb_optimizer){.context = context,
                                .network = object_hold(network),
                                .method = COULOMB_METHOD_ADAM,
                                .learning_rate = 1e-4,
                                .beta1 = 0.9,
                                .beta2 = 0.999,
                                .epsilon = 1e-8,
                                .moment1 = moments};
    if (moments == NULL) {
        object_release(made);
        return COULOMB_ERROR_MEMORY;
    }
    network->learners++;
    made->moment2 = moments + network->graph.parameter_values;
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

coulomb_status optimizer_rate(const coulomb_optimizer *optimizer, uint64_t update, double *rate)
{
    return schedule_value(optimizer->schedule, optimizer->learning_rate, update, rate);
}

/* Parameter arrays are cut into pieces, so that all threads find work. */
typedef struct parameter_move {
    coulomb_optimizer *optimizer;
    adam_factors factors;
    size_t array;
} parameter_move;

enum { VALUES_OF_PIECE = 1 << 13 };

static void move_piece(void *work, size_t piece, size_t worker)
{
    (void)worker;
    const parameter_move *move = work;
    coulomb_optimizer *optimizer = move->optimizer;
    coulomb_network *network = optimizer->network;
    const parameter_array *array = &network->graph.parameter[move->array];
    size_t start = piece * VALUES_OF_PIECE, at = array->offset + start;
    size_t count = array->size - start < VALUES_OF_PIECE ? array->size - start : VALUES_OF_PIECE;
    if (optimizer->method == COULOMB_METHOD_ADAM)
        context_kernels(network->context)
            ->adam(count, &move->factors, network->gradients + at, optimizer->moment1 + at, optimizer->moment2 + at,
                   network->values + at);
    else
        context_kernels(network->context)
            ->sgd(count, move->factors.rate, move->factors.l2, network->gradients + at, network->values + at);
}

void optimizer_apply(coulomb_optimizer *optimizer, uint64_t update, double rate)
{
    bool adam = optimizer->method == COULOMB_METHOD_ADAM;
    double t = (double)update;
    parameter_move move = {.optimizer = optimizer,
                           .factors = {.beta1 = (float)optimizer->beta1,
                                       .gain1 = (float)(1.0 - optimizer->beta1),
                                       .beta2 = (float)optimizer->beta2,
                                       .gain2 = (float)(1.0 - optimizer->beta2),
                                       .rate = (float)(adam ? rate / (1.0 - pow(optimizer->beta1, t)) : rate),
                                       .correction = (float)(1.0 / sqrt(1.0 - pow(optimizer->beta2, t))),
                                       .epsilon = (float)optimizer->epsilon}};
    coulomb_network *network = optimizer->network;
    for (size_t i = 0; i < network->graph.parameters; i++) {
        if (network->graph.parameter[i].moving || network->graph.parameter[i].frozen)
            continue;
        move.array = i;
        move.factors.l2 = network->graph.parameter[i].weight ? (float)optimizer->l2 : 0.0f;
        run_pieces(optimizer->context, piece_count(network->graph.parameter[i].size, VALUES_OF_PIECE), move_piece,
                   &move);
    }
    network_move_averages(network);
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
    coulomb_network *network = optimizer->network;
    size_t count = network->graph.parameter_values;
    bool finite = find_not_finite(network->context, network->gradients, count, NULL) == count;
    if (!finite || !network_averages_finite(network)) {
        network_forget_averages(network);
        return fail(optimizer->context, COULOMB_ERROR_NOT_FINITE, "a %s is not finite; the parameters are unchanged",
                    finite ? "running average" : "gradient");
    }
    double rate;
    status = optimizer_rate(optimizer, update, &rate);
    if (status == COULOMB_OK)
        optimizer_apply(optimizer, update, rate);
    return status;
}
