#include "npy.h"

#include "console.h"
#include "files.h"
#include "npy_header.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The file holds little-endian numbers; so do all machines this is built for. */
_Static_assert(sizeof(float) == 4 && sizeof(double) == 8, "npy files hold IEEE numbers");

bool npy_begin(new_file *file, const char *path, size_t rank, const size_t *shape)
{
    unsigned char header[NPY_HEADER_MOST];
    if (!file_begin(file, path))
        return false;
    fwrite(header, 1, npy_header_make("<f4", rank, shape, header), file->stream);
    return true;
}

bool npy_append(new_file *file, size_t count, const float *values)
{
    /* what could not be written shows when the file is committed; saying it here spares the work in between */
    return fwrite(values, sizeof *values, count, file->stream) == count
               ? true
               : complain("cannot write %s: %s", file->path, strerror(errno));
}

bool npy_write(const char *path, size_t rank, const size_t *shape, const float *values)
{
    new_file file;
    size_t count = 1;
    for (size_t i = 0; i < rank; i++)
        count *= shape[i];
    if (!npy_begin(&file, path, rank, shape))
        return false;
    if (npy_append(&file, count, values))
        return file_commit(&file);
    file_abandon(&file);
    return false;
}

static bool read_values(const char *path, FILE *stream, size_t size, size_t count, void *values)
{
    size_t got = fread(values, size, count, stream);
    if (ferror(stream) != 0)
        return complain("cannot read %s: %s", path, strerror(errno));
    if (got < count)
        return complain("%s is truncated: it has %zu of %zu values", path, got, count);
    for (size_t i = 0; i < count; i++)
        if (!(size == 8 ? isfinite(((const double *)values)[i]) : isfinite(((const float *)values)[i])))
            return complain("value %zu of %s is not a finite number", i, path);
    if (fgetc(stream) != EOF)
        return complain("%s has data after its %zu values", path, count);
    return ferror(stream) == 0 || complain("cannot read %s: %s", path, strerror(errno));
}

/* Whether float32 has all values. */
static bool is_narrow(const npy_array *array)
{
    for (size_t i = 0; i < array->count; i++)
        if (fabs(array->wide[i]) > FLT_MAX || (double)(float)array->wide[i] != array->wide[i])
            return false;
    return true;
}

static bool narrow(const char *path, npy_array *array)
{
    array->values = malloc((array->count > 0 ? array->count : 1) * sizeof *array->values);
    if (!array->values)
        return complain("no memory for the %zu values of %s", array->count, path);
    for (size_t i = 0; i < array->count; i++)
        array->values[i] = (float)array->wide[i];
    free(array->wide);
    array->wide = NULL;
    return true;
}

bool npy_round(const char *path, npy_array *array)
{
    double low = INFINITY, high = -INFINITY, moved = 0, largest = 0;
    for (size_t i = 0; array->wide && i < array->count; i++) {
        low = fmin(low, array->wide[i]);
        high = fmax(high, array->wide[i]);
        largest = fmax(largest, fabs(array->wide[i]));
        if (largest <= FLT_MAX)
            moved = fmax(moved, fabs((double)(float)array->wide[i] - array->wide[i]));
    }
    if (!array->wide)
        return true;
    if (largest > FLT_MAX)
        return complain("%s has float64 values beyond float32's range; divide them first", path);
    if (moved > 1e-6 * (high - low))
        return complain(
            "%s has float64 values that float32 would move by up to %.2g, of a range of %.2g; subtract their "
            "mean first",
            path, moved, high - low);
    return narrow(path, array);
}

static bool read_array(const char *path, FILE *stream, npy_array *array)
{
    unsigned char start[NPY_HEADER_MOST];
    npy_header header;
    size_t got = fread(start, 1, sizeof start, stream);
    if (ferror(stream) != 0)
        return complain("cannot read %s: %s", path, strerror(errno));
    if (!npy_header_parse(path, start, got, &header))
        return false;
    if (header.fortran)
        return complain("%s is in Fortran order; expected C order", path);
    /* a header can claim anything: the file's size decides before memory is asked for */
    long end = fseek(stream, 0, SEEK_END) == 0 ? ftell(stream) : -1;
    if (end < 0 || fseek(stream, (long)header.length, SEEK_SET) != 0)
        return complain("cannot read %s: %s", path, strerror(errno));
    if (((size_t)end - header.length) / header.size < header.count)
        return complain("%s is too short for its %zu values", path, header.count);
    array->rank = header.rank;
    array->count = header.count;
    memcpy(array->shape, header.shape, sizeof header.shape);
    void *values = malloc((header.count > 0 ? header.count : 1) * header.size);
    if (!values)
        return complain("no memory for the %zu values of %s", header.count, path);
    if (header.size == 8)
        array->wide = values;
    else
        array->values = values;
    return read_values(path, stream, header.size, header.count, values) &&
           (!array->wide || !is_narrow(array) || narrow(path, array));
}

bool npy_read(const char *path, npy_array *array)
{
    *array = (npy_array){0};
    FILE *stream = file_open(path);
    if (!stream)
        return false;
    bool done = read_array(path, stream, array);
    fclose(stream);
    if (!done)
        npy_free(array);
    return done;
}

void npy_free(npy_array *array)
{
    free(array->values);
    free(array->wide);
    array->values = NULL;
    array->wide = NULL;
}
