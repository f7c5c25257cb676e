/* history.png: losses, energy, potentials and schedules over the updates, and what a program adds. */
#ifndef SUPPORT_HISTORY_PICTURE_H
#define SUPPORT_HISTORY_PICTURE_H

#include "colour.h"
#include "training.h"

typedef struct history_curve {
    size_t column; /* of history.csv; values that are not finite are left out */
    const char *name;
    enum ink ink;
    bool dashed; /* so that a curve below it shows */
} history_curve;

enum { HISTORY_CURVES_MOST = 3 };

typedef struct history_chart {
    const char *title, *label;
    bool logarithmic;
    history_curve curves[HISTORY_CURVES_MOST];
    size_t count;
} history_chart;

/* Draw the history at `rows_path`, which has `columns` columns; the program's own charts come first. */
bool history_picture(const char *path, const char *rows_path, size_t columns, const training_settings *trained,
                     const history_chart *own, size_t own_count);

#endif
