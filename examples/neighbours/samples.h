/* The model's samples, all of one size, as values from -1 to 1. */
#ifndef NEIGHBOURS_SAMPLES_H
#define NEIGHBOURS_SAMPLES_H

#include "settings.h"

#include <coulomb/context.h>

typedef struct samples {
    size_t count, side, dimension; /* dimension: 3 side^2 */
    float *values;                 /* [count, side, side, 3]; free it */
} samples;

/* False with a complaint. */
bool samples_make(coulomb_context *context, const settings *chosen, samples *made);

#endif
