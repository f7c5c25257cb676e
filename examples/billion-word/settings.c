#include "settings.h"

#include "corpus.h"

#include "support/console.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const option_choice on_or_off[] = {{"on", 1}, {"off", 0}, {NULL, 0}};

static const option_choice outputs[] = {{"softmax", OUTPUT_SOFTMAX}, {"categorical", OUTPUT_CATEGORICAL}, {NULL, 0}};
static const option_choice discriminators[] = {
    {"residual", DISCRIMINATOR_RESIDUAL}, {"none", DISCRIMINATOR_NONE}, {NULL, 0}};

/* A sample of a trainer has at most 200,000 values. */
enum { VOCABULARY_OPTION_MOST = 200000 / LINE_LENGTH - 1 };

settings settings_default(void)
{
    return (settings){
        .run = {.out = "runs/billion-word",
                .device = {.threads = 1},
                .checkpoint_every = 1000,
                .checkpoint_minutes = CHECKPOINT_MINUTES,
                .history_every = 100},
        .training =
            {
                .steps = 200000,
                .seed = 1,
                .batch = 128,
                .shards = 1,
                .exponent = 1,
                .dimension = 3,
                .epsilon = 1,
                .epsilon_end = 1,
                .epsilon_decay_share = 1,
                .self_terms = 1,
                .loss = COULOMB_LOSS_L2,
                .potential_scale = 1,
                .decay_updates = 200000,
                .generator = {COULOMB_METHOD_ADAM, 1e-4, 1, 0.9, 0.999, 1e-8, 0},
                .discriminator = {COULOMB_METHOD_ADAM, 1e-4, 1, 0.9, 0.999, 1e-8, 0},
            },
        .networks = {.latent = 128,
                     .width = 512,
                     .blocks = 5,
                     .output = OUTPUT_SOFTMAX,
                     .temperature = 1,
                     .discriminator = DISCRIMINATOR_RESIDUAL},
        .text = {.data = "synthetic", .vocabulary = VOCABULARY_PAPER},
        .samples_every = 1000,
    };
}

static void text_options(option_table *table, text_settings *t)
{
    const option_row rows[] = {
        {.name = "data",
         .argument = "PATH",
         .text = &t->data,
         .help = "the benchmark's directory, which contains training-monolingual.tokenized.shuffled or its files; any "
                 "other directory of UTF-8 text files; a text file; or `synthetic` for sentences of a small grammar"},
        {.name = "lines",
         .argument = "N",
         .count = &t->lines,
         .high = 1e8,
         .help = "maximum number of lines; 0: 10,000,000 from files, 100,000 from the grammar"},
        {.name = "vocabulary",
         .argument = "N",
         .count = &t->vocabulary,
         .low = 1,
         .high = VOCABULARY_OPTION_MOST,
         .help = "size of the vocabulary: the most frequent characters; all others count as one"},
    };
    options_add(table, "Text", rows, COUNT(rows));
}

static void network_options(option_table *table, network_settings *n)
{
    const option_row rows[] = {
        {.name = "latent",
         .argument = "N",
         .count = &n->latent,
         .low = 1,
         .high = 65536,
         .help = "dimension of the latent"},
        {.name = "width",
         .argument = "N",
         .count = &n->width,
         .low = 1,
         .high = 4096,
         .help = "channels of all convolutions in both networks"},
        {.name = "blocks",
         .argument = "N",
         .count = &n->blocks,
         .high = 64,
         .help = "number of residual blocks of two convolutions in both networks"},
        {.name = "output",
         .choice = &n->output,
         .choices = outputs,
         .help = "what the generator puts out: probabilities of the characters, or characters drawn from them with the "
                 "straight-through gradient"},
        {.name = "temperature",
         .argument = "X",
         .number = &n->temperature,
         .low = 0.001,
         .high = 1000,
         .help = "temperature of the soft characters that gradients go through, with --output categorical"},
        {.name = "discriminator",
         .choice = &n->discriminator,
         .choices = discriminators,
         .help = "none: the generator follows the field of the charges itself"},
    };
    options_add(table, "Networks", rows, COUNT(rows));
}

static void result_options(option_table *table, settings *chosen)
{
    const option_row rows[] = {
        {.name = "samples-every",
         .argument = "N",
         .count = &chosen->samples_every,
         .low = 1,
         .help = "updates between files of generated lines"},
        {.name = "norm-averages",
         .choice = &chosen->norm_averages,
         .choices = on_or_off,
         .help = "use batch norm's running averages when generating instead of the statistics of 128 generated lines, "
                 "which the paper uses"},
    };
    options_add(table, "Results", rows, COUNT(rows));
}

void settings_options(option_table *table, settings *chosen)
{
    run_options(table, &chosen->run);
    training_options(table, &chosen->training);
    text_options(table, &chosen->text);
    network_options(table, &chosen->networks);
    result_options(table, chosen);
}

/* Options that are of no use without a discriminator. */
static bool check_discriminator(option_table *table, const settings *chosen)
{
    return chosen->networks.discriminator != DISCRIMINATOR_NONE || training_without_discriminator(table, NULL, 0);
}

bool settings_check(option_table *table, settings *chosen)
{
    if (!device_check(&chosen->run.device) || !training_check(table, &chosen->training) ||
        !check_discriminator(table, chosen))
        return false;
    if (options_given(table, "temperature") && chosen->networks.output != OUTPUT_CATEGORICAL && !chosen->run.resume)
        return complain("--temperature is for --output categorical");
    if (chosen->run.resume && chosen->run.overwrite)
        return complain("--resume continues a run, --overwrite starts a new one; give only one");
    return true;
}
