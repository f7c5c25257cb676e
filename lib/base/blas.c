/* Which BLAS this is, and its one thread. OpenBLAS's own functions are weak symbols where the BLAS may be another one,
 * which has none; built for OpenBLAS they are not, as a static link leaves out what only weak ones name. */
#include "base/context.h"

#include <stdio.h>

#ifdef COULOMB_OPENBLAS
#define OF_OPENBLAS
#else
#define OF_OPENBLAS __attribute__((weak)) /* NULL where the BLAS is another one */
#endif
extern char *openblas_get_config(void) OF_OPENBLAS;
extern char *openblas_get_corename(void) OF_OPENBLAS;
extern int openblas_get_num_threads(void) OF_OPENBLAS;
extern void openblas_set_num_threads(int threads) OF_OPENBLAS;

bool blas_is_openblas(void)
{
#ifdef COULOMB_OPENBLAS
    return true;
#else
    return openblas_get_config != NULL && openblas_get_corename != NULL && openblas_get_num_threads != NULL &&
           openblas_set_num_threads != NULL;
#endif
}

void blas_start(char name[BLAS_NAME_SIZE])
{
    snprintf(name, BLAS_NAME_SIZE, "reference or unknown BLAS");
    if (!blas_is_openblas())
        return;
    char version[32] = "";
    sscanf(openblas_get_config(), "OpenBLAS %31s", version);
    snprintf(name, BLAS_NAME_SIZE, "OpenBLAS %s, %.64s kernels", version, openblas_get_corename());
    if (openblas_get_num_threads() != 1) /* in a forked child, setting it would start OpenBLAS's threads anew */
        openblas_set_num_threads(1);
}
