/* Vectors of floats as wide as the tier's registers, for kernels that are faster written in vectors than in loops. */
#ifndef KERNELS_LANES_INC_C
#define KERNELS_LANES_INC_C

#include <math.h>
#include <string.h>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

/* Tests give a width of their own, to run the widest tier's code where the processor lacks its instructions. */
#if defined(KERNELS_LANES)
#elif defined(__AVX512F__)
#define KERNELS_LANES 16
#elif defined(__AVX2__)
#define KERNELS_LANES 8
#else
#define KERNELS_LANES 4
#endif

enum { PAIR_LANES = KERNELS_LANES };

#define ALWAYS_INLINE static inline __attribute__((always_inline))

typedef float lanes __attribute__((vector_size(PAIR_LANES * sizeof(float))));
typedef int32_t lanes_int __attribute__((vector_size(PAIR_LANES * sizeof(int32_t))));
typedef uint32_t lanes_bits __attribute__((vector_size(PAIR_LANES * sizeof(uint32_t))));

ALWAYS_INLINE lanes lanes_all(float value)
{
    return value - (lanes){0};
}

ALWAYS_INLINE lanes lanes_load(const float *from)
{
    lanes x;
    memcpy(&x, from, sizeof x);
    return x;
}

ALWAYS_INLINE void lanes_store(float *to, lanes x)
{
    memcpy(to, &x, sizeof x);
}

/* 1 in lanes below count other than `skip`, 0 in the rest */
ALWAYS_INLINE lanes lanes_below(size_t count, size_t skip)
{
    float mask[PAIR_LANES];
    for (size_t i = 0; i < PAIR_LANES; i++)
        mask[i] = i < count && i != skip ? 1.0f : 0.0f;
    return lanes_load(mask);
}

/* Sum over the lanes, as a tree. */
ALWAYS_INLINE float lanes_sum(lanes x)
{
#if defined(__AVX512F__)
    return _mm512_reduce_add_ps(x);
#else
    float part[PAIR_LANES];
    lanes_store(part, x);
    for (size_t width = PAIR_LANES / 2; width > 0; width /= 2)
        for (size_t i = 0; i < width; i++)
            part[i] += part[i + width];
    return part[0];
#endif
}

/* 2 / sqrt(x) for normal x > 0: an estimate y and one Newton step, y (3 - x y^2) = 2 / sqrt(x) */
ALWAYS_INLINE lanes lanes_twice_reciprocal_root(lanes x)
{
#if defined(__AVX512F__)
    lanes y = _mm512_rsqrt14_ps(x);
    return y * (3.0f - x * y * y);
#elif defined(__AVX2__)
    lanes y = _mm256_rsqrt_ps(x);
    return y * (3.0f - x * y * y);
#else
    lanes y;
    for (size_t i = 0; i < PAIR_LANES; i++)
        y[i] = 2.0f / sqrtf(x[i]);
    return y;
#endif
}

/* 1 / x for normal x > 0 */
ALWAYS_INLINE lanes lanes_reciprocal(lanes x)
{
#if defined(__AVX512F__)
    lanes y = _mm512_rcp14_ps(x);
    return y * (2.0f - x * y);
#elif defined(__AVX2__)
    lanes y = _mm256_rcp_ps(x);
    return y * (2.0f - x * y);
#else
    return 1.0f / x;
#endif
}

/* log2(1 + f) / f for 1 + f between sqrt(1/2) and sqrt(2), within 3e-9 / |f| */
ALWAYS_INLINE lanes lanes_log2_quotient(lanes f)
{
    static const float factor[] = {0.1847603319f,  -0.1913883771f, 0.2048576481f,  -0.2396081219f, 0.2885525614f,
                                   -0.3606965418f, 0.4808985203f,  -0.7213473545f, 1.44269504f};
    lanes q = lanes_all(-0.1074978907f);
    for (size_t i = 0; i < sizeof factor / sizeof factor[0]; i++)
        q = q * f + factor[i];
    return q;
}

/* 2^r for r between -1/2 and 1/2, within 2e-9 */
ALWAYS_INLINE lanes lanes_exp2_fraction(lanes r)
{
    static const float factor[] = {0.001340042818f, 0.009618056679f, 0.05550327227f,
                                   0.2402265092f,   0.6931472067f,   1.0f};
    lanes q = lanes_all(0.000154614447f);
    for (size_t i = 0; i < sizeof factor / sizeof factor[0]; i++)
        q = q * r + factor[i];
    return q;
}

/* s^slope for normal s > 0, where the result is normal too. With s = 2^octave (1 + f) the exponent slope log2(s) is
 * taken as a whole number and a rest; slope_high * octave is exact, so the rest keeps its digits however large the
 * whole is. */
ALWAYS_INLINE lanes lanes_power(lanes s, float slope, float slope_high, float slope_low)
{
    const float to_whole = 0x1.8p23f; /* adding it rounds to a whole number */
    lanes_bits bits = (lanes_bits)s;
    lanes_int octave = (lanes_int)(bits - 0x3f3504f3u) >> 23;
    lanes f = (lanes)(bits - ((lanes_bits)octave << 23)) - 1.0f;
    lanes whole_octave = __builtin_convertvector(octave, lanes);
    lanes log2_rest = lanes_log2_quotient(f) * f;
    lanes high = slope_high * whole_octave;
    lanes low = slope_low * whole_octave + slope * log2_rest;
    lanes whole = ((high + low) + to_whole) - to_whole;
    lanes rest = (high - whole) + low;
    lanes_int power = __builtin_convertvector(whole, lanes_int);
    return lanes_exp2_fraction(rest) * (lanes)((lanes_bits)(power + 127) << 23);
}

/* 2^(slope s) for s >= 0 and slope < 0; 0 where that is not normal. The rest keeps its digits, as above. */
ALWAYS_INLINE lanes lanes_exp2_product(lanes s, float slope, float slope_high, float slope_low)
{
    const float to_whole = 0x1.8p23f, least = -126.0f;
    lanes product = slope * s;
    lanes_int normal = product >= lanes_all(least);
    s = (lanes)((lanes_int)s & normal); /* the rest is computed for s = 0 elsewhere */
    lanes whole = ((lanes)((lanes_int)product & normal) + to_whole) - to_whole;
    lanes rest = (slope_high * s - whole) + slope_low * s;
    lanes_int power = __builtin_convertvector(whole, lanes_int);
    lanes value = lanes_exp2_fraction(rest) * (lanes)((lanes_bits)(power + 127) << 23);
    return (lanes)((lanes_int)value & normal);
}

#endif
