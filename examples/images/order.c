#include "images/order.h"

#include "support/permutation.h"
#include "support/random.h"

enum stream { STREAM_HELD_OUT = 301, STREAM_EPOCH = 302, STREAM_REPLACEMENT = 303, STREAM_HELD_OUT_REPLACEMENT = 304 };

/* The held-out images are the last places of one fixed permutation; the rest are those that updates use. */
static uint64_t place_to_image(const image_order *order, uint64_t index)
{
    return permutation_at(order->seed, STREAM_HELD_OUT, 0, order->count, index);
}

uint64_t order_image(const image_order *order, uint64_t place)
{
    uint64_t used = order->count - order->held_out;
    return place_to_image(order, permutation_at(order->seed, STREAM_EPOCH, place / used, used, place % used));
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
