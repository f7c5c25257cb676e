#include "trainer/trainer.h"

#include "unit/check_more.h"
#include "unit/features_trainer.h"

#include <coulomb/charges.h>
#include <coulomb/data.h>
#include <coulomb/parameters.h>
#include <coulomb/shards.h>

coulomb_network *features;
const char usual_features[] = "input[2] dense(8) elu dense(3)";

static float samples[FEATURES_SAMPLES * 2];

/* Running averages that are not what they start as. */
static void set_averages(void)
{
    float mean[HIDDEN], variance[HIDDEN];
    for (size_t k = 0; k < HIDDEN; k++) {
        mean[k] = 0.1f * (float)k - 0.3f;
        variance[k] = 0.5f + 0.1f * (float)k;
    }
    ck_ok(context, coulomb_network_write_parameter(features, "norm1.mean", mean, HIDDEN));
    ck_ok(context, coulomb_network_write_parameter(features, "norm1.variance", variance, HIDDEN));
    ck_ok(context, coulomb_network_set_running_averages(features, 1));
}

void features_begin(const char *text, bool adversarial)
{
    generator = parse_network("input[6] dense(16) elu dense(2)", 1);
    discriminator = adversarial ? parse_network("input[2] dense(16) elu dense(1)", 2) : NULL;
    features = parse_network(text, 3);
    if (strstr(text, "batch_norm") != NULL)
        set_averages();
    ck_ok(context, coulomb_trainer_new(context, generator, discriminator, &trainer));
    ck_ok(context, coulomb_trainer_set_batch(trainer, FEATURES_BATCH));
    random_floats(1, FEATURES_SAMPLES * 2, 1.0f, samples);
    ck_ok(context, coulomb_trainer_set_data_array(trainer, samples, FEATURES_SAMPLES, 1));
    ck_ok(context, coulomb_trainer_set_features(trainer, features));
}

void features_release(void)
{
    trainer_end();
    coulomb_network_free(features);
    features = NULL;
}

void features_setup(void)
{
    context_begin();
    features_begin(usual_features, false);
}

void features_end(void)
{
    features_release();
    context_end();
}

void set_feature_options(int set)
{
    if (set & 1)
        ck_ok(context, coulomb_trainer_set_shards(trainer, 4));
    if (set & 2) {
        ck_ok(context, coulomb_trainer_set_charges(trainer, FEATURES_BATCH + 13, FEATURES_BATCH + 30));
        ck_ok(context, coulomb_trainer_set_replay(trainer, 1));
    }
}

charges charges_of_update(size_t replayed)
{
    size_t size = network_output_size(features), n = trainer_charges_model(trainer) + replayed;
    return (charges){.dimension = size,
                     .n_model = n,
                     .n_target = trainer_charges_target(trainer),
                     .model = copy_of_array(&trainer->arrays.model_features, n * size),
                     .target = copy_of_array(&trainer->arrays.target_features, trainer_charges_target(trainer) * size),
                     .exponent = 1.0,
                     .epsilon = 1.0};
}
