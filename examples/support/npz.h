/* Zip archives, and among them NumPy's .npz files: archives of .npy files, stored or deflated. */
#ifndef SUPPORT_NPZ_H
#define SUPPORT_NPZ_H

#include <stdbool.h>
#include <stddef.h>

/* Read an entry of at most `most` bytes, checksum included, such as "mu.npy": an archive of a megabyte can hold
 * gigabytes. The caller frees the bytes; NULL with a complaint. */
unsigned char *npz_read(const char *path, const char *name, size_t most, size_t *size);

/* An entry that is written. */
typedef struct npz_entry {
    const char *name;
    const void *bytes;
    size_t size;
} npz_entry;

enum { NPZ_ENTRIES_MOST = 4 };

/* Write or replace a file of `count` entries, at most NPZ_ENTRIES_MOST, stored; the same entries give the same bytes.
 */
bool npz_write_entries(const char *path, const npz_entry *entries, size_t count);

typedef struct npz_array {
    const char *name; /* of the entry, such as "mu.npy" */
    size_t rank, shape[2];
    double *values; /* in C order */
} npz_array;

/* The same with arrays. */
bool npz_write(const char *path, const npz_array *arrays, size_t count);

#endif
