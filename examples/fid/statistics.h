/* Mean and covariance of features in files, as programs for Fréchet distances exchange them: .npz with `mu` [d] and
 * `sigma` [d, d]. */
#ifndef FID_STATISTICS_H
#define FID_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct statistics {
    size_t dimension;
    double *mean, *covariance; /* [dimension], [dimension, dimension]; free with statistics_free() */
} statistics;

/* Most dimensions that are read: memory is bounded by this, whatever a file claims. */
enum { STATISTICS_MOST = 8192 };

/* Read float64 or float32, in C or Fortran order; other entries are left alone. All must be finite. False with a
 * complaint, and then there is nothing to free. */
bool statistics_read(const char *path, statistics *read);

/* Write or replace the file, float64. */
bool statistics_write(const char *path, const statistics *made);

void statistics_free(statistics *of);

#endif
