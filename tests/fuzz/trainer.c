/* Arbitrary bytes as a trainer's checkpoint: whatever they are, loading either gives a trainer that saves what it
 * loaded and trains on, or changes nothing and says why. Two trainers, with and without a discriminator, take each
 * input; so do the networks that a trainer's file holds. */
#include "counted.h"
#include "driver.h"
#include "network/network.h"
#include "sealed.h"

#include <coulomb/charges.h>
#include <coulomb/checkpoint.h>
#include <coulomb/data.h>
#include <coulomb/optimizer.h>
#include <coulomb/schedule.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRAINERS = 2, SAMPLES = 6, WIDTH = 2, BATCH = 4, UPDATES = 3 };

typedef struct saved {
    char *bytes;
    size_t size;
} saved;

static coulomb_context *context;
static size_t live_before;
static coulomb_trainer *trainers[TRAINERS];
static saved sound[TRAINERS], now;

static void require(bool condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "%s; error message: %s\n", what, coulomb_context_error(context));
    abort();
}

static void must(coulomb_status status)
{
    require(status == COULOMB_OK, coulomb_status_name(status));
}

static void save(coulomb_trainer *trainer, saved *into)
{
    must(coulomb_trainer_save_bytes(trainer, NULL, 0, &into->size));
    into->bytes = realloc(into->bytes, into->size);
    require(into->bytes != NULL, "no memory");
    must(coulomb_trainer_save_bytes(trainer, into->bytes, into->size, &into->size));
}

static bool same(const saved *a, const saved *b)
{
    return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

static coulomb_network *network_of(const char *text, uint64_t seed)
{
    coulomb_network *made;
    must(network_parse(context, text, NULL, 0, &made));
    must(coulomb_network_finish(made, (int32_t)made->graph.nodes - 1, seed));
    return made;
}

/* All that a file can hold: running averages, an averaged generator, replayed samples, a schedule, further epsilons. */
static void add_everything(coulomb_trainer *trainer)
{
    coulomb_schedule *decay;
    coulomb_optimizer *optimizer;
    must(coulomb_schedule_new_exponential(context, 1, 100, 0.5, &decay));
    must(coulomb_trainer_optimizer(trainer, COULOMB_DISCRIMINATOR, &optimizer));
    must(coulomb_optimizer_set_schedule(optimizer, decay));
    must(coulomb_trainer_set_epsilon_schedule(trainer, decay));
    coulomb_schedule_free(decay);
    must(coulomb_trainer_set_epsilons(trainer, (const double[]){1, 0.1}, 2));
    must(coulomb_trainer_set_replay(trainer, 1));
    must(coulomb_trainer_set_averaging(trainer, 0.9));
}

static coulomb_trainer *trainer_of(const char *generator_text, const char *discriminator_text)
{
    static const float samples[SAMPLES * WIDTH] = {1, 2, -1, 0.5f, 0, 0, 3, 1, -2, 2, 1, 1};
    coulomb_network *generator = network_of(generator_text, 1), *discriminator = NULL;
    coulomb_trainer *made;
    if (discriminator_text != NULL)
        discriminator = network_of(discriminator_text, 2);
    must(coulomb_trainer_new(context, generator, discriminator, &made));
    must(coulomb_trainer_set_batch(made, BATCH));
    must(coulomb_trainer_set_data_array(made, samples, SAMPLES, 7));
    if (discriminator != NULL)
        add_everything(made);
    coulomb_network_free(generator);
    coulomb_network_free(discriminator);
    return made;
}

/* Trainers that live as long as the process, after some updates. */
static void begin(void)
{
    if (context != NULL)
        return;
    require(counted_context(&context) == COULOMB_OK, "no context");
    trainers[0] =
        trainer_of("input[3] dense(4) batch_norm(0.001 0.9 scale) elu dense(2)", "input[2] dense(3) relu dense(1)");
    trainers[1] = trainer_of("input[2] dense(2)", NULL);
    for (int i = 0; i < TRAINERS; i++) {
        must(coulomb_trainer_run(trainers[i], UPDATES, NULL, NULL));
        save(trainers[i], &sound[i]);
    }
    live_before = live;
}

/* The loaded state is all there is, and training goes on from it or says what stops it. */
static void go_on(coulomb_trainer *trainer, const saved *before)
{
    saved loaded = {0};
    save(trainer, &loaded);
    must(coulomb_trainer_load_bytes(trainer, loaded.bytes, loaded.size));
    save(trainer, &now);
    require(same(&loaded, &now), "what was loaded is saved otherwise");
    coulomb_status status = coulomb_trainer_step(trainer);
    if (status != COULOMB_OK) {
        require(coulomb_context_error(context)[0] != '\0', "no message");
        save(trainer, &now);
        require(same(&loaded, &now), "a failed update changed something");
    }
    must(coulomb_trainer_load_bytes(trainer, before->bytes, before->size));
    free(loaded.bytes);
}

static bool load(coulomb_trainer *trainer, const saved *before, const uint8_t *bytes, size_t size)
{
    coulomb_status status = coulomb_trainer_load_bytes(trainer, bytes, size);
    if (status == COULOMB_OK) {
        go_on(trainer, before);
    } else {
        require(status == COULOMB_ERROR_FORMAT || status == COULOMB_ERROR_MISMATCH, "unexpected status");
        require(coulomb_context_error(context)[0] != '\0', "no message");
    }
    save(trainer, &now);
    require(same(before, &now),
            status == COULOMB_OK ? "the sound file does not bring it back" : "a failed load changed something");
    return status == COULOMB_OK;
}

static void open_parts(const uint8_t *bytes, size_t size)
{
    for (int32_t part = COULOMB_PART_ONLY; part <= COULOMB_PART_AVERAGE; part++) {
        coulomb_network *opened;
        coulomb_status status = coulomb_network_open_bytes(context, bytes, size, part, &opened);
        require(status == COULOMB_OK || status == COULOMB_ERROR_FORMAT || status == COULOMB_ERROR_MISMATCH,
                "unexpected status");
        coulomb_network_free(opened);
    }
}

/* As they are, and sealed. */
static bool take(const uint8_t *bytes, size_t size)
{
    bool loaded = false;
    begin();
    uint8_t *copy = malloc(size + 1);
    require(copy != NULL, "no memory");
    memcpy(copy, bytes, size);
    for (int sealed = 0; sealed <= 1; sealed++) {
        for (int i = 0; i < TRAINERS; i++)
            loaded |= load(trainers[i], &sound[i], copy, size);
        open_parts(copy, size);
        sealed_seal((char *)copy, size);
    }
    free(copy);
    require(live == live_before, "memory was lost");
    return loaded;
}

static size_t seed(size_t number, uint8_t *bytes)
{
    begin();
    memcpy(bytes, sound[number].bytes, sound[number].size);
    return sound[number].size;
}

void fuzz_end(void)
{
    for (int i = 0; i < TRAINERS; i++) {
        coulomb_trainer_free(trainers[i]);
        free(sound[i].bytes);
    }
    free(now.bytes);
    coulomb_context_free(context);
    require(live == 0, "memory was lost");
}

const fuzz_target fuzz_targets[] = {
    {.name = "trainer", .take = take, .seed = seed, .seeds = TRAINERS, .damage = sealed_damage, .least = 0.001}};
const size_t fuzz_target_count = 1;
