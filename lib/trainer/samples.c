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

/* What the latents of an update are made of. */
static latents_drawn latents_of(const training_step *step, uint64_t update)
{
    const coulomb_trainer *trainer = step->trainer;
    return (latents_drawn){.update = update,
                           .seed = trainer->settings.seed,
                           .count = step->model_charges,
                           .source = trainer->generator->latent,
                           .host = trainer->arrays.latents.host};
}

static bool same_latents(const latents_drawn *a, const latents_drawn *b)
{
    return a->update == b->update && a->seed == b->seed && a->count == b->count && a->host == b->host &&
           a->source.distribution == b->source.distribution && a->source.spread == b->source.spread &&
           a->source.signs == b->source.signs && a->source.callback == b->source.callback;
}

static coulomb_status draw_latents(const training_step *step, uint64_t update)
{
    const coulomb_trainer *trainer = step->trainer;
    return network_draw_latents(trainer->generator, trainer->settings.seed, update, 0, step->model_charges,
                                trainer->arrays.latents.host);
}

/* A callback may count its calls. */
static void draw_next_latents(const training_step *step)
{
    latents_drawn *ahead = &step->trainer->ahead.latents;
    bool drawn =
        step->trainer->generator->latent.callback == NULL && draw_latents(step, step->update + 1) == COULOMB_OK;
    *ahead = drawn ? latents_of(step, step->update + 1) : (latents_drawn){0};
}

void step_draw_next(training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    read_ahead *ahead = &trainer->ahead;
    if (step->on->table->host_memory || trainer_ranks(trainer) > 1 || step->update >= ahead->last)
        return;
    ahead->total = step->target_charges;
    ahead->host = trainer->arrays.target.host;
    ahead->update = read_target(step, step->update + 1) == COULOMB_OK ? step->update + 1 : 0;
    draw_next_latents(step);
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
    latents_drawn wanted = latents_of(step, step->update);
    coulomb_status status = COULOMB_OK;
    trainer_hold_networks(trainer, true);
    if (!same_latents(&trainer->ahead.latents, &wanted))
        status = draw_latents(step, step->update);
    trainer_hold_networks(trainer, false);
    trainer->ahead.latents.update = 0;
    if (status == COULOMB_OK)
        staged_send(step->on, latents, step->model_charges * network_input_size(trainer->generator) * sizeof(float));
    return status;
}
