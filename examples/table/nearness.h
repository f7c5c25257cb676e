/*
 * Whether the distances of one set of rows tend to be smaller than those of another: the test of Mann and Whitney
 * (1947). Unlike two quantiles side by side it says what chance does with few rows.
 */
#ifndef TABLE_NEARNESS_H
#define TABLE_NEARNESS_H

#include <stddef.h>

typedef struct nearness {
    double share;   /* of all pairs, in which the first set's distance is smaller; equal ones count half */
    double p_value; /* that chance makes the share as large as this or larger; by the normal approximation */
} nearness;

/* Both ascending, neither empty. */
nearness nearness_of(const double *distances, size_t count, const double *others, size_t others_count);

#endif
