/* What the device computes in one update (formulas of Unterthiner et al. 2017, Eqs. 9-10 and Algorithm 1): everything
 * comes from one forward pass before either network moves, and where a figure is not finite nothing moves. Arrays are
 * addresses of the device here. */
#include "trainer/step.h"

static float *values(const device_array *array)
{
    return array->data;
}

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
    return values(set == AT_MODEL ? &arrays->model : set == AT_TARGET ? &arrays->target.array : &arrays->previous);
}

static float *noisy(const training_step *step, enum evaluation set)
{
    return values(&step->trainer->arrays.noisy) + set * step->batch * step->trainer->dimension;
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

/* x = G(z). Charges beyond the batch go first, so that the generator keeps what backward needs of the batch itself. */
static void generate_model(const training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    const float *latents = values(&trainer->arrays.latents.array);
    float *model = values(&trainer->arrays.model);
    size_t latent = network_input_size(trainer->generator), sample = trainer->dimension;
    size_t parts = piece_count(step->model_charges, step->batch);
    for (size_t part = parts; part-- > 0;) {
        size_t first = part * step->batch, left = step->model_charges - first;
        size_t count = left < step->batch ? left : step->batch;
        const float *output = network_forward(trainer->generator, count, latents + first * latent);
        step->on->table->copy(step->on, model + first * sample, output, count * sample * sizeof *model, NULL);
    }
}

charge_batch trainer_charge_batch(const coulomb_trainer *trainer)
{
    const training_settings *settings = &trainer->settings;
    const step_arrays *arrays = &trainer->arrays;
    charge_batch batch = {.dimension = trainer->dimension,
                          .model = values(&arrays->model),
                          .target = values(&arrays->target.array),
                          .n_model = trainer_charges_model(trainer),
                          .n_target = trainer_charges_target(trainer),
                          .at_model = settings->batch,
                          .at_target = settings->batch,
                          .displaced = settings->smoothing > 0.0};
    if (batch.displaced && arrays->noisy.data != NULL) {
        batch.near_model = values(&arrays->noisy);
        batch.near_target = batch.near_model + settings->batch * trainer->dimension;
    }
    return batch;
}

/* Potential at every x and every y, or near them (Eq. 32), and their means; no gradient flows through it. */
static void find_potentials(training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    const step_arrays *arrays = &trainer->arrays;
    double *figure = device_board(trainer)->figure;
    charge_batch batch = trainer_charge_batch(trainer);
    if (step_smooths(step))
        add_noises(step);
    device_pairs *pairs = plummer_pairs(trainer->plummer);
    device_kernel kernel = plummer_device_kernel(trainer->plummer, &device_board(trainer)->epsilon);
    const device_table *table = step->on->table;
    step->status =
        table->potentials(pairs, &kernel, &batch, values(&arrays->at_model), values(&arrays->at_target), NULL);
    if (step->status == COULOMB_OK && step_replays(step))
        step->status = table->potentials_at(pairs, &kernel, &batch, step_points(step, AT_PREVIOUS), step->batch, NULL,
                                            values(&arrays->at_previous));
    if (step->status != COULOMB_OK)
        return;
    table->mean(step->on, step->batch, values(&arrays->at_model), figure + FIGURE_POTENTIAL_MODEL);
    table->mean(step->on, step->batch, values(&arrays->at_target), figure + FIGURE_POTENTIAL_TARGET);
}

/* Loss of one set and its gradient at D's output, divided by `divisor`. */
static void add_loss(const training_step *step, const float *output, const device_array *potential, float divisor,
                     float *gradient)
{
    const coulomb_trainer *trainer = step->trainer;
    device_loss loss = {.kind = trainer->settings.loss,
                        .count = step->batch,
                        .scale = (float)trainer->settings.potential_scale,
                        .output = output,
                        .potential = values(potential),
                        .divisor = divisor,
                        .gradient = gradient,
                        .sum = device_board(trainer)->figure + FIGURE_LOSS};
    step->on->table->loss(step->on, &loss);
}

/* Gradient of L_D's term over one set of points; `parameters` as in network_backward(). */
static void learn_potential(const training_step *step, enum evaluation set, const device_array *potential,
                            int32_t parameters)
{
    coulomb_trainer *trainer = step->trainer;
    float *upstream = values(&trainer->arrays.upstream);
    const float *output = network_forward(trainer->discriminator, step->batch, step_points(step, set));
    add_loss(step, output, potential, 1.0f, upstream);
    network_backward(trainer->discriminator, step->batch, upstream, NULL, parameters);
}

/* The model samples serve both losses; L_G = -mean D(x) goes back through D into x, then through G. Where samples do
 * not influence one another, one backward pass through D serves both losses: sample i's gradient of L_D is that of L_G
 * times the ratio of the two at D's output. With smoothing, L_D is taken at other points. */
static void learn_and_climb(const training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    coulomb_network *discriminator = trainer->discriminator;
    const step_arrays *arrays = &trainer->arrays;
    const device_table *table = step->on->table;
    float *upstream = values(&arrays->upstream), *learning = values(&arrays->learning), *slope = values(&arrays->slope);
    size_t batch = step->batch;
    float climb = -1.0f / (float)batch;
    bool smooths = step_smooths(step), at_once = !smooths && !network_mixes_samples(discriminator);
    if (smooths)
        learn_potential(step, AT_MODEL, &arrays->at_model, COULOMB_GRADIENT_WRITE);
    const float *output = network_forward(discriminator, batch, values(&arrays->model));
    table->mean(step->on, batch, output, device_board(trainer)->figure + FIGURE_OUTPUT);
    table->fill(step->on, batch, climb, upstream);
    if (!smooths)
        add_loss(step, output, &arrays->at_model, at_once ? climb : 1.0f, learning);
    if (at_once) {
        network_backward_weighted(discriminator, batch, upstream, learning, slope, COULOMB_GRADIENT_WRITE);
    } else {
        if (!smooths)
            network_backward(discriminator, batch, learning, NULL, COULOMB_GRADIENT_WRITE);
        network_backward(discriminator, batch, upstream, slope, COULOMB_GRADIENT_NONE);
    }
    network_backward(trainer->generator, batch, slope, NULL, COULOMB_GRADIENT_WRITE);
}

static void find_gradients(const training_step *step)
{
    const step_arrays *arrays = &step->trainer->arrays;
    learn_and_climb(step);
    learn_potential(step, AT_TARGET, &arrays->at_target, COULOMB_GRADIENT_ADD);
    if (step_replays(step))
        learn_potential(step, AT_PREVIOUS, &arrays->at_previous, COULOMB_GRADIENT_ADD);
}

static void check_figures(const training_step *step)
{
    const coulomb_network *generator = step->trainer->generator, *discriminator = step->trainer->discriminator;
    const device_table *table = step->on->table;
    step_board *board = device_board(step->trainer);
    table->sum_squares(step->on, generator->graph.parameter_values, generator->gradients,
                       board->figure + FIGURE_GENERATOR);
    table->sum_squares(step->on, discriminator->graph.parameter_values, discriminator->gradients,
                       board->figure + FIGURE_DISCRIMINATOR);
    table->check_figures(step->on, FIGURES, board->figure, &board->go);
    network_check_averages(generator, &board->go);
    network_check_averages(discriminator, &board->go);
}

/* Both networks, the moving average, and the samples that the next update replays: if the flag says so. */
static void move_networks(const training_step *step)
{
    const coulomb_trainer *trainer = step->trainer;
    const device_table *table = step->on->table;
    const step_board *board = device_board(trainer);
    const coulomb_network *generator = trainer->generator;
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
    network_forget_averages(trainer->generator);
    network_forget_averages(trainer->discriminator);
    network_forget_pass(trainer->generator);
    network_forget_pass(trainer->discriminator);
}

void step_enqueue(void *work)
{
    training_step *step = work;
    step_forget_passes(step->trainer);
    generate_model(step);
    find_potentials(step);
    if (step->status != COULOMB_OK)
        return;
    find_gradients(step);
    check_figures(step);
    move_networks(step);
}
