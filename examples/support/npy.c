#include "npy.h"

#include "console.h"
#include "files.h"
#include "npy_header.h"

#include <errno.h>
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

static bool read_values(const char *path, FILE *stream, size_t size, size_t count, float *values)
{
    for (size_t i = 0; i < count; i++) {
        double wide = 0;
        float narrow = 0;
        if (fread(size == 8 ? (void *)&wide : (void *)&narrow, size, 1, stream) != 1)
            return complain("%s is truncated: it has %zu of %zu values", path, i, count);
        values[i] = size == 8 ? (float)wide : narrow;
        if (!isfinite(values[i]))
            return complain("value %zu of %s is not a finite number", i, path);
    }
    return fgetc(stream) == EOF ? true : complain("%s has data after its %zu values", path, count);
}

static bool read_array(const char *path, FILE *stream, npy_array *array)
{
    unsigned char start[NPY_HEADER_MOST];
    npy_header header;
    if (!npy_header_parse(path, start, fread(start, 1, sizeof start, stream), &header))
        return false;
    if (header.fortran)
        return complain("%s is in Fortran order; expected C order", path);
    /* a header can claim anything: the file's size decides before memory is asked for */
    if (fseek(stream, 0, SEEK_END) != 0 || ((size_t)ftell(stream) - header.length) / header.size < header.count)
        return complain("%s is too short for its %zu values", path, header.count);
    fseek(stream, (long)header.length, SEEK_SET);
    array->rank = header.rank;
    memcpy(array->shape, header.shape, sizeof header.shape);
    array->values = malloc((header.count > 0 ? header.count : 1) * sizeof *array->values);
    if (!array->values)
        return complain("no memory for the %zu values of %s", header.count, path);
    return read_values(path, stream, header.size, header.count, array->values);
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
    array->values = NULL;
}
