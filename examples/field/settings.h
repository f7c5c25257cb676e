/* What the program can be told, and its defaults. */
#ifndef FIELD_SETTINGS_H
#define FIELD_SETTINGS_H

#include "support/device.h"
#include "support/options.h"

typedef struct settings {
    const char *model, *target, *out, *particles;
    int32_t example;
    uint64_t samples, seed, density;
    device_settings device;
    double exponent, dimension, epsilon;
    bool flow;
    uint64_t updates, frames;
    double epsilon_start, step, inertia;
} settings;

settings settings_default(void);

void settings_options(option_table *table, settings *chosen);

/* What must fit together. */
bool settings_check(option_table *table, settings *chosen);

#endif
