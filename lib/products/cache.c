/* See cache.h. The C library is asked once: it may have to ask the processor, which takes long in virtual machines. */
#define _GNU_SOURCE
#include "products/cache.h"

#include <stdatomic.h>
#include <unistd.h>

static const size_t usual[] = {32 << 10, 512 << 10};

static size_t ask(int level)
{
    long bytes = 0;
#if defined(_SC_LEVEL1_DCACHE_SIZE) && defined(_SC_LEVEL2_CACHE_SIZE)
    bytes = sysconf(level == 1 ? _SC_LEVEL1_DCACHE_SIZE : _SC_LEVEL2_CACHE_SIZE);
#endif
    return bytes > 0 ? (size_t)bytes : usual[level - 1];
}

size_t cache_of_level(int level)
{
    static _Atomic size_t known[2];
    size_t bytes = atomic_load_explicit(&known[level - 1], memory_order_relaxed);
    if (bytes == 0) {
        bytes = ask(level);
        atomic_store_explicit(&known[level - 1], bytes, memory_order_relaxed);
    }
    return bytes;
}
