/* A trainer's life and its loop. */
#include "trainer/ranks.h"

#include <inttypes.h>

static coulomb_status check_networks(coulomb_context *context, coulomb_network *generator,
                                     coulomb_network *discriminator)
{
    coulomb_status status = network_check(generator);
    if (status == COULOMB_OK && discriminator != NULL)
        status = network_check(discriminator);
    if (status != COULOMB_OK)
        return status;
    if (generator->context != context || (discriminator != NULL && discriminator->context != context))
        return fail(context, COULOMB_ERROR_ARGUMENT, "a network belongs to another context; expected the trainer's");
    if (generator == discriminator)
        return fail(context, COULOMB_ERROR_ARGUMENT, "generator and discriminator are the same network; expected two");
    if (discriminator == NULL)
        return COULOMB_OK;
    const tensor_shape *made = network_output_shape(generator), *taken = network_input_shape(discriminator);
    if (!shape_equal(made, taken))
        return fail(context, COULOMB_ERROR_SHAPE,
                    "the generator's output has shape %s, the discriminator's input %s; expected equal shapes",
                    shape_print(made).text, shape_print(taken).text);
    if (network_output_size(discriminator) != 1)
        return fail(context, COULOMB_ERROR_SHAPE, "the discriminator's output has shape %s; expected one value",
                    shape_print(network_output_shape(discriminator)).text);
    return COULOMB_OK;
}

static coulomb_status make_parts(coulomb_trainer *trainer)
{
    coulomb_status status = coulomb_optimizer_new(trainer->generator, &trainer->generator_optimizer);
    if (status == COULOMB_OK && trainer->discriminator != NULL)
        status = coulomb_optimizer_new(trainer->discriminator, &trainer->discriminator_optimizer);
    if (status == COULOMB_OK)
        status = coulomb_plummer_new(trainer->context, 1.0, trainer->settings.epsilon[0], &trainer->plummer);
    if (status == COULOMB_OK)
        trainer->generator_optimizer->lent = true;
    if (status == COULOMB_OK && trainer->discriminator != NULL)
        trainer->discriminator_optimizer->lent = true;
    return status;
}

static void free_optimizer(coulomb_optimizer *optimizer)
{
    if (optimizer != NULL)
        optimizer->lent = false;
    coulomb_optimizer_free(optimizer);
}

static void end(void *object)
{
    coulomb_trainer *trainer = object;
    trainer_forget_recording(trainer);
    data_replace(trainer, &(data_source){0});
    coulomb_schedule_free(trainer->epsilon_schedule);
    free_optimizer(trainer->generator_optimizer);
    free_optimizer(trainer->discriminator_optimizer);
    coulomb_plummer_free(trainer->plummer);
    trainer_release_arrays(trainer);
    buffer_release(trainer->context, &trainer->norm_sums);
    ranks_release(trainer);
    coulomb_network_free(trainer->average);
    coulomb_network_free(trainer->features);
    coulomb_network_free(trainer->generator);
    coulomb_network_free(trainer->discriminator);
}

coulomb_status coulomb_trainer_new(coulomb_context *context, coulomb_network *generator, coulomb_network *discriminator,
                                   coulomb_trainer **trainer)
{
    if (trainer != NULL)
        *trainer = NULL;
    if (context == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (trainer == NULL || generator == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "%s is NULL", trainer == NULL ? "trainer" : "generator");
    coulomb_status status = check_networks(context, generator, discriminator);
    if (status != COULOMB_OK)
        return status;
    coulomb_trainer *made = object_new(context, sizeof *made, end);
    if (made == NULL)
        return COULOMB_ERROR_MEMORY;
    made->context = context;
    made->generator = object_hold(generator);
    made->discriminator = discriminator == NULL ? NULL : object_hold(discriminator);
    made->dimension = network_output_size(generator);
    made->settings = (training_settings){.batch = 128,
                                         .shards = 1,
                                         .loss = COULOMB_LOSS_L2,
                                         .field = COULOMB_FIELD_POTENTIAL,
                                         .epsilon = {1.0},
                                         .epsilons = 1,
                                         .potential_scale = 1.0};
    status = make_parts(made);
    if (status != COULOMB_OK) {
        coulomb_trainer_free(made);
        return status;
    }
    *trainer = made;
    return COULOMB_OK;
}

void coulomb_trainer_free(coulomb_trainer *trainer)
{
    object_release(trainer);
}

coulomb_status trainer_check(coulomb_trainer *trainer)
{
    if (trainer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (trainer->busy)
        return fail(trainer->context, COULOMB_ERROR_STATE, "the trainer is in use by one of its callbacks");
    return COULOMB_OK;
}

void trainer_hold_networks(coulomb_trainer *trainer, bool hold)
{
    trainer->generator->busy = hold;
    if (trainer->discriminator != NULL)
        trainer->discriminator->busy = hold;
    if (trainer->features != NULL)
        trainer->features->busy = hold;
}

static coulomb_status report(coulomb_trainer *trainer, coulomb_progress_callback *progress, void *user)
{
    trainer->looping = true;
    coulomb_status status = callback_status(trainer->context, progress(user, trainer->update), "progress");
    trainer->looping = false;
    return status;
}

/* One rank's wish to stop ends the loop of all. */
static coulomb_status leave_loop(coulomb_trainer *trainer, uint64_t last, coulomb_status wish)
{
    trainer->busy = true;
    wish = ranks_meet(trainer, trainer->update >= last ? MEETING_END : MEETING_STEP, &(fact_list){0}, wish);
    trainer->busy = false;
    return wish;
}

coulomb_status coulomb_trainer_run(coulomb_trainer *trainer, uint64_t last, coulomb_progress_callback *progress,
                                   void *user)
{
    coulomb_status status = trainer_check(trainer);
    if (status != COULOMB_OK)
        return status;
    object_hold(trainer);
    while (status == COULOMB_OK && trainer->update < last) {
        trainer->ahead.last = last;
        status = coulomb_trainer_step(trainer);
        trainer->ahead.last = 0;
        if (status != COULOMB_OK)
            break;
        coulomb_status wish = progress == NULL ? COULOMB_OK : report(trainer, progress, user);
        if (wish != COULOMB_OK || trainer->update >= last) /* otherwise ranks meet in the next step */
            status = leave_loop(trainer, last, wish);
    }
    coulomb_trainer_free(trainer);
    return status;
}

coulomb_status coulomb_trainer_update(const coulomb_trainer *trainer, uint64_t *update)
{
    if (trainer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (update == NULL)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "update is NULL");
    *update = trainer->update;
    return COULOMB_OK;
}

static bool is_of_discriminator(int32_t statistic)
{
    return statistic == COULOMB_STATISTIC_LOSS_DISCRIMINATOR || statistic == COULOMB_STATISTIC_LOSS_GENERATOR ||
           statistic == COULOMB_STATISTIC_GRADIENT_DISCRIMINATOR ||
           statistic == COULOMB_STATISTIC_LEARNING_RATE_DISCRIMINATOR;
}

coulomb_status coulomb_trainer_statistic(const coulomb_trainer *trainer, int32_t statistic, double *value)
{
    if (trainer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (value == NULL)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "value is NULL");
    if (statistic < 1 || statistic >= STATISTICS)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "statistic is %d; expected COULOMB_STATISTIC_* (1 to %d)",
                    (int)statistic, STATISTICS - 1);
    coulomb_status status =
        is_of_discriminator(statistic) ? trainer_need_discriminator(trainer, "such statistic") : COULOMB_OK;
    if (status != COULOMB_OK)
        return status;
    if (!trainer->stepped)
        return fail(trainer->context, COULOMB_ERROR_STATE,
                    "no update was done since the trainer was created or loaded");
    *value = trainer->statistic[statistic];
    return COULOMB_OK;
}
