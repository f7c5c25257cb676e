/* Inputs that all tests share; their own generator, so that the library's may be wrong. */
#include "check_more.h"

#include <stdint.h>

/* SplitMix64 (Steele et al. 2014). */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void random_floats(unsigned seed, size_t count, float width, float *values)
{
    uint64_t state = seed;
    for (size_t i = 0; i < count; i++)
        values[i] = width * (float)((double)(next(&state) >> 11) * 0x1p-52 - 1.0);
}

size_t random_size(unsigned seed, size_t low, size_t high)
{
    uint64_t state = seed;
    next(&state);
    return low + (size_t)(next(&state) % (high - low + 1));
}
