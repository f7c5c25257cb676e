/* What colours and lines mean. */
#ifndef SUPPORT_LEGEND_H
#define SUPPORT_LEGEND_H

#include "figure.h"

#include <stddef.h>

typedef struct legend_entry {
    const char *text;
    colour ink;
    bool dot, dashed; /* otherwise a line */
} legend_entry;

/* In one row that ends at `right`. */
void figure_legend(const figure *sheet, double right, double y, const legend_entry *entries, size_t count);

#endif
