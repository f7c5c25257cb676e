/* The two sets of samples: from files, or one of the built-in examples. */
#ifndef FIELD_SHAPES_H
#define FIELD_SHAPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum example { EXAMPLE_CHARGES = 1, EXAMPLE_RING, EXAMPLE_BLOBS, EXAMPLE_GAUSSIAN25 };

/* Points of the plane. */
typedef struct points {
    size_t count;
    float *at; /* [count, 2] */
} points;

typedef struct charges {
    points model, target;
    points fresh; /* another sample of the target's density, none if that is not known */
} charges;

bool charges_example(enum example example, size_t samples, uint64_t seed, charges *made);

bool charges_read(const char *model, const char *target, charges *made);

void charges_free(charges *made);

#endif
