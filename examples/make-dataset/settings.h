/* What the program can be told, and its defaults. */
#ifndef MAKE_DATASET_SETTINGS_H
#define MAKE_DATASET_SETTINGS_H

#include "images/draw.h"
#include "support/options.h"

enum dataset_format { DATASET_TREE = 1, DATASET_LMDB, DATASET_CIFAR, DATASET_CSV };

typedef struct settings {
    const char *out;
    int32_t format;   /* enum dataset_format */
    int32_t draw;     /* enum picture_kind; 0 before settings_check(): what the format usually holds */
    int32_t encoding; /* enum image_format; 0 likewise */
    uint64_t count, quality, seed;
    uint64_t width, height; /* of the pictures; 0 before settings_check(): as the kind is drawn */
    bool overwrite;
} settings;

settings settings_default(void);

void settings_options(option_table *table, settings *chosen);

/* What must fit together; fills in what depends on the format. */
bool settings_check(option_table *table, settings *chosen);

/* The word for a value, as the command line spells it. */
const char *settings_format(const settings *chosen);
const char *settings_draw(const settings *chosen);
const char *settings_encoding(const settings *chosen);

#endif
