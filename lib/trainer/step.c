/* The course of one update on the host: what can fail comes before the device's part, which moves the networks only if
 * all of its figures are finite. So a failure leaves everything as it was. */
#include "trainer/ranks.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static coulomb_status read_schedules(training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    const training_settings *settings = &trainer->settings;
    double factor = 1.0;
    trainer_hold_networks(trainer, true);
    coulomb_status status = optimizer_rate(trainer->generator_optimizer, step->update, &step->rate_generator);
    if (status == COULOMB_OK && trainer->discriminator != NULL)
        status = optimizer_rate(trainer->discriminator_optimizer, step->update, &step->rate_discriminator);
    if (status == COULOMB_OK)
        status = schedule_value(trainer->epsilon_schedule, 1.0, step->update, &factor);
    for (size_t i = 0; i < settings->epsilons; i++)
        step->epsilon[i] = settings->epsilon[i] * factor;
    trainer_hold_networks(trainer, false);
    if (status == COULOMB_OK)
        status = coulomb_plummer_set_epsilons(trainer->plummer, step->epsilon, settings->epsilons);
    return status;
}

/* This update's numbers for the device, and a clean slate for its figures. */
static void send_board(const training_step *step)
{
    const coulomb_trainer *trainer = step->trainer;
    double u = (double)step->update, start = (1.0 + u) / (10.0 + u), averaging = trainer->settings.averaging;
    *host_board(trainer) =
        (step_board){.update = step->update,
                     .generator = optimizer_factors(trainer->generator_optimizer, step->update, step->rate_generator),
                     .decay = (float)(averaging < start ? averaging : start),
                     .go = 1};
    if (trainer->discriminator != NULL)
        host_board(trainer)->discriminator =
            optimizer_factors(trainer->discriminator_optimizer, step->update, step->rate_discriminator);
    memcpy(host_board(trainer)->epsilon, step->epsilon, sizeof step->epsilon);
    staged_send(step->on, &trainer->arrays.board, sizeof(step_board));
}

static void take_statistics(const training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    const double *figure = host_board(trainer)->figure;
    double model = figure[FIGURE_POTENTIAL_MODEL], target = figure[FIGURE_POTENTIAL_TARGET];
    const double found[STATISTICS] = {
        [COULOMB_STATISTIC_LOSS_DISCRIMINATOR] = figure[FIGURE_LOSS],
        [COULOMB_STATISTIC_LOSS_GENERATOR] = -figure[FIGURE_OUTPUT],
        [COULOMB_STATISTIC_ENERGY] = 0.5 * (target - model),
        [COULOMB_STATISTIC_POTENTIAL_MODEL] = model,
        [COULOMB_STATISTIC_POTENTIAL_TARGET] = target,
        [COULOMB_STATISTIC_GRADIENT_GENERATOR] = sqrt(figure[FIGURE_GENERATOR]),
        [COULOMB_STATISTIC_GRADIENT_DISCRIMINATOR] = sqrt(figure[FIGURE_DISCRIMINATOR]),
        [COULOMB_STATISTIC_LEARNING_RATE_GENERATOR] = step->rate_generator,
        [COULOMB_STATISTIC_LEARNING_RATE_DISCRIMINATOR] = step->rate_discriminator,
        [COULOMB_STATISTIC_EPSILON] = step->epsilon[0],
    };
    memcpy(trainer->statistic, found, sizeof found);
    trainer->stepped = true;
}

/* What the parameters were before the device's part, and will be after it, has another number each time: its recording
 * must not build on what a device made of the parameters earlier. That of features would not be there any more, where
 * networks share memory for it. */
void trainer_count_revisions(const coulomb_trainer *trainer)
{
    coulomb_network *const moved[] = {trainer->generator, trainer->discriminator, trainer->average, trainer->features};
    for (size_t i = 0; i < 4; i++)
        if (moved[i] != NULL)
            network_count_revision(moved[i]);
}

/* A device may say at once what is wrong with samples whose potential it sums. */
static coulomb_status explain_status(const training_step *step)
{
    return step->status == COULOMB_ERROR_NOT_FINITE ? step_explain_target(step, step->status) : step->status;
}

static coulomb_status run_alone(training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    step_send_target(step);
    step->on->table->run_recorded(step->on, &trainer->recording, step_signature(step), step_enqueue, step);
    if (step->status != COULOMB_OK) /* what was recorded lacks the rest */
        trainer_forget_recording(trainer);
    else
        step_draw_next(step);
    return explain_status(step);
}

/* Part by part, since the other ranks wait for what each part finds. */
static coulomb_status run_with_ranks(training_step *step)
{
    const coulomb_status *passes = &step->trainer->ranks.passes;
    step->trainer->ranks.passes = COULOMB_OK;
    step_enqueue_samples(step);
    coulomb_status status = *passes == COULOMB_OK ? ranks_share_samples(step, COULOMB_OK) : *passes;
    if (status != COULOMB_OK)
        return status;
    step_send_target(step);
    step_enqueue_potentials(step);
    if (step->together) /* in whose passes all must take part, or none */
        status = ranks_agree(step, explain_status(step));
    if (status != COULOMB_OK)
        return status;
    step_enqueue_gradients(step);
    status = *passes == COULOMB_OK ? ranks_add_gradients(step, explain_status(step)) : *passes;
    if (status == COULOMB_OK)
        step_enqueue_moves(step);
    return status;
}

/* The device's part. Whether it moved the networks is known when its figures are here. */
static coulomb_status compute(training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    charge_batch batch = trainer_charge_batch(trainer);
    coulomb_status status = plummer_check_batch(trainer->plummer, &batch);
    if (status == COULOMB_OK)
        status = trainer_check_drift(trainer, &batch);
    if (status != COULOMB_OK)
        return status;
    send_board(step);
    trainer_count_revisions(trainer);
    status = trainer_ranks(trainer) == 1 ? run_alone(step) : run_with_ranks(step);
    trainer_count_revisions(trainer);
    if (status == COULOMB_OK)
        status = staged_fetch(step->on, &trainer->arrays.board, sizeof(step_board));
    if (status != COULOMB_OK)
        return status;
    if (host_board(trainer)->go == 0)
        return step_explain(step);
    take_statistics(step);
    trainer->previous_count = trainer->settings.replay ? step->batch : trainer->previous_count;
    trainer->update = step->update;
    return COULOMB_OK;
}

/* What can fail before the device begins. */
static coulomb_status prepare(training_step *step)
{
    coulomb_status status = network_check(step->trainer->generator);
    if (status == COULOMB_OK && step->trainer->discriminator != NULL)
        status = network_check(step->trainer->discriminator);
    if (status == COULOMB_OK)
        status = trainer_check_features(step->trainer);
    if (status == COULOMB_OK)
        status = trainer_reserve(step->trainer);
    if (status == COULOMB_OK)
        status = read_schedules(step);
    if (status == COULOMB_OK)
        status = step_draw_target(step);
    return status == COULOMB_OK ? step_draw_latents(step) : status;
}

static coulomb_status run_step(training_step *step)
{
    coulomb_status status = prepare(step);
    fact_list facts = {0};
    if (status == COULOMB_OK && trainer_ranks(step->trainer) > 1)
        status = facts_of_step(step, &facts);
    status = ranks_meet(step->trainer, MEETING_STEP, &facts, status);
    return status == COULOMB_OK ? compute(step) : status;
}

static void set_busy(coulomb_trainer *trainer, bool busy)
{
    trainer->busy = trainer->generator_optimizer->busy = busy;
    if (trainer->discriminator != NULL)
        trainer->discriminator_optimizer->busy = busy;
}

coulomb_status coulomb_trainer_step(coulomb_trainer *trainer)
{
    coulomb_status status = trainer_check(trainer);
    if (status != COULOMB_OK)
        return status;
    if (trainer->looping)
        return fail(trainer->context, COULOMB_ERROR_STATE, "the progress callback must not step or run the trainer");
    if (trainer->update == UINT64_MAX) /* only a checkpoint says so */
        return fail(trainer->context, COULOMB_ERROR_STATE, "update %" PRIu64 " is the last that can be counted",
                    trainer->update);
    size_t ranks = trainer_ranks(trainer), own = trainer->settings.shards / ranks;
    training_step step = {.trainer = trainer,
                          .on = context_device(trainer->context),
                          .update = trainer->update + 1,
                          .batch = trainer->settings.batch,
                          .shards = trainer->settings.shards,
                          .shard = trainer_shard(trainer),
                          .first_shard = ranks == 1 ? 0 : trainer->ranks.communicator->rank * own,
                          .own_shards = own,
                          .together = trainer_synchronises(trainer),
                          .part = trainer_part(trainer),
                          .model_charges = trainer_charges_model(trainer),
                          .target_charges = trainer_charges_target(trainer)};
    object_hold(trainer);
    set_busy(trainer, true);
    status = run_step(&step);
    set_busy(trainer, false);
    step_forget_passes(trainer);
    coulomb_trainer_free(trainer);
    return status;
}
