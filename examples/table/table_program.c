/*
 * Synthesise a table like this one: a generator without a discriminator learns the rows of a CSV file in the field of
 * its charges, and writes new ones. Trains and leaves a model, rows and measures in a directory; or writes rows with a
 * model.
 */
#include "comparison.h"
#include "generating.h"
#include "learning_rows.h"
#include "model_file.h"
#include "settings.h"

#include "support/console.h"
#include "support/history_picture.h"
#include "support/interrupt.h"
#include "support/json.h"
#include "support/memory.h"
#include "support/process.h"
#include "support/ranks.h"
#include "support/succeed.h"
#include "support/wording.h"

#include <coulomb/latent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char summary[] =
    "Learns the rows of a CSV file and writes new ones like them. With --data and --out it trains, without a "
    "discriminator, in the exact field of model and target samples, and writes into --out: model.zip with all that is "
    "needed to generate, synthetic.csv with as many rows as were learned (at most 100,000), report.json and report.png "
    "that compare them with rows held out, metrics.json, history.csv, history.png, generator.safetensors and "
    "checkpoint.safetensors. With --model and --generate it writes rows. Ctrl-C "
    "saves and stops; --resume continues to the same result. It is no protection of privacy: see doc/tables.md.";

enum { SYNTHETIC_MOST = 100000 };

/* Everything a run holds; what was not made is NULL or zeros. */
typedef struct experiment {
    const settings *chosen;
    training_settings training; /* the chosen ones, with what follows from the rows */
    run *of;
    learning_rows rows;
    coulomb_context *context;
    coulomb_network *generator;
    coulomb_trainer *trainer;
} experiment;

/* --- results --- */

static bool write_metrics(const experiment *at)
{
    json_t *metrics = json_object();
    json_put(&metrics, "rows_learned", json_integer((json_int_t)at->rows.learned_count));
    json_put(&metrics, "rows_held_out", json_integer((json_int_t)at->rows.held_out_count));
    json_put(&metrics, "values_of_a_row", json_integer((json_int_t)at->rows.encoding.width));
    run_put_updates(at->of, &metrics);
    return run_write_metrics(at->of, at->context, metrics);
}

/* The generator as it is after training, which is saved before it has generated. */
static bool write_model(const experiment *at, coulomb_network *generator)
{
    char network[RUN_PATH_SIZE], path[RUN_PATH_SIZE];
    return run_path(at->of, "generator.safetensors", network) && run_path(at->of, "model.zip", path) &&
           succeeded(at->context, coulomb_network_save(generator, network), "saving the generator") &&
           model_write(path, &at->rows.encoding, network);
}

/* The next rows are the first ones of the seed. */
static bool start_rows(const experiment *at, coulomb_network *generator)
{
    return succeeded(at->context, coulomb_network_set_generation_seed(generator, at->chosen->training.seed),
                     "choosing the seed of rows");
}

/* Rows to look at and to compare, and those that were asked for, which are what the model itself would give. */
static bool write_rows(const experiment *at, coulomb_network *generator)
{
    const settings *chosen = at->chosen;
    char path[RUN_PATH_SIZE];
    row_maker with = {.context = at->context, .generator = generator, .encoding = &at->rows.encoding};
    uint64_t count = at->rows.learned_count < SYNTHETIC_MOST ? at->rows.learned_count : SYNTHETIC_MOST;
    if (!run_path(at->of, "synthetic.csv", path) || !rows_write(&with, count, path))
        return false;
    with.given = chosen->given;
    with.beyond = chosen->beyond;
    return chosen->generate == 0 || (start_rows(at, generator) && rows_write(&with, chosen->generate, chosen->output));
}

/* The figures go to standard output, unless rows do. */
static bool compare(const experiment *at, coulomb_network *generator)
{
    bool rows_printed = at->chosen->generate > 0 && !at->chosen->output;
    return start_rows(at, generator) && comparison_write(at->of, at->context, generator, &at->rows,
                                                         at->chosen->training.seed, rows_printed ? stderr : stdout);
}

static bool write_results(const experiment *at)
{
    coulomb_network *generator = at->generator;
    char path[RUN_PATH_SIZE], rows[RUN_PATH_SIZE];
    if (at->chosen->training.averaging > 0 &&
        !succeeded(at->context, coulomb_trainer_average(at->trainer, &generator), "averaging the generator"))
        return false;
    bool done = start_rows(at, generator) && write_model(at, generator) && write_rows(at, generator) &&
                compare(at, generator) && write_metrics(at) && run_path(at->of, "history.csv", rows) &&
                run_path(at->of, "history.png", path) &&
                history_picture(path, rows, HISTORY_COLUMNS, &at->training, NULL, 0);
    if (!done || !run_path(at->of, "model.zip", path))
        return false;
    char word[4 * RUN_PATH_SIZE];
    format_shell_word(path, sizeof word, word);
    say("See synthetic.csv and report.png in %s. More rows: %s --model %s --generate N", at->chosen->run.out,
        at->of->table->program, word);
    return true;
}

/* --- training --- */

static const char rows_purpose[] = "for generating rows";

static bool plan_memory(const experiment *at)
{
    memory_plan plan = memory_begin(at->context, &at->chosen->run.device);
    memory_add_trainer(&plan, at->trainer, at->generator, NULL, training_samples_at_once(&at->training));
    memory_add_samples(&plan, rows_purpose, at->generator, ROWS_AT_ONCE);
    memory_add_host(&plan, "for the table", learning_rows_memory(&at->rows));
    return memory_tell(&plan);
}

static bool prepare(experiment *at)
{
    const settings *chosen = at->chosen;
    const table_options reading = settings_reading(chosen);
    at->context = device_context(&chosen->run.device);
    if (!at->context || !learning_rows_read(chosen->data, &reading, chosen->held_out, chosen->training.seed, &at->rows))
        return false;
    at->training = settings_for_rows(chosen, at->rows.learned_count);
    return run_set_data(at->of, learning_rows_identity(&at->rows)) &&
           networks_make(at->context, &chosen->generator, &at->rows.encoding, chosen->training.seed, &at->generator) &&
           succeeded(at->context, coulomb_trainer_new(at->context, at->generator, NULL, &at->trainer),
                     "creating the trainer") &&
           succeeded(at->context, coulomb_trainer_set_data_slice(at->trainer, learning_rows_batch, &at->rows, NULL),
                     "setting the data") &&
           training_apply(at->context, at->trainer, &at->training) && plan_memory(at);
}

/* The exit code. */
static int train_and_write(experiment *at)
{
    switch (run_train(at->of, at->context, at->trainer, at->training.steps, NULL)) {
    case RUN_FAILED:
        return EXIT_FAILURE;
    case RUN_STOPPED:
        return interrupt_signal() ? interrupt_exit_code() : EXIT_SUCCESS;
    default:
        return !ranks_writes() || write_results(at) ? EXIT_SUCCESS : EXIT_FAILURE;
    }
}

static int train(option_table *options, settings *chosen)
{
    run of;
    experiment at = {.chosen = chosen, .of = &of};
    int code = EXIT_FAILURE;
    if (run_open(&of, options, &chosen->run) && settings_check(options, chosen) && prepare(&at))
        code = train_and_write(&at);
    coulomb_trainer_free(at.trainer);
    coulomb_network_free(at.generator);
    if (at.context)
        coulomb_context_free(at.context);
    learning_rows_free(&at.rows);
    run_close(&of);
    return code;
}

static bool plan_rows(coulomb_context *context, const settings *chosen, coulomb_network *generator)
{
    memory_plan plan = memory_begin(context, &chosen->run.device);
    memory_add_evaluated(&plan, rows_purpose, generator, ROWS_AT_ONCE);
    return memory_tell(&plan);
}

/* --- the report of a run that has ended --- */

static int report_again(option_table *options, settings *chosen)
{
    run of;
    char path[RUN_PATH_SIZE];
    learning_rows rows = {0};
    model with = {0};
    coulomb_context *context = NULL;
    bool done = run_open_results(&of, options, &chosen->run);
    const table_options reading = settings_reading(chosen);
    done = done && (context = device_context(&chosen->run.device)) != NULL && run_path(&of, "model.zip", path) &&
           model_read(context, path, &with) && plan_rows(context, chosen, with.generator) &&
           learning_rows_read(chosen->data, &reading, chosen->held_out, chosen->training.seed, &rows);
    if (done && rows.encoding.width != with.encoding.width)
        done = complain("%s is not the table that the model was made from", chosen->data);
    done = done && comparison_write(&of, context, with.generator, &rows, chosen->training.seed, stdout);
    model_free(&with);
    learning_rows_free(&rows);
    if (context)
        coulomb_context_free(context);
    run_close(&of);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* --- generating --- */

static int generate(option_table *options, const settings *chosen)
{
    model with = {0};
    coulomb_context *context = device_context(&chosen->run.device);
    bool done = run_alone() && context && model_read(context, chosen->model, &with);
    /* without --seed the rows that the run's own model would give */
    if (done && options_given(options, "seed"))
        done = succeeded(context, coulomb_network_set_generation_seed(with.generator, chosen->training.seed),
                         "choosing the seed of rows");
    const row_maker rows = {context, with.generator, &with.encoding, chosen->given, chosen->beyond};
    done = done && plan_rows(context, chosen, with.generator) && rows_write(&rows, chosen->generate, chosen->output);
    model_free(&with);
    if (context)
        coulomb_context_free(context);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run_program(int argument_count, char **arguments)
{
    static option_table options;
    settings chosen = settings_default();
    options_begin(&options, "coulomb-table", summary);
    settings_options(&options, &chosen);
    int code = run_begin(options_parse(&options, argument_count, arguments), &chosen.run);
    if (code != OPTIONS_RUN)
        return code;
    if (!settings_check(&options, &chosen))
        return EXIT_USAGE;
    if (chosen.model)
        return generate(&options, &chosen);
    return chosen.report ? report_again(&options, &chosen) : train(&options, &chosen);
}

int main(int argument_count, char **arguments)
{
    process_begin();
    return process_end(run_program(argument_count, arguments));
}
