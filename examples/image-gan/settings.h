/* What the programs can be told, and the paper's settings as defaults. */
#ifndef IMAGE_GAN_SETTINGS_H
#define IMAGE_GAN_SETTINGS_H

#include "image_gan.h"

#include "fid/fid_monitor.h"
#include "images/image.h"
#include "support/rate_drops.h"
#include "support/run.h"
#include "support/training.h"

typedef struct data_settings {
    const char *path; /* NULL: not said */
    int32_t size;     /* pixels of a side */
    int32_t channels;
    uint64_t crop;
    int32_t filter, upright, scaled;
    uint64_t held_out, workers;
    bool workers_found; /* not said: more are started where updates wait */
} data_settings;

/* A published network, and the channels that narrow it; 0: as published. */
typedef struct network_settings {
    int32_t type;
    uint64_t channels;
} network_settings;

enum generator_type { GENERATOR_MY = 1, GENERATOR_MY_TANH, GENERATOR_DCGAN, GENERATOR_BEGAN, GENERATOR_RESNET };
enum discriminator_type {
    DISCRIMINATOR_MY = 1,
    DISCRIMINATOR_MY_BIG,
    DISCRIMINATOR_MY_BIG2,
    DISCRIMINATOR_DCGAN,
    DISCRIMINATOR_BEGAN,
    DISCRIMINATOR_RESNET,
    DISCRIMINATOR_NONE /* the generator follows the field itself */
};

typedef struct results_settings {
    uint64_t statistics_every, samples_every, grid;
    int32_t norm_averages;
    uint64_t generate; /* 0: train */
    uint64_t generate_seed;
    const char *from, *to; /* NULL: of the run */
} results_settings;

typedef struct settings {
    const experiment *about;
    run_settings run;
    training_settings training;
    rate_drops drops;
    data_settings data;
    uint64_t latent;
    network_settings generator, discriminator;
    int32_t field;
    const char *features; /* file of a network; NULL: distances between pixels */
    double discriminator_rate_scale;
    int32_t synchronized_norm;
    results_settings results;
    fid_monitor_settings fid;
} settings;

void settings_default(const experiment *about, settings *chosen);

void settings_options(option_table *table, settings *chosen);

/* What must fit together. To be called again when a run's recorded settings were read. */
bool settings_check(option_table *table, settings *chosen);

#endif
