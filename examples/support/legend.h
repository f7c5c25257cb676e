/* What colours and lines mean. */
#ifndef SUPPORT_LEGEND_H
#define SUPPORT_LEGEND_H

#include "panel.h"

typedef struct legend_entry {
    const char *text;
    colour ink;
    bool dot, dashed; /* otherwise a line */
} legend_entry;

enum corner { CORNER_TOP_RIGHT, CORNER_TOP_LEFT, CORNER_BOTTOM_RIGHT, CORNER_BOTTOM_LEFT };

/* In a corner inside the panel, one entry below the other. */
void panel_legend(const panel *on, const legend_entry *entries, size_t count, enum corner corner);

/* In one row that ends at `right`. */
void figure_legend(const figure *sheet, double right, double y, const legend_entry *entries, size_t count);

#endif
