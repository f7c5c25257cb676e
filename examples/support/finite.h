/* What a program writes or measures must be numbers: a generator that diverged makes others. */
#ifndef SUPPORT_FINITE_H
#define SUPPORT_FINITE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether all values of the generated samples, [count, size], are finite; false with a complaint. */
bool samples_finite(const float *samples, size_t count, size_t size);

#endif
