/* What the compiler for GPUs knows by itself: operations within a warp, atomics, and arithmetic. Included by
 * launch.cuh. */
#ifndef EMULATION_WARPS_H
#define EMULATION_WARPS_H

#include <stdint.h>
#include <string.h>

/* The values of the warp's 32 threads, which all take part. */
void warp_exchange(uint64_t value, uint64_t all[32]);

static inline double __shfl_xor_sync(unsigned, double value, int mask)
{
    uint64_t bits, all[32];
    memcpy(&bits, &value, sizeof bits);
    warp_exchange(bits, all);
    memcpy(&value, &all[(threadIdx.x % 32) ^ (unsigned)mask], sizeof value);
    return value;
}

static inline unsigned __ballot_sync(unsigned, bool value)
{
    uint64_t all[32];
    unsigned found = 0;
    warp_exchange(value, all);
    for (unsigned lane = 0; lane < 32; lane++)
        found |= (unsigned)all[lane] << lane;
    return found;
}

static inline uint32_t __reduce_max_sync(unsigned, uint32_t value)
{
    uint64_t all[32], most = 0;
    warp_exchange(value, all);
    for (unsigned lane = 0; lane < 32; lane++)
        most = all[lane] > most ? all[lane] : most;
    return (uint32_t)most;
}

static inline uint32_t atomicAdd(uint32_t *place, uint32_t value)
{
    uint32_t before = *place;
    *place += value;
    return before;
}

static inline uint32_t atomicMax(uint32_t *place, uint32_t value)
{
    uint32_t before = *place;
    *place = before > value ? before : value;
    return before;
}

static inline void __threadfence()
{
}

template <typename number> static inline number __ldcg(const number *place)
{
    return *place;
}

static inline int __ffs(int value)
{
    return __builtin_ffs(value);
}

static inline uint32_t __umulhi(uint32_t a, uint32_t b)
{
    return (uint32_t)((uint64_t)a * b >> 32);
}

template <typename to, typename from> static inline to same_bits(from value)
{
    to result;
    memcpy(&result, &value, sizeof result);
    return result;
}

static inline int __float_as_int(float x)
{
    return same_bits<int>(x);
}

static inline uint32_t __float_as_uint(float x)
{
    return same_bits<uint32_t>(x);
}

static inline float __int_as_float(int x)
{
    return same_bits<float>(x);
}

static inline float __uint_as_float(uint32_t x)
{
    return same_bits<float>(x);
}

static inline float __fmaf_rn(float a, float b, float c)
{
    return fmaf(a, b, c);
}

static inline float __fmul_rn(float a, float b)
{
    return a * b;
}

static inline float __fadd_rn(float a, float b)
{
    return a + b;
}

static inline float __fsub_rn(float a, float b)
{
    return a - b;
}

static inline double __ddiv_rn(double a, double b)
{
    return a / b;
}

static inline double __dsub_rn(double a, double b)
{
    return a - b;
}

template <typename number> static inline number min(number a, number b)
{
    return b < a ? b : a;
}

template <typename number> static inline number max(number a, number b)
{
    return a < b ? b : a;
}

#endif
