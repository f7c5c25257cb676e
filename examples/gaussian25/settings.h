/* What the program can be told, and its defaults. */
#ifndef GAUSSIAN25_SETTINGS_H
#define GAUSSIAN25_SETTINGS_H

#include "support/run.h"
#include "support/training.h"

typedef struct network_settings {
    uint64_t latent, latent_signs;
    int32_t latent_distribution;
    double latent_spread;
    int32_t generator_spread;
    uint64_t generator_units, generator_layers;
    int32_t generator_activation, generator_initializer;
    double generator_output_gain;
    int32_t discriminator;
    uint64_t discriminator_units, discriminator_layers;
    int32_t discriminator_activation, discriminator_initializer;
    double discriminator_first_spread, hinge_range, discriminator_output_gain;
    double data_scale;
} network_settings;

typedef struct settings {
    run_settings run;
    training_settings training;
    network_settings networks;
    int32_t objective;
    int32_t field; /* what the generator follows without a discriminator */
    uint64_t samples;
} settings;

/* The activations that --generator-activation and --discriminator-activation name. */
enum activation { ACTIVATION_RELU = 1, ACTIVATION_ELU, ACTIVATION_LEAKY_RELU, ACTIVATION_TANH };

/* An initializer of the library, or this one: normal, variance 1/fan_in (LeCun et al. 1998). */
enum { INITIALIZER_LECUN_NORMAL = 100 };

/* What --generator-spread names: where latent values that are no signs go. */
enum { SPREAD_MIXED = 1, SPREAD_ADDED };

enum { DISCRIMINATOR_NONE, DISCRIMINATOR_MLP };

/* What --objective names: what the discriminator learns, and the generator through it. */
enum { OBJECTIVE_COULOMB = 1, OBJECTIVE_GAN, OBJECTIVE_LSGAN };

settings settings_default(void);

/* Without a discriminator, options that were not given have other defaults. Once, after options_parse(). */
void settings_choose_defaults(option_table *table, const settings *chosen);

void settings_options(option_table *table, settings *chosen);

/* What must fit together. */
bool settings_check(option_table *table, settings *chosen);

#endif
