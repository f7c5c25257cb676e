/* What must be equal on all ranks of a run. */
#include "trainer/ranks.h"

#include <string.h>

void facts_add(fact_list *facts, const char *name, uint64_t value)
{
    if (facts->count < FACTS_MOST) {
        facts->name[facts->count] = name;
        facts->value[facts->count++] = value;
    }
}

static void facts_add_real(fact_list *facts, const char *name, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    facts_add(facts, name, bits);
}

static uint64_t text_digest(const char *text)
{
    uint64_t digest = 0;
    for (; *text != '\0'; text++)
        digest_number(&digest, (unsigned char)*text);
    return digest;
}

/* A flat array of a network's parameters, or of what belongs to them, without the gaps between them. */
static coulomb_status add_flat(coulomb_trainer *trainer, const coulomb_network *network, const float *values,
                               uint64_t *digest)
{
    coulomb_status status;
    const graph *of = &network->graph;
    const float *there = device_view(context_device(trainer->context), &trainer->ranks.room, values,
                                     of->parameter_values, sizeof *values, &status);
    for (size_t i = 0; i < of->parameters && status == COULOMB_OK; i++)
        digest_words(digest, there + of->parameter[i].offset, of->parameter[i].size);
    return status;
}

static coulomb_status add_parameters(coulomb_trainer *trainer, const coulomb_network *network, const char *name,
                                     fact_list *facts)
{
    uint64_t digest = 0;
    coulomb_status status = add_flat(trainer, network, network->values, &digest);
    facts_add(facts, name, digest);
    return status;
}

static void add_machine(const coulomb_trainer *trainer, fact_list *facts)
{
    const device *on = context_device(trainer->context);
    facts_add(facts, "the device", text_digest(on->table->name));
    facts_add(facts, "the device's precision", (uint64_t)on->table->get_precision(on));
    facts_add(facts, "the processor's kernels", text_digest(context_kernels(trainer->context)->name));
}

static void add_optimizer(const coulomb_optimizer *optimizer, const char *name, double rate, fact_list *facts)
{
    uint64_t digest = (uint64_t)optimizer->method;
    const double numbers[] = {rate, optimizer->beta1, optimizer->beta2, optimizer->epsilon, optimizer->l2};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        digest_real(&digest, numbers[i]);
    facts_add(facts, name, digest);
}

static uint64_t frozen_digest(const coulomb_network *network)
{
    uint64_t digest = 0;
    for (size_t i = 0; i < network->graph.parameters; i++)
        digest_number(&digest, network->graph.parameter[i].frozen);
    return digest;
}

static uint64_t latent_digest(const latent_source *latent)
{
    uint64_t digest = (uint64_t)latent->distribution;
    digest_real(&digest, latent->spread);
    digest_number(&digest, latent->signs);
    digest_number(&digest, latent->callback != NULL);
    return digest;
}

static uint64_t epsilon_digest(const training_settings *settings)
{
    uint64_t digest = 0;
    for (size_t i = 1; i < settings->epsilons; i++)
        digest_real(&digest, settings->epsilon[i]);
    return digest;
}

void facts_of_settings(const training_step *step, fact_list *facts)
{
    const coulomb_trainer *trainer = step->trainer;
    const training_settings *settings = &trainer->settings;
    double exponent = 0.0;
    int32_t self_terms = 0, kernel = 0;
    coulomb_plummer_get_kernel(trainer->plummer, &kernel);
    coulomb_plummer_get_exponent(trainer->plummer, &exponent);
    coulomb_plummer_get_self_terms(trainer->plummer, &self_terms);
    facts_add(facts, "the batch", step->batch);
    facts_add(facts, "the number of shards", step->shards);
    facts_add(facts, "synchronised batch norm", (uint64_t)settings->synchronized_norm);
    facts_add(facts, "the model charges", step->model_charges);
    facts_add(facts, "the target charges", step->target_charges);
    facts_add(facts, "the loss", (uint64_t)settings->loss);
    facts_add(facts, "the field", (uint64_t)settings->field);
    facts_add(facts, "the features", trainer->features_digest);
    facts_add(facts, "replay", (uint64_t)settings->replay);
    facts_add(facts, "the samples to replay", trainer->previous_count);
    facts_add(facts, "the seed", settings->seed);
    facts_add(facts, "self-terms", (uint64_t)self_terms);
    facts_add(facts, "the kernel", (uint64_t)kernel);
    facts_add_real(facts, "the exponent", exponent);
    facts_add(facts, "the number of epsilons", settings->epsilons);
    facts_add_real(facts, "smoothing", settings->smoothing);
    facts_add_real(facts, "the scale of the potential", settings->potential_scale);
    facts_add_real(facts, "averaging", settings->averaging);
    facts_add(facts, "the number of samples in the data array", trainer->data.array.count);
    facts_add(facts, "the seed of the data array", trainer->data.array.seed);
}

static coulomb_status graph_digest(const coulomb_network *network, uint64_t *digest)
{
    char *text = network_describe(network);
    if (text == NULL)
        return COULOMB_ERROR_MEMORY;
    *digest = text_digest(text);
    memory_release(network->context, text);
    return COULOMB_OK;
}

static coulomb_status add_graph(const coulomb_network *network, const char *name, fact_list *facts)
{
    uint64_t digest = 0;
    coulomb_status status = network == NULL ? COULOMB_OK : graph_digest(network, &digest);
    facts_add(facts, name, digest);
    return status;
}

coulomb_status facts_digest_network(coulomb_trainer *trainer, const coulomb_network *network, uint64_t *digest)
{
    coulomb_status status = graph_digest(network, digest);
    if (status != COULOMB_OK)
        return status;
    digest_number(digest, network->running_averages);
    return add_flat(trainer, network, network->values, digest);
}

static coulomb_status add_all_parameters(coulomb_trainer *trainer, fact_list *facts)
{
    coulomb_status status = add_parameters(trainer, trainer->generator, "the generator's parameters", facts);
    if (status == COULOMB_OK && trainer->discriminator != NULL)
        status = add_parameters(trainer, trainer->discriminator, "the discriminator's parameters", facts);
    return status;
}

coulomb_status facts_of_step(const training_step *step, fact_list *facts)
{
    coulomb_trainer *trainer = step->trainer;
    *facts = (fact_list){0};
    add_machine(trainer, facts);
    facts_of_settings(step, facts);
    facts_add_real(facts, "epsilon", step->epsilon[0]);
    facts_add(facts, "the further epsilons", epsilon_digest(&trainer->settings));
    add_optimizer(trainer->generator_optimizer, "the generator's optimizer", step->rate_generator, facts);
    facts_add(facts, "the generator's frozen parameters", frozen_digest(trainer->generator));
    facts_add(facts, "the latent distribution", latent_digest(&trainer->generator->latent));
    if (trainer->discriminator != NULL) {
        add_optimizer(trainer->discriminator_optimizer, "the discriminator's optimizer", step->rate_discriminator,
                      facts);
        facts_add(facts, "the discriminator's frozen parameters", frozen_digest(trainer->discriminator));
    }
    return add_all_parameters(trainer, facts);
}

static coulomb_status add_moments(coulomb_trainer *trainer, const coulomb_optimizer *optimizer, const char *name,
                                  fact_list *facts)
{
    uint64_t digest = 0;
    coulomb_status status = add_flat(trainer, optimizer->network, optimizer->moment1, &digest);
    if (status == COULOMB_OK)
        status = add_flat(trainer, optimizer->network, optimizer->moment2, &digest);
    facts_add(facts, name, digest);
    return status;
}

static coulomb_status add_previous(coulomb_trainer *trainer, fact_list *facts)
{
    uint64_t digest = trainer->previous_count;
    coulomb_status status = COULOMB_OK;
    size_t size = trainer->previous_count * trainer->dimension;
    const float *there = size == 0 ? NULL
                                   : device_view(context_device(trainer->context), &trainer->ranks.room,
                                                 trainer->arrays.previous.data, size, sizeof *there, &status);
    if (there != NULL)
        digest_words(&digest, there, size);
    facts_add(facts, "the samples to replay", digest);
    return status;
}

coulomb_status facts_of_state(coulomb_trainer *trainer, fact_list *facts)
{
    *facts = (fact_list){0};
    bool adversarial = trainer->discriminator != NULL;
    add_machine(trainer, facts);
    facts_add(facts, "the features", trainer->features_digest);
    coulomb_status status = add_graph(trainer->generator, "the generator's layers", facts);
    if (status == COULOMB_OK)
        status = add_graph(trainer->discriminator, "the discriminator's layers", facts);
    if (status == COULOMB_OK)
        status = add_all_parameters(trainer, facts);
    if (status == COULOMB_OK && trainer->average != NULL)
        status = add_parameters(trainer, trainer->average, "the average", facts);
    if (status == COULOMB_OK)
        status = add_moments(trainer, trainer->generator_optimizer, "the moments of the generator's optimizer", facts);
    if (status == COULOMB_OK && adversarial)
        status = add_moments(trainer, trainer->discriminator_optimizer, "the moments of the discriminator's optimizer",
                             facts);
    return status == COULOMB_OK ? add_previous(trainer, facts) : status;
}
