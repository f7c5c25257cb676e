/*
 * The data: 25 Gaussians of variance 1 with means on a square grid from -21 to 21 (Lim & Ye 2017), 100,000 fixed points
 * of which batches are drawn. Points and batches are functions of the seed, batches also of the update.
 */
#ifndef GAUSSIAN25_MIXTURE_H
#define GAUSSIAN25_MIXTURE_H

#include <coulomb/trainer.h>
#include <stdbool.h>

enum { MIXTURE_SIDE = 5, MIXTURE_MODES = 25, MIXTURE_POINTS = 100000 };

typedef struct mixture {
    uint64_t seed;
    float *points; /* [MIXTURE_POINTS, 2] */
} mixture;

/* False with a complaint without memory. */
bool mixture_begin(mixture *data, uint64_t seed);
void mixture_end(mixture *data);

/* A coulomb_slice_callback; `user` is a mixture. */
coulomb_status mixture_batch(void *user, uint64_t update, size_t total, size_t first, size_t count, float *batch);

/* Points that are not among the fixed ones, to see what an independent sample would measure. */
void mixture_fresh(const mixture *data, size_t count, float *points);

/* [MIXTURE_MODES, 2]; row by row from the lowest, each from the left. */
void mixture_means(float means[2 * MIXTURE_MODES]);

#endif
