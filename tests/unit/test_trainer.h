/* The trainer of the test that runs, and its networks, which all files of a suite share. */
#ifndef UNIT_TEST_TRAINER_H
#define UNIT_TEST_TRAINER_H

#include "unit/ledger.h"
#include "unit/test_context.h"

#include <coulomb/trainer.h>

extern coulomb_network *generator, *discriminator;
extern coulomb_trainer *trainer;

/* Release all three, of which any may be NULL. */
void trainer_end(void);

/* A finished network from its text, to be released. */
coulomb_network *parse_network(const char *text, uint64_t seed);

/* A copy of an array of the device, to be freed. */
struct device_array;
float *copy_of_array(const struct device_array *array, size_t count);

/* Makes a trainer anew, with options of this number. */
typedef void trainer_maker(int options);

/* After four updates a checkpoint has the same bits on any number of threads, and when another trainer, which loads a
 * checkpoint, does the last two. */
void ck_trainer_repeats(trainer_maker *make, int options);

/* So many bytes are allocated in the next update, and none after it. */
void ck_allocated_once(const ledger *book, size_t bytes);

#endif
