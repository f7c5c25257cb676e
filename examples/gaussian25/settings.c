#include "settings.h"

#include "support/console.h"

#include <coulomb/parameters.h>
#include <inttypes.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const option_choice activations[] = {{"relu", ACTIVATION_RELU},
                                            {"elu", ACTIVATION_ELU},
                                            {"leaky-relu", ACTIVATION_LEAKY_RELU},
                                            {"tanh", ACTIVATION_TANH},
                                            {NULL, 0}};

static const option_choice initializers[] = {{"glorot-uniform", COULOMB_INITIALIZER_GLOROT_UNIFORM},
                                             {"glorot-normal", COULOMB_INITIALIZER_GLOROT_NORMAL},
                                             {"he-uniform", COULOMB_INITIALIZER_HE_UNIFORM},
                                             {"he-normal", COULOMB_INITIALIZER_HE_NORMAL},
                                             {"lecun-normal", INITIALIZER_LECUN_NORMAL},
                                             {NULL, 0}};

static const option_choice spreads[] = {{"mixed", SPREAD_MIXED}, {"added", SPREAD_ADDED}, {NULL, 0}};

static const option_choice discriminators[] = {{"mlp", DISCRIMINATOR_MLP}, {"none", DISCRIMINATOR_NONE}, {NULL, 0}};

static const option_choice objectives[] = {
    {"coulomb", OBJECTIVE_COULOMB}, {"gan", OBJECTIVE_GAN}, {"lsgan", OBJECTIVE_LSGAN}, {NULL, 0}};

static const option_choice fields[] = {
    {"potential", COULOMB_FIELD_POTENTIAL}, {"drift", COULOMB_FIELD_DRIFT}, {NULL, 0}};

static const option_choice distributions[] = {{"normal", COULOMB_DISTRIBUTION_NORMAL},
                                              {"truncated-normal", COULOMB_DISTRIBUTION_TRUNCATED_NORMAL},
                                              {"uniform", COULOMB_DISTRIBUTION_UNIFORM},
                                              {NULL, 0}};

/* Charges of each kind, unless the batch is larger. */
enum { CHARGES = 256 };

settings settings_default(void)
{
    return (settings){
        .run = {.out = "runs/gaussian25",
                .device = {.threads = 1},
                .checkpoint_every = 50000,
                .checkpoint_minutes = CHECKPOINT_MINUTES,
                .history_every = 1000},
        .training =
            {
                .steps = 1000000,
                .seed = 1,
                .batch = 128,
                .shards = 1,
                .exponent = 1,
                .dimension = 3,
                .epsilon = 1,
                .epsilon_end = 0.05,
                .epsilon_decay_share = 0.05,
                .charges_model = CHARGES,
                .charges_target = CHARGES,
                .self_terms = 1,
                .loss = COULOMB_LOSS_L2,
                .potential_scale = 210,
                .averaging = 0.999,
                .decay_updates = 1000000,
                .generator = {COULOMB_METHOD_ADAM, 5e-5, 0.003, 0.5, 0.999, 1e-8, 0},
                .discriminator = {COULOMB_METHOD_ADAM, 3e-4, 0.1, 0.5, 0.999, 1e-8, 0},
            },
        .networks =
            {
                .latent = 17,
                .latent_signs = 9,
                .latent_distribution = COULOMB_DISTRIBUTION_NORMAL,
                .latent_spread = 0.3,
                .generator_spread = SPREAD_MIXED,
                .generator_units = 128,
                .generator_layers = 2,
                .generator_activation = ACTIVATION_RELU,
                .generator_initializer = COULOMB_INITIALIZER_HE_NORMAL,
                .generator_output_gain = 1,
                .discriminator = DISCRIMINATOR_MLP,
                .discriminator_units = 128,
                .discriminator_layers = 2,
                .discriminator_activation = ACTIVATION_ELU,
                .discriminator_initializer = INITIALIZER_LECUN_NORMAL,
                .discriminator_first_spread = 8,
                .hinge_range = 24,
                .discriminator_output_gain = 1,
                .data_scale = 10.5,
            },
        .objective = OBJECTIVE_COULOMB,
        .field = COULOMB_FIELD_POTENTIAL,
        .samples = 100000,
    };
}

static void generator_options(option_table *table, network_settings *n)
{
    const option_row rows[] = {
        {.name = "latent",
         .argument = "N",
         .count = &n->latent,
         .low = 1,
         .high = 65536,
         .help = "dimension of the latent"},
        {.name = "latent-signs",
         .argument = "N",
         .count = &n->latent_signs,
         .high = 65536,
         .help = "number of latent values that are random signs, -1 or 1; they let the generator form separate modes "
                 "without mass between them"},
        {.name = "latent-distribution",
         .argument = "NAME",
         .choice = &n->latent_distribution,
         .choices = distributions,
         .help = "distribution of the other latent values: normal, truncated-normal or uniform"},
        {.name = "latent-spread",
         .argument = "X",
         .number = &n->latent_spread,
         .low_excluded = true,
         .help = "standard deviation of these values; half the width of the uniform distribution"},
        {.name = "generator-spread",
         .choice = &n->generator_spread,
         .choices = spreads,
         .help = "mixed: the hidden layers see the whole latent; added: they see its signs alone, and a linear map of "
                 "the other values is added to the output"},
        {.name = "generator-units",
         .argument = "N",
         .count = &n->generator_units,
         .low = 1,
         .high = 65536,
         .help = "units per hidden layer"},
        {.name = "generator-layers",
         .argument = "N",
         .count = &n->generator_layers,
         .high = 64,
         .help = "number of hidden layers"},
        {.name = "generator-activation",
         .argument = "NAME",
         .choice = &n->generator_activation,
         .choices = activations,
         .help = "activation: relu, elu, leaky-relu or tanh"},
        {.name = "generator-initializer",
         .argument = "NAME",
         .choice = &n->generator_initializer,
         .choices = initializers,
         .help = "initialisation of the hidden layers: glorot-uniform, glorot-normal, he-uniform, he-normal or "
                 "lecun-normal"},
        {.name = "generator-output-gain",
         .argument = "X",
         .number = &n->generator_output_gain,
         .low_excluded = true,
         .help = "the initial weights of the last layer have standard deviation X/sqrt(units)"},
    };
    options_add(table, "Generator", rows, COUNT(rows));
}

static void field_options(option_table *table, settings *chosen)
{
    const option_row rows[] = {
        {.name = "discriminator",
         .choice = &chosen->networks.discriminator,
         .choices = discriminators,
         .help = "none: the generator follows the field of the charges itself; options not given then have the "
                 "defaults of doc/gaussian25.md"},
        {.name = "objective",
         .choice = &chosen->objective,
         .choices = objectives,
         .help =
             "what the discriminator learns: the potential, or, to compare, to tell target from model samples: gan, "
             "by the logistic loss (Goodfellow et al. 2014), lsgan, by squares (Mao et al. 2017)"},
        {.name = "field",
         .choice = &chosen->field,
         .choices = fields,
         .help = "what the generator follows without a discriminator: the field of the potential, or the normalised "
                 "drift"},
    };
    options_add(table, "Discriminator", rows, COUNT(rows));
}

static void discriminator_options(option_table *table, network_settings *n)
{
    const option_row rows[] = {
        {.name = "discriminator-units",
         .argument = "N",
         .count = &n->discriminator_units,
         .low = 1,
         .high = 65536,
         .help = "units per hidden layer"},
        {.name = "discriminator-layers",
         .argument = "N",
         .count = &n->discriminator_layers,
         .low = 1,
         .high = 64,
         .help = "number of hidden layers"},
        {.name = "discriminator-activation",
         .argument = "NAME",
         .choice = &n->discriminator_activation,
         .choices = activations,
         .help = "activation: relu, elu, leaky-relu or tanh"},
        {.name = "discriminator-initializer",
         .argument = "NAME",
         .choice = &n->discriminator_initializer,
         .choices = initializers,
         .help = "initialisation of the hidden layers, as for the generator"},
        {.name = "discriminator-output-gain",
         .argument = "X",
         .number = &n->discriminator_output_gain,
         .low_excluded = true,
         .help = "the initial weights of the last layer have standard deviation X/sqrt(units)"},
        {.name = "discriminator-first-spread",
         .argument = "X",
         .number = &n->discriminator_first_spread,
         .help = "standard deviation of the initial weights of the first layer; 0: as in the other layers"},
        {.name = "hinge-range",
         .argument = "X",
         .number = &n->hinge_range,
         .help = "the hinges of the first layer's units pass through random points of the square from -X to X, in the "
                 "data's unit; 0: biases start at 0 and all hinges pass through the origin"},
        {.name = "data-scale",
         .argument = "X",
         .number = &n->data_scale,
         .low_excluded = true,
         .help = "data are divided by X for the networks"},
    };
    options_add(table, "Discriminator", rows, COUNT(rows));
}

void settings_options(option_table *table, settings *chosen)
{
    run_options(table, &chosen->run);
    training_options(table, &chosen->training);
    generator_options(table, &chosen->networks);
    field_options(table, chosen);
    discriminator_options(table, &chosen->networks);
    const option_row rows[] = {
        {.name = "samples",
         .argument = "N",
         .count = &chosen->samples,
         .low = 100,
         .high = 10000000,
         .help = "number of model samples written and measured at the end"},
    };
    options_add(table, "Results", rows, COUNT(rows));
}

/* A batch that is given, and charges that are not: the batch's own, where it has more than the default. */
static void fit_charges(option_table *table, const training_settings *chosen)
{
    static const char *const names[] = {"charges-model", "charges-target"};
    for (size_t i = 0; chosen->batch > CHARGES && i < COUNT(names); i++) {
        option_row *row = options_find(table, names[i]);
        if (!row->given)
            option_set(row, "0");
    }
}

void settings_choose_defaults(option_table *table, const settings *chosen)
{
    static const struct {
        const char *name, *value;
    } others[] = {{"steps", "100000"},      {"decay-updates", "100000"},  {"batch", "512"},
                  {"self-terms", "off"},    {"charges-model", "0"},       {"charges-target", "0"},
                  {"epsilon", "3"},         {"epsilon-end", "0.5"},       {"epsilon-decay-share", "0.5"},
                  {"potential-scale", "1"}, {"lr-generator", "2e-3"},     {"lr-generator-end-factor", "0.01"},
                  {"latent-spread", "1"},   {"generator-spread", "added"}};
    for (size_t i = 0; chosen->networks.discriminator == DISCRIMINATOR_NONE && i < COUNT(others); i++) {
        option_row *row = options_find(table, others[i].name);
        if (!row->given)
            option_set(row, others[i].value);
    }
    fit_charges(table, &chosen->training);
}

/* Options that are of no use without a discriminator, or with one. */
static bool check_discriminator(option_table *table, const settings *chosen)
{
    static const char *const own[] = {"hinge-range",
                                      "discriminator-units",
                                      "discriminator-layers",
                                      "discriminator-activation",
                                      "discriminator-initializer",
                                      "discriminator-output-gain",
                                      "discriminator-first-spread"};
    if (chosen->networks.discriminator == DISCRIMINATOR_MLP)
        return chosen->run.resume || !options_given(table, "field") || complain("--field is for --discriminator none");
    return training_without_discriminator(table, own, COUNT(own));
}

/* Options of the potential, and of runs that are saved while they train. */
static bool check_objective(option_table *table, const settings *chosen)
{
    static const char *const of_potential[] = {
        "resume",    "checkpoint-every", "checkpoint-minutes",  "keep-checkpoints", "history-every",  "shards",
        "loss",      "replay",           "averaging",           "kernel",           "exponent",       "dimension",
        "epsilon",   "epsilon-end",      "epsilon-decay-share", "charges-model",    "charges-target", "self-terms",
        "smoothing", "potential-scale"};
    if (chosen->objective == OBJECTIVE_COULOMB)
        return true;
    const char *name = chosen->objective == OBJECTIVE_GAN ? "gan" : "lsgan";
    if (chosen->networks.discriminator == DISCRIMINATOR_NONE)
        return complain("--objective %s needs a discriminator; --discriminator is none", name);
    for (size_t i = 0; i < COUNT(of_potential); i++)
        if (options_given(table, of_potential[i]))
            return complain("--%s has no effect with --objective %s", of_potential[i], name);
    return true;
}

bool settings_check(option_table *table, settings *chosen)
{
    const network_settings *n = &chosen->networks;
    if (!device_check(&chosen->run.device) || !training_check(table, &chosen->training) ||
        !check_discriminator(table, chosen) || !check_objective(table, chosen))
        return false;
    if (n->generator_spread == SPREAD_ADDED && (n->latent_signs == 0 || n->latent_signs >= n->latent))
        return complain("--latent-signs is %" PRIu64 " and --latent %" PRIu64
                        "; --generator-spread added needs signs and other values",
                        n->latent_signs, n->latent);
    if (chosen->networks.latent_signs > chosen->networks.latent)
        return complain("--latent-signs is %" PRIu64 "; expected at most --latent, %" PRIu64,
                        chosen->networks.latent_signs, chosen->networks.latent);
    if (chosen->run.resume && chosen->run.overwrite)
        return complain("--resume continues a run, --overwrite starts a new one; give only one");
    return true;
}
