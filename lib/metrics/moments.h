/* The handle, for the files that make and compare moments. Only for files of this folder. */
#ifndef METRICS_MOMENTS_H
#define METRICS_MOMENTS_H

#include "base/base.h"

#include <coulomb/moments.h>

enum { MOMENTS_DIMENSION_MOST = 30000 };

struct coulomb_moments {
    coulomb_context *context;
    size_t dimension;
    bool there;       /* set, or at least one vector was added */
    bool busy;        /* the caller's callback runs */
    uint64_t count;   /* 0 although `there`: not known */
    double divisor;   /* the covariance is squares / divisor */
    double *mean;     /* [dimension] */
    double *squares;  /* [dimension, dimension], the lower triangle: sums of products of deviations from the mean */
    double *block;    /* [MOMENTS_BLOCK + 1, dimension] vectors being added */
    double *distance; /* [dimension] of their mean from the mean before */
};

enum { MOMENTS_BLOCK = 256 };

/* The handle is there and not in use by a running callback. */
coulomb_status moments_check_idle(const coulomb_moments *moments, const char *caller);

/* `values` are the eigenvalues of a covariance, ascending: the least is not clearly below 0. */
coulomb_status moments_check_eigenvalues(coulomb_context *context, const char *name, const double *values, size_t n);

#endif
