/* Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011), keyed by the seed, counted by stream, update and
 * position. Each block of the counter gives four values, so a range may be cut anywhere. */
#include "base/base.h"

#include <Random123/philox.h>
#include <math.h>

enum { PER_BLOCK = 4, TRUNCATION_TRIES = 64 };

/* The counter holds 2^48 blocks of positions, 2^64 updates, and 256 streams of 256 tries each. */
static philox4x32_ctr_t draw(random_key key, uint64_t block, uint32_t try)
{
    philox4x32_ctr_t counter = {{(uint32_t)block, (uint32_t)(block >> 32) ^ (key.stream << 24 | try << 16),
                                 (uint32_t)key.update, (uint32_t)(key.update >> 32)}};
    philox4x32_key_t seed = {{(uint32_t)key.seed, (uint32_t)(key.seed >> 32)}};
    return philox4x32(counter, seed);
}

/* Uniform in (0, 1), never the ends. */
static float unit(uint32_t bits)
{
    return ((float)(bits >> 9) + 0.5f) * 0x1p-23f;
}

/* Two normals from two uniforms (Box & Muller 1958). */
static void normal_pair(uint32_t a, uint32_t b, float *values)
{
    float radius = sqrtf(-2.0f * logf(((float)(a >> 8) + 0.5f) * 0x1p-24f));
    float angle = 6.2831853f * ((float)(b >> 8) * 0x1p-24f);
    values[0] = radius * cosf(angle);
    values[1] = radius * sinf(angle);
}

static void block_uniform(random_key key, uint64_t block, float *values)
{
    philox4x32_ctr_t bits = draw(key, block, 0);
    for (size_t i = 0; i < PER_BLOCK; i++)
        values[i] = unit(bits.v[i]);
}

static void block_normal(random_key key, uint64_t block, float *values)
{
    philox4x32_ctr_t bits = draw(key, block, 0);
    normal_pair(bits.v[0], bits.v[1], values);
    normal_pair(bits.v[2], bits.v[3], values + 2);
}

/* What lies beyond two standard deviations is drawn again; one value in 22 does. */
static void block_truncated_normal(random_key key, uint64_t block, float *values)
{
    block_normal(key, block, values);
    for (uint32_t try = 1; try < TRUNCATION_TRIES; try++) {
        float again[PER_BLOCK];
        philox4x32_ctr_t bits = draw(key, block, try);
        normal_pair(bits.v[0], bits.v[1], again);
        normal_pair(bits.v[2], bits.v[3], again + 2);
        bool done = true;
        for (size_t i = 0; i < PER_BLOCK; i++) {
            if (fabsf(values[i]) > 2.0f)
                values[i] = again[i];
            done = done && fabsf(values[i]) <= 2.0f;
        }
        if (done)
            return;
    }
    for (size_t i = 0; i < PER_BLOCK; i++)
        values[i] = fmaxf(-2.0f, fminf(2.0f, values[i]));
}

/* values[i] = offset + factor * (value first + i of the sequence) */
static void fill(void (*block)(random_key, uint64_t, float *), random_key key, uint64_t first, size_t count,
                 float offset, float factor, float *values)
{
    for (size_t i = 0; i < count;) {
        float four[PER_BLOCK];
        block(key, (first + i) / PER_BLOCK, four);
        for (size_t j = (size_t)((first + i) % PER_BLOCK); j < PER_BLOCK && i < count; j++, i++)
            values[i] = offset + factor * four[j];
    }
}

void random_uniform(random_key key, uint64_t first, size_t count, float low, float high, float *values)
{
    fill(block_uniform, key, first, count, low, high - low, values);
}

void random_normal(random_key key, uint64_t first, size_t count, float deviation, float *values)
{
    fill(block_normal, key, first, count, 0.0f, deviation, values);
}

void random_truncated_normal(random_key key, uint64_t first, size_t count, float deviation, float *values)
{
    fill(block_truncated_normal, key, first, count, 0.0f, deviation, values);
}

/* A block gives a sign for each of its bits. */
void random_signs(random_key key, uint64_t first, size_t count, float *values)
{
    enum { BITS = 32, SIGNS = PER_BLOCK * BITS };
    philox4x32_ctr_t bits = {{0}};
    for (size_t i = 0; i < count; i++) {
        uint64_t position = first + i;
        if (i == 0 || position % SIGNS == 0)
            bits = draw(key, position / SIGNS, 0);
        values[i] = bits.v[position % SIGNS / BITS] >> (position % BITS) & 1u ? 1.0f : -1.0f;
    }
}

void random_bits(random_key key, uint64_t first, size_t count, uint32_t *values)
{
    for (size_t i = 0; i < count;) {
        philox4x32_ctr_t bits = draw(key, (first + i) / PER_BLOCK, 0);
        for (size_t j = (size_t)((first + i) % PER_BLOCK); j < PER_BLOCK && i < count; j++, i++)
            values[i] = bits.v[j];
    }
}
