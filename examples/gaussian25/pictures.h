/* samples.png, modes.png and history.png. */
#ifndef GAUSSIAN25_PICTURES_H
#define GAUSSIAN25_PICTURES_H

#include "evaluation.h"

#include "support/training.h"

/* Target and model side by side. */
bool picture_samples(const char *path, const mixture *data, const evaluation *result, uint64_t updates);

/* Every mode's share of the samples, and its variance. */
bool picture_modes(const char *path, const evaluation *result, uint64_t updates);

/* Losses, energy, potentials and schedules over the updates, from the history at `rows_path`. */
bool picture_history(const char *path, const char *rows_path, const training_settings *trained);

#endif
