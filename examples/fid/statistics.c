#include "statistics.h"

#include "support/console.h"
#include "support/npy_header.h"
#include "support/npz.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double value_at(const unsigned char *values, size_t size, size_t index)
{
    double wide;
    float narrow;
    if (size == 8) {
        memcpy(&wide, values + 8 * index, 8);
        return wide;
    }
    memcpy(&narrow, values + 4 * index, 4);
    return (double)narrow;
}

/* The place in C order of the value that stands at `index` of the file. */
static size_t place(const npy_header *header, size_t index)
{
    if (!header->fortran || header->rank < 2)
        return index;
    size_t rows = header->shape[0], columns = header->shape[1];
    return index % rows * columns + index / rows;
}

/* Values of an entry; NULL with a complaint. `rank` is 1 or 2. */
static double *take_values(const char *what, const unsigned char *bytes, size_t size, size_t rank, npy_header *header)
{
    if (!npy_header_parse(what, bytes, size, header))
        return NULL;
    if (header->rank != rank || header->count == 0) {
        complain("%s has %zu dimensions and %zu values; expected %zu dimensions, none of them 0", what, header->rank,
                 header->count, rank);
        return NULL;
    }
    if (size - header->length != header->count * header->size) {
        complain("%s has %zu bytes of values; expected %zu for its shape", what, size - header->length,
                 header->count * header->size);
        return NULL;
    }
    double *values = malloc(header->count * sizeof *values);
    if (!values)
        complain("no memory for the values of %s", what);
    for (size_t i = 0; values && i < header->count; i++) {
        double value = value_at(bytes + header->length, header->size, i);
        if (!isfinite(value)) {
            complain("value %zu of %s is not a finite number", i, what);
            free(values);
            return NULL;
        }
        values[place(header, i)] = value;
    }
    return values;
}

static double *read_entry(const char *path, const char *entry, size_t rank, size_t values_most, npy_header *header)
{
    char what[512];
    size_t size;
    snprintf(what, sizeof what, "'%s' of %.400s", entry, path);
    unsigned char *bytes = npz_read(path, entry, NPY_HEADER_MOST + values_most * sizeof(double), &size);
    double *values = bytes ? take_values(what, bytes, size, rank, header) : NULL;
    free(bytes);
    return values;
}

static bool read_both(const char *path, statistics *read)
{
    npy_header mean, covariance;
    read->mean = read_entry(path, "mu.npy", 1, STATISTICS_MOST, &mean);
    if (!read->mean)
        return false;
    read->dimension = mean.shape[0];
    read->covariance = read_entry(path, "sigma.npy", 2, read->dimension * read->dimension, &covariance);
    if (!read->covariance)
        return false;
    if (covariance.shape[0] != read->dimension || covariance.shape[1] != read->dimension)
        return complain("%s: sigma is %zu x %zu; mu has %zu values; expected %zu x %zu", path, covariance.shape[0],
                        covariance.shape[1], read->dimension, read->dimension, read->dimension);
    return true;
}

bool statistics_read(const char *path, statistics *read)
{
    *read = (statistics){0};
    bool done = read_both(path, read);
    if (!done)
        statistics_free(read);
    return done;
}

bool statistics_write(const char *path, const statistics *made)
{
    size_t d = made->dimension;
    const npz_array arrays[] = {{"mu.npy", 1, {d}, made->mean}, {"sigma.npy", 2, {d, d}, made->covariance}};
    if (d == 0 || d > STATISTICS_MOST)
        return complain("%s: statistics of %zu dimensions are not written; expected 1 to %d", path, d, STATISTICS_MOST);
    return npz_write(path, arrays, 2);
}

void statistics_free(statistics *of)
{
    free(of->mean);
    free(of->covariance);
    *of = (statistics){0};
}
