/* NumPy's .npz files: archives of .npy files, stored or deflated. */
#ifndef SUPPORT_NPZ_H
#define SUPPORT_NPZ_H

#include <stdbool.h>
#include <stddef.h>

/* Read an entry of at most `most` bytes, checksum included, such as "mu.npy": an archive of a megabyte can hold
 * gigabytes. The caller frees the bytes; NULL with a complaint. */
unsigned char *npz_read(const char *path, const char *name, size_t most, size_t *size);

typedef struct npz_array {
    const char *name; /* of the entry, such as "mu.npy" */
    size_t rank, shape[2];
    double *values; /* in C order */
} npz_array;

enum { NPZ_ARRAYS_MOST = 4 };

/* Write or replace a file of `count` arrays, at most NPZ_ARRAYS_MOST, stored; the same arrays give the same bytes. */
bool npz_write(const char *path, const npz_array *arrays, size_t count);

#endif
