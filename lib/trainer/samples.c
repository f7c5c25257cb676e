/* What the host gives to an update: target samples and latents. */
#include "trainer/ranks.h"

coulomb_status step_draw_target(training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    size_t total = step->target_charges, part = rank_part(trainer, total);
    size_t rank = trainer_ranks(trainer) == 1 ? 0 : trainer->ranks.communicator->rank, first = rank * part;
    data_slice slice = {.total = total, .first = first < total ? first : total};
    slice.count = total - slice.first < part ? total - slice.first : part;
    return data_read(trainer, step->update, &slice, trainer->arrays.target.host);
}

void step_send_target(const training_step *step)
{
    const coulomb_trainer *trainer = step->trainer;
    staged_send(step->on, &trainer->arrays.target, step->target_charges * trainer->dimension * sizeof(float));
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
