/*
 * A training run and its directory: settings.json, checkpoint.safetensors, history.csv; starting it, taking it up again
 * where it stopped, and leaving it in order when the user interrupts.
 */
#ifndef SUPPORT_RUN_H
#define SUPPORT_RUN_H

#include "options.h"

#include <coulomb/coulomb.h>
#include <jansson.h>

typedef struct run_settings {
    const char *out;
    bool resume, overwrite;
    uint64_t threads, checkpoint_every, history_every, stop_at;
} run_settings;

/* What a program measures by itself while a run trains. */
typedef struct run_watch {
    const char *const *columns; /* of history.csv, behind those of every run */
    size_t count;
    /* Their values at an update whose row is due; false with a complaint ends the run. */
    bool (*measure)(void *user, uint64_t update, double *values);
    /* An update is done, whether a row is due or not; likewise. */
    bool (*updated)(void *user, uint64_t update);
    void *user;
} run_watch;

enum { RUN_COLUMNS_MOST = 32 };

typedef struct run {
    const run_settings *settings;
    const run_watch *watch; /* NULL, or set between run_open() and run_train() */
    option_table *table;
    json_t *recorded; /* settings of the run that is resumed; texts of options point into it */
    uint64_t first, done;
    double seconds;
} run;

/* How training ended. */
enum run_end { RUN_COMPLETE, RUN_STOPPED, RUN_FAILED };

void run_options(option_table *table, run_settings *settings);

/* Prepare the directory; with --resume options that were not given take the recorded values. */
bool run_open(run *of, option_table *table, const run_settings *settings);

/* Load the checkpoint if the run is resumed, record the settings, and train until `steps` updates are done. */
enum run_end run_train(run *of, coulomb_context *context, coulomb_trainer *trainer, uint64_t steps);

void run_close(run *of);

enum { RUN_PATH_SIZE = 4096 };

/* Path of a file of the run; false with a complaint if it is too long. */
bool run_path(const run *of, const char *name, char path[RUN_PATH_SIZE]);

/* Columns of history.csv. */
enum {
    HISTORY_UPDATE,
    HISTORY_LOSS_DISCRIMINATOR,
    HISTORY_LOSS_GENERATOR,
    HISTORY_ENERGY,
    HISTORY_POTENTIAL_MODEL,
    HISTORY_POTENTIAL_TARGET,
    HISTORY_GRADIENT_GENERATOR,
    HISTORY_GRADIENT_DISCRIMINATOR,
    HISTORY_LEARNING_RATE_GENERATOR,
    HISTORY_LEARNING_RATE_DISCRIMINATOR,
    HISTORY_EPSILON,
    HISTORY_COLUMNS
};

#endif
