/* The settings of training on a trainer. */
#include "training.h"

#include "ranks.h"
#include "succeed.h"

#include <coulomb/charges.h>
#include <coulomb/kernel.h>
#include <coulomb/schedule.h>
#include <coulomb/shards.h>

/* Decay to a factor over a share of the decaying updates; NULL, which means constant, where the factor is 1. */
static coulomb_status decay(coulomb_context *context, const training_settings *settings, double share, double factor,
                            coulomb_schedule **schedule)
{
    *schedule = NULL;
    if (factor == 1)
        return COULOMB_OK;
    uint64_t all = settings->decay_updates - settings->decay_start;
    double part = share * (double)all;
    uint64_t updates = part < (double)all ? (uint64_t)part : all; /* as a double, all may be more than there are */
    return coulomb_schedule_new_exponential(context, settings->decay_start,
                                            settings->decay_start + (updates > 0 ? updates : 1), factor, schedule);
}

coulomb_status training_rate_schedule(coulomb_context *context, const training_settings *settings,
                                      const learning *learns, coulomb_schedule **schedule)
{
    return decay(context, settings, 1, learns->end_factor, schedule);
}

coulomb_status training_apply_learning(coulomb_context *context, const training_settings *settings,
                                       const learning *learns, coulomb_optimizer *optimizer)
{
    coulomb_schedule *schedule = NULL;
    coulomb_status status = coulomb_optimizer_set_method(optimizer, learns->method);
    if (status == COULOMB_OK)
        status = coulomb_optimizer_set_learning_rate(optimizer, learns->rate);
    if (status == COULOMB_OK)
        status = coulomb_optimizer_set_betas(optimizer, learns->beta1, learns->beta2);
    if (status == COULOMB_OK)
        status = coulomb_optimizer_set_epsilon(optimizer, learns->adam_epsilon);
    if (status == COULOMB_OK)
        status = coulomb_optimizer_set_l2(optimizer, learns->l2);
    if (status == COULOMB_OK)
        status = training_rate_schedule(context, settings, learns, &schedule);
    if (status == COULOMB_OK)
        status = coulomb_optimizer_set_schedule(optimizer, schedule);
    coulomb_schedule_free(schedule);
    return status;
}

static coulomb_status apply_learning(coulomb_context *context, coulomb_trainer *trainer, int32_t network,
                                     const training_settings *settings, const learning *learns)
{
    coulomb_optimizer *optimizer;
    coulomb_status status = coulomb_trainer_optimizer(trainer, network, &optimizer);
    return status == COULOMB_OK ? training_apply_learning(context, settings, learns, optimizer) : status;
}

static coulomb_status apply_kernel(coulomb_context *context, coulomb_trainer *trainer,
                                   const training_settings *settings)
{
    coulomb_schedule *schedule = NULL;
    coulomb_status status = coulomb_trainer_set_kernel(trainer, settings->kernel);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_exponent(trainer, settings->exponent);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_epsilon(trainer, settings->epsilon);
    if (status == COULOMB_OK)
        status = decay(context, settings, settings->epsilon_decay_share, settings->epsilon_end / settings->epsilon,
                       &schedule);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_epsilon_schedule(trainer, schedule);
    coulomb_schedule_free(schedule);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_self_terms(trainer, settings->self_terms);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_potential_scale(trainer, settings->potential_scale);
    return status;
}

size_t training_samples_at_once(const training_settings *settings)
{
    uint64_t samples = settings->batch / (settings->shards > 0 ? settings->shards : 1);
    return samples > 0 ? (size_t)samples : 1;
}

bool training_has_discriminator(const coulomb_trainer *trainer)
{
    coulomb_network *discriminator;
    return coulomb_trainer_network(trainer, COULOMB_DISCRIMINATOR, &discriminator) == COULOMB_OK;
}

static coulomb_status apply_discriminator(coulomb_context *context, coulomb_trainer *trainer,
                                          const training_settings *settings)
{
    coulomb_status status = coulomb_trainer_set_loss(trainer, settings->loss);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_smoothing(trainer, settings->smoothing);
    return status == COULOMB_OK
               ? apply_learning(context, trainer, COULOMB_DISCRIMINATOR, settings, &settings->discriminator)
               : status;
}

bool training_apply(coulomb_context *context, coulomb_trainer *trainer, const training_settings *settings)
{
    coulomb_status status = coulomb_trainer_set_seed(trainer, settings->seed);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_batch(trainer, (size_t)settings->batch);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_shards(trainer, (size_t)settings->shards);
    if (status == COULOMB_OK)
        status =
            coulomb_trainer_set_charges(trainer, (size_t)settings->charges_model, (size_t)settings->charges_target);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_replay(trainer, settings->replay);
    if (status == COULOMB_OK)
        status = coulomb_trainer_set_averaging(trainer, settings->averaging);
    if (status == COULOMB_OK)
        status = apply_kernel(context, trainer, settings);
    if (status == COULOMB_OK)
        status = apply_learning(context, trainer, COULOMB_GENERATOR, settings, &settings->generator);
    if (status == COULOMB_OK && training_has_discriminator(trainer))
        status = apply_discriminator(context, trainer, settings);
    return succeeded(context, status, "configuring training") && ranks_join(context, trainer);
}
