/* Training runs that shards and processes must not change. */
#include "unit/shard_runs.h"

#include "network/network.h"
#include "unit/check_more.h"

#include <coulomb/charges.h>
#include <coulomb/checkpoint.h>
#include <coulomb/data.h>
#include <coulomb/shards.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

enum { SAMPLES = 101, IMAGE = 8 * 8 * 3 };

static const char *const generators[] = {
    "input[2] dense(32) elu dense(32) elu dense(2)",
    ("input[5] dense(64) reshape[4, 4, 4] relu conv_transposed(8 4x4 stride 2x2 same) leaky_relu(0.2) "
     "conv(3 3x3 stride 1x1 same) tanh"),
    ("input[5] dense(64) reshape[4, 4, 4] batch_norm(0.001 0.9 scale) relu "
     "conv_transposed(8 4x4 stride 2x2 same) batch_norm(0.001 0.8) leaky_relu(0.2) "
     "conv(3 3x3 stride 1x1 same) tanh"),
    "input[2] dense(16) batch_norm(0.001 0.9 scale) elu dense(16) batch_norm(0.001 0.8) elu dense(2)"};
static const char *const discriminators[] = {
    "input[2] dense(32) elu dense(32) elu dense(1)",
    "input[8, 8, 3] conv(8 3x3 stride 2x2 same) elu reshape[128] dense(16) lecun_tanh dense(1)",
    ("input[8, 8, 3] conv(8 3x3 stride 2x2 same) batch_norm(0.001 0.9 scale) relu max_pool(2x2 stride 2x2 valid) "
     "reshape[32] dense(1)"),
    "input[2] dense(32) elu dense(32) elu dense(1)"};
static const char features[] = "input[8, 8, 3] conv(6 3x3 stride 2x2 same) batch_norm(0.001 0.9 scale) elu reshape[96] "
                               "dense(40)";

static const size_t networks_of[RUN_SETTINGS] = {
    [RUN_IMAGES] = 1,        [RUN_IMAGES_NORM] = 2, [RUN_IMAGES_NORM_NEAR] = 2, [RUN_FEATURES] = 2,
    [RUN_FEATURES_NEAR] = 2, [RUN_FIELD_NORM] = 3,  [RUN_MLP_NORM] = 3};

static float samples[SAMPLES * IMAGE];
static pthread_once_t drawn = PTHREAD_ONCE_INIT;

static void draw_samples(void)
{
    random_floats(1, SAMPLES * IMAGE, 1.0f, samples);
}

/* Check's assertions belong to the main thread. */
static _Noreturn void give_up(const char *message)
{
    fprintf(stderr, "%s\n", message);
    abort();
}

void run_must(const coulomb_context *context, coulomb_status status)
{
    if (status != COULOMB_OK)
        give_up(coulomb_context_error(context));
}

static coulomb_network *parse(coulomb_context *context, const char *text, uint64_t seed)
{
    coulomb_network *made;
    run_must(context, network_parse(context, text, NULL, 0, &made));
    run_must(context, coulomb_network_finish(made, (int32_t)made->graph.nodes - 1, seed));
    return made;
}

/* The trainer holds them. */
static void set_features(const training_run *run)
{
    coulomb_network *made = parse(run->context, features, 3);
    run_must(run->context, coulomb_network_set_running_averages(made, 1));
    run_must(run->context, coulomb_trainer_set_features(run->trainer, made));
    coulomb_network_free(made);
}

static void set_options(const training_run *run, int setting)
{
    coulomb_context *context = run->context;
    coulomb_trainer *trainer = run->trainer;
    if (setting == RUN_MLP_OPTIONS) {
        run_must(context, coulomb_trainer_set_loss(trainer, COULOMB_LOSS_L1));
        run_must(context, coulomb_trainer_set_charges(trainer, RUN_BATCH + 17, RUN_BATCH + 30));
        run_must(context, coulomb_trainer_set_averaging(trainer, 0.9));
    }
    if (setting == RUN_FEATURES || setting == RUN_FEATURES_NEAR)
        set_features(run);
    if (setting == RUN_MLP_OPTIONS || setting == RUN_IMAGES_NORM_NEAR || setting == RUN_FEATURES_NEAR)
        run_must(context, coulomb_trainer_set_smoothing(trainer, 0.1));
    if (setting >= RUN_IMAGES)
        run_must(context, coulomb_trainer_set_replay(trainer, 1));
    if (setting == RUN_IMAGES)
        run_must(context, coulomb_network_set_frozen(run->discriminator, "dense1.weight", 1));
    if (run->discriminator == NULL)
        run_must(context, coulomb_trainer_set_field(trainer, COULOMB_FIELD_DRIFT));
    if (setting >= RUN_IMAGES_NORM)
        run_must(context, coulomb_trainer_set_charges(trainer, 2 * RUN_BATCH + 3, 0));
}

static void begin_in(training_run *run, int setting, size_t shards)
{
    size_t networks = networks_of[setting];
    bool alone = setting == RUN_FIELD || setting == RUN_FIELD_NORM || setting == RUN_FEATURES;
    run->generator = parse(run->context, generators[networks], 1);
    if (!alone)
        run->discriminator = parse(run->context, discriminators[networks], 2);
    run_must(run->context, coulomb_trainer_new(run->context, run->generator, run->discriminator, &run->trainer));
    run_must(run->context, coulomb_trainer_set_batch(run->trainer, RUN_BATCH));
    run_must(run->context, coulomb_trainer_set_shards(run->trainer, shards));
    pthread_once(&drawn, draw_samples);
    run_must(run->context, coulomb_trainer_set_data_array(run->trainer, samples, SAMPLES, 1));
    set_options(run, setting);
}

void run_begin(training_run *run, int setting, size_t shards)
{
    *run = (training_run){0};
    coulomb_status status = new_context(&run->context);
    if (status != COULOMB_OK)
        give_up(coulomb_status_name(status));
    begin_in(run, setting, shards);
}

void run_begin_with_allocator(training_run *run, int setting, size_t shards, coulomb_allocate_callback *allocate,
                              coulomb_release_callback *release, void *user)
{
    *run = (training_run){0};
    coulomb_status status = new_context_with_allocator(allocate, release, user, &run->context);
    if (status != COULOMB_OK)
        give_up(coulomb_status_name(status));
    begin_in(run, setting, shards);
}

void run_end(training_run *run)
{
    coulomb_trainer_free(run->trainer);
    coulomb_network_free(run->generator);
    coulomb_network_free(run->discriminator);
    coulomb_context_free(run->context);
}

char *run_checkpoint(training_run *run, size_t *bytes)
{
    enum { MOST = 1 << 20 };
    char path[] = "/tmp/coulomb-run-XXXXXX", *content = malloc(MOST);
    close(mkstemp(path));
    run_must(run->context, coulomb_trainer_save(run->trainer, path));
    FILE *file = fopen(path, "rb");
    *bytes = fread(content, 1, MOST, file);
    if (!feof(file))
        give_up("a checkpoint is larger than expected");
    fclose(file);
    unlink(path);
    return content;
}

float *run_parameters(const training_run *run, size_t *count)
{
    const coulomb_network *networks[] = {run->generator, run->discriminator};
    float *values = NULL;
    *count = 0;
    for (size_t n = 0; n < 2 && networks[n] != NULL; n++)
        for (size_t i = 0; i < networks[n]->graph.parameters; i++) {
            const parameter_array *array = &networks[n]->graph.parameter[i];
            values = realloc(values, (*count + array->size) * sizeof *values);
            if (values == NULL)
                give_up("out of memory");
            run_must(run->context,
                     coulomb_network_read_parameter(networks[n], array->name, values + *count, array->size));
            *count += array->size;
        }
    return values;
}

void run_step_often(const training_run *run, int updates)
{
    for (int i = 0; i < updates; i++)
        run_must(run->context, coulomb_trainer_step(run->trainer));
}

void ck_resumes_exactly(training_run *run, training_run *resumed, const char *path)
{
    run_step_often(run, 2);
    ck_ok(run->context, coulomb_trainer_save(run->trainer, path));
    ck_ok(resumed->context, coulomb_trainer_load(resumed->trainer, path));
    run_step_often(run, 2);
    run_step_often(resumed, 2);
    size_t bytes, other_bytes;
    char *expected = run_checkpoint(run, &bytes), *found = run_checkpoint(resumed, &other_bytes);
    ck_assert_uint_eq(other_bytes, bytes);
    ck_assert_mem_eq(found, expected, bytes);
    free(expected);
    free(found);
}
