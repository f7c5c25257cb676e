/* What the program fid can be told. */
#ifndef FID_SETTINGS_H
#define FID_SETTINGS_H

#include "pictures.h"

#include "support/device.h"
#include "support/options.h"

typedef struct settings {
    const char *model, *target, *features;
    const char *inception, *save_stats;
    uint64_t samples, target_samples;
    uint64_t size, crop;
    int32_t channels, filter, upright, scaled, norm_averages;
    uint64_t seed;
    device_settings device;
} settings;

settings settings_default(void);
void settings_options(option_table *table, settings *chosen);
bool settings_check(option_table *table, settings *chosen);

picture_form settings_form(const settings *chosen);

/* What stands at a path, by its name's ending. */
enum side_kind { SIDE_STATISTICS, SIDE_FEATURES, SIDE_GENERATOR, SIDE_PICTURES };
enum side_kind side_kind_of(const char *path);

#endif
