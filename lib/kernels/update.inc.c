/* One step of an optimizer over a flat array. */
#include <math.h>

/* Kingma & Ba 2015, Algorithm 1, with the bias corrections moved into two factors:
 * rate = learning_rate / (1 - beta1^t), correction = 1 / sqrt(1 - beta2^t). */
static void adam(size_t n, const adam_factors *factors, const float *restrict gradient, float *restrict moment1,
                 float *restrict moment2, float *restrict parameter)
{
    adam_factors f = *factors;
    for (size_t i = 0; i < n; i++) {
        float g = gradient[i] + f.l2 * parameter[i];
        float m = f.beta1 * moment1[i] + f.gain1 * g;
        float v = f.beta2 * moment2[i] + f.gain2 * (g * g);
        moment1[i] = m;
        moment2[i] = v;
        parameter[i] -= f.rate * m / (sqrtf(v) * f.correction + f.epsilon);
    }
}

static void sgd(size_t n, float rate, float l2, const float *restrict gradient, float *restrict parameter)
{
    for (size_t i = 0; i < n; i++)
        parameter[i] -= rate * (gradient[i] + l2 * parameter[i]);
}

static void average(size_t n, float decay, const float *restrict parameter, float *restrict mean)
{
    for (size_t i = 0; i < n; i++)
        mean[i] = decay * mean[i] + (1.0f - decay) * parameter[i];
}
