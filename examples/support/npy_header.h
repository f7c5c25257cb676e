/* The header of NumPy's array format: what stands between the first byte and the values. */
#ifndef SUPPORT_NPY_HEADER_H
#define SUPPORT_NPY_HEADER_H

#include "npy.h"

typedef struct npy_header {
    size_t length; /* bytes before the values */
    size_t rank, shape[NPY_RANK_MAX];
    size_t count, size; /* values, and the bytes of one: 4 or 8 */
    bool fortran;       /* the first index is the one that runs fastest */
} npy_header;

enum { NPY_HEADER_MOST = 4096 };

/* Understand the beginning of a file of format 1, 2 or 3 that holds little-endian float32 or float64. `bytes` is all
 * there is, or at least NPY_HEADER_MOST of it; `what` names it in complaints. */
bool npy_header_parse(const char *what, const unsigned char *bytes, size_t available, npy_header *header);

/* The header of an array in C order, at most NPY_HEADER_MOST bytes; `type` is "<f4" or "<f8". Returns its length. */
size_t npy_header_make(const char *type, size_t rank, const size_t *shape, unsigned char *bytes);

#endif
