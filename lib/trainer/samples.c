/* What the host gives to an update: target samples and latents. */
#include "trainer/ranks.h"

static coulomb_status read_target(const training_step *step, uint64_t update)
{
    coulomb_trainer *trainer = step->trainer;
    size_t total = step->target_charges, part = rank_part(trainer, total);
    size_t rank = trainer_ranks(trainer) == 1 ? 0 : trainer->ranks.communicator->rank, first = rank * part;
    data_slice slice = {.total = total, .first = first < total ? first : total};
    slice.count = total - slice.first < part ? total - slice.first : part;
    return data_read(trainer, update, &slice, trainer->arrays.target.host);
}

coulomb_status step_draw_target(training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    read_ahead *ahead = &trainer->ahead;
    bool there = ahead->update == step->update && ahead->total == step->target_charges &&
                 ahead->host == trainer->arrays.target.host;
    ahead->update = 0;
    return there ? COULOMB_OK : read_target(step, step->update);
}

void step_draw_next_target(training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    read_ahead *ahead = &trainer->ahead;
    if (step->on->table->host_memory || trainer_ranks(trainer) > 1 || step->update >= ahead->last)
        return;
    ahead->total = step->target_charges;
    ahead->host = trainer->arrays.target.host;
    ahead->update = read_target(step, step->update + 1) == COULOMB_OK ? step->update + 1 : 0;
}

coulomb_status step_recall_target(training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    if (step->on->table->host_memory || trainer_ranks(trainer) > 1)
        return COULOMB_OK;
    trainer->ahead.update = 0;
    return staged_fetch(step->on, &trainer->arrays.target, step->target_charges * trainer->dimension * sizeof(float));
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
