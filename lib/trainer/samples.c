/* What the host gives to an update: target samples and latents. */
#include "trainer/step.h"

coulomb_status step_draw_target(training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    const staged_array *target = &trainer->arrays.target;
    coulomb_status status = data_read(trainer, step->update, step->target_charges, target->host);
    if (status == COULOMB_OK)
        staged_send(step->on, target, step->target_charges * trainer->dimension * sizeof(float));
    return status;
}

coulomb_status step_draw_latents(training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    const staged_array *latents = &trainer->arrays.latents;
    trainer_hold_networks(trainer, true);
    coulomb_status status = network_draw_latents(trainer->generator, trainer->settings.seed, step->update,
                                                 step->model_charges, latents->host);
    trainer_hold_networks(trainer, false);
    if (status == COULOMB_OK)
        staged_send(step->on, latents, step->model_charges * network_input_size(trainer->generator) * sizeof(float));
    return status;
}
