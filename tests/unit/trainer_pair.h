/* What tests of the trainer share: two small networks, target samples that can go wrong, options by number, and
 * snapshots of all parameters. */
#ifndef UNIT_TRAINER_PAIR_H
#define UNIT_TRAINER_PAIR_H

#include "unit/test_trainer.h"

#include <coulomb/network.h>
#include <stdbool.h>

enum { PAIR_BATCH = 16, PAIR_PARAMETERS = 2 * 128 + 128 + 128 * 128 + 128 + 2 * 128 + 2 };

/* Target samples as a function of the update number; what can go wrong is set by the tests. */
typedef struct target_source {
    coulomb_status answer;
    uint64_t fail_at;
    size_t written; /* samples */
    float first;    /* replaces the first value if not 0 */
    int destroyed;
    bool reenter;
} target_source;

extern target_source targets;
coulomb_status draw_targets(void *user, uint64_t update, size_t count, float *batch);
void count_destroyed(void *user);

/* A checked fixture. pair_begin() alone leaves `targets` as they are. */
void pair_setup(void);
void pair_begin(void);
void pair_end(void);

/* Up to this update. */
void train_until(uint64_t last);

/* All parameters of both networks, to compare. */
typedef struct snapshot {
    float values[2 * PAIR_PARAMETERS];
} snapshot;

extern snapshot before, after;
void take_snapshot(snapshot *taken);
void ck_step_changes_nothing(coulomb_status expected, const char *part);

/* Options that each change what training does; those of a network by turns: first the discriminator's. */
enum option {
    OPTION_BATCH,
    OPTION_CHARGES_MODEL,
    OPTION_CHARGES_TARGET,
    OPTION_LOSS,
    OPTION_REPLAY,
    OPTION_SMOOTHING,
    OPTION_EXPONENT,
    OPTION_EPSILON,
    OPTION_EPSILON_SCHEDULE,
    OPTION_SELF_TERMS,
    OPTION_POTENTIAL_SCALE,
    OPTION_SEED,
    OPTION_RATE_DISCRIMINATOR,
    OPTION_RATE_GENERATOR,
    OPTION_BETAS_DISCRIMINATOR,
    OPTION_BETAS_GENERATOR,
    OPTION_L2_DISCRIMINATOR,
    OPTION_L2_GENERATOR,
    OPTION_ADAM_EPSILON_DISCRIMINATOR,
    OPTION_ADAM_EPSILON_GENERATOR,
    OPTION_METHOD_DISCRIMINATOR,
    OPTION_METHOD_GENERATOR,
    OPTION_SCHEDULE_DISCRIMINATOR,
    OPTION_SCHEDULE_GENERATOR,
    OPTION_LATENT,
    OPTION_LATENT_SIGNS,
    OPTION_KERNEL,
    OPTION_EPSILONS,
    OPTIONS
};

void set_option(int option);

/* All at once that have a state. */
void set_stateful_options(void);

#endif
