/*
 * The paper's text experiment: a Coulomb GAN learns lines of 32 characters. Trains, measures, and leaves lines,
 * measures and pictures in a directory.
 */
#include "evaluation.h"
#include "pictures.h"
#include "settings.h"
#include "text.h"
#include "vocabulary.h"

#include "support/console.h"
#include "support/interrupt.h"
#include "support/json.h"
#include "support/process.h"
#include "support/ranks.h"
#include "support/succeed.h"

#include <coulomb/latent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char summary[] =
    "Trains a Coulomb GAN on lines of text, character by character (Unterthiner et al. 2017, section 3.2), and writes "
    "into --out: samples-NNNNNNN.txt and samples-latest.txt with 640 generated lines, history.csv with their "
    "divergence from the text, history.png, metrics.json, vocabulary.json, checkpoint.safetensors and "
    "generator.safetensors. Ctrl-C saves and stops; --resume continues to the same result. The defaults are the "
    "paper's and take seconds per update; --width and --blocks select smaller networks.";

enum { LINES_OF_FILES = 10000000, LINES_OF_GRAMMAR = 100000 };

/* Everything the experiment holds; what was not made is NULL or zeros. */
typedef struct experiment {
    const settings *chosen;
    run *of;
    coulomb_context *context;
    corpus data;
    coulomb_network *generator, *discriminator;
    coulomb_trainer *trainer;
    evaluation measured;
    divergences untrained;
    uint64_t measured_at; /* update whose lines `measured` holds */
    bool measured_any;
} experiment;

static bool read_text(const text_settings *chosen, uint64_t seed, corpus *made)
{
    bool synthetic = strcmp(chosen->data, "synthetic") == 0;
    size_t most = chosen->lines > 0 ? (size_t)chosen->lines : synthetic ? LINES_OF_GRAMMAR : LINES_OF_FILES;
    corpus_builder *builder = corpus_begin();
    if (!builder)
        return false;
    if (!(synthetic ? text_synthetic(seed, most, builder) : text_read(chosen->data, most, builder))) {
        corpus_abandon(builder);
        return false;
    }
    if (!corpus_finish(builder, (size_t)chosen->vocabulary, made) || !corpus_hold_out(made, seed))
        return false;
    say("Training on %zu lines; %zu of %zu different characters are in the vocabulary.", made->count,
        made->vocabulary - 1, made->distinct);
    return true;
}

/* --- while it trains --- */

static bool measure_at(experiment *at, uint64_t update)
{
    if (at->measured_any && at->measured_at == update)
        return true;
    at->measured_any = true;
    at->measured_at = update;
    return evaluation_update(&at->measured);
}

/* Generating lines takes time, so it is done where a row is due. */
static bool measure_row(void *user, const run *of, double *values)
{
    experiment *at = user;
    if (!ranks_writes() || of->done % of->settings->history_every != 0)
        return true;
    if (!measure_at(at, of->done))
        return false;
    memcpy(values, at->measured.latest.of, sizeof at->measured.latest.of);
    return true;
}

static bool write_lines(experiment *at, uint64_t update)
{
    char name[40], path[RUN_PATH_SIZE], latest[RUN_PATH_SIZE];
    snprintf(name, sizeof name, "samples-%07" PRIu64 ".txt", update);
    return run_path(at->of, name, path) && run_path(at->of, "samples-latest.txt", latest) && measure_at(at, update) &&
           evaluation_write_lines(&at->measured, path) && evaluation_write_lines(&at->measured, latest);
}

static bool updated(void *user, const run *of)
{
    experiment *at = user;
    return of->done % at->chosen->samples_every != 0 || write_lines(at, of->done);
}

/* --- results --- */

static bool write_metrics(experiment *at)
{
    json_t *metrics = json_object();
    json_put(&metrics, "lines", json_integer(LINES_MEASURED));
    json_put(&metrics, "jsd", divergences_json(&at->measured.latest));
    json_put(&metrics, "jsd_of_lines_held_out", divergences_json(&at->measured.floor));
    json_put(&metrics, "jsd_before_training", divergences_json(&at->untrained));
    run_put_updates(at->of, &metrics);
    return run_write_metrics(at->of, at->context, metrics);
}

static void print_row(const char *name, const divergences *of)
{
    printf("%-24s", name);
    for (size_t n = 0; n < NGRAM_MOST; n++)
        printf(" %8.4f", of->of[n]);
    putchar('\n');
}

static void print_divergences(const experiment *at, bool trained)
{
    printf("%-24s", "");
    for (int n = 1; n <= NGRAM_MOST; n++)
        printf("    JSD-%d", n);
    putchar('\n');
    print_row("before training", &at->untrained);
    if (trained)
        print_row("generated lines", &at->measured.latest);
    print_row("lines held out", &at->measured.floor);
}

static bool write_results(experiment *at)
{
    char path[RUN_PATH_SIZE], rows[RUN_PATH_SIZE];
    bool done = write_lines(at, at->of->done) && run_path(at->of, "generator.safetensors", path) &&
                succeeded(at->context, coulomb_network_save(at->measured.network, path), "saving the generator") &&
                write_metrics(at) && run_path(at->of, "history.csv", rows) && run_path(at->of, "history.png", path) &&
                picture_history(path, rows, &at->untrained, &at->measured.floor);
    if (!done)
        return false;
    print_divergences(at, true);
    printf("\nSee samples-latest.txt and history.png in %s; all numbers are in metrics.json.\n", at->chosen->run.out);
    return true;
}

/* --- all of it --- */

/* The network lines are generated by. */
static bool choose_network(experiment *at, coulomb_network **network)
{
    *network = at->generator;
    coulomb_status status = COULOMB_OK;
    if (at->chosen->training.averaging > 0)
        status = coulomb_trainer_average(at->trainer, network);
    if (status == COULOMB_OK)
        status = coulomb_network_set_running_averages(*network, at->chosen->norm_averages);
    return succeeded(at->context, status, "configuring the generator");
}

static bool plan_memory(const experiment *at, const coulomb_network *network)
{
    memory_plan plan = memory_begin(at->context, &at->chosen->run.device);
    memory_add_trainer(&plan, at->trainer, at->generator, at->discriminator,
                       training_samples_at_once(&at->chosen->training));
    evaluation_plan(network, &plan);
    return memory_tell(&plan);
}

static bool prepare(experiment *at)
{
    const settings *chosen = at->chosen;
    char path[RUN_PATH_SIZE];
    coulomb_network *network;
    at->context = device_context(&chosen->run.device);
    return at->context && read_text(&chosen->text, chosen->training.seed, &at->data) &&
           run_set_data(at->of, (data_identity){at->data.count + at->data.held_out, at->data.hash}) &&
           run_path(at->of, "vocabulary.json", path) &&
           (!ranks_writes() || vocabulary_record(&at->data, path, chosen->run.resume)) &&
           networks_make(at->context, &chosen->networks, at->data.vocabulary, chosen->training.seed, &at->generator,
                         &at->discriminator) &&
           succeeded(at->context, coulomb_trainer_new(at->context, at->generator, at->discriminator, &at->trainer),
                     "creating the trainer") &&
           succeeded(at->context, coulomb_trainer_set_data_slice(at->trainer, corpus_batch, &at->data, NULL),
                     "setting the data") &&
           training_apply(at->context, at->trainer, &chosen->training) && choose_network(at, &network) &&
           plan_memory(at, network) &&
           (!ranks_writes() || evaluation_begin(&at->measured, at->context, &at->data, network, chosen->training.seed));
}

/* A run that is resumed has not loaded its checkpoint yet. */
static bool measure_untrained(experiment *at)
{
    if (!measure_at(at, 0))
        return false;
    at->untrained = at->measured.latest;
    print_divergences(at, false);
    fflush(stdout);
    return at->chosen->run.resume || write_lines(at, 0);
}

/* The exit code. */
static int train_and_report(experiment *at)
{
    static const char *const columns[NGRAM_MOST] = {"jsd_1", "jsd_2", "jsd_3", "jsd_4", "jsd_5", "jsd_6"};
    const run_additions additions = {columns, NGRAM_MOST, NULL, measure_row, updated, NULL, at};
    if (ranks_writes() && !measure_untrained(at))
        return EXIT_FAILURE;
    enum run_end end = run_train(at->of, at->context, at->trainer, at->chosen->training.steps, &additions);
    if (end == RUN_FAILED)
        return EXIT_FAILURE;
    if (end == RUN_STOPPED)
        return interrupt_signal() ? interrupt_exit_code() : EXIT_SUCCESS;
    return !ranks_writes() || write_results(at) ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Everything between the settings and the exit code. */
static int run_experiment(run *of, const settings *chosen)
{
    experiment at = {.chosen = chosen, .of = of};
    int code = prepare(&at) ? train_and_report(&at) : EXIT_FAILURE;
    evaluation_end(&at.measured);
    coulomb_trainer_free(at.trainer);
    coulomb_network_free(at.discriminator);
    coulomb_network_free(at.generator);
    corpus_free(&at.data);
    if (at.context)
        coulomb_context_free(at.context);
    return code;
}

static int run_program(int argument_count, char **arguments)
{
    static option_table table;
    settings chosen = settings_default();
    run of;
    options_begin(&table, "coulomb-billion-word", summary);
    settings_options(&table, &chosen);
    int code = run_begin(options_parse(&table, argument_count, arguments), &chosen.run);
    if (code != OPTIONS_RUN)
        return code;
    if (!settings_check(&table, &chosen))
        return EXIT_USAGE;
    code = EXIT_FAILURE;
    if (run_open(&of, &table, &chosen.run) && settings_check(&table, &chosen))
        code = run_experiment(&of, &chosen);
    run_close(&of);
    return code;
}

int main(int argument_count, char **arguments)
{
    process_begin();
    return process_end(run_program(argument_count, arguments));
}
