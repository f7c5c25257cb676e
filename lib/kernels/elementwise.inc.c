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
    int32_t bits = ((int32_t)k + 127) << 23;
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

static void elu(size_t n, const float *x, float *y)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        float below = expm1_negative(x[i] < 0.0f ? x[i] : 0.0f);
        y[i] = x[i] > 0.0f ? x[i] : below;
    }
}

static void relu(size_t n, const float *x, float *y)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] > 0.0f ? x[i] : 0.0f;
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
