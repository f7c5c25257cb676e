/* Training runs that shards and processes must not change: some settings, small enough to be repeated often. */
#ifndef UNIT_SHARD_RUNS_H
#define UNIT_SHARD_RUNS_H

#include "unit/contexts.h"

#include <coulomb/trainer.h>

enum { RUN_BATCH = 48 };

/* What is trained, and how. */
enum run_setting {
    RUN_MLP,              /* samples of two values */
    RUN_MLP_OPTIONS,      /* the same with smoothing, L1, charges beyond the batch, and an average */
    RUN_IMAGES,           /* convolutions, a frozen layer, replay */
    RUN_IMAGES_NORM,      /* batch norm in both networks, charges beyond the batch, replay */
    RUN_IMAGES_NORM_NEAR, /* the same with smoothing */
    RUN_FIELD,            /* no discriminator: samples follow the drift; charges beyond the batch, replay */
    RUN_FEATURES,         /* the same with images and features of them */
    RUN_FEATURES_NEAR,    /* features and a discriminator, with smoothing */
    RUN_FIELD_NORM,       /* the same with batch norm */
    RUN_MLP_NORM, /* samples of two values, batch norm in the generator alone; charges beyond the batch, replay */
    RUN_SETTINGS
};

typedef struct training_run {
    coulomb_context *context;
    coulomb_network *generator, *discriminator;
    coulomb_trainer *trainer;
} training_run;

/* The functions below may be called from any thread; they end the program if anything fails. */
void run_must(const coulomb_context *context, coulomb_status status);

/* Everything up to the first update, in a context of its own; target samples come from an array. */
void run_begin(training_run *run, int setting, size_t shards);
void run_begin_with_allocator(training_run *run, int setting, size_t shards, coulomb_allocate_callback *allocate,
                              coulomb_release_callback *release, void *user);
void run_end(training_run *run);

/* The trainer's checkpoint, which has all that an update moves; to be freed. */
char *run_checkpoint(training_run *run, size_t *bytes);

/* So many updates. */
void run_step_often(const training_run *run, int updates);

/* A run and one that loads its checkpoint go on to the same bits; `path` is a file for that, which holds it. From
 * Check's thread alone. */
void ck_resumes_exactly(training_run *run, training_run *resumed, const char *path);

/* Both networks' parameters one after the other; to be freed. */
float *run_parameters(const training_run *run, size_t *count);

#endif
