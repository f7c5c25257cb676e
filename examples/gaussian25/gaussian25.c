/*
 * The paper's experiment A.5: a Coulomb GAN learns a mixture of 25 Gaussians. Trains, measures, and leaves samples,
 * measures and pictures in a directory.
 */
#include "evaluation.h"
#include "mixture.h"
#include "networks.h"
#include "pictures.h"
#include "rivals.h"
#include "settings.h"

#include "support/console.h"
#include "support/history_picture.h"
#include "support/interrupt.h"
#include "support/json.h"
#include "support/memory.h"
#include "support/npy.h"
#include "support/process.h"
#include "support/ranks.h"
#include "support/succeed.h"

#include <stdio.h>
#include <stdlib.h>

static const char summary[] =
    "Trains a Coulomb GAN, or with --discriminator none a generator in the field itself, on 25 Gaussians (Unterthiner "
    "et "
    "al. 2017, appendix A.5) and writes into --out: samples.npy, "
    "metrics.json, history.csv, samples.png, modes.png, history.png, checkpoint.safetensors and generator.safetensors. "
    "Ctrl-C saves and stops; --resume continues to the same result.";

static json_t *timing_json(const run *of)
{
    uint64_t updates = of->done - of->first;
    json_t *timing = json_object();
    run_put_updates(of, &timing);
    json_put(&timing, "milliseconds_per_update",
             updates > 0 ? json_real(1000 * of->seconds / (double)updates) : json_null());
    return timing;
}

static bool write_metrics(const run *of, coulomb_context *context, const evaluation *result)
{
    json_t *metrics = evaluation_json(result);
    json_put(&metrics, "timing", timing_json(of));
    return run_write_metrics(of, context, metrics);
}

static bool write_pictures(const run *of, const mixture *data, const evaluation *result)
{
    char path[RUN_PATH_SIZE];
    return run_path(of, "samples.png", path) && picture_samples(path, data, result, of->done) &&
           run_path(of, "modes.png", path) && picture_modes(path, result, of->done);
}

static bool write_history_picture(const run *of, const training_settings *trained)
{
    char path[RUN_PATH_SIZE], rows[RUN_PATH_SIZE];
    return run_path(of, "history.csv", rows) && run_path(of, "history.png", path) &&
           history_picture(path, rows, HISTORY_COLUMNS, trained, NULL, 0);
}

static bool write_results(const run *of, coulomb_context *context, coulomb_network *generator, const mixture *data,
                          const settings *chosen)
{
    evaluation result;
    if (!evaluation_make(context, generator, data, chosen, &result))
        return false;
    const size_t shape[] = {result.count, 2};
    bool has_history = chosen->objective == OBJECTIVE_COULOMB;
    char path[RUN_PATH_SIZE];
    bool done = run_path(of, "samples.npy", path) && npy_write(path, 2, shape, result.model) &&
                run_path(of, "generator.safetensors", path) &&
                succeeded(context, coulomb_network_save(generator, path), "saving the generator") &&
                write_metrics(of, context, &result) && write_pictures(of, data, &result) &&
                (!has_history || write_history_picture(of, &chosen->training));
    if (done) {
        evaluation_print(&result);
        printf("\nSee samples.png%s in %s; all numbers are in metrics.json.\n",
               has_history ? ", modes.png and history.png" : " and modes.png", chosen->run.out);
    }
    evaluation_free(&result);
    return done;
}

/* The exit code. */
static int train_and_report(run *of, coulomb_context *context, coulomb_trainer *trainer, coulomb_network *generator,
                            const mixture *data, const settings *chosen)
{
    switch (run_train(of, context, trainer, chosen->training.steps, NULL)) {
    case RUN_FAILED:
        return EXIT_FAILURE;
    case RUN_STOPPED:
        return interrupt_signal() ? interrupt_exit_code() : EXIT_SUCCESS;
    default:
        break;
    }
    if (!ranks_writes())
        return EXIT_SUCCESS;
    coulomb_network *sampled = generator;
    if (chosen->training.averaging > 0 &&
        !succeeded(context, coulomb_trainer_average(trainer, &sampled), "averaging the generator"))
        return EXIT_FAILURE;
    return write_results(of, context, sampled, data, chosen) ? EXIT_SUCCESS : EXIT_FAILURE;
}

static bool field_apply(coulomb_context *context, coulomb_trainer *trainer, const settings *chosen)
{
    return chosen->networks.discriminator != DISCRIMINATOR_NONE ||
           succeeded(context, coulomb_trainer_set_field(trainer, chosen->field), "choosing the field");
}

static bool plan_memory(coulomb_context *context, const coulomb_trainer *trainer, coulomb_network *generator,
                        coulomb_network *discriminator, const settings *chosen)
{
    memory_plan plan = memory_begin(context, &chosen->run.device);
    memory_add_trainer(&plan, trainer, generator, discriminator, training_samples_at_once(&chosen->training));
    memory_add_samples(&plan, "for samples", generator, (size_t)chosen->samples);
    return memory_tell(&plan);
}

static int train_rivals(run *of, coulomb_context *context, coulomb_network *generator, coulomb_network *discriminator,
                        mixture *data, const settings *chosen)
{
    if (!run_alone() || !rivals_train(of, context, generator, discriminator, data, chosen) ||
        !write_results(of, context, generator, data, chosen))
        return EXIT_FAILURE;
    return interrupt_signal() ? interrupt_exit_code() : EXIT_SUCCESS;
}

static int train_potential(run *of, coulomb_context *context, coulomb_network *generator,
                           coulomb_network *discriminator, mixture *data, const settings *chosen)
{
    coulomb_trainer *trainer;
    int code = EXIT_FAILURE;
    if (succeeded(context, coulomb_trainer_new(context, generator, discriminator, &trainer), "creating the trainer") &&
        succeeded(context, coulomb_trainer_set_data_slice(trainer, mixture_batch, data, NULL), "setting the data") &&
        training_apply(context, trainer, &chosen->training) && field_apply(context, trainer, chosen) &&
        plan_memory(context, trainer, generator, discriminator, chosen))
        code = train_and_report(of, context, trainer, generator, data, chosen);
    coulomb_trainer_free(trainer);
    return code;
}

/* Everything between the settings and the exit code. */
static int experiment(run *of, const settings *chosen)
{
    coulomb_context *context = device_context(&chosen->run.device);
    coulomb_network *generator = NULL, *discriminator = NULL;
    mixture data = {0};
    int code = EXIT_FAILURE;
    if (context && mixture_begin(&data, chosen->training.seed) &&
        networks_make(context, &chosen->networks, chosen->training.seed, &generator, &discriminator))
        code = chosen->objective == OBJECTIVE_COULOMB
                   ? train_potential(of, context, generator, discriminator, &data, chosen)
                   : train_rivals(of, context, generator, discriminator, &data, chosen);
    coulomb_network_free(discriminator);
    coulomb_network_free(generator);
    mixture_end(&data);
    if (context)
        coulomb_context_free(context);
    return code;
}

static int run_program(int argument_count, char **arguments)
{
    static option_table table;
    settings chosen = settings_default();
    run of;
    options_begin(&table, "coulomb-gaussian25", summary);
    settings_options(&table, &chosen);
    int code = run_begin(options_parse(&table, argument_count, arguments), &chosen.run);
    if (code != OPTIONS_RUN)
        return code;
    settings_choose_defaults(&table, &chosen);
    if (!settings_check(&table, &chosen))
        return EXIT_USAGE;
    code = EXIT_FAILURE;
    if (run_open(&of, &table, &chosen.run) && settings_check(&table, &chosen))
        code = experiment(&of, &chosen);
    run_close(&of);
    return code;
}

int main(int argument_count, char **arguments)
{
    process_begin();
    return process_end(run_program(argument_count, arguments));
}
