/* The tables of one tier, each compiled in a unit of its own so that units stay small. KERNELS_TIER is the tier's name
 * and ends every symbol. Only for files compiled per tier. */
#ifndef KERNELS_TIER_H
#define KERNELS_TIER_H

#include "kernels/kernels.h"

#define TIER_JOIN(name, tier) name##_##tier
#define TIER_EXPAND(name, tier) TIER_JOIN(name, tier)
#define IN_TIER(name) TIER_EXPAND(name, KERNELS_TIER) /* kernels_avx2 */

#define PAIR_TABLE_JOIN(shape) pairs_##shape
#define PAIR_TABLE_EXPAND(shape) PAIR_TABLE_JOIN(shape)
#define PAIR_TABLE(shape) IN_TIER(PAIR_TABLE_EXPAND(shape)) /* pairs_1_avx2 */

extern const kernels IN_TIER(kernels);
extern const pair_kernels PAIR_TABLE(0), PAIR_TABLE(1), PAIR_TABLE(2), PAIR_TABLE(3), PAIR_TABLE(4);
extern const distance_kernels IN_TIER(distances);
extern const winograd_kernels IN_TIER(winograd);
extern const product_kernels IN_TIER(products); /* in products/ */

#endif
