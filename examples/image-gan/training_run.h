/* Training one of the experiments, with everything that is written on the way. */
#ifndef IMAGE_GAN_TRAINING_RUN_H
#define IMAGE_GAN_TRAINING_RUN_H

#include "settings.h"

/* Train and leave all results in the run's directory; returns the exit code. */
int training_run(run *of, coulomb_context *context, settings *chosen);

#endif
