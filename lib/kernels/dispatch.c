/* Which kernels this processor can run: one row per tier, the best last. */
#include "kernels/kernels.h"

#include <string.h>

extern const kernels kernels_portable;

#ifdef __x86_64__
extern const kernels kernels_avx2, kernels_avx512;

static bool runs_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static bool runs_avx512(void)
{
    return runs_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}
#endif

static bool runs_always(void)
{
    return true;
}

static const struct tier {
    const kernels *table;
    bool (*runs)(void);
} tiers[] = {
    {&kernels_portable, runs_always},
#ifdef __x86_64__
    {&kernels_avx2, runs_avx2},
    {&kernels_avx512, runs_avx512},
#endif
};

enum { TIERS = sizeof tiers / sizeof tiers[0] };

const kernels *kernels_best(void)
{
    size_t best = TIERS - 1;
    while (!tiers[best].runs())
        best--;
    return tiers[best].table;
}

const kernels *kernels_named(const char *name)
{
    for (size_t i = 0; i < TIERS; i++)
        if (strcmp(tiers[i].table->name, name) == 0)
            return tiers[i].runs() ? tiers[i].table : NULL;
    return NULL;
}
