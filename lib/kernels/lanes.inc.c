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

/* a b + c, rounded once where the tier has the instruction. Compilers make one of a product and a sum where they like,
 * without optimisation not at all and with sanitizers here and there; where one value may be computed by several pieces
 * of code, its bits must not depend on that. */
ALWAYS_INLINE lanes lanes_multiply_add(lanes a, lanes b, lanes c)
{
#if defined(__AVX512F__) && KERNELS_LANES == 16
    return _mm512_fmadd_ps(a, b, c);
#elif defined(__FMA__) && KERNELS_LANES == 8
    return _mm256_fmadd_ps(a, b, c);
#else
    return a * b + c;
#endif
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

/* Reciprocals and reciprocal roots start from integer arithmetic, not from the processor's estimates: those differ
 * between makers, and with them every result's bits. Half of a float's bits, or all of them, taken from a constant for
 * the segment of the mantissa that it lies in (and, of roots, for the parity of its exponent) are those of y0, within a
 * few percent or better of the result. A polynomial of h = x y0^2 or h = x y0 near 1 corrects it. The constants centre
 * h and make the polynomial's first coefficient 1 or -1, so that (h + b)^2 + d, or e - u (u^2 + d) with u = h + b, is
 * all of it, within 1.1e-7 or better. */

#if defined(__AVX512F__)

/* table[index mod 32] */
ALWAYS_INLINE lanes_bits lanes_look_up(const uint32_t table[32], lanes_bits index)
{
    __m512i low = _mm512_loadu_si512(table), high = _mm512_loadu_si512(table + 16);
    return (lanes_bits)_mm512_permutex2var_epi32(low, (__m512i)index, high);
}

/* 1 / sqrt(x) for normal x > 0 */
ALWAYS_INLINE lanes lanes_reciprocal_root(lanes x)
{
    static const uint32_t start[32] = {
        0x5f148e00, 0x5f144b00, 0x5f146700, 0x5f14ce00, 0x5f157900, 0x5f161f00, 0x5f14f500, 0x5f138f00,
        0x5f127f00, 0x5f11bb00, 0x5f113d00, 0x5f10ff00, 0x5f10fa00, 0x5f112a00, 0x5f118a00, 0x5f121700,
        0x5f113e00, 0x5f0f3b00, 0x5f0db700, 0x5f0ca100, 0x5f0bec00, 0x5f0b8b00, 0x5f0b7500, 0x5f0ba500,
        0x5f0c1000, 0x5f0cb100, 0x5f0d8400, 0x5f0e8400, 0x5f0fac00, 0x5f10fa00, 0x5f126a00, 0x5f13f900};
    lanes_bits bits = (lanes_bits)x;
    lanes y = (lanes)(lanes_look_up(start, bits >> 19) - (bits >> 1));
    lanes u = lanes_multiply_add(x, y * y, lanes_all(-1.12582564f));
    return y * lanes_multiply_add(u, u, lanes_all(1.01391745f));
}

/* 1 / x for normal x > 0 whose reciprocal is normal */
ALWAYS_INLINE lanes lanes_reciprocal(lanes x)
{
    static const uint32_t start[32] = {
        0x7efe1800, 0x7efa9200, 0x7ef77b00, 0x7ef4cb00, 0x7ef27800, 0x7ef07b00, 0x7eeecf00, 0x7eed6b00,
        0x7eec4c00, 0x7eeb6c00, 0x7eeac700, 0x7eea5900, 0x7eea1d00, 0x7eea1100, 0x7eea3200, 0x7eea7c00,
        0x7eeaee00, 0x7eeb8400, 0x7eec3d00, 0x7eed1700, 0x7eee0f00, 0x7eef2400, 0x7ef05500, 0x7ef1a000,
        0x7ef30300, 0x7ef47d00, 0x7ef60d00, 0x7ef7b300, 0x7ef96c00, 0x7efb3900, 0x7efd1700, 0x7efeb200};
    lanes_bits bits = (lanes_bits)x;
    lanes y = (lanes)(lanes_look_up(start, bits >> 18) - bits);
    lanes u = lanes_multiply_add(x, y, lanes_all(-1.50002086f));
    return y * lanes_multiply_add(u, u, lanes_all(0.749979138f));
}

#elif defined(__AVX2__)

/* table[index mod 8] */
ALWAYS_INLINE lanes_bits lanes_look_up(const uint32_t table[8], lanes_bits index)
{
    __m256i all = _mm256_loadu_si256((const __m256i *)(const void *)table);
    return (lanes_bits)_mm256_permutevar8x32_epi32(all, (__m256i)index);
}

ALWAYS_INLINE lanes lanes_reciprocal_root(lanes x)
{
    static const uint32_t start[8] = {0x5f18ef00, 0x5f1a4a00, 0x5f190c00, 0x5f185200,
                                      0x5f152d00, 0x5f116200, 0x5f128900, 0x5f16b100};
    lanes_bits bits = (lanes_bits)x;
    lanes y = (lanes)(lanes_look_up(start, bits >> 21) - (bits >> 1));
    lanes u = lanes_multiply_add(x, y * y, lanes_all(-1.00439584f));
    return y * lanes_multiply_add(-u, lanes_multiply_add(u, u, lanes_all(0.575763822f)), lanes_all(0.991764188f));
}

ALWAYS_INLINE lanes lanes_reciprocal(lanes x)
{
    static const uint32_t start[8] = {0x7ef97400, 0x7ef00900, 0x7eeb7600, 0x7eea6400,
                                      0x7eec3000, 0x7ef00700, 0x7ef58b00, 0x7efb2900};
    lanes_bits bits = (lanes_bits)x;
    lanes y = (lanes)(lanes_look_up(start, bits >> 20) - bits);
    lanes u = lanes_multiply_add(x, y, lanes_all(-1.33355427f));
    return y * lanes_multiply_add(-u, lanes_multiply_add(u, u, lanes_all(0.666224778f)), lanes_all(0.740667105f));
}

#else

ALWAYS_INLINE lanes lanes_reciprocal_root(lanes x)
{
    lanes y;
    for (size_t i = 0; i < PAIR_LANES; i++)
        y[i] = 1.0f / sqrtf(x[i]);
    return y;
}

ALWAYS_INLINE lanes lanes_reciprocal(lanes x)
{
    return 1.0f / x;
}

#endif

ALWAYS_INLINE lanes lanes_root(lanes x)
{
#if defined(__AVX512F__)
    return _mm512_sqrt_ps(x);
#elif defined(__AVX2__)
    return _mm256_sqrt_ps(x);
#else
    for (size_t i = 0; i < PAIR_LANES; i++)
        x[i] = sqrtf(x[i]);
    return x;
#endif
}

/* Functions that are long chains of operations take a few vectors at a time, side by side: a processor would wait for
 * one alone, and does not look ahead far enough to find the next. */
enum { LANES_BESIDE = 4 };

/* q[i] = q[i] x[i]^n + factor[0] x[i]^(n-1) + ... + factor[n-1] */
ALWAYS_INLINE void lanes_polynomial(size_t count, size_t n, const float *factor, const lanes *x, lanes *q)
{
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < count; i++)
            q[i] = q[i] * x[i] + factor[k];
}

/* x[i] = log2(1 + x[i]) for 1 + x[i] between sqrt(1/2) and sqrt(2), within 3e-9 */
ALWAYS_INLINE void lanes_log2_1p(size_t count, lanes *x)
{
    static const float factor[] = {0.1847603319f,  -0.1913883771f, 0.2048576481f,  -0.2396081219f, 0.2885525614f,
                                   -0.3606965418f, 0.4808985203f,  -0.7213473545f, 1.44269504f};
    lanes q[LANES_BESIDE];
    for (size_t i = 0; i < count; i++)
        q[i] = lanes_all(-0.1074978907f);
    lanes_polynomial(count, sizeof factor / sizeof factor[0], factor, x, q);
    for (size_t i = 0; i < count; i++)
        x[i] = q[i] * x[i];
}

/* x[i] = 2^(whole[i] + x[i]) for whole numbers and rests between -1/2 and 1/2, within 2e-9 of it */
ALWAYS_INLINE void lanes_exp2_sum(size_t count, const lanes *whole, lanes *x)
{
    static const float factor[] = {0.001340042818f, 0.009618056679f, 0.05550327227f,
                                   0.2402265092f,   0.6931472067f,   1.0f};
    lanes q[LANES_BESIDE];
    for (size_t i = 0; i < count; i++)
        q[i] = lanes_all(0.000154614447f);
    lanes_polynomial(count, sizeof factor / sizeof factor[0], factor, x, q);
    for (size_t i = 0; i < count; i++) {
        lanes_int power = __builtin_convertvector(whole[i], lanes_int);
        x[i] = q[i] * (lanes)((lanes_bits)(power + 127) << 23);
    }
}

/* s[i] = s[i]^slope for normal s[i] > 0, where the result is normal too. With s = 2^octave (1 + f) the exponent slope
 * log2(s) is taken as a whole number and a rest; slope_high * octave is exact, so the rest keeps its digits however
 * large the whole is. */
ALWAYS_INLINE void lanes_power(size_t count, float slope, float slope_high, float slope_low, lanes *s)
{
    const float to_whole = 0x1.8p23f; /* adding it rounds to a whole number */
    lanes whole_octave[LANES_BESIDE], whole[LANES_BESIDE];
    for (size_t i = 0; i < count; i++) {
        lanes_bits bits = (lanes_bits)s[i];
        lanes_int octave = (lanes_int)(bits - 0x3f3504f3u) >> 23;
        s[i] = (lanes)(bits - ((lanes_bits)octave << 23)) - 1.0f;
        whole_octave[i] = __builtin_convertvector(octave, lanes);
    }
    lanes_log2_1p(count, s);
    for (size_t i = 0; i < count; i++) {
        lanes high = slope_high * whole_octave[i];
        lanes low = slope_low * whole_octave[i] + slope * s[i];
        whole[i] = ((high + low) + to_whole) - to_whole;
        s[i] = (high - whole[i]) + low;
    }
    lanes_exp2_sum(count, whole, s);
}

/* s[i] = 2^(slope s[i]) for s[i] >= 0 and slope < 0; 0 where that is not normal. The rest keeps its digits, as above.
 */
ALWAYS_INLINE void lanes_exp2_product(size_t count, float slope, float slope_high, float slope_low, lanes *s)
{
    const float to_whole = 0x1.8p23f, least = -126.0f;
    lanes_int normal[LANES_BESIDE];
    lanes whole[LANES_BESIDE];
    for (size_t i = 0; i < count; i++) {
        lanes product = slope * s[i];
        normal[i] = product >= lanes_all(least);
        lanes kept = (lanes)((lanes_int)s[i] & normal[i]); /* the rest is computed for s = 0 elsewhere */
        whole[i] = ((lanes)((lanes_int)product & normal[i]) + to_whole) - to_whole;
        lanes high = lanes_multiply_add(lanes_all(slope_high), kept, -whole[i]);
        s[i] = lanes_multiply_add(lanes_all(slope_low), kept, high);
    }
    lanes_exp2_sum(count, whole, s);
    for (size_t i = 0; i < count; i++)
        s[i] = (lanes)((lanes_int)s[i] & normal[i]);
}

#endif
