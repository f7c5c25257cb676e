/* What tests of training in the field itself share: a trainer without a discriminator. */
#ifndef UNIT_FIELD_TRAINER_H
#define UNIT_FIELD_TRAINER_H

#include "unit/test_trainer.h"

enum { FIELD_BATCH = 24, FIELD_SAMPLES = 101, FIELD_DIMENSION_MOST = 40 };

/* Target samples; of how many values each is up to the generator. */
extern float field_samples[FIELD_SAMPLES * FIELD_DIMENSION_MOST];

/* Epsilons of a sum of kernels; wide ones are for Gaussians. */
extern const double field_epsilons[3], wide_epsilons[3];

/* A checked fixture. */
void field_setup(void);
void field_end(void);

/* The trainer of a generator. */
void field_begin(const char *text);

/* Options of a trainer that does not train yet: 0 to 5. */
void set_field_options(int set);

#endif
