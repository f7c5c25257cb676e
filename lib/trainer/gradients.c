/* The part of an update that learns, shard by shard: first all shards go forward and back through the discriminator,
 * then all through the generator. Gradients add up in a tree whose shape depends on the number of shards alone. A
 * single shard, which is the batch, needs no tree: its passes are what they would be without shards. Arrays are
 * addresses of the device here. */
#include "trainer/step.h"

static bool several(const training_step *step)
{
    return step->shards > 1;
}

/* Where a pass leaves what running averages take in, of all such passes in their order; NULL where it stages them
 * itself. */
static float *taken_in(const coulomb_network *network, const device_array *averages, size_t pass)
{
    float *all = values_of(averages);
    return all == NULL ? NULL : all + pass * network->graph.average_values;
}

/* A pass over the samples of all shards of this process. */
static const float *forward_together(const training_step *step, coulomb_network *network, size_t samples, size_t count,
                                     const float *input)
{
    const device_shards shards = step_shards(step, samples);
    return network_forward_together(network, count, input, &shards);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* G over a shard of the latents, or over all shards of this process in a batch of them. */
static const float *forward_generator(const training_step *step, size_t shard, float *averages)
{
    const coulomb_trainer *trainer = step->trainer;
    size_t first = shard * step->shard, left = step->model_charges > first ? step->model_charges - first : 0;
    size_t count = least(left, step->part), before = shard / step->shards * step->batch;
    const float *latents = values_of(&trainer->arrays.latents.array) + first * network_input_size(trainer->generator);
    if (step->together)
        return forward_together(step, trainer->generator, least(step->model_charges - before, step->batch), count,
                                latents);
    return several(step) ? network_forward_part(trainer->generator, count, latents, averages)
                         : network_forward(trainer->generator, count, latents);
}

const float *step_generate(const training_step *step, size_t shard)
{
    const coulomb_trainer *trainer = step->trainer;
    return forward_generator(step, shard, taken_in(trainer->generator, &trainer->arrays.generator_averages, shard));
}

/* D over a shard of the points, which begin with the batch's first; or over all shards of this process. */
static const float *discriminate(const training_step *step, enum discriminator_pass pass, const float *points,
                                 size_t shard)
{
    const coulomb_trainer *trainer = step->trainer;
    coulomb_network *discriminator = trainer->discriminator;
    const step_arrays *arrays = &trainer->arrays;
    size_t first = shard * step->shard;
    const float *input = points + first * trainer->dimension;
    if (!several(step))
        return network_forward(discriminator, step->shard, input);
    float *averages = taken_in(discriminator, &arrays->discriminator_averages, pass * step->shards + shard);
    const float *output = step->together ? forward_together(step, discriminator, step->batch, step->part, input)
                                         : network_forward_part(discriminator, step->part, input, averages);
    step->on->table->copy(step->on, values_of(&arrays->outputs) + pass * step->batch + first, output,
                          step->part * sizeof *output, NULL);
    return output;
}

/* The gradient of a loss at D's output, divided by `divisor`, from the shard's own outputs; and the loss, which several
 * shards leave to find_losses(). */
static void add_loss(const training_step *step, const float *output, const device_array *potential, size_t shard,
                     float divisor, float *gradient)
{
    const coulomb_trainer *trainer = step->trainer;
    step_board *board = device_board(trainer);
    device_loss loss = {.kind = trainer->settings.loss,
                        .count = step->part,
                        .total = step->batch,
                        .scale = (float)trainer->settings.potential_scale,
                        .output = output,
                        .potential = values_of(potential) + shard * step->shard,
                        .divisor = divisor,
                        .gradient = gradient,
                        .sum = several(step) ? &board->loss_of_shard : board->figure + FIGURE_LOSS};
    step->on->table->loss(step->on, &loss);
}

static const device_array *potential_at(const training_step *step, enum evaluation set)
{
    const step_arrays *arrays = &step->trainer->arrays;
    return set == AT_MODEL ? &arrays->at_model : set == AT_TARGET ? &arrays->at_target : &arrays->at_previous;
}

/* Gradient of L_D's term over one set of points; `parameters` as in network_backward(). */
static void learn_potential(const training_step *step, enum discriminator_pass pass, enum evaluation set, size_t shard,
                            int32_t parameters)
{
    coulomb_trainer *trainer = step->trainer;
    float *upstream = values_of(&trainer->arrays.upstream);
    const float *output = discriminate(step, pass, step_points(step, set), shard);
    add_loss(step, output, potential_at(step, set), shard, 1.0f, upstream);
    network_backward(trainer->discriminator, step->part, upstream, NULL, parameters);
}

/* The slope at a shard's model samples. */
static float *slope_of(const training_step *step, size_t shard)
{
    return values_of(&step->trainer->arrays.slope) + shard * step->shard * step->trainer->dimension;
}

/* The model samples serve both losses; L_G = -mean D(x) goes back through D into x. Where samples do not influence one
 * another, one backward pass through D serves both losses: sample i's gradient of L_D is that of L_G times the ratio of
 * the two at D's output. With smoothing, L_D is taken at other points. */
static void learn_and_climb(const training_step *step, size_t shard)
{
    coulomb_trainer *trainer = step->trainer;
    coulomb_network *discriminator = trainer->discriminator;
    const step_arrays *arrays = &trainer->arrays;
    const device_table *table = step->on->table;
    float *upstream = values_of(&arrays->upstream), *learning = values_of(&arrays->learning),
          *slope = slope_of(step, shard);
    size_t count = step->part;
    float climb = -1.0f / (float)step->batch;
    bool smooths = step_smooths(step), at_once = !smooths && !network_mixes_samples(discriminator);
    if (smooths)
        learn_potential(step, OVER_NEAR_MODEL, AT_MODEL, shard, COULOMB_GRADIENT_WRITE);
    const float *output = discriminate(step, OVER_MODEL, values_of(&arrays->model), shard);
    if (!several(step))
        table->mean(step->on, count, output, device_board(trainer)->figure + FIGURE_OUTPUT);
    table->fill(step->on, count, climb, upstream);
    if (!smooths)
        add_loss(step, output, &arrays->at_model, shard, at_once ? climb : 1.0f, learning);
    if (at_once) {
        network_backward_weighted(discriminator, count, upstream, learning, slope, COULOMB_GRADIENT_WRITE);
    } else {
        if (!smooths)
            network_backward(discriminator, count, learning, NULL, COULOMB_GRADIENT_WRITE);
        network_backward(discriminator, count, upstream, slope, COULOMB_GRADIENT_NONE);
    }
}

static void learn_from_discriminator(const training_step *step, size_t shard)
{
    learn_and_climb(step, shard);
    learn_potential(step, OVER_TARGET, AT_TARGET, shard, COULOMB_GRADIENT_ADD);
    if (step_replays(step))
        learn_potential(step, OVER_PREVIOUS, AT_PREVIOUS, shard, COULOMB_GRADIENT_ADD);
}

/* What the generator keeps is that of this process's first shard, or of all; so the others go forward again. */
static void follow_slope(const training_step *step, size_t shard)
{
    coulomb_network *generator = step->trainer->generator;
    if (shard != step->first_shard)
        forward_generator(step, shard, NULL);
    network_backward(generator, step->part, slope_of(step, shard), NULL, COULOMB_GRADIENT_WRITE);
}

/* --- the sum's tree --- */

/* How a shard gives a network its gradients: a leaf of the tree. */
typedef void learn_function(const training_step *step, size_t shard);

typedef struct gradient_sum {
    const training_step *step;
    coulomb_network *network;
    learn_function *learn;
} gradient_sum;

static void learn_shard(const gradient_sum *sum, size_t shard, float *to)
{
    float *own = network_set_gradients(sum->network, to);
    sum->learn(sum->step, shard);
    network_set_gradients(sum->network, own);
}

/* An array for the sum of a subtree on the right, whose left neighbour has 2^level shards. Parameters that are not
 * trained have no gradient, and what stands there is perhaps another network's. */
static float *clear_level(const gradient_sum *sum, size_t level)
{
    size_t count = sum->network->graph.parameter_values;
    float *right = values_of(&sum->step->trainer->arrays.level_gradients) + level * count;
    sum->step->on->table->clear(sum->step->on, right, count * sizeof *right);
    return right;
}

/* Neighbours add pairwise, level by level, and an odd one rises alone. So the left part is the largest power of two
 * that leaves something to the right. */
static void learn_shards(const gradient_sum *sum, size_t first, size_t count, float *to)
{
    if (count == 1) {
        learn_shard(sum, first, to);
        return;
    }
    size_t left = 1, level = 0;
    for (; 2 * left < count; left *= 2)
        level++;
    learn_shards(sum, first, left, to);
    float *right = clear_level(sum, level);
    learn_shards(sum, first + left, count - left, right);
    device *on = sum->step->on;
    on->table->add(on, sum->network->graph.parameter_values, 1.0f, right, to);
}

/* The same tree where all leaves are there at once. */
static void learn_together(const gradient_sum *sum)
{
    const training_step *step = sum->step;
    const device_table *table = step->on->table;
    size_t count = sum->network->graph.parameter_values, shards = step->own_shards;
    float *leaves = values_of(&step->trainer->arrays.level_gradients);
    table->clear(step->on, leaves, shards * count * sizeof *leaves);
    learn_shard(sum, step->first_shard, leaves);
    for (size_t apart = 1; apart < shards; apart *= 2)
        for (size_t i = 0; i + apart < shards; i += 2 * apart)
            table->add(step->on, count, 1.0f, leaves + (i + apart) * count, leaves + i * count);
    table->copy(step->on, sum->network->gradients, leaves, count * sizeof *leaves, NULL);
}

static void sum_gradients(const training_step *step, coulomb_network *network, learn_function *learn)
{
    const gradient_sum sum = {.step = step, .network = network, .learn = learn};
    if (step->together && step->own_shards > 1)
        learn_together(&sum);
    else
        learn_shards(&sum, step->first_shard, step->own_shards, network->gradients);
}

/* Over all outputs; the gradients that come along are of no use. */
static void find_loss(const training_step *step, enum discriminator_pass pass, enum evaluation set)
{
    const coulomb_trainer *trainer = step->trainer;
    const step_arrays *arrays = &trainer->arrays;
    device_loss loss = {.kind = trainer->settings.loss,
                        .count = step->batch,
                        .total = step->batch,
                        .scale = (float)trainer->settings.potential_scale,
                        .output = values_of(&arrays->outputs) + pass * step->batch,
                        .potential = values_of(potential_at(step, set)),
                        .divisor = 1.0f,
                        .gradient = values_of(&arrays->upstream),
                        .sum = device_board(trainer)->figure + FIGURE_LOSS};
    step->on->table->loss(step->on, &loss);
}

static void find_losses(const training_step *step)
{
    find_loss(step, step_smooths(step) ? OVER_NEAR_MODEL : OVER_MODEL, AT_MODEL);
    find_loss(step, OVER_TARGET, AT_TARGET);
    if (step_replays(step))
        find_loss(step, OVER_PREVIOUS, AT_PREVIOUS);
    const coulomb_trainer *trainer = step->trainer;
    step->on->table->mean(step->on, step->batch, values_of(&trainer->arrays.outputs) + OVER_MODEL * step->batch,
                          device_board(trainer)->figure + FIGURE_OUTPUT);
}

/* Charges beyond the batch first, the last of them foremost, then the batch. */
static void take_in_generator(const training_step *step)
{
    const coulomb_trainer *trainer = step->trainer;
    const device_array *averages = &trainer->arrays.generator_averages;
    for (size_t part = trainer_shards_of(trainer, step->model_charges); part-- > step->shards;)
        network_take_in(trainer->generator, 1, taken_in(trainer->generator, averages, part));
    network_take_in(trainer->generator, step->shards, values_of(averages));
}

static void take_in_discriminator(const training_step *step)
{
    coulomb_network *discriminator = step->trainer->discriminator;
    for (size_t pass = 0; pass < DISCRIMINATOR_PASSES; pass++)
        if ((pass != OVER_NEAR_MODEL || step_smooths(step)) && (pass != OVER_PREVIOUS || step_replays(step)))
            network_take_in(
                discriminator, step->shards,
                taken_in(discriminator, &step->trainer->arrays.discriminator_averages, pass * step->shards));
}

/* Without a discriminator the slope is the field, and there already. */
void step_find_gradients(const training_step *step)
{
    const coulomb_trainer *trainer = step->trainer;
    if (trainer->discriminator != NULL)
        sum_gradients(step, trainer->discriminator, learn_from_discriminator);
    sum_gradients(step, trainer->generator, follow_slope);
}

void step_join_shards(const training_step *step)
{
    const coulomb_trainer *trainer = step->trainer;
    if (several(step) && !step->together)
        take_in_generator(step);
    if (trainer->discriminator == NULL || !several(step))
        return;
    find_losses(step);
    if (!step->together)
        take_in_discriminator(step);
}
