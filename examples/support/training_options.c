/* The rows of the options of training, and what they cannot say by themselves. */
#include "console.h"
#include "exponent.h"
#include "training.h"

#include <coulomb/kernel.h>

#include <inttypes.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const option_choice on_or_off[] = {{"on", 1}, {"off", 0}, {NULL, 0}};
static const option_choice losses[] = {{"l2", COULOMB_LOSS_L2}, {"l1", COULOMB_LOSS_L1}, {NULL, 0}};
static const option_choice kernels[] = {
    {"plummer", COULOMB_KERNEL_PLUMMER}, {"gaussian", COULOMB_KERNEL_GAUSSIAN}, {NULL, 0}};
static const option_choice methods[] = {{"adam", COULOMB_METHOD_ADAM}, {"sgd", COULOMB_METHOD_SGD}, {NULL, 0}};

static void length_options(option_table *table, training_settings *s)
{
    const option_row rows[] = {
        {.name = "steps", .argument = "N", .count = &s->steps, .low = 1, .help = "number of updates"},
        {.name = "seed",
         .argument = "N",
         .count = &s->seed,
         .help = "seed of data, parameters and latents; the same seed gives the same result"},
        {.name = "batch",
         .argument = "N",
         .count = &s->batch,
         .low = 1,
         .high = 1048576,
         .help = "number of model samples and of target samples per update"},
        {.name = "shards",
         .argument = "N",
         .count = &s->shards,
         .low = 1,
         .high = 1048576,
         .help = "number of equal parts of the batch that go forward and back one after the other, in the memory of "
                 "one; batch norm takes its statistics over each. Of several processes each takes some"},
        {.name = "loss",
         .choice = &s->loss,
         .choices = losses,
         .help = "discriminator loss: mean squared or mean absolute difference from the potential"},
        {.name = "replay",
         .choice = &s->replay,
         .choices = on_or_off,
         .help = "train the discriminator on the previous update's model samples too"},
        {.name = "averaging",
         .argument = "X",
         .number = &s->averaging,
         .high = 1,
         .high_excluded = true,
         .help =
             "decay of the moving average of the generator's parameters; samples come from the average; 0: no average"},
        {.name = "decay-start",
         .argument = "N",
         .count = &s->decay_start,
         .help = "last update with the initial learning rates and epsilon"},
        {.name = "decay-updates",
         .argument = "N",
         .count = &s->decay_updates,
         .low = 1,
         .help = "first update with the final learning rates and epsilon; they decay exponentially in between. "
                 "Independent of --steps, so that a longer run starts like a shorter one"},
    };
    options_add(table, "Training", rows, COUNT(rows));
}

static void kernel_options(option_table *table, training_settings *s)
{
    static const char group[] = "Charges and potential";
    const option_row rows[] = {
        {.name = "kernel",
         .choice = &s->kernel,
         .choices = kernels,
         .help =
             "plummer: (r^2 + epsilon^2)^(-p/2); gaussian: exp(-r^2 / (2 epsilon^2)), which reaches 13 epsilon far"},
        {.name = "epsilon",
         .argument = "X",
         .number = &s->epsilon,
         .low_excluded = true,
         .help = "initial softening length of the kernel, or a Gaussian's standard deviation, in the data's unit"},
        {.name = "epsilon-end",
         .argument = "X",
         .number = &s->epsilon_end,
         .low_excluded = true,
         .help = "final epsilon"},
        {.name = "epsilon-decay-share",
         .argument = "X",
         .number = &s->epsilon_decay_share,
         .low_excluded = true,
         .high = 1,
         .help = "fraction of --decay-updates over which epsilon decays"},
        {.name = "charges-model",
         .argument = "N",
         .count = &s->charges_model,
         .high = 1e9,
         .help = "number of model samples in the potential, at least the batch; 0: those of the batch"},
        {.name = "charges-target",
         .argument = "N",
         .count = &s->charges_target,
         .high = 1e9,
         .help = "number of target samples in the potential, at least the batch; 0: those of the batch"},
        {.name = "self-terms",
         .choice = &s->self_terms,
         .choices = on_or_off,
         .help = "include a sample's interaction with itself"},
        {.name = "smoothing",
         .argument = "X",
         .number = &s->smoothing,
         .help = "standard deviation of noise added to the points where discriminator and potential are compared"},
        {.name = "potential-scale",
         .argument = "X",
         .number = &s->potential_scale,
         .low_excluded = true,
         .help = "scale of the discriminator's regression target"},
    };
    exponent_options(table, group, &s->exponent, &s->dimension);
    options_add(table, group, rows, COUNT(rows));
}

static void generator_options(option_table *table, learning *g)
{
    const option_row rows[] = {
        {.name = "lr-generator", .argument = "X", .number = &g->rate, .help = "initial learning rate"},
        {.name = "lr-generator-end-factor",
         .argument = "X",
         .number = &g->end_factor,
         .low_excluded = true,
         .help = "factor on the learning rate at the end of the decay, see --decay-updates"},
        {.name = "optimizer-generator", .choice = &g->method, .choices = methods, .help = "optimization method"},
        {.name = "beta1-generator",
         .argument = "X",
         .number = &g->beta1,
         .high = 1,
         .high_excluded = true,
         .help = "Adam's beta1, decay of the mean"},
        {.name = "beta2-generator",
         .argument = "X",
         .number = &g->beta2,
         .high = 1,
         .high_excluded = true,
         .help = "Adam's beta2, decay of the mean square"},
        {.name = "adam-epsilon-generator",
         .argument = "X",
         .number = &g->adam_epsilon,
         .low_excluded = true,
         .help = "Adam's epsilon, added to the denominator"},
        {.name = "l2-generator", .argument = "X", .number = &g->l2, .help = "L2 weight decay"},
    };
    options_add(table, "Learning of the generator", rows, COUNT(rows));
}

static void discriminator_options(option_table *table, learning *d)
{
    const option_row rows[] = {
        {.name = "lr-discriminator", .argument = "X", .number = &d->rate, .help = "initial learning rate"},
        {.name = "lr-discriminator-end-factor",
         .argument = "X",
         .number = &d->end_factor,
         .low_excluded = true,
         .help = "factor on the learning rate at the end of the decay, see --decay-updates"},
        {.name = "optimizer-discriminator", .choice = &d->method, .choices = methods, .help = "optimization method"},
        {.name = "beta1-discriminator",
         .argument = "X",
         .number = &d->beta1,
         .high = 1,
         .high_excluded = true,
         .help = "Adam's beta1, decay of the mean"},
        {.name = "beta2-discriminator",
         .argument = "X",
         .number = &d->beta2,
         .high = 1,
         .high_excluded = true,
         .help = "Adam's beta2, decay of the mean square"},
        {.name = "adam-epsilon-discriminator",
         .argument = "X",
         .number = &d->adam_epsilon,
         .low_excluded = true,
         .help = "Adam's epsilon, added to the denominator"},
        {.name = "l2-discriminator", .argument = "X", .number = &d->l2, .help = "L2 weight decay"},
    };
    options_add(table, "Learning of the discriminator", rows, COUNT(rows));
}

void training_options(option_table *table, training_settings *settings)
{
    if (settings->kernel == 0)
        settings->kernel = COULOMB_KERNEL_PLUMMER;
    length_options(table, settings);
    kernel_options(table, settings);
    generator_options(table, &settings->generator);
    discriminator_options(table, &settings->discriminator);
}

static bool check_charges(const char *name, uint64_t charges, uint64_t batch)
{
    if (charges == 0 || charges >= batch)
        return true;
    return complain("--%s is %" PRIu64 "; expected 0 or at least the batch, %" PRIu64, name, charges, batch);
}

bool training_check(option_table *table, training_settings *settings)
{
    if (!exponent_check(table, &settings->exponent, settings->dimension))
        return false;
    if (settings->kernel == COULOMB_KERNEL_GAUSSIAN && options_given(table, "exponent"))
        return complain("--exponent has no effect with --kernel gaussian");
    if (settings->decay_start >= settings->decay_updates)
        return complain("--decay-start is %" PRIu64 "; expected a number below --decay-updates, %" PRIu64,
                        settings->decay_start, settings->decay_updates);
    if (settings->batch % settings->shards != 0)
        return complain("--shards is %" PRIu64 "; expected a number that divides the batch, %" PRIu64, settings->shards,
                        settings->batch);
    return check_charges("charges-model", settings->charges_model, settings->batch) &&
           check_charges("charges-target", settings->charges_target, settings->batch);
}

static bool refuse(option_table *table, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (options_given(table, names[i]))
            return complain("--%s is for a discriminator; --discriminator is none", names[i]);
    return true;
}

bool training_without_discriminator(option_table *table, const char *const *own, size_t count)
{
    static const char *const of_training[] = {"loss",
                                              "smoothing",
                                              "lr-discriminator",
                                              "lr-discriminator-end-factor",
                                              "optimizer-discriminator",
                                              "beta1-discriminator",
                                              "beta2-discriminator",
                                              "adam-epsilon-discriminator",
                                              "l2-discriminator"};
    return refuse(table, of_training, COUNT(of_training)) && refuse(table, own, count);
}
