#include "nearness.h"

#include <math.h>

/* How many of the ascending values from `at` on are equal to `value`. */
static size_t run_of(const double *values, size_t count, size_t at, double value)
{
    size_t end = at;
    while (end < count && values[end] == value)
        end++;
    return end - at;
}

nearness nearness_of(const double *distances, size_t count, const double *others, size_t others_count)
{
    double pairs = (double)count * (double)others_count, all = (double)count + (double)others_count;
    double smaller = 0, ties = 0;
    for (size_t i = 0, j = 0; i < count || j < others_count;) {
        double value = i == count || (j < others_count && others[j] < distances[i]) ? others[j] : distances[i];
        double here = (double)run_of(distances, count, i, value),
               there = (double)run_of(others, others_count, j, value);
        i += (size_t)here;
        j += (size_t)there;
        smaller += here * ((double)(others_count - j) + there / 2);
        ties += pow(here + there, 3) - (here + there);
    }
    double variance = pairs / 12 * (all + 1 - ties / (all * (all - 1)));
    nearness found = {.share = smaller / pairs, .p_value = 1};
    if (variance > 0)
        found.p_value = 0.5 * erfc((smaller - pairs / 2) / sqrt(2 * variance));
    return found;
}
