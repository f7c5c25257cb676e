/* A trainer's options: a setter and a getter each. */
#include "trainer/trainer.h"

#include <string.h>

enum { BATCH_MOST = 1 << 20 };

/* Getters also serve callbacks. */
static coulomb_status check_get(const coulomb_trainer *trainer, const char *name, const void *result)
{
    if (trainer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    return result != NULL ? COULOMB_OK : fail(trainer->context, COULOMB_ERROR_ARGUMENT, "%s is NULL", name);
}

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

coulomb_status coulomb_trainer_get_batch(const coulomb_trainer *trainer, size_t *batch)
{
    coulomb_status status = check_get(trainer, "batch", batch);
    if (status == COULOMB_OK)
        *batch = trainer->settings.batch;
    return status;
}

coulomb_status coulomb_trainer_set_shards(coulomb_trainer *trainer, size_t shards)
{
    coulomb_status status = trainer_check(trainer);
    if (status != COULOMB_OK)
        return status;
    if (shards == 0 || shards > BATCH_MOST)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "shards is %zu; expected 1 to %d", shards, BATCH_MOST);
    trainer->settings.shards = shards;
    return COULOMB_OK;
}

coulomb_status coulomb_trainer_get_shards(const coulomb_trainer *trainer, size_t *shards)
{
    coulomb_status status = check_get(trainer, "shards", shards);
    if (status == COULOMB_OK)
        *shards = trainer->settings.shards;
    return status;
}

size_t trainer_shard(const coulomb_trainer *trainer)
{
    size_t shard = trainer->settings.batch / trainer->settings.shards;
    return shard == 0 ? 1 : shard; /* more shards than samples are refused later */
}

size_t trainer_shards_of(const coulomb_trainer *trainer, size_t samples)
{
    return piece_count(samples, trainer_shard(trainer));
}

coulomb_status coulomb_trainer_set_charges(coulomb_trainer *trainer, size_t model, size_t target)
{
    coulomb_status status = trainer_check(trainer);
    if (status != COULOMB_OK)
        return status;
    if (model > BATCH_MOST || target > BATCH_MOST)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "model is %zu and target is %zu; expected at most %d",
                    model, target, BATCH_MOST);
    trainer->settings.charges_model = model;
    trainer->settings.charges_target = target;
    return COULOMB_OK;
}

coulomb_status coulomb_trainer_get_charges(const coulomb_trainer *trainer, size_t *model, size_t *target)
{
    coulomb_status status = check_get(trainer, "model", model);
    if (status == COULOMB_OK)
        status = check_get(trainer, "target", target);
    if (status != COULOMB_OK)
        return status;
    *model = trainer->settings.charges_model;
    *target = trainer->settings.charges_target;
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
    if (status == COULOMB_OK)
        status = trainer_need_discriminator(trainer, "loss");
    if (status != COULOMB_OK)
        return status;
    if (loss != COULOMB_LOSS_L2 && loss != COULOMB_LOSS_L1)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "loss is %d; expected COULOMB_LOSS_* (1 or 2)",
                    (int)loss);
    trainer->settings.loss = loss;
    return COULOMB_OK;
}

coulomb_status coulomb_trainer_get_loss(const coulomb_trainer *trainer, int32_t *loss)
{
    coulomb_status status = check_get(trainer, "loss", loss);
    if (status == COULOMB_OK)
        status = trainer_need_discriminator(trainer, "loss");
    if (status == COULOMB_OK)
        *loss = trainer->settings.loss;
    return status;
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

coulomb_status coulomb_trainer_get_replay(const coulomb_trainer *trainer, int32_t *replay)
{
    coulomb_status status = check_get(trainer, "replay", replay);
    if (status == COULOMB_OK)
        *replay = trainer->settings.replay;
    return status;
}

coulomb_status coulomb_trainer_set_smoothing(coulomb_trainer *trainer, double deviation)
{
    coulomb_status status = trainer_check(trainer);
    if (status == COULOMB_OK)
        status = trainer_need_discriminator(trainer, "smoothing");
    return status != COULOMB_OK
               ? status
               : set_number(trainer, check_not_negative, "deviation", deviation, &trainer->settings.smoothing);
}

coulomb_status coulomb_trainer_get_smoothing(const coulomb_trainer *trainer, double *deviation)
{
    coulomb_status status = check_get(trainer, "deviation", deviation);
    if (status == COULOMB_OK)
        status = trainer_need_discriminator(trainer, "smoothing");
    if (status == COULOMB_OK)
        *deviation = trainer->settings.smoothing;
    return status;
}

/* The kernel's own settings. */
coulomb_status coulomb_trainer_set_kernel(coulomb_trainer *trainer, int32_t kernel)
{
    coulomb_status status = trainer_check(trainer);
    return status == COULOMB_OK ? coulomb_plummer_set_kernel(trainer->plummer, kernel) : status;
}

coulomb_status coulomb_trainer_get_kernel(const coulomb_trainer *trainer, int32_t *kernel)
{
    return trainer == NULL ? COULOMB_ERROR_ARGUMENT : coulomb_plummer_get_kernel(trainer->plummer, kernel);
}

coulomb_status coulomb_trainer_set_exponent(coulomb_trainer *trainer, double exponent)
{
    coulomb_status status = trainer_check(trainer);
    return status == COULOMB_OK ? coulomb_plummer_set_exponent(trainer->plummer, exponent) : status;
}

coulomb_status coulomb_trainer_get_exponent(const coulomb_trainer *trainer, double *exponent)
{
    return trainer == NULL ? COULOMB_ERROR_ARGUMENT : coulomb_plummer_get_exponent(trainer->plummer, exponent);
}

coulomb_status coulomb_trainer_set_self_terms(coulomb_trainer *trainer, int32_t keep)
{
    coulomb_status status = trainer_check(trainer);
    return status == COULOMB_OK ? coulomb_plummer_set_self_terms(trainer->plummer, keep) : status;
}

coulomb_status coulomb_trainer_get_self_terms(const coulomb_trainer *trainer, int32_t *keep)
{
    return trainer == NULL ? COULOMB_ERROR_ARGUMENT : coulomb_plummer_get_self_terms(trainer->plummer, keep);
}

coulomb_status coulomb_trainer_set_potential_scale(coulomb_trainer *trainer, double scale)
{
    return trainer == NULL ? COULOMB_ERROR_ARGUMENT
                           : set_number(trainer, check_positive, "scale", scale, &trainer->settings.potential_scale);
}

coulomb_status coulomb_trainer_get_potential_scale(const coulomb_trainer *trainer, double *scale)
{
    coulomb_status status = check_get(trainer, "scale", scale);
    if (status == COULOMB_OK)
        *scale = trainer->settings.potential_scale;
    return status;
}

coulomb_status coulomb_trainer_set_epsilon_schedule(coulomb_trainer *trainer, coulomb_schedule *schedule)
{
    coulomb_status status = trainer_check(trainer);
    return status != COULOMB_OK ? status : schedule_replace(trainer->context, &trainer->epsilon_schedule, schedule);
}

coulomb_status coulomb_trainer_get_epsilon_schedule(const coulomb_trainer *trainer, coulomb_schedule **schedule)
{
    coulomb_status status = check_get(trainer, "schedule", schedule);
    if (status == COULOMB_OK)
        *schedule = trainer->epsilon_schedule;
    return status;
}

coulomb_status coulomb_trainer_set_seed(coulomb_trainer *trainer, uint64_t seed)
{
    coulomb_status status = trainer_check(trainer);
    if (status == COULOMB_OK)
        trainer->settings.seed = seed;
    return status;
}

coulomb_status coulomb_trainer_get_seed(const coulomb_trainer *trainer, uint64_t *seed)
{
    coulomb_status status = check_get(trainer, "seed", seed);
    if (status == COULOMB_OK)
        *seed = trainer->settings.seed;
    return status;
}

static void copy_parameters(coulomb_network *to, const coulomb_network *from)
{
    device *on = context_device(from->context);
    on->table->copy(on, to->values, from->values, from->graph.parameter_values * sizeof(float), NULL);
    network_count_revision(to);
}

coulomb_status coulomb_trainer_set_averaging(coulomb_trainer *trainer, double decay)
{
    coulomb_status status = trainer_check(trainer);
    if (status != COULOMB_OK)
        return status;
    if (!(decay >= 0.0 && decay < 1.0))
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "decay is %g; expected at least 0 and below 1", decay);
    if (decay > 0.0 && trainer->average == NULL)
        status = network_copy(trainer->generator, &trainer->average);
    else if (decay > 0.0 && trainer->settings.averaging == 0.0) /* an average that was off begins anew */
        copy_parameters(trainer->average, trainer->generator);
    if (status == COULOMB_OK)
        trainer->settings.averaging = decay;
    return status;
}

coulomb_status coulomb_trainer_get_averaging(const coulomb_trainer *trainer, double *decay)
{
    coulomb_status status = check_get(trainer, "decay", decay);
    if (status == COULOMB_OK)
        *decay = trainer->settings.averaging;
    return status;
}

coulomb_status coulomb_trainer_average(coulomb_trainer *trainer, coulomb_network **average)
{
    coulomb_status status = trainer_check(trainer);
    if (status != COULOMB_OK)
        return status;
    if (average == NULL)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "average is NULL");
    if (trainer->settings.averaging == 0.0)
        return fail(trainer->context, COULOMB_ERROR_STATE,
                    "averaging is off; turn it on with coulomb_trainer_set_averaging()");
    network_share_latent(trainer->average, trainer->generator);
    *average = trainer->average;
    return COULOMB_OK;
}

static coulomb_status check_which(const coulomb_trainer *trainer, const char *name, int32_t which)
{
    if (which == COULOMB_DISCRIMINATOR)
        return trainer_need_discriminator(trainer, "such part");
    if (which == COULOMB_GENERATOR)
        return COULOMB_OK;
    return fail(trainer->context, COULOMB_ERROR_ARGUMENT,
                "%s is %d; expected COULOMB_GENERATOR (1) or COULOMB_DISCRIMINATOR (2)", name, (int)which);
}

coulomb_status coulomb_trainer_optimizer(const coulomb_trainer *trainer, int32_t which, coulomb_optimizer **optimizer)
{
    coulomb_status status = check_get(trainer, "optimizer", optimizer);
    if (status == COULOMB_OK)
        status = check_which(trainer, "which", which);
    if (status == COULOMB_OK)
        *optimizer = which == COULOMB_GENERATOR ? trainer->generator_optimizer : trainer->discriminator_optimizer;
    return status;
}

coulomb_status coulomb_trainer_network(const coulomb_trainer *trainer, int32_t which, coulomb_network **network)
{
    coulomb_status status = check_get(trainer, "network", network);
    if (status == COULOMB_OK)
        status = check_which(trainer, "which", which);
    if (status == COULOMB_OK)
        *network = which == COULOMB_GENERATOR ? trainer->generator : trainer->discriminator;
    return status;
}
