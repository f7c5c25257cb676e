/* One of the two sides of a distance: the moments of what stands at a path. */
#ifndef FID_SIDE_H
#define FID_SIDE_H

#include "settings.h"

#include <coulomb/moments.h>
#include <coulomb/network.h>

/* Find a side's moments; `name` is what the user calls it. `inception` is NULL where no side needs it. `samples`: how
 * many to take of images; 0: all, or 50,000 of a generator. NULL with a complaint. */
coulomb_moments *side_moments(coulomb_context *context, coulomb_network *inception, const settings *chosen,
                              const char *name, const char *path, uint64_t samples);

#endif
