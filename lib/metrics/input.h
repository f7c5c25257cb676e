/* What comes in from callers: sets of points, whole or through a callback. Only for files of this folder. */
#ifndef METRICS_INPUT_H
#define METRICS_INPUT_H

#include "base/base.h"

#include <coulomb/points.h>

/* Points first ... first + count - 1 of a set; `name` is what one of them is called ("query"). */
typedef struct input_points {
    const char *name;
    size_t dimension, first, count;
} input_points;

/* count * dimension values are there and finite. *largest, unless NULL, becomes at least the largest magnitude. */
coulomb_status input_check(coulomb_context *context, const input_points *input, const float *points, float *largest);

/* The points from the callback, which has their name in messages, checked. */
coulomb_status input_read(coulomb_context *context, const input_points *input, coulomb_points_callback *read,
                          void *user, float *points, float *largest);

#endif
