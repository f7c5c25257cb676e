/* A picture: a sheet of paper measured in points, text on it, and the PNG file it becomes. */
#ifndef SUPPORT_FIGURE_H
#define SUPPORT_FIGURE_H

#include "colour.h"

#include <cairo.h>
#include <stdbool.h>

typedef struct figure {
    cairo_surface_t *surface;
    cairo_t *cairo;
    double width, height;
} figure;

/* A rectangle of the sheet, in points from its top left corner. */
typedef struct box {
    double left, top, width, height;
} box;

/* An empty sheet; the PNG has two pixels per point. */
bool figure_begin(figure *sheet, double width, double height);

/* Write the PNG, whole or not at all, and let go of the figure. */
bool figure_finish(figure *sheet, const char *path);

/* Write any picture in memory as a PNG, whole or not at all. */
bool figure_write(cairo_surface_t *surface, const char *path);

/* Something is missing in the drawing for lack of memory: figure_finish() will say so instead of writing it. */
void figure_lacks_memory(const figure *sheet);

/* Let go of it without writing. */
void figure_abandon(figure *sheet);

void figure_ink(const figure *sheet, colour with);

enum text_align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

typedef struct text_style {
    double size;
    colour ink;
    enum text_align align;
    bool bold, upward; /* upward: turned to be read from the bottom to the top */
} text_style;

/* The text's baseline is at y. */
void figure_text(const figure *sheet, double x, double y, text_style style, const char *text);

double figure_text_width(const figure *sheet, text_style style, const char *text);

/* A title in the figure's top left corner, with a line of explanation below it. */
void figure_title(const figure *sheet, const char *title, const char *subtitle);

/* A scale from `low` to `high` with its label at the right. */
void figure_colour_bar(const figure *sheet, box where, enum colour_map map, double low, double high, const char *label);

#endif
