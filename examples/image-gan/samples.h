/* What a generator makes, as pictures in a run's directory. */
#ifndef IMAGE_GAN_SAMPLES_H
#define IMAGE_GAN_SAMPLES_H

#include "settings.h"

/* samples-NNNNNNN.png and samples-latest.png: always the same latents, so that pictures over time can be compared. */
bool samples_picture(const run *of, coulomb_context *context, coulomb_network *generator, const settings *chosen);

/* interpolation-latest.png: each row leads from one random latent to another. */
bool samples_interpolation(const run *of, coulomb_context *context, coulomb_network *generator, const settings *chosen);

/* --generate: files of chosen->results.generate samples. */
bool samples_generate(const run *of, coulomb_context *context, coulomb_network *generator, const settings *chosen);

/* Values of one sample. */
size_t sample_values(const settings *chosen);

#endif
