/*
 * The hyperparameters of training as options: one row of a table each, the same for every program. A program
 * initialises the settings with its defaults, adds the rows, and applies the result to a trainer.
 */
#ifndef SUPPORT_TRAINING_H
#define SUPPORT_TRAINING_H

#include "options.h"

#include <coulomb/trainer.h>

/* How one of the two networks learns. */
typedef struct learning {
    int32_t method;
    double rate, end_factor, beta1, beta2, adam_epsilon, l2;
} learning;

typedef struct training_settings {
    uint64_t steps, seed, batch, shards;
    uint64_t charges_model, charges_target;
    double exponent, dimension, epsilon, epsilon_end, smoothing, potential_scale, averaging;
    int32_t self_terms, loss, replay;
    int32_t kernel; /* 0: the default */
    uint64_t decay_start, decay_updates;
    double epsilon_decay_share; /* of decay_updates, after which epsilon has its last value */
    learning generator, discriminator;
} training_settings;

/* Add the rows; what `settings` holds are the defaults. */
void training_options(option_table *table, training_settings *settings);

/* What rows alone cannot say: options that exclude each other or must fit together. Call after options_parse(). */
bool training_check(option_table *table, training_settings *settings);

/* Without a discriminator: refuse what is for one alone, options of training and `count` of the program's own. */
bool training_without_discriminator(option_table *table, const char *const *own, size_t count);

/* The schedule of a network's rate as the settings have it; NULL where the rate does not change. Free it. */
coulomb_status training_rate_schedule(coulomb_context *context, const training_settings *settings,
                                      const learning *learns, coulomb_schedule **schedule);

/* Set how one of the networks learns on an optimizer. */
coulomb_status training_apply_learning(coulomb_context *context, const training_settings *settings,
                                       const learning *learns, coulomb_optimizer *optimizer);

/* Samples that go through a network together: those of a shard. */
size_t training_samples_at_once(const training_settings *settings);

bool training_has_discriminator(const coulomb_trainer *trainer);

/* Set everything on a trainer; without a discriminator, what it has. A meeting of ranks, which train together from then
 * on. */
bool training_apply(coulomb_context *context, coulomb_trainer *trainer, const training_settings *settings);

#endif
