/* One coordinate system of a figure, and what is drawn into it. */
#ifndef SUPPORT_PANEL_H
#define SUPPORT_PANEL_H

#include "axis.h"
#include "figure.h"

typedef struct panel {
    const figure *figure;
    box area;
    axis x, y;
} panel;

/* Grid, ticks, labels and title; `area` is the inside, labels stand around it. */
panel panel_begin(const figure *sheet, box area, const char *title, axis x, axis y);

/* The frame, above all that was drawn. */
void panel_end(const panel *on);

/* Where a value is on the figure. */
double panel_x(const panel *on, double value);
double panel_y(const panel *on, double value);

/* Restrict drawing to the inside, and lift it again. */
void panel_clip(const panel *on);
void panel_unclip(const panel *on);

/* points[count][2]; `radius` in points; an edge of paper sets large dots apart. */
typedef struct dot_style {
    double radius;
    colour ink;
    bool edged;
} dot_style;

void panel_dots(const panel *on, const float *points, size_t count, dot_style style);

typedef struct line_style {
    double width;
    colour ink;
    bool dashed;
} line_style;

/* Values that the axis cannot show (not finite, or not positive on a logarithmic one) leave a gap. */
void panel_line(const panel *on, const double *x, const double *y, size_t count, line_style style);

/* Right across at a value of the y axis, or upright at one of the x axis. */
void panel_level(const panel *on, double y, line_style style);
void panel_upright(const panel *on, double x, line_style style);

#endif
