/* Moments of features that are given in float64. */
#ifndef FID_MOMENTS_FLOAT64_H
#define FID_MOMENTS_FLOAT64_H

#include <coulomb/moments.h>

/* Of [count, dimension] features, at least two. `path` is what they are called in complaints; NULL with one. */
coulomb_moments *moments_of_float64(coulomb_context *context, const char *path, const double *features, size_t count,
                                    size_t dimension);

#endif
