#include "unit/tiers.h"

#include <stdlib.h>

extern const kernels kernels_lanes16;

static const char *const names[] = {"portable", "avx2", "avx512"};

enum { NAMES = sizeof names / sizeof names[0] };

int tier_count(void)
{
    int found = 0;
    for (int i = 0; i < NAMES; i++)
        found += kernels_named(names[i]) != NULL;
    return found + 1;
}

const kernels *tier_table(int index)
{
    for (int i = 0; i < NAMES; i++)
        if (kernels_named(names[i]) != NULL && index-- == 0)
            return kernels_named(names[i]);
    if (index != 0)
        abort();
    return &kernels_lanes16;
}
