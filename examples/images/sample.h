/* One sample of the endless sequence: which image it is, decoding, cutting out and resizing, and what stands in for a
 * damaged image. A function of its place alone; safe from several threads at once. */
#ifndef IMAGES_SAMPLE_H
#define IMAGES_SAMPLE_H

#include "images/damage.h"
#include "images/order.h"
#include "images/source.h"

typedef struct sample_maker {
    const image_source *source;
    image_order order;
    size_t size, channels, crop; /* crop and size as the source was opened with */
    enum image_filter filter;
} sample_maker;

/* Look at a few images and tell the user if the crop leaves little of them. */
void sample_hint_at_crop(const sample_maker *maker, const char *path);

/* Values of one sample. */
size_t sample_length(const sample_maker *maker);

/* Fill in the sample at a place, see order_image(), and add the damaged entries it met to a list. NULL if it went well;
 * otherwise a constant message. */
const char *sample_make(const sample_maker *maker, uint64_t place, float *values, damage_list *met);

/* Likewise image number `index` of those held out. */
const char *sample_make_held_out(const sample_maker *maker, uint64_t index, float *values, damage_list *met);

#endif
