#include "images/order.h"

#include "support/random.h"

enum stream { STREAM_HELD_OUT = 301, STREAM_EPOCH = 302, STREAM_REPLACEMENT = 303, STREAM_HELD_OUT_REPLACEMENT = 304 };

enum { ROUNDS = 8 };

/* A Feistel network on two halves of `bits` bits each: a permutation whatever the round function is. */
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
 * range is less than four times the count, so that takes few turns; only for few images it is wider, because narrow
 * networks do not reach all orders equally often. */
uint64_t order_permute(uint64_t seed, uint32_t stream, uint64_t epoch, uint64_t count, uint64_t index)
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

/* The held-out images are the last places of one fixed permutation; the rest are those that updates use. */
static uint64_t place_to_image(const image_order *order, uint64_t index)
{
    return order_permute(order->seed, STREAM_HELD_OUT, 0, order->count, index);
}

uint64_t order_image(const image_order *order, uint64_t place)
{
    uint64_t used = order->count - order->held_out;
    return place_to_image(order, order_permute(order->seed, STREAM_EPOCH, place / used, used, place % used));
}

static uint64_t draw(uint64_t seed, uint32_t stream, uint64_t place, uint32_t attempt, uint64_t bound)
{
    uint32_t words[4];
    random_words((random_stream){.seed = seed, .stream = stream, .update = place}, attempt, words);
    /* a bound of 2^32 does not fit, and nobody would notice that the last image never stands in for another */
    return random_below(words[0], bound > UINT32_MAX ? UINT32_MAX : (uint32_t)bound);
}

uint64_t order_replacement(const image_order *order, uint64_t place, uint32_t attempt)
{
    uint64_t used = order->count - order->held_out;
    return place_to_image(order, draw(order->seed, STREAM_REPLACEMENT, place, attempt, used));
}

uint64_t order_held_out(const image_order *order, uint64_t index)
{
    return place_to_image(order, order->count - order->held_out + index);
}

uint64_t order_held_out_replacement(const image_order *order, uint64_t index, uint32_t attempt)
{
    uint64_t drawn = draw(order->seed, STREAM_HELD_OUT_REPLACEMENT, index, attempt, order->held_out);
    return order_held_out(order, drawn);
}
