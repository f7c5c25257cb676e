#include "unit/image_layers.h"

int32_t node;
double exact[PASS_MOST];

void fresh_network(void)
{
    coulomb_network_free(network);
    ck_ok(context, coulomb_network_new(context, &network));
}

size_t output_size(void)
{
    size_t rank, shape[COULOMB_RANK_MAX], size = 1;
    ck_ok(context, coulomb_network_output_shape(network, shape, COULOMB_RANK_MAX, &rank));
    for (size_t i = 0; i < rank; i++)
        size *= shape[i];
    return size;
}

void ck_values(const char *what, const float *values, size_t count, double tolerance)
{
    double scale = 1.0;
    for (size_t i = 0; i < count; i++)
        scale = fmax(scale, fabs(exact[i]));
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(fabs((double)values[i] - exact[i]) <= tolerance * scale, "%s[%zu] is %.9g, expected %.9g", what,
                      i, (double)values[i], exact[i]);
}

void start_exact(size_t count)
{
    ck_assert_uint_le(count, PASS_MOST);
    memset(exact, 0, count * sizeof *exact);
}

size_t out_extent(geometry *g, size_t axis)
{
    size_t in = g->in[axis], k = g->kernel[axis], s = g->stride[axis], *pads = g->pads + 2 * axis;
    if (g->padding == COULOMB_PADDING_VALID)
        pads[0] = pads[1] = 0;
    if (g->padding == COULOMB_PADDING_SAME) {
        size_t big = g->transposed ? in * s : in, small = g->transposed ? in : (in + s - 1) / s;
        size_t total = (small - 1) * s + k > big ? (small - 1) * s + k - big : 0;
        pads[0] = total / 2;
        pads[1] = total - total / 2;
        return g->transposed ? big : small;
    }
    size_t both = pads[0] + pads[1];
    if (!g->transposed)
        return in + both < k ? 0 : (in + both - k) / s + 1;
    size_t full = (in - 1) * s + (g->padding == COULOMB_PADDING_VALID && k < s ? s : k);
    return full > both ? full - both : 0;
}

geometry random_geometry(unsigned seed, size_t most)
{
    geometry g = {0};
    for (seed *= 1000; g.out[0] * g.out[1] == 0; seed += 20) {
        g.transposed = random_size(seed, 0, 1);
        g.sequence = random_size(seed + 1, 0, 3) == 0;
        g.padding = (int32_t)random_size(seed + 2, COULOMB_PADDING_SAME, COULOMB_PADDING_EXPLICIT);
        g.count = random_size(seed + 3, 1, 5);
        g.channels_in = random_size(seed + 4, 1, most);
        g.channels_out = random_size(seed + 5, 1, most);
        for (unsigned axis = 0; axis < 2; axis++) {
            g.in[axis] = random_size(seed + 6 + axis, 1, 9);
            g.kernel[axis] = random_size(seed + 8 + axis, 1, 7);
            g.stride[axis] = random_size(seed + 10 + axis, 1, 4);
            g.pads[2 * axis] = random_size(seed + 12 + axis, 0, 4);
            g.pads[2 * axis + 1] = random_size(seed + 14 + axis, 0, 4);
        }
        if (g.sequence) {
            g.in[0] = g.kernel[0] = g.stride[0] = 1;
            g.pads[0] = g.pads[1] = 0;
        }
        g.out[0] = out_extent(&g, 0);
        g.out[1] = out_extent(&g, 1);
    }
    return g;
}

size_t in_size(const geometry *g)
{
    return g->in[0] * g->in[1] * g->channels_in;
}

size_t out_size(const geometry *g)
{
    return g->out[0] * g->out[1] * g->channels_out;
}

size_t weight_size(const geometry *g)
{
    return g->kernel[0] * g->kernel[1] * g->channels_in * g->channels_out;
}

void add_image_input(const geometry *g)
{
    const size_t image[] = {g->in[0], g->in[1], g->channels_in};
    ck_ok(context, coulomb_network_input(network, image + g->sequence, g->sequence ? 2 : 3, &node));
}
