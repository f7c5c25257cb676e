/* Activations and sums, value by value. Gradients come from the output y; `add` adds to dx, otherwise dx is
 * overwritten. Results may stand where an input stood, which the compiler must be told is no dependence between rounds
 * of a loop. */
#include <math.h>
#include <string.h>

/* expm1(r) and 2^k with x = k ln 2 + r, for -87.3 <= x <= 0. Written without branches, so that it vectorises. */
static inline float expm1_remainder(float x, float *power)
{
    float k = nearbyintf(x * 1.44269504f);
    float r = (x - k * 0.693145752f) - k * 1.42860677e-6f;
    float p = 1.0f / 5040.0f;
    p = p * r + 1.0f / 720.0f;
    p = p * r + 1.0f / 120.0f;
    p = p * r + 1.0f / 24.0f;
    p = p * r + 1.0f / 6.0f;
    p = p * r + 0.5f;
    p = p * r * r + r;
    /* k as a whole number stands in the last bits of k + 1.5 * 2^23; whatever they are, a NaN stays in p */
    float shifted = k + 0x1.8p23f;
    uint32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits + 127) << 23;
    memcpy(power, &bits, sizeof *power);
    return p;
}

/* exp(x) - 1 for x <= 0, within 2 units in the last place: 2^k expm1(r) + (2^k - 1) loses nothing near 0. */
static inline float expm1_negative(float x)
{
    float power, p = expm1_remainder(x < -17.5f ? -17.5f : x, &power);
    return power * p + (power - 1.0f);
}

/* exp(x) for x <= 0, within 2 units in the last place; 0 where it would be subnormal. */
static inline float exp_negative(float x)
{
    float power, p = expm1_remainder(x < -87.3f ? -87.3f : x, &power);
    return x < -87.3f ? 0.0f : power * p + power;
}

/* In ELU and ReLU the comparison is the one that a value that is not a number fails, so that it stays. */
static void elu(size_t n, const float *x, float *y)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        float below = expm1_negative(x[i] < 0.0f ? x[i] : 0.0f);
        y[i] = x[i] <= 0.0f ? below : x[i];
    }
}

static void relu(size_t n, const float *x, float *y)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] <= 0.0f ? 0.0f : x[i];
}

static void leaky_relu(size_t n, float slope, const float *x, float *y)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] > 0.0f ? x[i] : slope * x[i];
}

/* tanh(|x|) = -expm1(-2|x|) / (expm1(-2|x|) + 2) */
static void scaled_tanh(size_t n, float inner, float outer, const float *x, float *y)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        float e = expm1_negative(-2.0f * fabsf(inner * x[i]));
        y[i] = copysignf(outer * (-e / (e + 2.0f)), inner * x[i]);
    }
}

/* 1 / (1 + exp(-x)) = exp(x) / (1 + exp(x)): the one whose exponential does not overflow */
static void sigmoid(size_t n, const float *x, float *y)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        float e = exp_negative(-fabsf(x[i]));
        y[i] = (x[i] > 0.0f ? 1.0f : e) / (1.0f + e);
    }
}

/* The two loops of each gradient differ in the store alone; a branch inside would not vectorise as well. */
#define GRADIENT_LOOP(slope)                                                                                           \
    if (add) {                                                                                                         \
        _Pragma("omp simd") for (size_t i = 0; i < n; i++) dx[i] += dy[i] * (slope);                                   \
    } else {                                                                                                           \
        _Pragma("omp simd") for (size_t i = 0; i < n; i++) dx[i] = dy[i] * (slope);                                    \
    }

/* dy/dx = 1 for x > 0, otherwise exp(x) = y + 1 */
static void elu_gradient(size_t n, const float *y, const float *dy, float *dx, bool add)
{
    GRADIENT_LOOP(y[i] > 0.0f ? 1.0f : y[i] + 1.0f)
}

static void relu_gradient(size_t n, const float *y, const float *dy, float *dx, bool add)
{
    GRADIENT_LOOP(y[i] > 0.0f ? 1.0f : 0.0f)
}

static void leaky_relu_gradient(size_t n, float slope, const float *y, const float *dy, float *dx, bool add)
{
    GRADIENT_LOOP(y[i] > 0.0f ? 1.0f : slope)
}

/* dy/dx = inner (outer - y^2 / outer) */
static void scaled_tanh_gradient(size_t n, float inner, float outer, const float *y, const float *dy, float *dx,
                                 bool add)
{
    GRADIENT_LOOP(inner * (outer - y[i] * y[i] / outer))
}

/* dy/dx = y (1 - y) */
static void sigmoid_gradient(size_t n, const float *y, const float *dy, float *dx, bool add)
{
    GRADIENT_LOOP(y[i] * (1.0f - y[i]))
}

#undef GRADIENT_LOOP

static void scale(size_t n, float factor, const float *x, float *y)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        y[i] = factor * x[i];
}

static void shift(size_t n, float offset, const float *x, float *y)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] + offset;
}

static void accumulate(size_t n, float factor, const float *x, float *y)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        y[i] += factor * x[i];
}

static void add(size_t n, const float *a, const float *b, float *y)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        y[i] = a[i] + b[i];
}

static void multiply(size_t n, const float *a, const float *b, float *y, bool add)
{
    if (add) {
#pragma omp simd
        for (size_t i = 0; i < n; i++)
            y[i] += a[i] * b[i];
    } else {
#pragma omp simd
        for (size_t i = 0; i < n; i++)
            y[i] = a[i] * b[i];
    }
}

/* log(x) for normal x > 0, within 2e-7 of |log(x)| and 1e-8. With x = 2^k (1 + f), log(1 + f) = f - f^2 / 2 + f^3 p(f).
 */
static inline float log_positive(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    int32_t octave = (int32_t)(bits - 0x3f3504f3u) >> 23;
    bits -= (uint32_t)octave << 23;
    float near_one;
    memcpy(&near_one, &bits, sizeof near_one);
    float f = near_one - 1.0f, p = 7.0376836292e-2f;
    p = p * f - 1.1514610310e-1f;
    p = p * f + 1.1676998740e-1f;
    p = p * f - 1.2420140846e-1f;
    p = p * f + 1.4249322787e-1f;
    p = p * f - 1.6668057665e-1f;
    p = p * f + 2.0000714765e-1f;
    p = p * f - 2.4999993993e-1f;
    p = p * f + 3.3333331174e-1f;
    float square = f * f;
    float rest = p * f * square - 0.5f * square;
    float k = (float)octave;
    return 0.693359375f * k + (f + (rest - 2.12194440e-4f * k));
}

/* -log(-log(P(x))) with the standard normal P, x taken as within -8 and 8, within 3e-6 of 1 + its magnitude. The
 * tail P(-|x|) = t exp(e) / 2 by Numerical Recipes' fit of erfc(), which is good to 1.2e-7 of it. */
static void gumbel(size_t n, const float *x, float *y)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        float z = fabsf(x[i]) * 0.70710678f;
        z = z > 5.65685425f ? 5.65685425f : z;
        float t = 1.0f / (1.0f + 0.5f * z), e = 0.17087277f;
        e = e * t - 0.82215223f;
        e = e * t + 1.48851587f;
        e = e * t - 1.13520398f;
        e = e * t + 0.27886807f;
        e = e * t - 0.18628806f;
        e = e * t + 0.09678418f;
        e = e * t + 0.37409196f;
        e = e * t + 1.00002368f;
        e = e * t - 1.26551223f - z * z;
        float half = 0.5f * t, tail = half * exp_negative(e < 0.0f ? e : 0.0f), rest = 1.0f - tail;
        float below = -(log_positive(half) + e);                          /* -log(tail) */
        float above = (tail - (1.0f - rest)) / rest - log_positive(rest); /* -log(1 - tail) */
        y[i] = -log_positive(x[i] > 0.0f ? above : below);
    }
}

enum { SQUARE_LANES = 16, CHUNK = 4096 };

/* Squares stay exact enough in float32 over a short chunk of lanes; chunks add up in double. */
static double sum_squares(size_t n, const float *x)
{
    double total = 0.0;
    for (size_t first = 0; first < n; first += CHUNK) {
        size_t last = n - first < CHUNK ? n : first + CHUNK;
        double lane[SQUARE_LANES] = {0};
        size_t i = first;
        for (; i + SQUARE_LANES <= last; i += SQUARE_LANES)
            for (size_t j = 0; j < SQUARE_LANES; j++)
                lane[j] += (double)x[i + j] * (double)x[i + j];
        for (; i < last; i++)
            lane[0] += (double)x[i] * (double)x[i];
        for (size_t j = 0; j < SQUARE_LANES; j++)
            total += lane[j];
    }
    return total;
}

static float largest_magnitude(size_t n, const float *x)
{
    /* Magnitudes compare as their bits do, infinity and NaN above all numbers. */
    int32_t most = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        bits &= 0x7fffffff;
        most = bits > most ? bits : most;
    }
    float largest;
    memcpy(&largest, &most, sizeof largest);
    return largest;
}
