/* Weights of the feature network: from the arrays of PyTorch's port to one filter and one bias per convolution. */
#include "inception.h"

#include "support/console.h"
#include "support/safetensors.h"
#include "support/succeed.h"

#include <coulomb/parameters.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double norm_epsilon = 1e-3;

/* One convolution, while its weights are on their way. */
typedef struct layer {
    char name[64]; /* in the network, without ".weight" */
    char file[64]; /* in the file, without ".conv" or ".bn" */
    size_t rows, columns, in, out;
    float *read;    /* [out, in, rows, columns] */
    float *filters; /* [rows, columns, in, out] */
    float *norm;    /* [4, out]: scale, shift, mean, variance */
    float *bias;    /* [out] */
} layer;

static void layer_free(layer *l)
{
    free(l->read);
    free(l->filters);
    free(l->norm);
    free(l->bias);
}

static bool layer_begin(const coulomb_network *network, const char *weight, layer *l)
{
    size_t rank, shape[COULOMB_RANK_MAX];
    if (coulomb_network_parameter_shape(network, weight, shape, COULOMB_RANK_MAX, &rank) != COULOMB_OK || rank != 4)
        return complain("parameter %s does not belong to a convolution", weight);
    *l = (layer){.rows = shape[0], .columns = shape[1], .in = shape[2], .out = shape[3]};
    snprintf(l->name, sizeof l->name, "%.*s", (int)(strlen(weight) - strlen(".weight")), weight);
    snprintf(l->file, sizeof l->file, "%s", l->name);
    for (char *slash = strchr(l->file, '/'); slash; slash = strchr(slash, '/'))
        *slash = '.';
    size_t count = l->rows * l->columns * l->in * l->out;
    l->read = malloc(count * sizeof *l->read);
    l->filters = malloc(count * sizeof *l->filters);
    l->norm = malloc(4 * l->out * sizeof *l->norm);
    l->bias = malloc(l->out * sizeof *l->bias);
    return l->read && l->filters && l->norm && l->bias ? true : complain("no memory for the weights of %s", l->name);
}

static bool layer_read(safetensors *file, const char *path, layer *l)
{
    static const char *const arrays[] = {"weight", "bias", "running_mean", "running_var"};
    const size_t shape[] = {l->out, l->in, l->rows, l->columns};
    char name[96];
    snprintf(name, sizeof name, "%s.conv.weight", l->file);
    if (!safetensors_read(file, name, 4, shape, l->read))
        return false;
    for (size_t i = 0; i < 4; i++) {
        snprintf(name, sizeof name, "%s.bn.%s", l->file, arrays[i]);
        if (!safetensors_read(file, name, 1, &l->out, l->norm + i * l->out))
            return false;
    }
    for (size_t o = 0; o < l->out; o++)
        if (l->norm[3 * l->out + o] < 0.0f)
            return complain("%s: value %zu of %s is %g; expected a variance of at least 0", path, o, name,
                            (double)l->norm[3 * l->out + o]);
    return true;
}

/* scale (w x - mean) / sqrt(variance + epsilon) + shift = (factor w) x + (shift - factor mean) */
static void layer_fold(layer *l)
{
    size_t area = l->rows * l->columns;
    const float *scale = l->norm, *shift = scale + l->out, *mean = shift + l->out, *variance = mean + l->out;
    for (size_t o = 0; o < l->out; o++) {
        double factor = (double)scale[o] / sqrt((double)variance[o] + norm_epsilon);
        l->bias[o] = (float)((double)shift[o] - factor * (double)mean[o]);
        for (size_t k = 0; k < l->in; k++)
            for (size_t at = 0; at < area; at++)
                l->filters[(at * l->in + k) * l->out + o] =
                    (float)(factor * (double)l->read[(o * l->in + k) * area + at]);
    }
}

static bool layer_write(coulomb_context *context, coulomb_network *network, const layer *l)
{
    char name[96];
    snprintf(name, sizeof name, "%s.weight", l->name);
    coulomb_status status =
        coulomb_network_write_parameter(network, name, l->filters, l->rows * l->columns * l->in * l->out);
    snprintf(name, sizeof name, "%s.bias", l->name);
    if (status == COULOMB_OK)
        status = coulomb_network_write_parameter(network, name, l->bias, l->out);
    return succeeded(context, status, "setting the Inception network's weights");
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* Arrays that the features do not need. */
static bool ignored(const char *name)
{
    return strncmp(name, "fc.", 3) == 0 || strncmp(name, "AuxLogits.", 10) == 0 ||
           ends_with(name, ".num_batches_tracked");
}

/* Whether the array belongs to a convolution of the network: those of other networks may have all of ours. */
static bool known(const coulomb_network *network, const char *array)
{
    static const char *const ends[] = {".conv.weight", ".bn.weight", ".bn.bias", ".bn.running_mean", ".bn.running_var"};
    char name[96];
    size_t rank;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends_with(array, ends[i]) && strlen(array) < 64) {
            snprintf(name, sizeof name, "%.*s.weight", (int)(strlen(array) - strlen(ends[i])), array);
            for (char *dot = strchr(name, '.'); dot && strcmp(dot, ".weight") != 0; dot = strchr(dot, '.'))
                *dot = '/';
            return coulomb_network_parameter_shape(network, name, NULL, 0, &rank) == COULOMB_OK;
        }
    return false;
}

static bool check_names(const coulomb_network *network, const safetensors *file, const char *path)
{
    for (size_t i = 0; i < safetensors_count(file); i++) {
        const char *name = safetensors_name(file, i);
        if (!ignored(name) && !known(network, name))
            return complain("%s has an array '%.80s' that the Inception network of 2015-12-05 does not have", path,
                            name);
    }
    return true;
}

static bool read_layer(coulomb_context *context, coulomb_network *network, safetensors *file, const char *path,
                       const char *weight)
{
    layer l = {0};
    bool done = layer_begin(network, weight, &l) && layer_read(file, path, &l);
    if (done)
        layer_fold(&l);
    done = done && layer_write(context, network, &l);
    layer_free(&l);
    return done;
}

bool inception_read_weights(coulomb_context *context, coulomb_network *network, const char *path)
{
    safetensors *file = safetensors_open(path);
    if (!file)
        return false;
    bool done = check_names(network, file, path);
    for (size_t i = 0; done && i < coulomb_network_parameter_count(network); i++) {
        const char *name = coulomb_network_parameter_name(network, i);
        if (ends_with(name, ".weight"))
            done = read_layer(context, network, file, path, name);
    }
    safetensors_close(file);
    return done;
}

coulomb_network *inception_load(coulomb_context *context, const char *path)
{
    coulomb_network *network = inception_new(context);
    if (!network || inception_read_weights(context, network, path))
        return network;
    coulomb_network_free(network);
    return NULL;
}
