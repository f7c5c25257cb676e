/* Distances between features: a frozen network in evaluation mode stands between samples and the kernel. Where there is
 * no discriminator, the field at the features goes back through it. Arrays are addresses of the device here. */
#include "trainer/ranks.h"

/* --- the setting --- */

/* A sample's features must depend on that sample alone. */
static coulomb_status check_alone(const coulomb_network *features)
{
    if (!network_normalizes_batches(features))
        return COULOMB_OK;
    return fail(features->context, COULOMB_ERROR_STATE,
                "features: batch norm normalises by the batch; expected running averages, see "
                "coulomb_network_set_running_averages()");
}

static coulomb_status check_network(const coulomb_trainer *trainer, coulomb_network *features)
{
    coulomb_context *context = trainer->context;
    coulomb_status status = network_check(features);
    if (status != COULOMB_OK)
        return status;
    if (features->context != context)
        return fail(context, COULOMB_ERROR_ARGUMENT, "features belongs to another context; expected the trainer's");
    if (features == trainer->generator || features == trainer->discriminator || features == trainer->average)
        return fail(context, COULOMB_ERROR_ARGUMENT, "features is a network that the trainer trains; expected another");
    if (features->graph.inference_only)
        return fail(context, COULOMB_ERROR_STATE, "features is inference-only; the field goes back through it");
    const tensor_shape *made = network_output_shape(trainer->generator), *taken = network_input_shape(features);
    if (!shape_equal(made, taken))
        return fail(context, COULOMB_ERROR_SHAPE,
                    "the generator's output has shape %s, the input of features %s; expected equal shapes",
                    shape_print(made).text, shape_print(taken).text);
    return check_alone(features);
}

coulomb_status coulomb_trainer_set_features(coulomb_trainer *trainer, coulomb_network *features)
{
    uint64_t digest = 0;
    coulomb_status status = trainer_check(trainer);
    if (status == COULOMB_OK && features != NULL)
        status = check_network(trainer, features);
    if (status == COULOMB_OK && features != NULL)
        status = facts_digest_network(trainer, features, &digest);
    if (status != COULOMB_OK)
        return status;
    coulomb_network *before = trainer->features;
    trainer->features = features == NULL ? NULL : object_hold(features);
    trainer->features_digest = digest;
    coulomb_network_free(before);
    return COULOMB_OK;
}

coulomb_status coulomb_trainer_get_features(const coulomb_trainer *trainer, coulomb_network **features)
{
    if (trainer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (features == NULL)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "features is NULL");
    *features = trainer->features;
    return COULOMB_OK;
}

coulomb_status trainer_check_features(const coulomb_trainer *trainer)
{
    if (trainer->features == NULL)
        return COULOMB_OK;
    coulomb_status status = network_check(trainer->features);
    return status == COULOMB_OK ? check_alone(trainer->features) : status;
}

size_t trainer_point_size(const coulomb_trainer *trainer)
{
    return trainer->features == NULL ? trainer->dimension : network_output_size(trainer->features);
}

/* --- on the device --- */

/* Of samples in the order of their parts: part `last` is found last, so that its pass can be gone back through. */
typedef struct feature_job {
    const float *samples; /* [count, dimension] */
    size_t count, last;
    float *features; /* [count, features] */
} feature_job;

static void find_part(const training_step *step, const feature_job *job, size_t part)
{
    const coulomb_trainer *trainer = step->trainer;
    size_t first = part * step->shard, left = job->count - first, count = left < step->shard ? left : step->shard;
    size_t size = trainer_point_size(trainer);
    const float *found =
        network_forward_evaluation(trainer->features, count, job->samples + first * trainer->dimension);
    step->on->table->copy(step->on, job->features + first * size, found, count * size * sizeof *found, NULL);
}

static void find_parts(const training_step *step, const feature_job *job)
{
    size_t parts = trainer_shards_of(step->trainer, job->count);
    for (size_t part = 0; part < parts; part++)
        if (part != job->last)
            find_part(step, job, part);
    if (job->last < parts)
        find_part(step, job, job->last);
}

/* Points where D and the potential are compared, where these are no charges. */
static void find_near(const training_step *step, enum evaluation set)
{
    const step_arrays *arrays = &step->trainer->arrays;
    size_t place = step_smooths(step) ? (size_t)set * step->batch : 0;
    find_parts(step, &(feature_job){.samples = step_points(step, set),
                                    .count = step->batch,
                                    .features =
                                        values_of(&arrays->near_features) + place * trainer_point_size(step->trainer)});
}

void step_find_features(const training_step *step)
{
    const coulomb_trainer *trainer = step->trainer;
    const step_arrays *arrays = &trainer->arrays;
    bool alone = trainer->discriminator == NULL;
    if (trainer->features == NULL)
        return;
    for (int set = AT_MODEL; set < EVALUATIONS; set++)
        if (set == AT_PREVIOUS ? !alone && step_replays(step) : step_smooths(step))
            find_near(step, (enum evaluation)set);
    find_parts(step, &(feature_job){.samples = values_of(&arrays->target.array),
                                    .count = step->target_charges,
                                    .features = values_of(&arrays->target_features)});
    size_t replayed = alone && trainer->settings.replay ? step->batch : 0;
    find_parts(step, &(feature_job){.samples = values_of(&arrays->model),
                                    .count = step->model_charges + replayed,
                                    .last = step->first_shard,
                                    .features = values_of(&arrays->model_features)});
}

void step_follow_features(const training_step *step)
{
    const coulomb_trainer *trainer = step->trainer;
    size_t size = trainer_point_size(trainer);
    if (trainer->features == NULL)
        return;
    for (size_t shard = step->first_shard; shard < step->first_shard + step->own_shards; shard++) {
        size_t first = shard * step->shard;
        if (shard != step->first_shard)
            network_forward_evaluation(trainer->features, step->shard,
                                       values_of(&trainer->arrays.model) + first * trainer->dimension);
        network_backward(trainer->features, step->shard, values_of(&trainer->arrays.feature_slope) + first * size,
                         values_of(&trainer->arrays.slope) + first * trainer->dimension, COULOMB_GRADIENT_NONE);
    }
}

const float *step_kernel_points(const training_step *step, enum evaluation set)
{
    const coulomb_trainer *trainer = step->trainer;
    if (trainer->features == NULL)
        return step_points(step, set);
    if (!step_smooths(step) && set != AT_PREVIOUS)
        return values_of(set == AT_MODEL ? &trainer->arrays.model_features : &trainer->arrays.target_features);
    size_t place = step_smooths(step) ? (size_t)set * step->batch : 0;
    return values_of(&trainer->arrays.near_features) + place * trainer_point_size(trainer);
}
