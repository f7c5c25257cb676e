/* The colours of all figures. Model and target keep theirs throughout, and maps change evenly to the eye. */
#ifndef SUPPORT_COLOUR_H
#define SUPPORT_COLOUR_H

/* Red, green and blue of sRGB, and opacity; 0 to 1. */
typedef struct colour {
    double red, green, blue, opacity;
} colour;

enum ink { INK_TEXT, INK_MUTED, INK_GRID, INK_PAPER, INK_MODEL, INK_TARGET, INK_GREEN, INK_VIOLET, INK_GOLD };

colour colour_of(enum ink ink);

colour colour_faded(colour base, double opacity);

enum colour_map {
    MAP_SEQUENTIAL, /* paper to dark blue */
    MAP_DIVERGING   /* the model's colour, paper at the middle, the target's colour */
};

/* share 0 to 1; values outside take the end's colour */
colour colour_map_at(enum colour_map map, double share);

/* Lightness as the eye sees it, 0 (black) to 1 (white): text on a coloured tile is chosen by it. */
double colour_lightness(colour of);

#endif
