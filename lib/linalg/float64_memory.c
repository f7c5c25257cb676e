/* Memory that OpenBLAS takes by itself. It maps a buffer for each thread that calls it and keeps it; where the system
 * refuses one, it asks again for ever. So the system is asked before. */
#define _GNU_SOURCE

#include "linalg/linalg.h"

#include <stdatomic.h>
#include <sys/mman.h>

enum { BUFFER_MIB = 128 };

coulomb_status float64_reserve(coulomb_context *context, size_t pieces)
{
    static atomic_size_t had; /* buffers that there was room for: OpenBLAS has them since */
    size_t threads = context_threads(context), wanted = pieces < threads ? pieces : threads;
    if (!blas_is_openblas() || wanted <= atomic_load(&had))
        return COULOMB_OK;
    size_t bytes = wanted * ((size_t)BUFFER_MIB << 20);
    void *room = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room == MAP_FAILED)
        return fail(context, COULOMB_ERROR_MEMORY,
                    "out of memory for OpenBLAS: it needs %d MiB of address space in each of %zu threads", BUFFER_MIB,
                    wanted);
    munmap(room, bytes);
    atomic_store(&had, wanted);
    return COULOMB_OK;
}
