/* The trainer's state as a file. */
#include "trainer/ranks.h"

#include "checkpoint/checkpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The standards below are those of files: a setting at its standard is not written. They never change, even where the
 * library's defaults do. */

static void add_optimizer(saved_state *state, const char *prefix, coulomb_optimizer *optimizer)
{
    const coulomb_network *network = optimizer->network;
    for (size_t i = 0; i < network->graph.parameters; i++) {
        const parameter_array *array = &network->graph.parameter[i];
        if (array->moving)
            continue;
        state_add_array(state, &array->shape, optimizer->moment1 + array->offset, "%s.moment1.%s", prefix, array->name);
        state_add_array(state, &array->shape, optimizer->moment2 + array->offset, "%s.moment2.%s", prefix, array->name);
    }
    state_add_setting(state, prefix, "adam", "%s", optimizer->method == COULOMB_METHOD_ADAM ? "adam" : "sgd");
    const struct {
        const char *name;
        double standard, value;
    } numbers[] = {{"learning_rate", 1e-4, optimizer->learning_rate},
                   {"beta1", 0.9, optimizer->beta1},
                   {"beta2", 0.999, optimizer->beta2},
                   {"epsilon", 1e-8, optimizer->epsilon},
                   {"l2", 0.0, optimizer->l2}};
    char name[STATE_NAME];
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        snprintf(name, sizeof name, "%s.%s", prefix, numbers[i].name);
        state_add_real(state, name, numbers[i].standard, numbers[i].value);
    }
    char schedule[STATE_TEXT];
    schedule_describe(optimizer->schedule, schedule, sizeof schedule);
    snprintf(name, sizeof name, "%s.schedule", prefix);
    state_add_setting(state, name, "constant", "%s", schedule);
}

/* Samples of an array and their order; a data callback is the caller's affair. */
static void add_data(saved_state *state, const data_array *array)
{
    bool used = array->samples != NULL;
    state_add_setting(state, "data.count", "0", "%zu", used ? array->count : 0);
    state_add_setting(state, "data.seed", "0", "%" PRIu64, used ? array->seed : 0);
}

static void add_further_epsilons(saved_state *state, const training_settings *settings)
{
    char text[COULOMB_EPSILONS_MAX * (REAL_TEXT + 1)] = "", number[REAL_TEXT];
    for (size_t i = 1, length = 0; i < settings->epsilons; i++) {
        print_real(settings->epsilon[i], number);
        length += (size_t)snprintf(text + length, sizeof text - length, i == 1 ? "%s" : " %s", number);
    }
    state_add_setting(state, "epsilon.further", "", "%s", text);
}

static void add_settings(saved_state *state, const coulomb_trainer *trainer)
{
    const training_settings *settings = &trainer->settings;
    char schedule[STATE_TEXT], batch[24];
    schedule_describe(trainer->epsilon_schedule, schedule, sizeof schedule);
    double exponent = 0.0;
    int32_t self_terms = 0, kernel = 0;
    coulomb_plummer_get_kernel(trainer->plummer, &kernel);
    coulomb_plummer_get_exponent(trainer->plummer, &exponent);
    coulomb_plummer_get_self_terms(trainer->plummer, &self_terms);
    snprintf(batch, sizeof batch, "%zu", settings->batch);
    state_add_setting(state, "batch", "128", "%s", batch);
    state_add_setting(state, "shards", "1", "%zu", settings->shards);
    state_add_setting(state, "synchronized_norm", "0", "%d", (int)settings->synchronized_norm);
    state_add_setting(state, "charges.model", batch, "%zu", trainer_charges_model(trainer));
    state_add_setting(state, "charges.target", batch, "%zu", trainer_charges_target(trainer));
    state_add_setting(state, "loss", "l2", settings->loss == COULOMB_LOSS_L2 ? "l2" : "l1");
    state_add_setting(state, "generator_follows", "discriminator", "%s",
                      trainer->discriminator != NULL               ? "discriminator"
                      : settings->field == COULOMB_FIELD_POTENTIAL ? "field"
                                                                   : "drift");
    char features[24] = "none";
    if (trainer->features != NULL)
        snprintf(features, sizeof features, "%016" PRIx64, trainer->features_digest);
    state_add_setting(state, "features", "none", "%s", features);
    state_add_setting(state, "replay", "0", "%d", (int)settings->replay);
    state_add_setting(state, "self_terms", "1", "%d", (int)self_terms);
    state_add_real(state, "smoothing", 0.0, settings->smoothing);
    state_add_setting(state, "kernel", "plummer", kernel == COULOMB_KERNEL_PLUMMER ? "plummer" : "gaussian");
    state_add_real(state, "exponent", 1.0, exponent);
    state_add_real(state, "epsilon", 1.0, settings->epsilon[0]);
    add_further_epsilons(state, settings);
    state_add_setting(state, "epsilon.schedule", "constant", "%s", schedule);
    state_add_real(state, "potential_scale", 1.0, settings->potential_scale);
    state_add_real(state, "averaging", 0.0, settings->averaging);
    state_add_setting(state, "seed", "0", "%" PRIu64, settings->seed);
    add_data(state, &trainer->data.array);
}

static void describe(saved_state *state, coulomb_trainer *trainer, uint64_t *replayed)
{
    state_add_network(state, "generator", trainer->generator);
    if (trainer->discriminator != NULL)
        state_add_network(state, "discriminator", trainer->discriminator);
    if (trainer->settings.averaging > 0.0)
        state_add_network(state, "average", trainer->average);
    add_optimizer(state, "generator_optimizer", trainer->generator_optimizer);
    if (trainer->discriminator != NULL)
        add_optimizer(state, "discriminator_optimizer", trainer->discriminator_optimizer);
    add_settings(state, trainer);
    state_add_number(state, "update", UINT64_MAX, &trainer->update);
    state_add_number(state, "replayed", trainer->settings.replay ? trainer->settings.batch : 0, replayed);
    if (trainer->settings.replay) {
        tensor_shape samples = {.rank = 2, .extent = {trainer->settings.batch, trainer->dimension}};
        state_add_array(state, &samples, trainer->arrays.previous.data, "replay.samples");
    }
}

/* The average is the generator's in all but its parameters. */
static void align_average(coulomb_trainer *trainer)
{
    network_share_latent(trainer->average, trainer->generator);
    for (size_t i = 0; i < trainer->generator->graph.parameters; i++)
        trainer->average->graph.parameter[i].frozen = trainer->generator->graph.parameter[i].frozen;
}

static void clear_previous(const coulomb_trainer *trainer)
{
    device *on = context_device(trainer->context);
    on->table->clear(on, trainer->arrays.previous.data, trainer->settings.batch * trainer->dimension * sizeof(float));
}

/* With replay, there must be room for the previous samples before there was an update. */
static coulomb_status prepare(coulomb_trainer *trainer)
{
    coulomb_status status = trainer_check(trainer);
    if (status != COULOMB_OK)
        return status;
    if (trainer->settings.averaging > 0.0)
        align_average(trainer);
    status = trainer_reserve(trainer);
    if (status == COULOMB_OK && trainer->settings.replay && trainer->previous_count == 0)
        clear_previous(trainer);
    return status;
}

static coulomb_status save(coulomb_trainer *trainer, const file_target *target)
{
    coulomb_status status = prepare(trainer);
    if (status != COULOMB_OK)
        return status;
    uint64_t replayed = trainer->previous_count;
    saved_state state;
    state_begin(&state, trainer->context);
    describe(&state, trainer, &replayed);
    status = state_save(&state, "trainer", target);
    state_end(&state);
    return status;
}

coulomb_status coulomb_trainer_save(coulomb_trainer *trainer, const char *path)
{
    return save(trainer, &(file_target){.path = path});
}

coulomb_status coulomb_trainer_save_bytes(coulomb_trainer *trainer, void *bytes, size_t capacity, size_t *size)
{
    return save(trainer, &(file_target){.in_memory = true, .bytes = bytes, .capacity = capacity, .size = size});
}

/* All ranks load the same values, or none does. */
static coulomb_status agree(void *user, coulomb_status status, const float *values, size_t count)
{
    coulomb_trainer *trainer = user;
    fact_list facts = {0};
    uint64_t digest = 0;
    if (status == COULOMB_OK)
        digest_words(&digest, values, count);
    facts_add(&facts, "the values of the checkpoint", digest);
    trainer->busy = true;
    status = ranks_meet(trainer, MEETING_LOAD, &facts, status);
    trainer->busy = false;
    return status;
}

static coulomb_status take(coulomb_trainer *trainer, const file_source *source)
{
    uint64_t replayed = 0;
    load_agreement agreement = {.ask = agree, .user = trainer};
    saved_state state;
    state_begin(&state, trainer->context);
    describe(&state, trainer, &replayed);
    state.agreement = &agreement;
    coulomb_status status = state_load(&state, "trainer", source);
    state_end(&state);
    if (status != COULOMB_OK)
        return status;
    trainer_count_revisions(trainer);
    trainer->previous_count = replayed > 0 ? trainer->settings.batch : 0;
    trainer->stepped = false;
    return COULOMB_OK;
}

static coulomb_status load(coulomb_trainer *trainer, const file_source *source)
{
    coulomb_status status = trainer_check(trainer);
    if (status != COULOMB_OK)
        return status;
    if (trainer->looping)
        return fail(trainer->context, COULOMB_ERROR_STATE, "the progress callback must not load the trainer");
    status = prepare(trainer);
    return status == COULOMB_OK ? take(trainer, source) : agree(trainer, status, NULL, 0);
}

coulomb_status coulomb_trainer_load(coulomb_trainer *trainer, const char *path)
{
    return load(trainer, &(file_source){.path = path});
}

coulomb_status coulomb_trainer_load_bytes(coulomb_trainer *trainer, const void *bytes, size_t size)
{
    return load(trainer, &(file_source){.in_memory = true, .bytes = bytes, .size = size});
}
