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
    size_t count;  /* of values */
    float *values; /* one of the two is NULL; free with npy_free() */
    double *wide;  /* of a float64 file with values that float32 does not have */
} npy_array;

bool npy_write(const char *path, size_t rank, const size_t *shape, const float *values);

/* The same in parts, for arrays larger than memory: begin, append all values in order, then file_commit(), or
 * file_abandon(). */
bool npy_begin(new_file *file, const char *path, size_t rank, const size_t *shape);
bool npy_append(new_file *file, size_t count, const float *values);

/* Every value must be finite, and the file must end where the array does. */
bool npy_read(const char *path, npy_array *array);

/* Round what npy_read() left as float64 to float32. False with a complaint where that would move a value by more than a
 * millionth of the range of all values. */
bool npy_round(const char *path, npy_array *array);

void npy_free(npy_array *array);

#endif
