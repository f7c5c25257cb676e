/* The training images one by one, brought to the samples' size as in training, and never all in memory. */
#ifndef NEIGHBOURS_TRAINING_IMAGES_H
#define NEIGHBOURS_TRAINING_IMAGES_H

#include "settings.h"

#include "support/progress.h"

#include <coulomb/status.h>

typedef struct training_images {
    image_source source;
    size_t side;
    enum image_filter filter;
    size_t damaged;
    progress meter;
} training_images;

/* False with a complaint. */
bool training_images_open(const settings *chosen, size_t side, training_images *made);

void training_images_close(training_images *of);

/* Fits coulomb_neighbours_streamed(): image by image, [count, side, side, 3]. */
coulomb_status training_images_points(void *user, size_t first, size_t count, float *points);

/* One image. False with a complaint. */
bool training_images_read(training_images *of, size_t index, float *values);

#endif
