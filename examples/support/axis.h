/* An axis: its range, linear or logarithmic, and where its ticks are. */
#ifndef SUPPORT_AXIS_H
#define SUPPORT_AXIS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct axis {
    const char *label;
    double low, high;
    bool logarithmic;
    bool bare; /* no tick labels: a neighbour's serve for both */
} axis;

enum { TICKS_MOST = 24 };

typedef struct axis_ticks {
    size_t count;
    double at[TICKS_MOST];
    char label[TICKS_MOST][24];
} axis_ticks;

/* 0 at the low end, 1 at the high end. */
double axis_share(const axis *scale, double value);

/* Round numbers, about `wanted` of them; also on a logarithmic axis of less than a decade at least two. */
void axis_find_ticks(const axis *scale, double wanted, axis_ticks *ticks);

/* The range of some finite values (of positive ones for a logarithmic scale) with a little room around it. */
void axis_fit(axis *scale, const double *values, size_t count);

/* Enlarge the range to hold these as well. */
void axis_include(axis *scale, const double *values, size_t count);

#endif
