/*
 * The energy between samples and images that no update saw, beside that of an equal number of training images: what an
 * exact model would show. Self-terms are left out, so that it is 0 on average for equal densities.
 */
#ifndef IMAGE_GAN_HELD_OUT_H
#define IMAGE_GAN_HELD_OUT_H

#include "settings.h"

#include "images/image_set.h"

typedef struct held_out {
    coulomb_plummer *plummer;
    size_t count, values;  /* images, and numbers of each */
    float *target, *model; /* [count, values] */
    double floor;          /* energy of training images */
} held_out;

/* Read the images held out and measure training images against them. Nothing to do if there are none. */
bool held_out_begin(held_out *of, coulomb_context *context, image_set *set, const settings *chosen);
void held_out_end(held_out *of);

/* Measure samples of a generator, always from the same latents; rounded to what the history keeps. */
bool held_out_energy(held_out *of, coulomb_context *context, coulomb_network *generator, double *energy);

/* Bytes the arrays take. */
size_t held_out_memory(const settings *chosen);

#endif
