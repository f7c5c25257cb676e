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

/* NULL if pictures of that size are decoded at all. */
const char *image_check_size(size_t width, size_t height);

/* Turn what was decoded as EXIF's Orientation says, from 2 to 8; others leave it as it is. NULL if it went well. */
const char *image_turn(image_crop *of, int orientation);

/* What is requested of a picture of that size in its file, which will be turned by an orientation afterwards. */
image_part image_requested_part(size_t width, size_t height, const image_request *request, int orientation);

/* Find what is requested in `decoded`, a whole picture at full size. */
void image_place_in_whole(const image_request *request, int orientation, image_crop *made);

/* The crop as it lies in the file, before it is turned. */
const char *decode_jpeg(const uint8_t *bytes, size_t size, const image_request *request, int orientation,
                        image_crop *made);
const char *decode_png(const uint8_t *bytes, size_t size, image *made);
const char *decode_webp(const uint8_t *bytes, size_t size, image *made);

#endif
