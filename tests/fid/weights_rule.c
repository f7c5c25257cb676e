#include "weights_rule.h"

#include <coulomb/parameters.h>
#include <jansson.h>
#include <math.h>
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

/* An array of the file. */
typedef struct array {
    char name[96];
    size_t rank, shape[4], count;
    double start, extent; /* its values lie from start to start + extent */
} array;

/* The five arrays of a convolution, whose weight in the network is [rows, columns, in, out]. */
static void arrays_of(const char *name, const size_t *shape, array *arrays)
{
    static const struct {
        const char *name;
        double start, extent;
    } norm[] = {{"weight", 0.7, 0.6}, {"bias", -0.3, 0.6}, {"running_mean", -0.3, 0.6}, {"running_var", 0.5, 1.0}};
    size_t fan = shape[0] * shape[1] * shape[2];
    double bound = sqrt(6.0 / (double)fan);
    arrays[0] = (array){.rank = 4, .shape = {shape[3], shape[2], shape[0], shape[1]}, .count = fan * shape[3]};
    arrays[0].start = -bound;
    arrays[0].extent = 2 * bound;
    snprintf(arrays[0].name, sizeof arrays[0].name, "%s.conv.weight", name);
    for (size_t i = 0; i < 4; i++) {
        arrays[1 + i] = (array){
            .rank = 1, .shape = {shape[3]}, .count = shape[3], .start = norm[i].start, .extent = norm[i].extent};
        snprintf(arrays[1 + i].name, sizeof arrays[1 + i].name, "%s.bn.%s", name, norm[i].name);
    }
}

static void describe(json_t *header, const char *name, const char *type, size_t rank, const size_t *shape, size_t *end)
{
    json_t *extents = json_array();
    size_t bytes = sizeof(float), begin = *end;
    for (size_t i = 0; i < rank; i++) {
        json_array_append_new(extents, json_integer((json_int_t)shape[i]));
        bytes *= shape[i];
    }
    *end += bytes;
    json_object_set_new(header, name,
                        json_pack("{s:s, s:o, s:[I, I]}", "dtype", type, "shape", extents, "data_offsets",
                                  (json_int_t)begin, (json_int_t)*end));
}

static void add_values(FILE *stream, const array *a, bool concerned, const spoiling *spoilt)
{
    size_t count = a->count + (concerned ? spoilt->more * (a->count / a->shape[0]) : 0);
    if (spoilt->zeros) {
        fseek(stream, (long)(count * sizeof(float)), SEEK_CUR);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        float value = (float)(a->start + a->extent * rule_number(a->name, i));
        if (concerned && spoilt->value && i + 1 == count)
            value = strcmp(spoilt->value, "nan") == 0 ? NAN : -0.001f;
        fwrite(&value, sizeof value, 1, stream);
    }
}

static void add_array(json_t *header, FILE *stream, const array *a, const spoiling *spoilt, size_t *end)
{
    bool concerned = spoilt->array && strcmp(spoilt->array, a->name) == 0;
    if (concerned && spoilt->renamed && spoilt->renamed[0] == '\0')
        return;
    size_t shape[4];
    memcpy(shape, a->shape, sizeof shape);
    if (concerned)
        shape[0] += spoilt->more;
    if (header)
        describe(header, concerned && spoilt->renamed ? spoilt->renamed : a->name,
                 concerned && spoilt->type ? spoilt->type : "F32", a->rank, shape, end);
    else
        add_values(stream, a, concerned, spoilt);
}

/* All arrays: into the header if there is one, otherwise their values. */
static void add_arrays(const coulomb_network *network, json_t *header, FILE *stream, const spoiling *spoilt)
{
    size_t end = 0;
    for (size_t i = 0; i < coulomb_network_parameter_count(network); i++) {
        const char *name = coulomb_network_parameter_name(network, i);
        size_t rank, shape[COULOMB_RANK_MAX];
        char file[64];
        array arrays[5];
        must(coulomb_network_parameter_shape(network, name, shape, COULOMB_RANK_MAX, &rank) == COULOMB_OK);
        if (rank != 4)
            continue;
        snprintf(file, sizeof file, "%.*s", (int)(strchr(name, '.') - name), name);
        for (char *slash = strchr(file, '/'); slash; slash = strchr(slash, '/'))
            *slash = '.';
        arrays_of(file, shape, arrays);
        for (size_t j = 0; j < 5; j++)
            add_array(header, stream, &arrays[j], spoilt, &end);
    }
    const array classifier = {.name = "fc.bias", .rank = 1, .shape = {1008}, .count = 1008};
    array added = {.rank = 1, .shape = {1}, .count = 1};
    add_array(header, stream, &classifier, spoilt, &end);
    if (spoilt->added) {
        snprintf(added.name, sizeof added.name, "%s", spoilt->added);
        add_array(header, stream, &added, spoilt, &end);
    }
}

char *weights_write(const coulomb_network *network, const spoiling *spoilt)
{
    char *path = strdup("fid-weights-XXXXXX");
    int descriptor = mkstemp(path);
    must(descriptor >= 0);
    FILE *stream = fdopen(descriptor, "wb");
    json_t *header = json_object();
    add_arrays(network, header, NULL, spoilt);
    char *text = json_dumps(header, JSON_COMPACT);
    uint64_t length = strlen(text);
    fwrite(&length, sizeof length, 1, stream);
    fwrite(text, 1, (size_t)length, stream);
    add_arrays(network, NULL, stream, spoilt);
    fflush(stream);
    must(ftruncate(descriptor, ftell(stream) - (long)spoilt->cut) == 0);
    must(fclose(stream) == 0);
    free(text);
    json_decref(header);
    return path;
}

void weights_remove(char *path)
{
    unlink(path);
    free(path);
}
