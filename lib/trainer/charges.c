/* The samples of one update, and the potential they make (Eq. 32). */
#include "trainer/step.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* y from the data; the buffer starts as NaN, so that samples that were not written are found. */
coulomb_status step_draw_target(training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    coulomb_context *context = trainer->context;
    if (trainer->data == NULL)
        return fail(context, COULOMB_ERROR_STATE, "there is no data callback; see coulomb_trainer_set_data()");
    float *target = values(&trainer->arrays.target);
    size_t count = step->target_charges, size = count * trainer->dimension;
    memset(target, 0xff, size * sizeof *target);
    context_enter(context);
    coulomb_status returned = trainer->data(trainer->data_user, step->update, count, target);
    context_leave(context);
    coulomb_status status = callback_status(context, returned, "data");
    if (status != COULOMB_OK)
        return status;
    if (trainer->discriminator->kernels->all_finite(size, target))
        return COULOMB_OK;
    size_t bad = first_not_finite(target, size);
    return fail(context, COULOMB_ERROR_NOT_FINITE,
                "update %" PRIu64
                ": value %zu of target sample %zu (of %zu) is %g, or the data callback did not write it",
                step->update, bad % trainer->dimension, bad / trainer->dimension, count, (double)target[bad]);
}

/* x = G(z). Charges beyond the batch go first, so that the generator keeps what backward needs of the batch itself. */
coulomb_status step_generate_model(training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    float *latents = values(&trainer->arrays.latents), *model = values(&trainer->arrays.model);
    size_t latent = network_input_size(trainer->generator), sample = trainer->dimension;
    coulomb_status status =
        network_draw_latents(trainer->generator, trainer->settings.seed, step->update, step->model_charges, latents);
    if (status != COULOMB_OK)
        return status;
    size_t parts = piece_count(step->model_charges, step->batch);
    for (size_t part = parts; part-- > 0;) {
        size_t first = part * step->batch, left = step->model_charges - first;
        size_t count = left < step->batch ? left : step->batch;
        const float *output = network_forward(trainer->generator, count, latents + first * latent);
        memcpy(model + first * sample, output, count * sample * sizeof *model);
    }
    return COULOMB_OK;
}

double step_mean(const float *array, size_t count)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += (double)array[i];
    return sum / (double)count;
}

bool step_smooths(const training_step *step)
{
    return step->trainer->settings.smoothing > 0.0;
}

bool step_replays(const training_step *step)
{
    return step->trainer->settings.replay && step->trainer->previous_count > 0;
}

/* The paper's Gaussian ball: samples plus noise. */
static void add_noise(training_step *step, enum evaluation set, const float *samples)
{
    coulomb_trainer *trainer = step->trainer;
    size_t count = step->batch * trainer->dimension;
    float *noisy = values(&trainer->arrays.noisy) + set * count;
    random_key key = {.seed = trainer->settings.seed, .stream = STREAM_SMOOTHING, .update = step->update};
    random_normal(key, set * count, count, (float)trainer->settings.smoothing, noisy);
    trainer->generator->kernels->add(count, noisy, samples, noisy);
}

const float *step_points(const training_step *step, enum evaluation set)
{
    const step_arrays *arrays = &step->trainer->arrays;
    if (step_smooths(step))
        return values(&arrays->noisy) + set * step->batch * step->trainer->dimension;
    return values(set == AT_MODEL ? &arrays->model : set == AT_TARGET ? &arrays->target : &arrays->previous);
}

/* Potential at every x and every y, or near them (Eq. 32); no gradient flows through it. */
coulomb_status step_find_potentials(training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    step_arrays *arrays = &trainer->arrays;
    const float *model = values(&arrays->model), *target = values(&arrays->target);
    float *at_model = values(&arrays->potential_model), *at_target = values(&arrays->potential_target);
    coulomb_status status;
    if (step_smooths(step)) {
        add_noise(step, AT_MODEL, model);
        add_noise(step, AT_TARGET, target);
        status = plummer_batch_near(trainer->plummer, trainer->dimension, step_points(step, AT_MODEL),
                                    step_points(step, AT_TARGET), step->batch, model, step->model_charges, target,
                                    step->target_charges, at_model, at_target);
    } else {
        status = plummer_batch_first(trainer->plummer, trainer->dimension, model, step->model_charges, target,
                                     step->target_charges, step->batch, at_model, at_target);
    }
    if (status != COULOMB_OK)
        return status;
    step->potential_model = step_mean(at_model, step->batch);
    step->potential_target = step_mean(at_target, step->batch);
    if (!step_replays(step))
        return COULOMB_OK;
    if (step_smooths(step))
        add_noise(step, AT_PREVIOUS, values(&arrays->previous));
    return coulomb_plummer_potential(trainer->plummer, trainer->dimension, step_points(step, AT_PREVIOUS), step->batch,
                                     model, step->model_charges, target, step->target_charges,
                                     values(&arrays->potential_previous));
}
