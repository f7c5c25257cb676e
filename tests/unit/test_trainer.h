/* The trainer of the test that runs, and its networks, which all files of a suite share. */
#ifndef UNIT_TEST_TRAINER_H
#define UNIT_TEST_TRAINER_H

#include "unit/test_context.h"

#include <coulomb/trainer.h>

extern coulomb_network *generator, *discriminator;
extern coulomb_trainer *trainer;

/* Release all three, of which any may be NULL. */
void trainer_end(void);

#endif
