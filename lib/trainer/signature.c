/* What the device's part of an update depends on, beside what stands on the device. */
#include "trainer/ranks.h"

static void add_address(uint64_t *digest, const void *address)
{
    digest_number(digest, (uint64_t)(uintptr_t)address);
}

static void add_settings(uint64_t *digest, const training_step *step)
{
    fact_list settings = {0};
    facts_of_settings(step, &settings);
    for (size_t i = 0; i < settings.count; i++)
        digest_number(digest, settings.value[i]);
    digest_number(digest, step->together);
    digest_number(digest, (uint64_t)step->on->table->get_precision(step->on));
}

static void add_arrays(uint64_t *digest, const coulomb_trainer *trainer)
{
    const step_arrays *arrays = &trainer->arrays;
    const device_array *const all[] = {&arrays->latents.array,
                                       &arrays->target.array,
                                       &arrays->board.array,
                                       &arrays->model,
                                       &arrays->noisy,
                                       &arrays->at_model,
                                       &arrays->at_target,
                                       &arrays->at_previous,
                                       &arrays->upstream,
                                       &arrays->learning,
                                       &arrays->slope,
                                       &arrays->previous,
                                       &arrays->model_features,
                                       &arrays->target_features,
                                       &arrays->near_features,
                                       &arrays->feature_slope,
                                       &arrays->field,
                                       &arrays->divisor,
                                       &arrays->outputs,
                                       &arrays->generator_averages,
                                       &arrays->discriminator_averages,
                                       &arrays->level_gradients};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        add_address(digest, all[i]->data);
    add_address(digest, trainer->norm_sums.data);
    if (trainer->settings.averaging > 0.0)
        add_address(digest, trainer->average->values);
}

static void add_features(uint64_t *digest, const coulomb_network *features)
{
    add_address(digest, features);
    if (features == NULL)
        return;
    add_address(digest, features->values);
    digest_number(digest, features->capacity);
    digest_number(digest, features->running_averages);
}

static void add_network(uint64_t *digest, const coulomb_network *network, const coulomb_optimizer *optimizer)
{
    add_address(digest, network->values);
    add_address(digest, network->gradients);
    add_address(digest, optimizer->moment1);
    digest_number(digest, network->capacity);
    digest_number(digest, (uint64_t)optimizer->method);
    digest_real(digest, optimizer->l2);
    for (size_t i = 0; i < network->graph.parameters; i++)
        digest_number(digest, network->graph.parameter[i].frozen);
}

uint64_t step_signature(const training_step *step)
{
    const coulomb_trainer *trainer = step->trainer;
    uint64_t digest = 0;
    add_settings(&digest, step);
    add_arrays(&digest, trainer);
    add_features(&digest, trainer->features);
    add_network(&digest, trainer->generator, trainer->generator_optimizer);
    if (trainer->discriminator != NULL)
        add_network(&digest, trainer->discriminator, trainer->discriminator_optimizer);
    return digest;
}
