/*
 * What the decoders of single formats share. Each takes a whole file in memory and answers as image_decode() does; the
 * messages they return are constants.
 */
#ifndef IMAGES_DECODE_H
#define IMAGES_DECODE_H

#include "images/image.h"

#include <stdbool.h>

/* Out of memory is no fault of the file; callers tell it apart by this pointer. */
extern const char image_no_memory[];

/* Memory for an image of that size: NULL if it went well. Sizes come from files that may be damaged, so they are
 * bounded before anything is taken. */
const char *image_allocate(size_t width, size_t height, image *made);

/* Put a pixel with opacity, 0 to 255, on white paper. */
void image_blend_on_white(const uint8_t rgba[4], uint8_t rgb[3]);

/* Turn an image as EXIF's Orientation says, from 2 to 8; others leave it as it is. NULL if it went well. */
const char *image_turn(image *of, int orientation);

const char *decode_jpeg(const uint8_t *bytes, size_t size, image *made);
const char *decode_png(const uint8_t *bytes, size_t size, image *made);
const char *decode_webp(const uint8_t *bytes, size_t size, image *made);

#endif
