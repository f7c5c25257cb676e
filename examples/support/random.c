#include "random.h"

#include <Random123/philox.h>
#include <math.h>

void random_words(random_stream stream, uint32_t position, uint32_t words[4])
{
    const philox4x32_key_t key = {{(uint32_t)stream.seed, (uint32_t)(stream.seed >> 32)}};
    const philox4x32_ctr_t counter = {
        {position, stream.stream, (uint32_t)stream.update, (uint32_t)(stream.update >> 32)}};
    philox4x32_ctr_t result = philox4x32(counter, key);
    for (size_t i = 0; i < 4; i++)
        words[i] = result.v[i];
}

double random_unit(uint32_t word)
{
    return ((double)word + 0.5) / 4294967296.0;
}

uint32_t random_below(uint32_t word, uint32_t bound)
{
    return (uint32_t)((uint64_t)word * bound >> 32);
}

void random_normals(uint32_t first, uint32_t second, double normals[2])
{
    const double turn = 6.283185307179586;
    double radius = sqrt(-2 * log(random_unit(first))), angle = turn * random_unit(second);
    normals[0] = radius * cos(angle);
    normals[1] = radius * sin(angle);
}
