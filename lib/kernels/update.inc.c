/* One step of an optimizer over a flat array. */

/* What is too small for a normal number becomes 0: processors take a hundred times longer over denormal ones, which the
 * moments of a silent unit would reach and keep. */
ALWAYS_INLINE lanes lanes_flush(lanes x)
{
    lanes magnitude = (lanes)((lanes_bits)x & 0x7fffffffu);
    lanes_int small = magnitude <= 1.2e-38f;
    return (lanes)((lanes_int)x & ~small);
}

/* min(x, most) and max(x, least) */
ALWAYS_INLINE lanes lanes_at_most(lanes x, float most)
{
    lanes_int above = x > most;
    return (lanes)(((lanes_int)x & ~above) | ((lanes_int)lanes_all(most) & above));
}

ALWAYS_INLINE lanes lanes_at_least(lanes x, float least)
{
    lanes_int below = x < least;
    return (lanes)(((lanes_int)x & ~below) | ((lanes_int)lanes_all(least) & below));
}

/* Kingma & Ba 2015, Algorithm 1, with the bias corrections moved into two factors. A second moment of 0 counts as the
 * least normal number, one that overflows as the largest. */
ALWAYS_INLINE void adam_lanes(const adam_factors *f, const float *gradient, float *moment1, float *moment2,
                              float *parameter)
{
    lanes p = lanes_load(parameter);
    lanes g = lanes_load(gradient) + f->l2 * p;
    lanes m = lanes_flush(f->beta1 * lanes_load(moment1) + f->gain1 * g);
    lanes v = lanes_flush(lanes_at_most(f->beta2 * lanes_load(moment2) + f->gain2 * (g * g), 3e38f));
    lanes root = lanes_root(lanes_at_least(v, 1.2e-38f));
    lanes_store(moment1, m);
    lanes_store(moment2, v);
    lanes_store(parameter, p - f->rate * m / (root * f->correction + f->epsilon));
}

static void adam(size_t n, const adam_factors *factors, const float *restrict gradient, float *restrict moment1,
                 float *restrict moment2, float *restrict parameter)
{
    adam_factors f = *factors;
    size_t i = 0;
    for (; i + PAIR_LANES <= n; i += PAIR_LANES)
        adam_lanes(&f, gradient + i, moment1 + i, moment2 + i, parameter + i);
    if (i == n)
        return;
    float rest[4][PAIR_LANES] = {{0}};
    size_t bytes = (n - i) * sizeof(float);
    memcpy(rest[0], gradient + i, bytes);
    memcpy(rest[1], moment1 + i, bytes);
    memcpy(rest[2], moment2 + i, bytes);
    memcpy(rest[3], parameter + i, bytes);
    adam_lanes(&f, rest[0], rest[1], rest[2], rest[3]);
    memcpy(moment1 + i, rest[1], bytes);
    memcpy(moment2 + i, rest[2], bytes);
    memcpy(parameter + i, rest[3], bytes);
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
