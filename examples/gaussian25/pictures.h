/* samples.png and modes.png. */
#ifndef GAUSSIAN25_PICTURES_H
#define GAUSSIAN25_PICTURES_H

#include "evaluation.h"

/* Target and model side by side. */
bool picture_samples(const char *path, const mixture *data, const evaluation *result, uint64_t updates);

/* The samples of several runs. */
typedef struct sample_set {
    const char *title;
    const float *points; /* [count, 2] */
    size_t count;
} sample_set;

/* Sets side by side, some to a row. */
bool picture_sets(const char *path, const char *title, const char *subtitle, const sample_set *sets, size_t count);

/* Every mode's share of the samples, and its variance. */
bool picture_modes(const char *path, const evaluation *result, uint64_t updates);

#endif
