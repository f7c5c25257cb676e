/* Encoded pictures with EXIF data beside their pixels, which our encoders do not write. */
#ifndef IMAGES_EXIF_FILE_H
#define IMAGES_EXIF_FILE_H

#include "images/image.h"

enum { EXIF_MOST = 128 };

/* A directory of three entries, the second of which is the Orientation; returns its size. */
size_t exif_make(int orientation, int little, uint8_t exif[EXIF_MOST]);

/* The file with these data put in, to be freed with free(); PNG has them behind its pixels if `behind` is not 0. Of
 * WebP only lossy files are known. NULL without memory. */
uint8_t *exif_put(enum image_format format, const uint8_t *bytes, size_t size, const uint8_t *exif, size_t exif_size,
                  int behind, size_t *put);

#endif
