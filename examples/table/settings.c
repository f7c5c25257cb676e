#include "settings.h"

#include "support/console.h"

#include <inttypes.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const option_choice headers[] = {{"find", HEADER_FIND}, {"yes", HEADER_YES}, {"no", HEADER_NO}, {NULL, 0}};

settings settings_default(void)
{
    return (settings){
        .run = {.device = {.threads = 1},
                .checkpoint_every = 10000,
                .checkpoint_minutes = CHECKPOINT_MINUTES,
                .history_every = 200},
        .training =
            {
                .seed = 1,
                .batch = 256,
                .shards = 1,
                .charges_target = 1024,
                .kernel = COULOMB_KERNEL_PLUMMER,
                .exponent = 1,
                .epsilon = 0.5,
                .epsilon_end = 0.5,
                .epsilon_decay_share = 0.5,
                .self_terms = 0,
                .potential_scale = 1,
                .generator = {COULOMB_METHOD_ADAM, 5e-3, 0.02, 0.5, 0.999, 1e-8, 0},
            },
        .generator = {.units = 128, .layers = 2, .latent = 32, .latent_signs = 8, .temperature = 3},
        .header = HEADER_FIND,
        .held_out = 0.1,
    };
}

static void table_rows(option_table *options, settings *chosen)
{
    const option_row rows[] = {
        {.name = "data", .argument = "FILE", .text = &chosen->data, .help = "the table to learn, a CSV file"},
        {.name = "separator",
         .argument = "C",
         .text = &chosen->separator,
         .help =
             "what stands between cells: a character, or 'tab'; found out if not given, one of , ; | tab and space"},
        {.name = "header",
         .choice = &chosen->header,
         .choices = headers,
         .help = "whether the first line has the columns' names; find: unless all its cells are numbers"},
        {.name = "columns",
         .argument = "FILE",
         .text = &chosen->columns,
         .help = "a JSON file with kinds of columns, where they are others than those found; see doc/tables.md"},
        {.name = "held-out",
         .argument = "SHARE",
         .number = &chosen->held_out,
         .high = 0.9,
         .help = "share of the rows, drawn at random, that are not learned, to compare with; 0: all rows are learned"},
    };
    options_add(options, "Table", rows, COUNT(rows));
}

static void training_rows(option_table *options, training_settings *s)
{
    const option_row rows[] = {
        {.name = "steps",
         .argument = "N",
         .count = &s->steps,
         .help = "number of updates; 0: 2,000 and 0.85 for each row that is learned, at most 30,000"},
        {.name = "seed",
         .argument = "N",
         .count = &s->seed,
         .help = "seed of held-out rows, parameters and latents, and with --model of the rows generated; the same seed "
                 "gives the same result"},
        {.name = "batch",
         .argument = "N",
         .count = &s->batch,
         .low = 2,
         .high = 1048576,
         .help = "number of model samples per update through which the generator learns"},
        {.name = "shards",
         .argument = "N",
         .count = &s->shards,
         .low = 1,
         .high = 1048576,
         .help =
             "number of equal parts of the batch that go forward and back one after the other; of several processes "
             "each takes some"},
        {.name = "charges-model",
         .argument = "N",
         .count = &s->charges_model,
         .high = 1048576,
         .help = "number of model samples in the field, at least the batch; 0: those of the batch"},
        {.name = "charges-target",
         .argument = "N",
         .count = &s->charges_target,
         .high = 1048576,
         .help = "number of rows of the table in the field, at least the batch; 0: as many as the batch"},
        {.name = "exponent",
         .argument = "X",
         .number = &s->exponent,
         .low_excluded = true,
         .help = "exponent of the kernel"},
        {.name = "epsilon",
         .argument = "X",
         .number = &s->epsilon,
         .low_excluded = true,
         .help = "initial softening length of the kernel, in the unit of the encoded rows: two categories are 1.4 "
                 "apart, and a number's range has length 2"},
        {.name = "epsilon-end",
         .argument = "X",
         .number = &s->epsilon_end,
         .low_excluded = true,
         .help = "softening length from half of the updates on"},
        {.name = "averaging",
         .argument = "X",
         .number = &s->averaging,
         .high = 1,
         .high_excluded = true,
         .help = "decay of the moving average of the generator's parameters, which rows are generated with; 0: no "
                 "average"},
        {.name = "lr",
         .argument = "X",
         .number = &s->generator.rate,
         .help = "initial learning rate, of Adam with beta1 0.5"},
        {.name = "lr-end-factor",
         .argument = "X",
         .number = &s->generator.end_factor,
         .low_excluded = true,
         .help = "factor on the learning rate at the end; it falls exponentially over --steps"},
    };
    options_add(options, "Training", rows, COUNT(rows));
}

static void generator_rows(option_table *options, generator_settings *g)
{
    const option_row rows[] = {
        {.name = "units",
         .argument = "N",
         .count = &g->units,
         .low = 1,
         .high = 65536,
         .help = "units per hidden layer"},
        {.name = "layers", .argument = "N", .count = &g->layers, .high = 64, .help = "number of hidden layers"},
        {.name = "latent",
         .argument = "N",
         .count = &g->latent,
         .low = 1,
         .high = 65536,
         .help = "number of latent values for the hidden layers; there is one more for each category"},
        {.name = "latent-signs",
         .argument = "N",
         .count = &g->latent_signs,
         .high = 65536,
         .help = "how many of them are random signs, -1 or 1; the others are normal"},
        {.name = "temperature",
         .argument = "X",
         .number = &g->temperature,
         .low = 0.001,
         .high = 1000,
         .help = "temperature of the soft categories that gradients go through"},
    };
    options_add(options, "Generator", rows, COUNT(rows));
}

static void generating_rows(option_table *options, settings *chosen)
{
    const option_row rows[] = {
        {.name = "model",
         .argument = "FILE",
         .text = &chosen->model,
         .passing = true,
         .help = "generate with a model that a run has written, model.zip of its directory; needs neither the data nor "
                 "--out"},
        {.name = "generate",
         .argument = "N",
         .count = &chosen->generate,
         .passing = true,
         .help = "number of rows to write: with --model, or when training has ended"},
        {.name = "output",
         .argument = "FILE",
         .text = &chosen->output,
         .passing = true,
         .help = "the CSV file for them; standard output if not given"},
        {.name = "given",
         .argument = "COLUMN=VALUE",
         .text = &chosen->given,
         .passing = true,
         .help = "write only rows that have this value; several conditions stand with ';' in between, and ';;' is a "
                 "';' of a value. Rows are drawn until one has it, so that the others of its cells are distributed as "
                 "the model has them; gives up after 5,000,000 draws without any"},
        {.name = "beyond",
         .flag = &chosen->beyond,
         .passing = true,
         .help = "let numbers leave the range that occurred, by a little"},
        {.name = "report",
         .flag = &chosen->report,
         .passing = true,
         .help = "compare rows of the model in --out with rows held out, as the end of training does, and do nothing "
                 "else"},
    };
    options_add(options, "Generated rows", rows, COUNT(rows));
}

void settings_options(option_table *options, settings *chosen)
{
    table_rows(options, chosen);
    run_options(options, &chosen->run);
    training_rows(options, &chosen->training);
    generator_rows(options, &chosen->generator);
    generating_rows(options, chosen);
}

static bool check_separator(const char *separator)
{
    return !separator || strlen(separator) == 1 || strcmp(separator, "tab") == 0 ||
           complain("--separator is '%s'; expected one character, or 'tab'", separator);
}

static bool check_training(settings *chosen)
{
    training_settings *s = &chosen->training;
    if (s->charges_model != 0 && s->charges_model < s->batch)
        return complain("--charges-model is %" PRIu64 "; expected 0 or at least the batch, %" PRIu64, s->charges_model,
                        s->batch);
    if (s->charges_target != 0 && s->charges_target < s->batch)
        return complain("--charges-target is %" PRIu64 "; expected 0 or at least the batch, %" PRIu64,
                        s->charges_target, s->batch);
    if (s->batch % s->shards != 0)
        return complain("--shards is %" PRIu64 "; expected a number that divides the batch, %" PRIu64, s->shards,
                        s->batch);
    if (chosen->generator.latent_signs > chosen->generator.latent)
        return complain("--latent-signs is %" PRIu64 "; expected at most --latent, %" PRIu64,
                        chosen->generator.latent_signs, chosen->generator.latent);
    return true;
}

training_settings settings_for_rows(const settings *chosen, size_t rows)
{
    /* few rows are soon learned, and after that by heart */
    const double updates_least = 2000, updates_of_row = 0.85, updates_most = 30000;
    training_settings made = chosen->training;
    double wanted = updates_least + updates_of_row * (double)rows;
    if (made.steps == 0)
        made.steps = (uint64_t)(wanted > updates_most ? updates_most : wanted);
    made.decay_start = 0;
    made.decay_updates = made.steps;
    return made;
}

static bool check_generating(option_table *options, const settings *chosen)
{
    static const char *const for_rows[] = {"output", "given", "beyond"};
    for (size_t i = 0; chosen->generate == 0 && i < COUNT(for_rows); i++)
        if (options_given(options, for_rows[i]))
            return complain("--%s is for --generate N", for_rows[i]);
    if (!chosen->model)
        return true;
    if (chosen->data || chosen->run.out)
        return complain("--%s is for training; --model generates with what was learned", chosen->data ? "data" : "out");
    return chosen->generate > 0 || complain("--model is for --generate N");
}

bool settings_check(option_table *options, settings *chosen)
{
    if (!device_check(&chosen->run.device) || !check_generating(options, chosen))
        return false;
    if (chosen->model)
        return true;
    if (!chosen->run.out)
        return complain("--out is missing: the directory for the model, or --model for one that is there");
    if (chosen->report && (chosen->run.resume || chosen->run.overwrite || chosen->generate > 0))
        return complain("--report does nothing but compare; --resume, --overwrite and --generate are for other calls");
    if (!chosen->data && !chosen->run.resume && !chosen->report)
        return complain("--data is missing: the table to learn");
    if (chosen->run.resume && options_given(options, "steps"))
        return complain("--steps is for a new run: the learning rate falls over all of its updates");
    if (chosen->run.resume && chosen->run.overwrite)
        return complain("--resume continues a run, --overwrite starts a new one; give only one");
    return check_separator(chosen->separator) && check_training(chosen);
}

table_options settings_reading(const settings *chosen)
{
    const char *separator = chosen->separator;
    table_options made = {.columns = chosen->columns};
    if (separator && strcmp(separator, "tab") == 0)
        made.separator = '\t';
    else if (separator)
        made.separator = separator[0];
    if (chosen->header != HEADER_FIND)
        made.header = chosen->header == HEADER_YES ? HEADER_YES : HEADER_NO;
    return made;
}
