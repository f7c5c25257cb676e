/* What the program can be told, and its defaults. */
#ifndef BILLION_WORD_SETTINGS_H
#define BILLION_WORD_SETTINGS_H

#include "networks.h"

#include "support/run.h"
#include "support/training.h"

typedef struct text_settings {
    const char *data;
    uint64_t lines, vocabulary;
} text_settings;

typedef struct settings {
    run_settings run;
    training_settings training;
    network_settings networks;
    text_settings text;
    uint64_t samples_every;
    int32_t norm_averages; /* as coulomb_network_set_running_averages() takes it */
} settings;

settings settings_default(void);

void settings_options(option_table *table, settings *chosen);

/* What must fit together. */
bool settings_check(option_table *table, settings *chosen);

#endif
