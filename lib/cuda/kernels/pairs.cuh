/* What all kernels over pairs share: the function k(a, b) = s^(-p/2), s = |a-b|^2 + epsilon^2, or exp(-s / (2
 * epsilon^2)), s = |a-b|^2, in float32 where that is exact enough, and in float64. */
#ifndef CUDA_PAIRS_CUH
#define CUDA_PAIRS_CUH

#include "cuda/kernels/estimates.cuh"
#include "cuda/kernels/launch.cuh"
#include "cuda/pairs.h"

#include <cuda_runtime.h>
#include <math.h>

/* Shapes of the function: exponents 1, 2 and 3, 0 for any, and a Gaussian. */
enum { PAIR_GAUSSIAN = 4 };

static inline int pair_shape(const pair_work *work)
{
    double exponent = work->exponent;
    return work->gaussian ? PAIR_GAUSSIAN : exponent == 1.0 || exponent == 2.0 || exponent == 3.0 ? (int)exponent : 0;
}

/* s^slope for normal s. The exponent's share is a product of 12 and 8 bits, which is exact, so that the whole is as
 * exact where the power is large as where it is near 1. */
__device__ inline float power_of(const pair_formula &f, float s)
{
    int bits = __float_as_int(s), exponent = (bits - 0x3f3504f3) >> 23;
    float fraction = log2f(__int_as_float(bits - (exponent << 23))), e = (float)exponent;
    float high = __fmul_rn(f.slope_high, e), low = __fmaf_rn(f.slope_low, e, __fmul_rn(f.slope, fraction));
    float whole = rintf(__fadd_rn(high, low)), rest = __fadd_rn(__fsub_rn(high, whole), low);
    return exp2f(rest) * __int_as_float(((int)whole + 127) << 23);
}

/* 2^(slope s), 0 where that is not normal. */
__device__ inline float gaussian_of(const pair_formula &f, float s)
{
    float product = __fmul_rn(f.slope, s);
    if (!(product >= -126.0f))
        return 0.0f;
    float whole = rintf(product), rest = __fmaf_rn(f.slope_low, s, __fmaf_rn(f.slope_high, s, -whole));
    return exp2f(rest) * __int_as_float(((int)whole + 127) << 23);
}

template <int SHAPE> __device__ inline float pair_value(const pair_formula &f, float s)
{
    if (SHAPE == PAIR_GAUSSIAN)
        return gaussian_of(f, s);
    if (SHAPE == 1)
        return reciprocal_root(s);
    if (SHAPE == 2)
        return reciprocal(s);
    if (SHAPE == 3) {
        float y = reciprocal_root(s);
        return y * y * y;
    }
    return power_of(f, s);
}

/* s^(-p/2-1) from s and the value; a Gaussian's own */
template <int SHAPE> __device__ inline float pair_weight(float s, float value)
{
    if (SHAPE == PAIR_GAUSSIAN)
        return value;
    if (SHAPE == 1)
        return value * value * value;
    if (SHAPE == 2)
        return value * value;
    return value * reciprocal(s);
}

/* log(|a-b|^2 + epsilon^2), also where epsilon^2 is below all float64 numbers */
__device__ inline double log_softened(double square, double epsilon)
{
    double softened = square + epsilon * epsilon;
    return softened > 1e-290 ? log(softened) : 2.0 * log(hypot(sqrt(square), epsilon));
}

/* What the sums of weights are multiplied by: of one kernel, with this epsilon. */
__device__ inline double weight_factor(const pair_work &work, double epsilon)
{
    return work.gaussian ? 1.0 / (epsilon * epsilon) : work.exponent;
}

struct pair_term {
    double value, weight;
};

/* k and the weight of the difference in the field, with all epsilons. */
__device__ inline pair_term float64_term(const pair_work &work, double square)
{
    pair_term sum = {0.0, 0.0};
    for (size_t i = 0; i < work.kernels; i++) {
        double epsilon = work.epsilon[i];
        if (work.gaussian) {
            double quotient = sqrt(square) / epsilon, value = exp(-0.5 * quotient * quotient);
            sum.value += value;
            sum.weight += value == 0.0 ? 0.0 : value / epsilon / epsilon;
        } else {
            double log_square = log_softened(square, epsilon);
            sum.value += exp(-0.5 * work.exponent * log_square);
            sum.weight += work.exponent * exp(-(0.5 * work.exponent + 1.0) * log_square);
        }
    }
    return sum;
}

/* Two equal quotients must cancel exactly, so no product here may be fused with the difference. */
__device__ inline float pair_difference(const double divisor[PAIR_SETS], double target, double model)
{
    double pull = divisor[PAIR_TARGET] == 0.0 ? 0.0 : __ddiv_rn(target, divisor[PAIR_TARGET]);
    double push = divisor[PAIR_MODEL] == 0.0 ? 0.0 : __ddiv_rn(model, divisor[PAIR_MODEL]);
    return (float)__dsub_rn(pull, push);
}

#endif
