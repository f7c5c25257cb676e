/* What the program neighbours can be told. */
#ifndef NEIGHBOURS_SETTINGS_H
#define NEIGHBOURS_SETTINGS_H

#include "fid/pictures.h"
#include "support/device.h"
#include "support/options.h"

typedef struct settings {
    const char *model, *training, *out;
    uint64_t samples, pairs;
    uint64_t size, crop;
    int32_t filter, upright, scaled, norm_averages;
    uint64_t seed;
    device_settings device;
} settings;

settings settings_default(void);
void settings_options(option_table *table, settings *chosen);
bool settings_check(option_table *table, const settings *chosen);

/* The model is a generator's file, not a directory of images. */
bool settings_generator(const settings *chosen);

#endif
