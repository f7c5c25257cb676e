/*
 * A distribution function, piecewise linear between knots at quantiles; it makes numbers uniform in [-1, 1], and back.
 * A value that recurs has an interval of its own, as long as its share, which all stands for it and in whose middle it
 * is encoded. Values that occur once, and those between knots, are points.
 */
#ifndef TABLE_DISTRIBUTION_H
#define TABLE_DISTRIBUTION_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Knots at first, and after more were added where float32 would not tell values apart. */
enum { KNOTS_FIRST = 1000, KNOTS_MOST = 8192 };

typedef struct distribution {
    size_t count;     /* of knots, at least 2 */
    double *values;   /* [count], increasing */
    double *low;      /* [count] how many numbers were smaller, plus 1/2 for a value that occurs once; */
    double *high;     /* [count] how many were not larger; the same */
    double total;     /* how many there were */
    float *from, *to; /* [count] the intervals, in [-1, 1] */
} distribution;

/* Of sorted numbers with at least two different ones. They come back to the nearest multiple of `unit`, if there are
 * knots enough; 0 if that does not matter. False with a complaint without memory. */
bool distribution_make(const double *sorted, size_t count, double unit, distribution *made);

/* The middle of a number's interval; of those out of range, of the first's or last's. */
float distribution_encode(const distribution *of, double value);

/* The number whose interval or point this is. Clipped to the range, unless `beyond`: then the outermost knots' slope
 * goes on. What is not finite is taken for -1. */
double distribution_decode(const distribution *of, double place, bool beyond);

/* NULL without memory; false with a complaint if it is not what distribution_to_json() gives. */
json_t *distribution_to_json(const distribution *of);
bool distribution_from_json(const json_t *from, const char *name, distribution *made);

void distribution_free(distribution *of);

#endif
