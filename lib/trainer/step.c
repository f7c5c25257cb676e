/* One update (formulas of Unterthiner et al. 2017, Eqs. 9-10 and Algorithm 1): everything is computed from one forward
 * pass before either network moves, so a failure leaves both as they were. */
#include "trainer/step.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static coulomb_status read_schedules(training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    trainer_hold_networks(trainer, true);
    coulomb_status status = optimizer_rate(trainer->generator_optimizer, step->update, &step->rate_generator);
    if (status == COULOMB_OK)
        status = optimizer_rate(trainer->discriminator_optimizer, step->update, &step->rate_discriminator);
    if (status == COULOMB_OK)
        status = schedule_value(trainer->epsilon_schedule, trainer->settings.epsilon, step->update, &step->epsilon);
    trainer_hold_networks(trainer, false);
    if (status == COULOMB_OK)
        status = coulomb_plummer_set_epsilon(trainer->plummer, step->epsilon);
    return status;
}

/* Loss of one set and its gradient at D's output: (D - potential)^2 or |D - potential|, averaged. */
static double loss_gradient(const training_step *step, const float *output, const float *potential, float *upstream)
{
    size_t batch = step->batch;
    float scale = (float)step->trainer->settings.potential_scale;
    double loss = 0.0;
    for (size_t i = 0; i < batch; i++) {
        float difference = output[i] - scale * potential[i];
        if (step->trainer->settings.loss == COULOMB_LOSS_L2) {
            loss += (double)difference * (double)difference;
            upstream[i] = 2.0f * difference / (float)batch;
        } else {
            loss += fabs((double)difference);
            upstream[i] = (difference > 0.0f ? 1.0f : difference < 0.0f ? -1.0f : 0.0f) / (float)batch;
        }
    }
    return loss / (double)batch;
}

/* Gradient of L_D's term over one set of points; `parameters` as in network_backward(). */
static void learn_potential(training_step *step, enum evaluation set, const buffer *potential, int32_t parameters)
{
    coulomb_trainer *trainer = step->trainer;
    float *upstream = values(&trainer->arrays.upstream);
    const float *output = network_forward(trainer->discriminator, step->batch, step_points(step, set));
    step->loss_discriminator += loss_gradient(step, output, values(potential), upstream);
    network_backward(trainer->discriminator, step->batch, upstream, NULL, parameters);
}

/* The model samples serve both losses; L_G = -mean D(x) goes back through D into x, then through G. Where samples do
 * not influence one another, one backward pass through D serves both losses: sample i's gradient of L_D is that of L_G
 * times the ratio of the two at D's output. With smoothing, L_D is taken at other points. */
static void learn_and_climb(training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    coulomb_network *discriminator = trainer->discriminator;
    step_arrays *arrays = &trainer->arrays;
    float *upstream = values(&arrays->upstream), *learning = values(&arrays->learning), *slope = values(&arrays->slope);
    size_t batch = step->batch;
    if (step_smooths(step))
        learn_potential(step, AT_MODEL, &arrays->potential_model, 1);
    const float *output = network_forward(discriminator, batch, values(&arrays->model));
    step->loss_generator = -step_mean(output, batch);
    for (size_t i = 0; i < batch; i++)
        upstream[i] = -1.0f / (float)batch;
    if (!step_smooths(step))
        step->loss_discriminator += loss_gradient(step, output, values(&arrays->potential_model), learning);
    if (!step_smooths(step) && !network_mixes_samples(discriminator)) {
        for (size_t i = 0; i < batch; i++)
            learning[i] /= upstream[i];
        network_backward_weighted(discriminator, batch, upstream, learning, slope, 1);
    } else {
        if (!step_smooths(step))
            network_backward(discriminator, batch, learning, NULL, 1);
        network_backward(discriminator, batch, upstream, slope, 0);
    }
    network_backward(trainer->generator, batch, slope, NULL, 1);
}

static void find_gradients(training_step *step)
{
    step_arrays *arrays = &step->trainer->arrays;
    learn_and_climb(step);
    learn_potential(step, AT_TARGET, &arrays->potential_target, 2);
    if (step_replays(step))
        learn_potential(step, AT_PREVIOUS, &arrays->potential_previous, 2);
}

static double gradient_norm(const coulomb_network *network)
{
    return sqrt(context_kernels(network->context)->sum_squares(network->graph.parameter_values, network->gradients));
}

/* Record the figures; refuse what is not finite. */
static coulomb_status take_statistics(training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    double found[STATISTICS] = {
        [COULOMB_STATISTIC_LOSS_DISCRIMINATOR] = step->loss_discriminator,
        [COULOMB_STATISTIC_LOSS_GENERATOR] = step->loss_generator,
        [COULOMB_STATISTIC_ENERGY] = 0.5 * (step->potential_target - step->potential_model),
        [COULOMB_STATISTIC_POTENTIAL_MODEL] = step->potential_model,
        [COULOMB_STATISTIC_POTENTIAL_TARGET] = step->potential_target,
        [COULOMB_STATISTIC_GRADIENT_GENERATOR] = gradient_norm(trainer->generator),
        [COULOMB_STATISTIC_GRADIENT_DISCRIMINATOR] = gradient_norm(trainer->discriminator),
        [COULOMB_STATISTIC_LEARNING_RATE_GENERATOR] = step->rate_generator,
        [COULOMB_STATISTIC_LEARNING_RATE_DISCRIMINATOR] = step->rate_discriminator,
        [COULOMB_STATISTIC_EPSILON] = step->epsilon,
    };
    static const char *const names[STATISTICS] = {
        [COULOMB_STATISTIC_LOSS_DISCRIMINATOR] = "the discriminator's loss",
        [COULOMB_STATISTIC_LOSS_GENERATOR] = "the generator's loss",
        [COULOMB_STATISTIC_GRADIENT_GENERATOR] = "the generator's gradient",
        [COULOMB_STATISTIC_GRADIENT_DISCRIMINATOR] = "the discriminator's gradient",
    };
    for (size_t i = 1; i < STATISTICS; i++)
        if (names[i] != NULL && !isfinite(found[i]))
            return fail(trainer->context, COULOMB_ERROR_NOT_FINITE,
                        "update %" PRIu64 ": %s is %g; a lower learning rate may help", step->update, names[i],
                        found[i]);
    if (!network_averages_finite(trainer->generator) || !network_averages_finite(trainer->discriminator))
        return fail(trainer->context, COULOMB_ERROR_NOT_FINITE,
                    "update %" PRIu64 ": a running average of batch norm is not finite", step->update);
    memcpy(trainer->statistic, found, sizeof found);
    trainer->stepped = true;
    return COULOMB_OK;
}

/* From here on nothing can fail. */
static void move_networks(training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    coulomb_network *generator = trainer->generator;
    optimizer_apply(trainer->discriminator_optimizer, step->update, step->rate_discriminator);
    optimizer_apply(trainer->generator_optimizer, step->update, step->rate_generator);
    if (trainer->settings.averaging > 0.0) {
        double u = (double)step->update, start = (1.0 + u) / (10.0 + u);
        double decay = trainer->settings.averaging < start ? trainer->settings.averaging : start;
        context_kernels(generator->context)
            ->average(generator->graph.parameter_values, (float)decay, generator->values, trainer->average->values);
    }
    if (trainer->settings.replay) {
        memcpy(trainer->arrays.previous.data, trainer->arrays.model.data,
               step->batch * trainer->dimension * sizeof(float));
        trainer->previous_count = step->batch;
    }
    trainer->update = step->update;
}

/* Nothing of the trainer's stays behind in the networks, nor of a failed update; nor do others' passes count in one. */
static void forget_passes(coulomb_trainer *trainer)
{
    network_forget_averages(trainer->generator);
    network_forget_averages(trainer->discriminator);
    network_forget_pass(trainer->generator);
    network_forget_pass(trainer->discriminator);
}

static coulomb_status run_step(training_step *step)
{
    coulomb_status status = trainer_reserve(step->trainer);
    forget_passes(step->trainer);
    if (status == COULOMB_OK)
        status = read_schedules(step);
    if (status == COULOMB_OK)
        status = step_draw_target(step);
    if (status == COULOMB_OK)
        status = step_generate_model(step);
    if (status == COULOMB_OK)
        status = step_find_potentials(step);
    if (status != COULOMB_OK)
        return status;
    find_gradients(step);
    status = take_statistics(step);
    if (status == COULOMB_OK)
        move_networks(step);
    return status;
}

static void set_busy(coulomb_trainer *trainer, bool busy)
{
    trainer->busy = trainer->generator_optimizer->busy = trainer->discriminator_optimizer->busy = busy;
}

coulomb_status coulomb_trainer_step(coulomb_trainer *trainer)
{
    coulomb_status status = trainer_check(trainer);
    if (status != COULOMB_OK)
        return status;
    if (trainer->looping)
        return fail(trainer->context, COULOMB_ERROR_STATE, "the progress callback must not step or run the trainer");
    status = network_check(trainer->generator);
    if (status == COULOMB_OK)
        status = network_check(trainer->discriminator);
    if (status != COULOMB_OK)
        return status;
    training_step step = {.trainer = trainer,
                          .update = trainer->update + 1,
                          .batch = trainer->settings.batch,
                          .model_charges = trainer_charges_model(trainer),
                          .target_charges = trainer_charges_target(trainer)};
    object_hold(trainer);
    set_busy(trainer, true);
    status = run_step(&step);
    set_busy(trainer, false);
    forget_passes(trainer);
    coulomb_trainer_free(trainer);
    return status;
}
