/* The training loop: update, note, save, show, and stop when asked. */
#include "run.h"

#include "checkpoints.h"
#include "console.h"
#include "files.h"
#include "history.h"
#include "interrupt.h"
#include "json.h"
#include "progress.h"
#include "ranks.h"
#include "results.h"
#include "succeed.h"
#include "wording.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const columns[HISTORY_COLUMNS] = {
    "update",           "loss_discriminator", "loss_generator",         "energy",       "potential_model",
    "potential_target", "gradient_generator", "gradient_discriminator", "lr_generator", "lr_discriminator",
    "epsilon",
};

/* In the order of the columns behind the update. */
static const int32_t statistics[HISTORY_COLUMNS - 1] = {
    COULOMB_STATISTIC_LOSS_DISCRIMINATOR,
    COULOMB_STATISTIC_LOSS_GENERATOR,
    COULOMB_STATISTIC_ENERGY,
    COULOMB_STATISTIC_POTENTIAL_MODEL,
    COULOMB_STATISTIC_POTENTIAL_TARGET,
    COULOMB_STATISTIC_GRADIENT_GENERATOR,
    COULOMB_STATISTIC_GRADIENT_DISCRIMINATOR,
    COULOMB_STATISTIC_LEARNING_RATE_GENERATOR,
    COULOMB_STATISTIC_LEARNING_RATE_DISCRIMINATOR,
    COULOMB_STATISTIC_EPSILON,
};

typedef struct loop {
    run *of;
    coulomb_context *context;
    coulomb_trainer *trainer;
    const run_additions *additions; /* NULL: none */
    history history;
    progress meter;
    char noun[32];     /* of what it counts */
    bool ending;       /* no update follows */
    bool fine;         /* nothing has failed */
    uint64_t steps;    /* updates of the whole run */
    uint64_t saved;    /* update of the last checkpoint */
    double saved_time; /* when it was saved, or training began */
} loop;

enum { LEAVE_LOOP = COULOMB_CALLER_LAST /* no data source returns it */ };

enum { ROW_MOST = HISTORY_COLUMNS + ADDITIONS_MOST };

/* Checkpoints and results of a run that is overwritten go when all else of the new one could be opened, and before its
 * settings are recorded: they must never stand beside another run's. Where settings.json is missing, files of these
 * names are no run's. */
static bool remove_overwritten(const run *of)
{
    char path[RUN_PATH_SIZE];
    const char *out = of->settings->out;
    if (of->settings->resume)
        return checkpoints_tidy(out, of->settings->checkpoints_kept);
    return run_path(of, "settings.json", path) && checkpoints_remove(out) &&
           (!file_exists(path) || results_remove(out));
}

static bool record_settings(const run *of)
{
    json_t *record = json_pack("{s:s, s:s, s:o, s:o, s:o}", "program", of->table->program, "libcoulomb",
                               coulomb_version_string(), "settings", json_from_options(of->table), "data",
                               run_data_json(of), "measures", run_measures_json(of));
    char path[RUN_PATH_SIZE];
    bool done = run_path(of, "settings.json", path) && json_write(path, record);
    json_decref(record);
    return done;
}

/* NaN for what concerns a discriminator that is not there. */
static bool read_statistics(const loop *at, double values[HISTORY_COLUMNS - 1])
{
    for (size_t i = 0; i + 1 < HISTORY_COLUMNS; i++) {
        coulomb_status status = coulomb_trainer_statistic(at->trainer, statistics[i], &values[i]);
        if (status == COULOMB_ERROR_STATE)
            values[i] = (double)NAN;
        else if (!succeeded(at->context, status, "statistics"))
            return false;
    }
    return true;
}

/* The history first: a checkpoint must never be ahead of it. */
static bool save(loop *at)
{
    const run *of = at->of;
    /* one that is saved for the time that has passed gets no number: those are for every so many updates */
    bool numbered = of->done % of->settings->checkpoint_every == 0 || at->ending;
    uint64_t kept = numbered ? of->settings->checkpoints_kept : 0;
    bool done =
        history_sync(&at->history) && checkpoints_save(at->context, at->trainer, of->settings->out, of->done, kept);
    at->saved_time = seconds_now();
    return done;
}

static void show(loop *at)
{
    char figures[160], loss[64] = "", energy[FIGURE_SIZE], epsilon[FIGURE_SIZE];
    double values[HISTORY_COLUMNS - 1];
    if (!read_statistics(at, values))
        return;
    if (!isnan(values[HISTORY_LOSS_DISCRIMINATOR - 1])) {
        char figure[FIGURE_SIZE];
        format_figure(values[HISTORY_LOSS_DISCRIMINATOR - 1], figure);
        snprintf(loss, sizeof loss, "loss %s  ", figure);
    }
    format_figure(values[HISTORY_ENERGY - 1], energy);
    format_figure(values[HISTORY_EPSILON - 1], epsilon);
    snprintf(figures, sizeof figures, "%senergy %s  epsilon %s", loss, energy, epsilon);
    progress_show(&at->meter, at->of->done, figures);
}

static bool after_update(loop *at)
{
    const run *of = at->of;
    const run_additions *more = at->additions;
    double values[ROW_MOST];
    if (more && !more->measure(more->user, of, values + HISTORY_COLUMNS - 1))
        return false;
    if (!ranks_writes())
        return true;
    if (of->done % of->settings->history_every == 0 &&
        (!read_statistics(at, values) || !history_append(&at->history, of->done, values)))
        return false;
    return !more || more->updated(more->user, of);
}

static bool minutes_are_over(const loop *at)
{
    double minutes = at->of->settings->checkpoint_minutes;
    return minutes > 0 && seconds_now() - at->saved_time >= 60 * minutes;
}

/* False after a failure that was told. */
static bool finish_update(loop *at)
{
    run *of = at->of;
    if (!after_update(at))
        return false;
    if (!ranks_writes())
        return true;
    if (of->done % of->settings->checkpoint_every == 0) {
        if (!save(at))
            return false;
        at->saved = of->done;
    } else if (minutes_are_over(at) && !save(at)) {
        return false;
    }
    if (progress_due(&at->meter, of->done))
        show(at);
    return true;
}

static bool asked_to_stop(const run *of, int signal_number)
{
    return signal_number != 0 || (of->settings->stop_at != 0 && of->done >= of->settings->stop_at);
}

static bool complete(const loop *at, uint64_t steps)
{
    const run_additions *more = at->additions;
    return at->of->done >= steps || (more && more->complete && more->complete(more->user));
}

static coulomb_status updated(void *user, uint64_t update)
{
    loop *at = user;
    at->of->done = update;
    at->fine = finish_update(at);
    return at->fine && !complete(at, at->steps) && !asked_to_stop(at->of, interrupt_signal()) ? COULOMB_OK : LEAVE_LOOP;
}

/* The library's own loop: on a GPU it has the samples of the next update read while this one is computed. */
static void run_updates(loop *at)
{
    char doing[64];
    coulomb_status status = coulomb_trainer_run(at->trainer, at->steps, updated, at);
    snprintf(doing, sizeof doing, "update %" PRIu64, at->of->done + 1);
    if (status != LEAVE_LOOP)
        at->fine = succeeded(at->context, status, doing);
}

static enum run_end train(loop *at, uint64_t steps)
{
    run *of = at->of;
    at->steps = steps;
    at->saved = of->first;
    at->fine = true;
    double started = at->saved_time = seconds_now();
    if (!complete(at, steps) && !asked_to_stop(of, ranks_signal()))
        run_updates(at);
    at->fine = ranks_agree(at->fine);
    of->seconds = seconds_now() - started;
    progress_end(&at->meter);
    at->ending = true;
    /* a run that was stopped before its first update leaves a checkpoint too */
    if (at->fine && ranks_writes() && (at->saved != of->done || of->done == 0))
        at->fine = save(at);
    interrupt_release();
    if (!ranks_agree(at->fine))
        return RUN_FAILED;
    if (complete(at, steps) && ranks_signal() == 0)
        return RUN_COMPLETE;
    char out[4 * RUN_PATH_SIZE];
    format_shell_word(of->settings->out, sizeof out, out);
    say("Saved at update %" PRIu64 " of %" PRIu64 " in %s. To continue: %s --out %s --resume", of->done, steps,
        of->settings->out, of->table->program, out);
    return RUN_STOPPED;
}

static bool open_history(loop *at)
{
    const char *names[ROW_MOST];
    const run_additions *more = at->additions;
    char path[RUN_PATH_SIZE];
    size_t count = HISTORY_COLUMNS;
    memcpy(names, columns, sizeof columns);
    for (size_t i = 0; more && i < more->count; i++)
        names[count++] = more->columns[i];
    return run_path(at->of, "history.csv", path) && history_open(&at->history, path, names, count, at->of->done);
}

/* On a device other than the usual one they are told with it. */
static void name_updates(loop *at)
{
    char word[DEVICE_WORD_SIZE];
    device_word(&at->of->settings->device, word);
    bool usual = strcmp(word, "cpu") == 0;
    snprintf(at->noun, sizeof at->noun, "updates%s%s", usual ? "" : " on ", usual ? "" : word);
}

bool run_record(const run *of)
{
    return remove_overwritten(of) && record_settings(of);
}

/* The run's files are the writer's. */
static bool open_files(loop *at)
{
    return !ranks_writes() || (run_record(at->of) && open_history(at));
}

/* Where the run begins; loading is a meeting of ranks, and fails on all. */
static bool find_start(loop *at)
{
    run *of = at->of;
    char path[RUN_PATH_SIZE];
    bool fine = run_path(of, "checkpoint.safetensors", path);
    if (!ranks_agree(fine))
        return false;
    if (of->settings->resume && !succeeded(at->context, coulomb_trainer_load(at->trainer, path), path))
        return false;
    if (!succeeded(at->context, coulomb_trainer_update(at->trainer, &of->first), "reading the update number"))
        return false;
    of->done = of->first;
    return true;
}

/* Also that there is nothing to train, should it be so. */
static void say_where(const run *of, uint64_t steps)
{
    uint64_t stop = of->settings->stop_at;
    const char *out = of->settings->out;
    if (of->done >= steps)
        say("The run in %s has made its %" PRIu64 " updates.", out, of->done);
    else if (stop > 0 && of->done >= stop)
        say("The run in %s is at update %" PRIu64 " already; --stop-at is %" PRIu64 ".", out, of->done, stop);
    else
        say("Continuing in %s after update %" PRIu64 ".", out, of->done);
}

enum run_end run_train(run *of, coulomb_context *context, coulomb_trainer *trainer, uint64_t steps,
                       const run_additions *additions)
{
    loop at = {.of = of, .context = context, .trainer = trainer, .additions = additions};
    if (!find_start(&at) || !open_files(&at))
        return RUN_FAILED;
    if (of->settings->resume)
        say_where(of, steps);
    enum run_end end = RUN_FAILED;
    if (!additions || !additions->begin || additions->begin(additions->user, of)) {
        interrupt_catch();
        name_updates(&at);
        progress_begin(&at.meter, at.noun, of->done, steps);
        if (ranks_agree(true))
            end = train(&at, steps);
    }
    history_close(&at.history);
    return end;
}
