/* Which BLAS this is, and whether it fits the processor. OpenBLAS up to 0.3.21 takes processors newer than itself for
 * very old ones and runs several times slower than it could. Its own functions are weak symbols where the BLAS may be
 * another one, which has none; built for OpenBLAS they are not, as a static link leaves out what only weak ones name.
 */
#include "base/context.h"

#include <stdio.h>
#include <string.h>

#ifdef COULOMB_OPENBLAS
#define OF_OPENBLAS
#else
#define OF_OPENBLAS __attribute__((weak)) /* NULL where the BLAS is another one */
#endif
extern char *openblas_get_config(void) OF_OPENBLAS;
extern char *openblas_get_corename(void) OF_OPENBLAS;
extern int openblas_get_num_threads(void) OF_OPENBLAS;
extern void openblas_set_num_threads(int threads) OF_OPENBLAS;

/* OpenBLAS kernels made for AVX-512 and for AVX2, as openblas_get_corename() spells them. */
static bool one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

/* The core type this processor deserves, NULL if `kernel` is as good. */
static const char *better_core(const char *kernel)
{
#ifdef __x86_64__
    static const char *const for_avx512[] = {"SkylakeX", "Cooperlake", "SapphireRapids", NULL};
    static const char *const for_avx2[] = {"Haswell", "Zen", "SkylakeX", "Cooperlake", "SapphireRapids", NULL};
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
        return one_of(kernel, for_avx512) ? NULL : "SkylakeX";
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return one_of(kernel, for_avx2) ? NULL : "Haswell";
#else
    (void)kernel;
#endif
    return NULL;
}

bool blas_is_openblas(void)
{
#ifdef COULOMB_OPENBLAS
    return true;
#else
    return openblas_get_config != NULL && openblas_get_corename != NULL && openblas_get_num_threads != NULL &&
           openblas_set_num_threads != NULL;
#endif
}

void blas_inspect(blas_report *report)
{
    *report = (blas_report){.vendor = "reference or unknown BLAS", .kernel = "unknown"};
    if (!blas_is_openblas())
        return;
    char version[32] = "";
    sscanf(openblas_get_config(), "OpenBLAS %31s", version);
    snprintf(report->vendor, sizeof report->vendor, "OpenBLAS %s", version);
    snprintf(report->kernel, sizeof report->kernel, "%s", openblas_get_corename());
    report->remedy = better_core(report->kernel);
    if (report->remedy != NULL)
        snprintf(report->warning, sizeof report->warning,
                 "%s selected its %s kernels, several times slower than others on this processor; "
                 "set OPENBLAS_CORETYPE=%s before the program starts",
                 report->vendor, report->kernel, report->remedy);
    if (openblas_get_num_threads() != 1) /* in a forked child, setting it would start OpenBLAS's threads anew */
        openblas_set_num_threads(1);
}
