/*
 * A training run and its directory: settings.json, checkpoint.safetensors, history.csv; starting it, taking it up again
 * where it stopped, and leaving it in order when the user interrupts. Of several processes (ranks.h) rank 0 has the
 * directory; the others read what a run that is resumed has there.
 */
#ifndef SUPPORT_RUN_H
#define SUPPORT_RUN_H

#include "data_identity.h"
#include "device.h"
#include "lock.h"
#include "options.h"

#include <coulomb/coulomb.h>
#include <jansson.h>

typedef struct run_settings {
    const char *out;
    bool resume, overwrite, accept_changed_data, alone;
    uint64_t checkpoint_every, checkpoints_kept, history_every, stop_at;
    double checkpoint_minutes;
    device_settings device;
} run_settings;

/* Defaults of the settings that are the same for all programs. */
enum { CHECKPOINT_MINUTES = 15 };

typedef struct run {
    const run_settings *settings;
    option_table *table;
    owner_lock lock;  /* of the directory, while this process trains in it */
    json_t *recorded; /* settings of the run that is resumed; texts of options point into it */
    bool has_data;    /* the run has a data set, which is: */
    data_identity data;
    uint64_t measures; /* hash of the files that samples are measured with; 0: none */
    uint64_t first, done;
    double seconds;
} run;

/* How training ended. */
enum run_end { RUN_COMPLETE, RUN_STOPPED, RUN_FAILED };

void run_options(option_table *table, run_settings *settings);

/* Begin with what options_parse() returned: the processes of the run come together. OPTIONS_RUN if the program is to go
 * on, otherwise the code that it exits with. */
int run_begin(int parsed, const run_settings *settings);

/* Prepare the directory and take it for this process; with --resume options that were not given take the recorded
 * values. A meeting of ranks, whose options must be the same. */
bool run_open(run *of, option_table *table, const run_settings *settings);

/* As run_open() with --resume, for what is done with the results of a run: no checkpoint is needed, and the directory
 * may be read-only. */
bool run_open_results(run *of, option_table *table, const run_settings *settings);

/* For what several processes cannot share; false with a complaint if there are several. */
bool run_alone(void);

/* It as it is recorded; null for none, NULL without memory. */
json_t *run_data_json(const run *of);

/* Say what the run's data set is, before run_train(), which records it. A run that is resumed must go on with the same
 * one, unless the user says otherwise. A meeting of ranks, which must have the same one. False with a complaint. */
bool run_set_data(run *of, data_identity data);

/* The same of the files that samples are measured with, which `options` names: values in one history must be
 * comparable. A run that measured nothing may begin to. A meeting of ranks, too. */
json_t *run_measures_json(const run *of);
bool run_set_measures(run *of, uint64_t hash, const char *options);

/* What a program adds to training. All ranks call begin, measure and complete, which may be meetings and must say the
 * same on all; updated is the writer's. */
typedef struct run_additions {
    const char *const *columns; /* of history.csv, behind the others */
    size_t count;               /* at most ADDITIONS_MOST */

    /* Before the first update of this process, with the history cut to the updates that are done; may be NULL. */
    bool (*begin)(void *user, const run *of);

    /* After every update: values[count], NaN for what was not measured. They become a row of the history every so many
     * updates. */
    bool (*measure)(void *user, const run *of, double *values);

    /* After every update, when its row is written. */
    bool (*updated)(void *user, const run *of);

    /* Whether the run is complete before its last update; may be NULL. */
    bool (*complete)(void *user);

    void *user;
} run_additions;

enum { ADDITIONS_MOST = 8 };

/* Remove what is overwritten and record the settings, for a loop of the program's own, which cannot be resumed. */
bool run_record(const run *of);

/* Load the checkpoint if the run is resumed, record the settings, and train until `steps` updates are done. The
 * additions may be NULL. A meeting of ranks, which all have the same end. */
enum run_end run_train(run *of, coulomb_context *context, coulomb_trainer *trainer, uint64_t steps,
                       const run_additions *additions);

void run_close(run *of);

enum { RUN_PATH_SIZE = 4096 };

/* Path of a file of the run; false with a complaint if it is too long. */
bool run_path(const run *of, const char *name, char path[RUN_PATH_SIZE]);

/* Put the run's updates and seconds among the values of metrics.json. */
void run_put_updates(const run *of, json_t **metrics);

/* Write metrics.json: these values, which are released, and what all runs record. */
bool run_write_metrics(const run *of, coulomb_context *context, json_t *metrics);

/* Columns of history.csv, which those of run_additions follow. */
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
