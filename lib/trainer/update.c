/* What the device computes in one update (formulas of Unterthiner et al. 2017, Eqs. 9-10 and Algorithm 1): everything
 * comes from one forward pass before either network moves, and where a figure is not finite nothing moves. Arrays are
 * addresses of the device here. */
#include "trainer/ranks.h"

bool step_smooths(const training_step *step)
{
    return step->trainer->settings.smoothing > 0.0;
}

bool step_replays(const training_step *step)
{
    return step->trainer->settings.replay && step->trainer->previous_count > 0;
}

static const float *samples(const training_step *step, enum evaluation set)
{
    const step_arrays *arrays = &step->trainer->arrays;
    return values_of(set == AT_MODEL ? &arrays->model : set == AT_TARGET ? &arrays->target.array : &arrays->previous);
}

static float *noisy(const training_step *step, enum evaluation set)
{
    return values_of(&step->trainer->arrays.noisy) + set * step->batch * step->trainer->dimension;
}

const float *step_points(const training_step *step, enum evaluation set)
{
    return step_smooths(step) ? noisy(step, set) : samples(step, set);
}

/* The paper's Gaussian ball: samples plus noise. */
static void add_noise(const training_step *step, enum evaluation set)
{
    const coulomb_trainer *trainer = step->trainer;
    size_t count = step->batch * trainer->dimension;
    random_key key = {.seed = trainer->settings.seed, .stream = STREAM_SMOOTHING};
    step->on->table->add_noise(step->on, &key, &device_board(trainer)->update, set * count, count,
                               (float)trainer->settings.smoothing, samples(step, set), noisy(step, set));
}

static void add_noises(const training_step *step)
{
    add_noise(step, AT_MODEL);
    add_noise(step, AT_TARGET);
    if (step_replays(step))
        add_noise(step, AT_PREVIOUS);
}

static void generate_parts(const training_step *step, size_t first_part, size_t end_part)
{
    float *model = values_of(&step->trainer->arrays.model);
    size_t sample = step->trainer->dimension;
    for (size_t part = end_part; part-- > first_part;) {
        size_t first = part * step->shard, left = step->model_charges - first;
        size_t count = left < step->shard ? left : step->shard;
        const float *output = step_generate(step, part);
        step->on->table->copy(step->on, model + first * sample, output, count * sample * sizeof *model, NULL);
    }
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The same where shards go at once: of each batch of charges this process's shards, if it has that many. A pass by no
 * sample of this process still takes part in sums. */
static void generate_batches(const training_step *step)
{
    float *model = values_of(&step->trainer->arrays.model);
    size_t sample = step->trainer->dimension;
    for (size_t batch = piece_count(step->model_charges, step->batch); batch-- > 0;) {
        size_t shard = batch * step->shards + step->first_shard, first = shard * step->shard;
        size_t left = first < step->model_charges ? step->model_charges - first : 0;
        const float *output = step_generate(step, shard);
        if (left > 0)
            step->on->table->copy(step->on, model + first * sample, output,
                                  least(left, step->part) * sample * sizeof *model, NULL);
    }
}

/* x = G(z), shard by shard: this process's part of the charges beyond the batch, then of the batch. The first shard
 * comes last, so that the generator keeps what backward needs of it. */
static void generate_model(const training_step *step)
{
    const coulomb_trainer *trainer = step->trainer;
    if (step->together) {
        generate_batches(step);
        return;
    }
    size_t parts = trainer_shards_of(trainer, step->model_charges), beyond = rank_part(trainer, parts - step->shards);
    size_t rank = step->first_shard / step->own_shards;
    generate_parts(step, least(step->shards + rank * beyond, parts), least(step->shards + (rank + 1) * beyond, parts));
    generate_parts(step, step->first_shard, step->first_shard + step->own_shards);
}

charge_batch trainer_charge_batch(const coulomb_trainer *trainer)
{
    const training_settings *settings = &trainer->settings;
    const step_arrays *arrays = &trainer->arrays;
    bool plain = trainer->features == NULL;
    const device_array *near = plain ? &arrays->noisy : &arrays->near_features;
    charge_batch batch = {.dimension = trainer_point_size(trainer),
                          .model = values_of(plain ? &arrays->model : &arrays->model_features),
                          .target = values_of(plain ? &arrays->target.array : &arrays->target_features),
                          .n_model = trainer_charges_model(trainer) + trainer_charges_replayed(trainer),
                          .n_target = trainer_charges_target(trainer),
                          .at_model = settings->batch,
                          .at_target = settings->batch,
                          .displaced = settings->smoothing > 0.0};
    if (batch.displaced && near->data != NULL) {
        batch.near_model = values_of(near);
        batch.near_target = batch.near_model + settings->batch * batch.dimension;
    }
    return batch;
}

coulomb_status step_sum_potentials(const training_step *step, const charge_batch *batch, bool without_own,
                                   float *at_model, float *at_target)
{
    const coulomb_trainer *trainer = step->trainer;
    device_kernel kernel = plummer_device_kernel(trainer->plummer, device_board(trainer)->epsilon);
    kernel.self_terms = kernel.self_terms && !without_own;
    return step->on->table->potentials(plummer_pairs(trainer->plummer), &kernel, batch, at_model, at_target, NULL);
}

coulomb_status step_sum_at(const training_step *step, const charge_batch *batch, const float *at, float *field,
                           float *potential)
{
    const coulomb_trainer *trainer = step->trainer;
    device_kernel kernel = plummer_device_kernel(trainer->plummer, device_board(trainer)->epsilon);
    return step->on->table->potentials_at(plummer_pairs(trainer->plummer), &kernel, batch, at, step->batch, field,
                                          potential);
}

/* Potential at every x and every y, or near them (Eq. 32), and their means; no gradient flows through it. */
static void find_potentials(training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    const step_arrays *arrays = &trainer->arrays;
    charge_batch batch = trainer_charge_batch(trainer);
    if (step_smooths(step))
        add_noises(step);
    step_find_features(step);
    step->status =
        step_sum_potentials(step, &batch, false, values_of(&arrays->at_model), values_of(&arrays->at_target));
    if (step->status == COULOMB_OK && step_replays(step))
        step->status =
            step_sum_at(step, &batch, step_kernel_points(step, AT_PREVIOUS), NULL, values_of(&arrays->at_previous));
    if (step->status == COULOMB_OK)
        step_note_potentials(step);
}

void step_note_potentials(const training_step *step)
{
    const step_arrays *arrays = &step->trainer->arrays;
    const device_table *table = step->on->table;
    double *figure = device_board(step->trainer)->figure;
    table->mean(step->on, step->batch, values_of(&arrays->at_model), figure + FIGURE_POTENTIAL_MODEL);
    table->mean(step->on, step->batch, values_of(&arrays->at_target), figure + FIGURE_POTENTIAL_TARGET);
}

static void check_figures(const training_step *step)
{
    const coulomb_network *const networks[] = {step->trainer->generator, step->trainer->discriminator};
    const device_table *table = step->on->table;
    step_board *board = device_board(step->trainer);
    double *const norm[] = {board->figure + FIGURE_GENERATOR, board->figure + FIGURE_DISCRIMINATOR};
    size_t count = networks[1] == NULL ? 1 : 2;
    for (size_t i = 0; i < count; i++)
        table->sum_squares(step->on, networks[i]->graph.parameter_values, networks[i]->gradients, norm[i]);
    table->check_figures(step->on, FIGURES, board->figure, &board->go);
    for (size_t i = 0; i < count; i++)
        network_check_averages(networks[i], &board->go);
}

/* Both networks, the moving average, and the samples that the next update replays: if the flag says so. */
static void move_networks(const training_step *step)
{
    const coulomb_trainer *trainer = step->trainer;
    const device_table *table = step->on->table;
    const step_board *board = device_board(trainer);
    const coulomb_network *generator = trainer->generator;
    if (trainer->discriminator != NULL)
        optimizer_move(trainer->discriminator_optimizer, &board->discriminator, &board->go);
    optimizer_move(trainer->generator_optimizer, &board->generator, &board->go);
    if (trainer->settings.averaging > 0.0)
        table->average(step->on, generator->graph.parameter_values, &board->decay, generator->values,
                       trainer->average->values, &board->go);
    if (trainer->settings.replay)
        table->copy(step->on, trainer->arrays.previous.data, trainer->arrays.model.data,
                    step->batch * trainer->dimension * sizeof(float), &board->go);
}

void step_forget_passes(coulomb_trainer *trainer)
{
    coulomb_network *const networks[] = {trainer->generator, trainer->discriminator, trainer->features};
    for (size_t i = 0; i < 3; i++)
        if (networks[i] != NULL) {
            network_forget_averages(networks[i]);
            network_forget_pass(networks[i]);
        }
}

void step_enqueue_samples(training_step *step)
{
    step_forget_passes(step->trainer);
    generate_model(step);
}

void step_enqueue_potentials(training_step *step)
{
    if (step->trainer->discriminator == NULL)
        step->status = step_find_field(step);
    else
        find_potentials(step);
}

void step_enqueue_gradients(training_step *step)
{
    if (step->status == COULOMB_OK)
        step_find_gradients(step);
}

void step_enqueue_moves(training_step *step)
{
    step_join_shards(step);
    check_figures(step);
    move_networks(step);
}

void step_enqueue(void *work)
{
    training_step *step = work;
    step_enqueue_samples(step);
    step_enqueue_potentials(step);
    step_enqueue_gradients(step);
    if (step->status == COULOMB_OK)
        step_enqueue_moves(step);
}
