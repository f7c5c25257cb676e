/* NumPy's array files: float32 written; float32 and float64 read, little-endian, C order. */
#ifndef SUPPORT_NPY_H
#define SUPPORT_NPY_H

#include "files.h"

#include <stdbool.h>
#include <stddef.h>

enum { NPY_RANK_MAX = 4 };

typedef struct npy_array {
    size_t rank;
    size_t shape[NPY_RANK_MAX];
    float *values; /* free with npy_free() */
} npy_array;

bool npy_write(const char *path, size_t rank, const size_t *shape, const float *values);

/* The same in parts, for arrays larger than memory: begin, append all values in order, then file_commit(), or
 * file_abandon(). */
bool npy_begin(new_file *file, const char *path, size_t rank, const size_t *shape);
bool npy_append(new_file *file, size_t count, const float *values);

/* Every value must be finite, and the file must end where the array does. */
bool npy_read(const char *path, npy_array *array);

void npy_free(npy_array *array);

#endif
