/* samples.png and modes.png. */
#ifndef GAUSSIAN25_PICTURES_H
#define GAUSSIAN25_PICTURES_H

#include "evaluation.h"

/* Target and model side by side. */
bool picture_samples(const char *path, const mixture *data, const evaluation *result, uint64_t updates);

/* Every mode's share of the samples, and its variance. */
bool picture_modes(const char *path, const evaluation *result, uint64_t updates);

#endif
