/* What comes in from callers: sets of points, whole or through a callback. Only for files of this folder. */
#ifndef METRICS_INPUT_H
#define METRICS_INPUT_H

#include "base/base.h"

#include <coulomb/points.h>

/* count * dimension values are there and finite; `name` is what one point is called ("query"), `first` the number of
 * the first one. */
coulomb_status input_check(coulomb_context *context, const char *name, size_t dimension, const float *points,
                           size_t first, size_t count, float *largest);

/* Points first .. first + count - 1 from the callback, which is called `name` too, checked. */
coulomb_status input_read(coulomb_context *context, const char *name, coulomb_points_callback *read, void *user,
                          size_t dimension, size_t first, size_t count, float *points, float *largest);

#endif
