/* Inside of minimal filtering: about 3.3 times fewer multiplications for kernels of 5 and stride 2, 4 times fewer for 3
 * and stride 1. In the terms of kernels/winograd.h, tile by tile:
 *
 *   big points      the big image's tiles at the points of all phases   point by point [tiles, phases, big channels]
 *   filter points   the kernel there
 *   small points    the small image's tiles at the points               point by point [tiles, small channels]
 *
 *   small points = big points filters, big points = small points filters^T, and the filters' gradient = big points^T
 *   small points, at every point.
 *
 * For the first two, filters are packed as the right operand of products: [phases and big channels, small channels], or
 * transposed. Their gradient is [phases and big channels, small channels], or transposed if the parameter is.
 *
 * Errors: a few units in the last place of the largest summands, like those of long float32 sums. */
#ifndef CONVOLUTIONS_MINIMAL_FILTERING_H
#define CONVOLUTIONS_MINIMAL_FILTERING_H

#include "cpu/convolutions/convolution.h"
#include "products/products.h"

enum {
    SLOT_PLACES = WINOGRAD_SLOTS_MOST * WINOGRAD_SLOTS_MOST,
    POINT_PLACES = WINOGRAD_POINTS_MOST * WINOGRAD_POINTS_MOST,
    POINT_GAP = 16 /* values behind each point's array: arrays a power of two apart would push one another out of the
                      caches, as a tile has values in all of them */
};

typedef enum filtering_product { GATHER, SCATTER, FILTER_GRADIENT } filtering_product;

/* A point of both axes: phases that have it, and phases of the points before it. */
typedef struct filtering_point {
    size_t phases, before;
} filtering_point;

/* What a tile's slot is at: phase `phase` of those that have the point. */
typedef struct filtering_slot {
    size_t point, phase;
} filtering_slot;

/* One product under way: how it is cut into blocks, which block it is at, and the block's arrays. */
typedef struct filtering {
    const convolution *c;
    const winograd_kernels *kernels;
    filtering_product product;
    enum winograd_scheme scheme;
    size_t slots, taps, points; /* along an axis */
    size_t tiles[2];            /* of a sample */
    filtering_slot slot[SLOT_PLACES];
    filtering_point point[POINT_PLACES];

    size_t samples_most, big_most, small_most; /* of a block */
    size_t first_sample, samples;              /* the block: samples, */
    size_t first_big, big_channels;            /* channels of the big image, */
    size_t first_small, small_channels;        /* and of the small one */
    float *big_points, *filter_points, *small_points;
} filtering;

/* Fill in `slot` and `point`. */
void filtering_find_points(filtering *f);

/* Values that the arrays take in the largest block. */
size_t big_points_values(const filtering *f);
size_t filter_points_values(const filtering *f);
size_t small_points_values(const filtering *f);

static inline size_t block_tiles(const filtering *f)
{
    return f->samples * f->tiles[0] * f->tiles[1];
}

/* A point's columns in `big_points`, or rows of filters. */
static inline size_t point_width(const filtering *f, size_t point)
{
    return f->point[point].phases * f->big_channels;
}

/* Where a point's arrays begin. */
float *big_points_at(const filtering *f, size_t point);
float *filter_points_at(const filtering *f, size_t point);
float *small_points_at(const filtering *f, size_t point);

/* The block's transforms, on all threads: of images, the small one's tiles weighted (NULL: by 1), and of filters. */
void filtering_transform_big(filtering *f);
void filtering_finish_big(filtering *f); /* adds to the big image */
void filtering_transform_small(filtering *f, const float *weight);
void filtering_finish_small(filtering *f);
void filtering_pack_filters(filtering *f);
void filtering_finish_gradient(filtering *f);

#endif
