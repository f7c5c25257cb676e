/* What the program can be told, and its defaults. */
#ifndef TABLE_SETTINGS_H
#define TABLE_SETTINGS_H

#include "networks.h"
#include "table.h"

#include "support/run.h"
#include "support/training.h"

typedef struct settings {
    run_settings run;
    training_settings training;
    generator_settings generator;
    const char *data, *separator, *columns;
    int32_t header; /* as table_options has it */
    double held_out;
    const char *model, *output, *given;
    uint64_t generate;
    bool beyond, report;
} settings;

settings settings_default(void);

void settings_options(option_table *options, settings *chosen);

/* What must fit together, and what follows from other settings. */
bool settings_check(option_table *options, settings *chosen);

/* How to train on so many rows: the number of updates follows from them where it was not given, and the schedules from
 * it. */
training_settings settings_for_rows(const settings *chosen, size_t rows);

/* How to read the CSV file. */
table_options settings_reading(const settings *chosen);

#endif
