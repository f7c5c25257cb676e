#include "order.h"

#include "random.h"

enum { STREAM_ORDER = 110, ROUNDS = 6 };

/* A Feistel network turns a random function of half the bits into a permutation of all of them (Luby & Rackoff 1988).
 */
static uint64_t permute(uint64_t key, uint64_t epoch, unsigned half, uint64_t value)
{
    uint64_t mask = (UINT64_C(1) << half) - 1, left = value >> half, right = value & mask;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint32_t words[4];
        random_words((random_stream){.seed = key, .stream = STREAM_ORDER + round, .update = epoch}, (uint32_t)right,
                     words);
        uint64_t mixed = left ^ (words[0] & mask);
        left = right;
        right = mixed;
    }
    return left << half | right;
}

uint64_t order_at(uint64_t key, uint64_t epoch, uint64_t count, uint64_t place)
{
    unsigned half = 1;
    while (half < 32 && count > UINT64_C(1) << (2 * half))
        half++;
    /* The permutation is of a power of 4; a walk along its cycle leads back below the count. */
    uint64_t at = permute(key, epoch, half, place);
    while (at >= count)
        at = permute(key, epoch, half, at);
    return at;
}
