/* The three products behind convolutions (products.h) by minimal filtering: about 3.3 times fewer multiplications for
 * kernels of 5 and stride 2, 4 times fewer for 3 and stride 1. In the terms of kernels/winograd.h, tile by tile:
 *
 *   seen    the big image's tiles at the points of all phases     point by point [tiles, phases of the point, channels]
 *   filters the kernel there                                      [phases of the point, channels, small channels]
 *   shown   the small image's tiles at the points                 [tiles, small channels]
 *
 *   small += seen filters, big += shown filters^T, and the filters' gradient = seen^T shown, each at every point.
 *
 * Errors: a few units in the last place of the largest summands, like those of long float32 sums. */
#ifndef CONVOLUTIONS_WINOGRAD_H
#define CONVOLUTIONS_WINOGRAD_H

#include "cpu/convolutions/products.h"

/* Whether the sizes are such that it pays. */
bool winograd_suits(const products *p);

/* Values of scratch space. */
size_t winograd_scratch(const products *p);

void winograd_gather(const products *p);
void winograd_scatter(const products *p);
void winograd_filter_gradient(const products *p);

/* --- inside --- */

enum { WINOGRAD_PLACES = WINOGRAD_SLOTS_MOST * WINOGRAD_SLOTS_MOST };

/* Where the points of a tile's slots are kept: of a point's columns, `index` of `width` phases; `before` counts the
 * phases of the points before it. */
typedef struct winograd_place {
    uint16_t point, before, index, width;
} winograd_place;

/* One product under way: how it is cut into blocks, which block it is at, and the block's arrays. */
typedef struct winograd_work {
    const products *p;
    const winograd_kernels *kernels;
    enum winograd_scheme scheme;
    size_t slots, taps, points;            /* along an axis */
    size_t tiles[2];                       /* of a sample */
    winograd_place place[WINOGRAD_PLACES]; /* [slots, slots] */

    size_t samples_most, big_most, small_most;       /* of a block */
    size_t sample, samples;                          /* the block: samples, */
    size_t big, big_channels, small, small_channels; /* channels of the big and of the small image */
    float *seen, *filters, *shown;
    bool add; /* seen^T shown to what is there */
} winograd_work;

/* Values that the arrays take in the largest block. */
size_t winograd_seen_values(const winograd_work *w);
size_t winograd_filter_values(const winograd_work *w);
size_t winograd_shown_values(const winograd_work *w);

static inline size_t winograd_tiles(const winograd_work *w)
{
    return w->samples * w->tiles[0] * w->tiles[1];
}

/* The start of a point's array, and the length of its rows, in values. */
typedef struct winograd_matrix {
    float *at;
    size_t width;
} winograd_matrix;

/* Fill in `place`. */
void winograd_find_places(winograd_work *w);

winograd_matrix winograd_seen_at(const winograd_work *w, size_t point);
winograd_matrix winograd_filters_at(const winograd_work *w, size_t point); /* [seen width, small channels], or
                                                                              transposed as the parameter is */
winograd_matrix winograd_shown_at(const winograd_work *w, size_t point);

/* The block's transforms, on all threads. */
void winograd_see_tiles(winograd_work *w);
void winograd_see_tiles_back(winograd_work *w);
void winograd_show_tiles(winograd_work *w);
void winograd_show_tiles_back(winograd_work *w, const float *weight);
void winograd_load_filters(winograd_work *w);
void winograd_store_filters(winograd_work *w);

#endif
