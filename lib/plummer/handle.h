/* The handle, and the checks its entry points share. Only for files of this folder. */
#ifndef PLUMMER_HANDLE_H
#define PLUMMER_HANDLE_H

#include "plummer/plummer.h"
#include "plummer/staging.h"

enum { DIMENSION_MOST = 200000 };

struct coulomb_plummer {
    coulomb_context *context;
    potential_kernel kernel;
    bool busy;           /* one of the caller's callbacks runs */
    device_pairs *pairs; /* of the context's device, which sums arrays */
    call_memory call_memory;
    pair_workspace workspace; /* of streams, which are summed on the host */
    buffer blocks;            /* read from them */
};

/* A set that is read through a callback. */
typedef struct point_stream {
    const char *name;
    coulomb_points_callback *read;
    void *user;
    size_t count;
} point_stream;

/* The handle is there and not in use by a running callback. */
coulomb_status check_idle(const coulomb_plummer *plummer, const char *caller);

coulomb_status check_dimension(const coulomb_plummer *plummer, size_t dimension);

/* count * dimension floats fit into memory; `values` is not NULL unless count is 0. */
coulomb_status check_array(const coulomb_plummer *plummer, const char *name, const float *values, size_t count,
                           size_t dimension);

/* check_array() and check_points_finite() on a whole set. */
coulomb_status check_set(const coulomb_plummer *plummer, const point_set *set, size_t dimension, float *largest);

/* Counts of a set that makes sums with itself. */
coulomb_status check_own_count(const coulomb_plummer *plummer, const char *name, size_t count);

/* A block of a stream, checked; the handle is marked as busy while the caller's callback runs. */
coulomb_status plummer_read(coulomb_plummer *plummer, const point_stream *stream, size_t dimension, size_t first,
                            size_t count, float *points, float *largest);

#endif
