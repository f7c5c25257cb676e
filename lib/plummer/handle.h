/* The handle, and the checks its entry points share. Only for files of this folder. */
#ifndef PLUMMER_HANDLE_H
#define PLUMMER_HANDLE_H

#include "base/base.h"

#include <coulomb/plummer.h>

enum { DIMENSION_MOST = 200000 };

struct coulomb_plummer {
    coulomb_context *context;
    double exponent, epsilon;
    bool self_terms;
    bool busy; /* one of the caller's callbacks runs */
    buffer sums, scratch, blocks;
};

/* A set of points as it came in; `name` is for error messages ("model"), `item` what one of them is called ("sample").
 */
typedef struct point_set {
    const char *name, *item;
    const float *values;
    size_t count;
} point_set;

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

/* All values are finite; *largest becomes at least the largest magnitude. `first` is the index of the set's first
 * point. */
coulomb_status check_values(const coulomb_plummer *plummer, const point_set *set, size_t first, size_t dimension,
                            float *largest);

/* The three checks above on a whole set. */
coulomb_status check_set(const coulomb_plummer *plummer, const point_set *set, size_t dimension, float *largest);

/* Counts of a set that makes sums with itself. */
coulomb_status check_own_count(const coulomb_plummer *plummer, const char *name, size_t count);

/* A block of a stream, checked; the handle is marked as busy while the caller's callback runs. */
coulomb_status plummer_read(coulomb_plummer *plummer, const point_stream *stream, size_t dimension, size_t first,
                            size_t count, float *points, float *largest);

#endif
