/* The kernel tables that tests go through: every tier that this processor runs, from portable on, and "lanes16", which
 * is compiled for any processor with the vectors of the widest tier, so that its arithmetic of places is tested
 * everywhere. */
#ifndef UNIT_TIERS_H
#define UNIT_TIERS_H

#include "kernels/kernels.h"

/* At least 2. Loops of tests end there, so that no test stands for a tier that is not to be had. */
int tier_count(void);

const kernels *tier_table(int index);

#endif
