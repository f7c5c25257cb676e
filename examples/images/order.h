/*
 * The order in which images are used: every epoch a random permutation of all of them, computed place by place, so that
 * nothing is held in memory and any update can be asked for first.
 */
#ifndef IMAGES_ORDER_H
#define IMAGES_ORDER_H

#include <stddef.h>
#include <stdint.h>

/* Most images of a set. */
#define ORDER_MOST ((uint64_t)1 << 32)

typedef struct image_order {
    uint64_t seed;
    uint64_t count;    /* of all images */
    uint64_t held_out; /* of them, fewer than count */
} image_order;

/* The image at a place of the endless sequence that updates consume: place (update - 1) x batch + i is sample i. */
uint64_t order_image(const image_order *order, uint64_t place);

/* What stands in for the image at `place` if it is damaged; attempts count from 0. */
uint64_t order_replacement(const image_order *order, uint64_t place, uint32_t attempt);

/* Image number `index` of those held out. */
uint64_t order_held_out(const image_order *order, uint64_t index);

/* Likewise what stands in for it: another one that is held out. */
uint64_t order_held_out_replacement(const image_order *order, uint64_t index, uint32_t attempt);

/* Where `index` goes in permutation number `epoch` of 0 ... count - 1. */
uint64_t order_permute(uint64_t seed, uint32_t stream, uint64_t epoch, uint64_t count, uint64_t index);

#endif
