#include "weights_rule.h"

#include <coulomb/checkpoint.h>
#include <coulomb/parameters.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Not Check's assertions, which need a running test: a program writes weights, too. */
static void must(bool holds)
{
    if (!holds)
        abort();
}

double rule_number(const char *name, size_t index)
{
    uint32_t seed = 2166136261u;
    for (; *name; name++)
        seed = (seed ^ (uint32_t)(unsigned char)*name) * 16777619u;
    uint32_t x = (uint32_t)index * 0x9E3779B9u + seed;
    x = (x ^ x >> 16) * 0x85EBCA6Bu;
    x = (x ^ x >> 13) * 0xC2B2AE35u;
    return (x ^ x >> 16) / 4294967296.0;
}

/* The port's array LAYER.NAME: float32 from start to start + extent. */
static float *draw(const char *layer, const char *name, size_t count, double start, double extent)
{
    char full[96];
    float *values = malloc(count * sizeof *values);
    must(values != NULL);
    snprintf(full, sizeof full, "%s.%s", layer, name);
    for (char *slash = strchr(full, '/'); slash; slash = strchr(slash, '/'))
        *slash = '.';
    for (size_t i = 0; i < count; i++)
        values[i] = (float)(start + extent * rule_number(full, i));
    return values;
}

static void write_array(coulomb_network *network, const char *layer, const char *name, const float *values,
                        size_t count)
{
    char full[96];
    snprintf(full, sizeof full, "%s.%s", layer, name);
    must(coulomb_network_write_parameter(network, full, values, count) == COULOMB_OK);
}

/* As convert_inception.py does. */
static void fill_layer(coulomb_network *network, const char *layer, const size_t *shape)
{
    size_t area = shape[0] * shape[1], in = shape[2], out = shape[3];
    double bound = sqrt(6.0 / (double)(area * in));
    float *port = draw(layer, "conv.weight", area * in * out, -bound, 2 * bound);
    float *scale = draw(layer, "bn.weight", out, 0.7, 0.6), *shift = draw(layer, "bn.bias", out, -0.3, 0.6);
    float *mean = draw(layer, "bn.running_mean", out, -0.3, 0.6);
    float *variance = draw(layer, "bn.running_var", out, 0.5, 1.0);
    float *filters = malloc(area * in * out * sizeof *filters), *bias = malloc(out * sizeof *bias);
    must(filters && bias);
    for (size_t o = 0; o < out; o++) {
        double factor = (double)scale[o] / sqrt((double)variance[o] + 1e-3);
        bias[o] = (float)((double)shift[o] - factor * (double)mean[o]);
        for (size_t k = 0; k < in; k++)
            for (size_t at = 0; at < area; at++)
                filters[(at * in + k) * out + o] = (float)(factor * (double)port[(o * in + k) * area + at]);
    }
    write_array(network, layer, "weight", filters, area * in * out);
    write_array(network, layer, "bias", bias, out);
    float *all[] = {port, scale, shift, mean, variance, filters, bias};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
}

void weights_by_rule(coulomb_network *network)
{
    for (size_t i = 0; i < coulomb_network_parameter_count(network); i++) {
        const char *name = coulomb_network_parameter_name(network, i);
        size_t rank, shape[COULOMB_RANK_MAX];
        char layer[64];
        must(coulomb_network_parameter_shape(network, name, shape, COULOMB_RANK_MAX, &rank) == COULOMB_OK);
        snprintf(layer, sizeof layer, "%.*s", (int)(strchr(name, '.') - name), name);
        if (rank == 4)
            fill_layer(network, layer, shape);
    }
}

char *weights_write(coulomb_network *network)
{
    char *path = strdup("fid-weights-XXXXXX");
    int descriptor = mkstemp(path);
    must(descriptor >= 0);
    close(descriptor);
    weights_by_rule(network);
    must(coulomb_network_save(network, path) == COULOMB_OK);
    return path;
}

void weights_remove(char *path)
{
    unlink(path);
    free(path);
}
