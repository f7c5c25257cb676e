/* Random permutations of which every place can be asked for alone: nothing to store, nothing to save. */
#ifndef SUPPORT_PERMUTATION_H
#define SUPPORT_PERMUTATION_H

#include <stdint.h>

/* Where `index` goes in permutation number `epoch` of 0 ... count - 1; each pair of seed and stream has its own. */
uint64_t permutation_at(uint64_t seed, uint32_t stream, uint64_t epoch, uint64_t count, uint64_t index);

#endif
