/* The memory that the settings ask for: reserved before a step, counted before training. */
#include "trainer/ranks.h"

#include <string.h>

/* One of the step's arrays, by its place in step_arrays. */
typedef struct wanted_array {
    size_t place, count, size;
    bool staged; /* a staged_array, which begins with a device_array */
} wanted_array;

#define PLACE(array) offsetof(step_arrays, array)
enum { STEP_ARRAYS = 22 };

/* Levels of the tree in which the gradients of so many shards are added: an array each. */
static size_t tree_levels(size_t shards)
{
    size_t levels = 0;
    for (size_t sum = 1; sum < shards; sum *= 2)
        levels++;
    return levels;
}

/* Where shards go at once, each has gradients of its own. */
static size_t tree_arrays(const coulomb_trainer *trainer)
{
    size_t own = trainer_own_shards(trainer);
    return trainer_synchronises(trainer) && own > 1 ? own : tree_levels(own);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static void list_arrays(const coulomb_trainer *trainer, wanted_array *wanted)
{
    const training_settings *settings = &trainer->settings;
    size_t batch = settings->batch, model = trainer_charges_model(trainer), target = trainer_charges_target(trainer);
    size_t shards = settings->shards, several = shards > 1 ? 1 : 0;
    size_t levels = tree_arrays(trainer), apart = trainer_synchronises(trainer) ? 0 : several;
    bool alone = trainer->discriminator == NULL, drifts = alone && settings->field == COULOMB_FIELD_DRIFT,
         featured = trainer->features != NULL;
    const graph *generator = &trainer->generator->graph;
    size_t learned = alone ? 0 : batch, replayed = settings->replay ? batch : 0;
    size_t averages = alone ? 0 : trainer->discriminator->graph.average_values,
           parameters = alone ? 0 : trainer->discriminator->graph.parameter_values;
    size_t sample = trainer->dimension * sizeof(float), latent = network_input_size(trainer->generator) * sizeof(float);
    size_t point = trainer_point_size(trainer) * sizeof(float), near = settings->smoothing > 0.0 ? EVALUATIONS * batch
                                                                       : alone                   ? 0
                                                                                                 : replayed;
    const wanted_array all[STEP_ARRAYS] = {
        {PLACE(latents), model, latent, true},
        {PLACE(target), target, sample, true},
        {PLACE(board), 1, sizeof(step_board), true},
        {PLACE(model), model + (alone ? replayed : 0), sample, false},
        {PLACE(noisy), settings->smoothing > 0.0 ? EVALUATIONS * batch : 0, sample, false},
        {PLACE(at_model), batch, sizeof(float), false},
        {PLACE(at_target), batch, sizeof(float), false},
        {PLACE(at_previous), alone ? 0 : replayed, sizeof(float), false},
        {PLACE(upstream), learned, sizeof(float), false},
        {PLACE(learning), learned, sizeof(float), false},
        {PLACE(slope), batch, sample, false},
        {PLACE(model_features), featured ? model + (alone ? replayed : 0) : 0, point, false},
        {PLACE(target_features), featured ? target : 0, point, false},
        {PLACE(near_features), featured ? near : 0, point, false},
        {PLACE(feature_slope), featured && alone ? batch : 0, point, false},
        {PLACE(field), alone ? batch : 0, point, false},
        {PLACE(divisor), drifts ? batch : 0, sizeof(float), false},
        {PLACE(previous), replayed, sample, false}, /* never grows while it holds samples */
        {PLACE(outputs), several * DISCRIMINATOR_PASSES * learned, sizeof(float), false},
        {PLACE(generator_averages), apart * trainer_shards_of(trainer, model),
         generator->average_values * sizeof(float), false},
        {PLACE(discriminator_averages), apart * DISCRIMINATOR_PASSES * shards, averages * sizeof(float), false},
        {PLACE(level_gradients), levels, larger(generator->parameter_values, parameters) * sizeof(float), false},
    };
    memcpy(wanted, all, sizeof all);
}

static void *at_place(step_arrays *arrays, size_t place)
{
    return (char *)arrays + place;
}

static coulomb_status reserve(coulomb_trainer *trainer, const wanted_array *wanted)
{
    device *on = context_device(trainer->context);
    void *array = at_place(&trainer->arrays, wanted->place);
    return wanted->staged ? staged_reserve(on, array, wanted->count, wanted->size)
                          : device_reserve(on, array, wanted->count, wanted->size);
}

static coulomb_status check_sizes(const coulomb_trainer *trainer)
{
    size_t shards = trainer->settings.shards;
    if (trainer->settings.batch % shards != 0)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT,
                    "shards is %zu and the batch %zu; expected a number that divides the batch", shards,
                    trainer->settings.batch);
    size_t ranks = trainer_ranks(trainer), own = shards / ranks;
    if (ranks > 1 && (shards % ranks != 0 || (own & (own - 1)) != 0))
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT,
                    "shards is %zu and there are %zu ranks; expected the ranks times a power of two", shards, ranks);
    size_t batch = trainer->settings.batch, model = trainer_charges_model(trainer),
           target = trainer_charges_target(trainer);
    if (model >= batch && target >= batch)
        return COULOMB_OK;
    return fail(trainer->context, COULOMB_ERROR_ARGUMENT,
                "the model charges are %zu and the target charges %zu; expected at least the batch, %zu", model, target,
                batch);
}

/* This process has several shards, with the same parameters. */
static bool repeats_passes(const coulomb_trainer *trainer)
{
    return trainer_own_shards(trainer) > 1 && !trainer_synchronises(trainer);
}

static coulomb_status reserve_network(const coulomb_trainer *trainer, coulomb_network *network)
{
    coulomb_status status = repeats_passes(trainer) ? network_expect_repeats(network) : COULOMB_OK;
    return status == COULOMB_OK ? coulomb_network_reserve(network, trainer_part(trainer)) : status;
}

coulomb_status trainer_reserve(coulomb_trainer *trainer)
{
    wanted_array wanted[STEP_ARRAYS];
    coulomb_status status = check_sizes(trainer);
    if (status == COULOMB_OK)
        status = reserve_network(trainer, trainer->generator);
    if (status == COULOMB_OK && trainer->discriminator != NULL)
        status = reserve_network(trainer, trainer->discriminator);
    if (status == COULOMB_OK && trainer->features != NULL)
        status = coulomb_network_reserve(trainer->features, trainer_shard(trainer));
    list_arrays(trainer, wanted);
    for (size_t i = 0; i < STEP_ARRAYS && status == COULOMB_OK; i++)
        status = reserve(trainer, &wanted[i]);
    if (status == COULOMB_OK)
        status = norm_sums_reserve(trainer);
    return status == COULOMB_OK ? ranks_reserve(trainer) : status;
}

void trainer_release_arrays(coulomb_trainer *trainer)
{
    device *on = context_device(trainer->context);
    wanted_array wanted[STEP_ARRAYS];
    list_arrays(trainer, wanted);
    for (size_t i = 0; i < STEP_ARRAYS; i++) {
        void *array = at_place(&trainer->arrays, wanted[i].place);
        if (wanted[i].staged)
            staged_release(on, array);
        else
            device_release(on, array);
    }
}

void trainer_forget_recording(coulomb_trainer *trainer)
{
    device *on = context_device(trainer->context);
    if (trainer->recording != NULL)
        on->table->free_recording(on, trainer->recording);
    trainer->recording = NULL;
}

/* --- counting --- */

typedef struct memory_sum {
    coulomb_status status;
    size_t bytes;
} memory_sum;

static void add_bytes(coulomb_context *context, memory_sum *sum, size_t bytes)
{
    if (sum->status == COULOMB_OK && bytes > SIZE_MAX - sum->bytes)
        sum->status = fail(context, COULOMB_ERROR_MEMORY, "the trainer's arrays do not fit into memory");
    sum->bytes += bytes;
}

static void add_network(const coulomb_network *network, int32_t arena, size_t batch, memory_sum *sum)
{
    size_t bytes = 0;
    if (sum->status == COULOMB_OK)
        sum->status = coulomb_network_memory(network, arena, batch, &bytes);
    add_bytes(network->context, sum, bytes);
}

/* Forward and back. */
static void add_passes(const coulomb_network *network, size_t batch, memory_sum *sum)
{
    size_t capacity = network->capacity > batch ? network->capacity : batch;
    add_network(network, COULOMB_MEMORY_PARAMETERS, capacity, sum);
    add_network(network, COULOMB_MEMORY_KEPT, capacity, sum);
    add_network(network, COULOMB_MEMORY_TEMPORARY, capacity, sum);
}

static void add_learning_network(const coulomb_network *network, size_t batch, memory_sum *sum)
{
    add_passes(network, batch, sum);
    add_bytes(network->context, sum, 2 * network->graph.parameter_values * sizeof(float)); /* its optimizer's moments */
}

/* What the device keeps of the parameters, in memory that both networks share. */
static size_t repeat_bytes(const coulomb_trainer *trainer)
{
    const coulomb_network *const networks[] = {trainer->generator, trainer->discriminator};
    size_t most = 0;
    for (size_t i = 0; i < 2 && networks[i] != NULL; i++)
        if (repeats_passes(trainer) || networks[i]->graph.repeats)
            most = larger(most, network_repeat_bytes(networks[i]));
    return most;
}

static void add_arrays(const coulomb_trainer *trainer, memory_sum *sum)
{
    wanted_array wanted[STEP_ARRAYS];
    list_arrays(trainer, wanted);
    for (size_t i = 0; i < STEP_ARRAYS; i++) {
        step_arrays arrays = trainer->arrays;
        size_t held = ((const device_array *)at_place(&arrays, wanted[i].place))->bytes, bytes;
        if (!size_product(wanted[i].count, wanted[i].size, &bytes))
            bytes = SIZE_MAX;
        add_bytes(trainer->context, sum, bytes > held ? bytes : held);
    }
    add_bytes(trainer->context, sum, trainer->data.array.count * sizeof *trainer->data.array.order);
}

coulomb_status coulomb_trainer_memory(const coulomb_trainer *trainer, size_t *bytes)
{
    if (trainer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (bytes == NULL)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "bytes is NULL");
    bool alone = trainer->discriminator == NULL;
    size_t replayed = trainer->settings.replay ? trainer->settings.batch : 0, potential = 0;
    charge_batch charges = trainer_charge_batch(trainer);
    if (alone)
        charges.n_model = trainer_charges_model(trainer) + replayed;
    device_kernel kernel = plummer_device_kernel(trainer->plummer, NULL);
    const device_table *table = context_device(trainer->context)->table;
    coulomb_status status = check_sizes(trainer); /* without which there are no parts to count */
    if (status == COULOMB_OK)
        status = table->pairs_bytes(plummer_pairs(trainer->plummer), &kernel, &charges,
                                    alone ? trainer->settings.batch : replayed, alone, &potential);
    if (status != COULOMB_OK)
        return status;
    memory_sum sum = {.status = COULOMB_OK};
    add_bytes(trainer->context, &sum, potential);
    add_learning_network(trainer->generator, trainer_part(trainer), &sum);
    if (trainer->discriminator != NULL)
        add_learning_network(trainer->discriminator, trainer_part(trainer), &sum);
    if (trainer->average != NULL)
        add_network(trainer->average, COULOMB_MEMORY_PARAMETERS, trainer_shard(trainer), &sum);
    if (trainer->features != NULL)
        add_passes(trainer->features, trainer_shard(trainer), &sum);
    add_bytes(trainer->context, &sum, repeat_bytes(trainer));
    add_arrays(trainer, &sum);
    add_bytes(trainer->context, &sum, ranks_bytes(trainer));
    add_bytes(trainer->context, &sum, norm_sums_bytes(trainer));
    if (sum.status == COULOMB_OK)
        *bytes = sum.bytes;
    return sum.status;
}
