/* The turn that cameras note beside the pixels. */
#ifndef IMAGES_EXIF_H
#define IMAGES_EXIF_H

#include <stddef.h>
#include <stdint.h>

/* EXIF's Orientation of a whole JPEG, PNG or WebP file: 1, as it is, to 8; 1 where there is none, or only a damaged
 * one. No picture is refused for what stands beside its pixels. */
int exif_orientation(const uint8_t *bytes, size_t size);

#endif
