/* What the pictures are drawn with: chance, colours and a few shapes on top of cairo's. */
#ifndef IMAGES_BRUSH_H
#define IMAGES_BRUSH_H

#include "support/colour.h"
#include "support/random.h"

#include <cairo.h>
#include <stdbool.h>

/* Random numbers one after another. */
typedef struct dice {
    random_stream stream;
    uint32_t position, words[4];
} dice;

dice dice_begin(uint64_t seed, uint32_t stream, uint64_t number);

double dice_between(dice *rolled, double low, double high);
bool dice_chance(dice *rolled, double probability);
unsigned dice_below(dice *rolled, unsigned bound);
/* A normal of mean 0, cut off at two deviations. */
double dice_around(dice *rolled, double deviation);

colour colour_hex(unsigned hex);
colour colour_mix(colour from, colour to, double share);
/* Lighter (share above 0) or darker (below), -1 to 1. */
colour colour_lit(colour of, double share);
/* Hue in turns, saturation and value from 0 to 1. */
colour colour_hsv(double hue, double saturation, double value);
/* A colour between two neighbours of a row of them, a little off. */
colour dice_colour(dice *rolled, const unsigned *row, unsigned count);

void brush_colour(cairo_t *on, colour with);
void brush_fill(cairo_t *on, colour with);
void brush_stroke(cairo_t *on, double width, colour with);
/* A path, not filled: an ellipse with upright axes. */
void brush_ellipse(cairo_t *on, double x, double y, double radius_x, double radius_y);
/* A path through points, straight. */
void brush_polygon(cairo_t *on, const double (*points)[2], unsigned count);
/* Fill the path with a blend between two colours along a line. */
void brush_fill_blend(cairo_t *on, double x0, double y0, double x1, double y1, colour from, colour to);
/* A round spot that fades out from its middle. */
void brush_glow(cairo_t *on, double x, double y, double radius, colour with);

/* The pictures, in the coordinates of their own sizes. */
void draw_face(cairo_t *on, dice *rolled);
void draw_room(cairo_t *on, dice *rolled);
void draw_object(cairo_t *on, dice *rolled, unsigned class);

#endif
