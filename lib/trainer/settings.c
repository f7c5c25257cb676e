/* A trainer's options, one setter each. */
#include "trainer/trainer.h"

#include <string.h>

enum { BATCH_MOST = 1 << 20 };

coulomb_status coulomb_trainer_set_batch(coulomb_trainer *trainer, size_t batch)
{
    coulomb_status status = trainer_check(trainer);
    if (status != COULOMB_OK)
        return status;
    if (batch == 0 || batch > BATCH_MOST)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "batch is %zu; expected 1 to %d", batch, BATCH_MOST);
    if (batch != trainer->settings.batch)
        trainer->previous_count = 0;
    trainer->settings.batch = batch;
    return COULOMB_OK;
}

coulomb_status coulomb_trainer_set_charges(coulomb_trainer *trainer, size_t model, size_t target)
{
    coulomb_status status = trainer_check(trainer);
    if (status != COULOMB_OK)
        return status;
    if (model > BATCH_MOST || target > BATCH_MOST)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "the charges are %zu and %zu; expected at most %d", model,
                    target, BATCH_MOST);
    trainer->settings.charges_model = model;
    trainer->settings.charges_target = target;
    return COULOMB_OK;
}

size_t trainer_charges_model(const coulomb_trainer *trainer)
{
    return trainer->settings.charges_model == 0 ? trainer->settings.batch : trainer->settings.charges_model;
}

size_t trainer_charges_target(const coulomb_trainer *trainer)
{
    return trainer->settings.charges_target == 0 ? trainer->settings.batch : trainer->settings.charges_target;
}

coulomb_status coulomb_trainer_set_loss(coulomb_trainer *trainer, int32_t loss)
{
    coulomb_status status = trainer_check(trainer);
    if (status != COULOMB_OK)
        return status;
    if (loss != COULOMB_LOSS_L2 && loss != COULOMB_LOSS_L1)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "loss is %d; expected COULOMB_LOSS_* (1 or 2)",
                    (int)loss);
    trainer->settings.loss = loss;
    return COULOMB_OK;
}

/* The setters below differ in what they check and where they store. */
static coulomb_status set_flag(coulomb_trainer *trainer, const char *name, int32_t value, int32_t *place)
{
    coulomb_status status = trainer_check(trainer);
    if (status == COULOMB_OK)
        status = check_flag(trainer->context, name, value);
    if (status == COULOMB_OK)
        *place = value;
    return status;
}

typedef coulomb_status number_check(coulomb_context *context, const char *name, double value);

static coulomb_status set_number(coulomb_trainer *trainer, number_check *check, const char *name, double value,
                                 double *place)
{
    coulomb_status status = trainer_check(trainer);
    if (status == COULOMB_OK)
        status = check(trainer->context, name, value);
    if (status == COULOMB_OK)
        *place = value;
    return status;
}

coulomb_status coulomb_trainer_set_replay(coulomb_trainer *trainer, int32_t replay)
{
    coulomb_status status =
        trainer == NULL ? COULOMB_ERROR_ARGUMENT : set_flag(trainer, "replay", replay, &trainer->settings.replay);
    if (status == COULOMB_OK && replay == 0)
        trainer->previous_count = 0;
    return status;
}

coulomb_status coulomb_trainer_set_self_terms(coulomb_trainer *trainer, int32_t keep)
{
    return trainer == NULL ? COULOMB_ERROR_ARGUMENT
                           : set_flag(trainer, "self-terms", keep, &trainer->settings.self_terms);
}

coulomb_status coulomb_trainer_set_smoothing(coulomb_trainer *trainer, double deviation)
{
    return trainer == NULL ? COULOMB_ERROR_ARGUMENT
                           : set_number(trainer, check_not_negative, "the smoothing deviation", deviation,
                                        &trainer->settings.smoothing);
}

coulomb_status coulomb_trainer_set_exponent(coulomb_trainer *trainer, double exponent)
{
    return trainer == NULL ? COULOMB_ERROR_ARGUMENT
                           : set_number(trainer, check_positive, "exponent", exponent, &trainer->settings.exponent);
}

coulomb_status coulomb_trainer_set_epsilon(coulomb_trainer *trainer, double epsilon)
{
    return trainer == NULL ? COULOMB_ERROR_ARGUMENT
                           : set_number(trainer, check_positive, "epsilon", epsilon, &trainer->settings.epsilon);
}

coulomb_status coulomb_trainer_set_potential_scale(coulomb_trainer *trainer, double scale)
{
    return trainer == NULL ? COULOMB_ERROR_ARGUMENT
                           : set_number(trainer, check_positive, "the potential's scale", scale,
                                        &trainer->settings.potential_scale);
}

coulomb_status coulomb_trainer_set_epsilon_schedule(coulomb_trainer *trainer, coulomb_schedule *schedule)
{
    coulomb_status status = trainer_check(trainer);
    return status != COULOMB_OK ? status : schedule_replace(trainer->context, &trainer->epsilon_schedule, schedule);
}

coulomb_status coulomb_trainer_set_seed(coulomb_trainer *trainer, uint64_t seed)
{
    coulomb_status status = trainer_check(trainer);
    if (status == COULOMB_OK)
        trainer->settings.seed = seed;
    return status;
}

coulomb_status coulomb_trainer_set_averaging(coulomb_trainer *trainer, double decay)
{
    coulomb_status status = trainer_check(trainer);
    if (status != COULOMB_OK)
        return status;
    if (!(decay >= 0.0 && decay < 1.0))
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "the averaging decay is %g; expected 0 or above, below 1",
                    decay);
    if (decay > 0.0 && trainer->average == NULL)
        status = network_copy(trainer->generator, &trainer->average);
    else if (decay > 0.0 && trainer->settings.averaging == 0.0) /* an average that was off begins anew */
        memcpy(trainer->average->values, trainer->generator->values,
               trainer->generator->parameter_values * sizeof(float));
    if (status == COULOMB_OK)
        trainer->settings.averaging = decay;
    return status;
}

coulomb_status coulomb_trainer_average(coulomb_trainer *trainer, coulomb_network **average)
{
    if (trainer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (average == NULL)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "average is NULL");
    if (trainer->settings.averaging == 0.0)
        return fail(trainer->context, COULOMB_ERROR_STATE, "averaging is off; see coulomb_trainer_set_averaging()");
    network_share_latent(trainer->average, trainer->generator);
    *average = trainer->average;
    return COULOMB_OK;
}

coulomb_status coulomb_trainer_optimizer(coulomb_trainer *trainer, int32_t network, coulomb_optimizer **optimizer)
{
    if (trainer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (optimizer == NULL)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "optimizer is NULL");
    if (network != COULOMB_GENERATOR && network != COULOMB_DISCRIMINATOR)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT,
                    "network is %d; expected COULOMB_GENERATOR or COULOMB_DISCRIMINATOR", (int)network);
    *optimizer = network == COULOMB_GENERATOR ? trainer->generator_optimizer : trainer->discriminator_optimizer;
    return COULOMB_OK;
}
