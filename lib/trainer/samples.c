/* The samples of one update: target samples, model samples, and points near both. */
#include "trainer/step.h"

#include <string.h>

coulomb_status step_draw_target(training_step *step)
{
    return data_read(step->trainer, step->update, step->target_charges, values(&step->trainer->arrays.target));
}

/* x = G(z). Charges beyond the batch go first, so that the generator keeps what backward needs of the batch itself. */
coulomb_status step_generate_model(training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    float *latents = values(&trainer->arrays.latents), *model = values(&trainer->arrays.model);
    size_t latent = network_input_size(trainer->generator), sample = trainer->dimension;
    trainer_hold_networks(trainer, true);
    coulomb_status status =
        network_draw_latents(trainer->generator, trainer->settings.seed, step->update, step->model_charges, latents);
    trainer_hold_networks(trainer, false);
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

bool step_smooths(const training_step *step)
{
    return step->trainer->settings.smoothing > 0.0;
}

bool step_replays(const training_step *step)
{
    return step->trainer->settings.replay && step->trainer->previous_count > 0;
}

/* The paper's Gaussian ball: samples plus noise. */
void step_add_noise(training_step *step, enum evaluation set, const float *samples)
{
    coulomb_trainer *trainer = step->trainer;
    size_t count = step->batch * trainer->dimension;
    float *noisy = values(&trainer->arrays.noisy) + set * count;
    random_key key = {.seed = trainer->settings.seed, .stream = STREAM_SMOOTHING, .update = step->update};
    random_normal(key, set * count, count, (float)trainer->settings.smoothing, noisy);
    context_kernels(trainer->context)->add(count, noisy, samples, noisy);
}

const float *step_points(const training_step *step, enum evaluation set)
{
    const step_arrays *arrays = &step->trainer->arrays;
    if (step_smooths(step))
        return values(&arrays->noisy) + set * step->batch * step->trainer->dimension;
    return values(set == AT_MODEL ? &arrays->model : set == AT_TARGET ? &arrays->target : &arrays->previous);
}
