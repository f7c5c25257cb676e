#include "blas.h"

#include "console.h"

#include <coulomb/context.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void blas_mend(char **arguments)
{
    coulomb_context *context;
    /* whoever chose kernels has the last word, and a program that was started again must not do so once more */
    if (getenv("OPENBLAS_CORETYPE") || coulomb_context_new(&context) != COULOMB_OK)
        return;
    const char *remedy = coulomb_context_blas_remedy(context);
    if (remedy && setenv("OPENBLAS_CORETYPE", remedy, 1) == 0 && setenv("OPENBLAS_NUM_THREADS", "1", 0) == 0) {
        say("%s chose %s kernels on this processor; restarting with OPENBLAS_CORETYPE=%s.",
            coulomb_context_blas(context), coulomb_context_blas_kernel(context), remedy);
        execv("/proc/self/exe", arguments);
        complain("could not restart; this run is slower than possible");
    }
    coulomb_context_free(context);
}
