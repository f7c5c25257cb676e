/*
 * Pictures drawn on the spot, each a function of a seed and its number: faces as varied as photographs' crops are,
 * rooms in perspective, and small objects of ten classes. They stand in for data sets that one has yet to fetch.
 */
#ifndef IMAGES_DRAW_H
#define IMAGES_DRAW_H

#include "images/image.h"

#include <stdbool.h>

enum picture_kind { PICTURE_FACE = 1, PICTURE_ROOM, PICTURE_OBJECT };

enum { OBJECT_CLASSES = 10 };

typedef struct picture {
    enum picture_kind kind;
    uint64_t seed, number;
} picture;

/* "faces", "rooms" or "objects"; false for any other word. */
bool picture_kind_find(const char *word, enum picture_kind *kind);

/* The size at which a kind is drawn: 178 x 218 for faces, 256 x 256 for rooms, 32 x 32 for objects. */
void picture_size(enum picture_kind kind, size_t *width, size_t *height);

/* Draw a part of the picture, given in its own size, as width x height pixels. False without memory. Safe from several
 * threads at once. */
bool picture_draw(picture which, image_part part, size_t width, size_t height, image *made);

/* The class of an object, 0 to 9, and its name. */
unsigned picture_class(picture which);
const char *picture_class_name(unsigned class);

#endif
