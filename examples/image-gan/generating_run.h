/* --generate: samples of a trained generator as files. */
#ifndef IMAGE_GAN_GENERATING_RUN_H
#define IMAGE_GAN_GENERATING_RUN_H

#include "settings.h"

/* Returns the exit code. */
int generating_run(const run *of, coulomb_context *context, const settings *chosen);

#endif
