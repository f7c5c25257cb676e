#include "finite.h"

#include "console.h"

#include <math.h>

bool samples_finite(const float *samples, size_t count, size_t size)
{
    for (size_t i = 0; i < count * size; i++)
        if (!isfinite(samples[i]))
            return complain(
                "generated sample %zu contains %g: the generator has diverged; train it with lower learning "
                "rates, or take an earlier checkpoint",
                i / size, (double)samples[i]);
    return true;
}
