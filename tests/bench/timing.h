/* What all measurements here need. */
#ifndef BENCH_TIMING_H
#define BENCH_TIMING_H

#include <stddef.h>

/* Seconds of a clock that never goes back. */
double now(void);

/* Sorts the values. */
double median_of(double *values, size_t count);

#endif
