/* Images as PNG files: one, or many side by side. */
#ifndef IMAGE_GAN_GRID_H
#define IMAGE_GAN_GRID_H

#include <stdbool.h>
#include <stddef.h>

/* Images of size x size pixels as networks see them: value/127.5 - 1, [count, size, size, channels]. */
typedef struct images {
    size_t size, channels;
    const float *values;
} images;

/* columns x rows images with gaps between them, row by row, small ones enlarged; written to each of the paths. */
bool grid_write(const images *of, size_t columns, size_t rows, const char *const *paths, size_t path_count);

/* One image as it is, the `index`-th. */
bool image_write(const images *of, size_t index, const char *path);

#endif
