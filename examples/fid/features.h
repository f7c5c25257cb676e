/* From pictures to the moments of their features. */
#ifndef FID_FEATURES_H
#define FID_FEATURES_H

#include "pictures.h"

#include "support/memory.h"

#include <coulomb/moments.h>

/* Add the memory of the network. */
void features_plan(coulomb_network *inception, memory_plan *plan);

/* Add the features of the next `count` pictures, or of all there are, if these are fewer, to the moments. `shown`:
 * show how far it is. `taken` receives how many it were. A meeting of ranks, which share the work; the moments are the
 * writer's. False with a complaint. */
bool features_add(coulomb_context *context, coulomb_network *inception, pictures *of, uint64_t count, bool shown,
                  coulomb_moments *moments, uint64_t *taken);

#endif
