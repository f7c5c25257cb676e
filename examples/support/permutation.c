#include "support/permutation.h"

#include "support/random.h"

enum { ROUNDS = 8 };

/* A Feistel network on two halves of `bits` bits each: a permutation whatever the round function is (Luby and Rackoff
 * 1988). */
static uint64_t scramble(random_stream stream, unsigned bits, uint64_t value)
{
    uint32_t mask = (uint32_t)(((uint64_t)1 << bits) - 1);
    uint32_t left = (uint32_t)(value >> bits), right = (uint32_t)value & mask;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint32_t words[4], turned = right;
        random_stream keyed = stream;
        keyed.stream += round << 16;
        random_words(keyed, right, words);
        right = left ^ (words[0] & mask);
        left = turned;
    }
    return (uint64_t)left << bits | right;
}

/* What leaves the range is scrambled again until it is back (cycle walking; Black and Rogaway 2002). The network's
 * range is less than four times the count, so that takes few turns; only for few things it is wider, because narrow
 * networks do not reach all orders equally often. */
uint64_t permutation_at(uint64_t seed, uint32_t stream, uint64_t epoch, uint64_t count, uint64_t index)
{
    random_stream keyed = {.seed = seed, .stream = stream, .update = epoch};
    unsigned bits = 4;
    while ((uint64_t)1 << (2 * bits) < count)
        bits++;
    do
        index = scramble(keyed, bits, index);
    while (index >= count);
    return index;
}
