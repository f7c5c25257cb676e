/* Functions of the plane, given on a grid that fills a panel: colours, contour lines, streamlines. */
#ifndef SUPPORT_LANDSCAPE_H
#define SUPPORT_LANDSCAPE_H

#include "panel.h"

/* Row 0 is at the bottom, column 0 at the left; the outermost nodes lie on the panel's edges. */
typedef struct grid {
    size_t columns, rows;
} grid;

/* The panel's place of a node, as [columns * rows][2] points. */
void grid_nodes(grid nodes, const axis *x, const axis *y, float *points);

/* values[rows][columns], coloured from `low` to `high`. */
void panel_heat(const panel *on, grid nodes, const float *values, double low, double high, enum colour_map map);

/* Lines where the values are `levels`. */
void panel_contours(const panel *on, grid nodes, const float *values, const double *levels, size_t count,
                    line_style style);

/* Lines along `field` [rows][columns][2] with an arrowhead each, about `density` of them across, evenly spread. */
void panel_streamlines(const panel *on, grid nodes, const float *field, size_t density, line_style style);

#endif
