/* What tests of distances between features share: a trainer with a network of features. */
#ifndef UNIT_FEATURES_TRAINER_H
#define UNIT_FEATURES_TRAINER_H

#include "unit/plummer_reference.h"
#include "unit/test_trainer.h"

#include <stdbool.h>

enum { FEATURES_BATCH = 24, FEATURES_SAMPLES = 101, HIDDEN = 8, FEATURES_MOST = 40 };

extern coulomb_network *features;
extern const char usual_features[];

/* A checked fixture. */
void features_setup(void);
void features_end(void);

/* The trainer of a network of features, with a discriminator if it is adversarial; and its release. */
void features_begin(const char *text, bool adversarial);
void features_release(void);

/* Options of a trainer that does not train yet: 1: shards; 2: replay, and charges beyond the batch. */
void set_feature_options(int set);

/* Features of an update's charges, with so many replayed ones; to be released. */
charges charges_of_update(size_t replayed);

#endif
