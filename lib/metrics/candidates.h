/* The nearest pairs found so far, in order. Only for files of this folder. */
#ifndef METRICS_CANDIDATES_H
#define METRICS_CANDIDATES_H

#include "base/base.h"

/* Of equally near pairs the one with the smaller row, then the smaller column, comes first: an order without ties, so
 * that the same pairs are found in whatever order they are looked at. */
typedef struct candidate {
    double square; /* squared distance */
    size_t row, column;
} candidate;

typedef struct candidates {
    candidate *held; /* [most] */
    size_t count, most;
} candidates;

/* A pair at that distance, or a greater one, could be among them. */
bool candidates_want(const candidates *list, const candidate *pair);

/* Take the pair in if it belongs there. */
void candidates_add(candidates *list, const candidate *pair);

#endif
