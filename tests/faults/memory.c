/* Preloaded into a program: its allocation number FAULT_AT, counted from 1, fails; with FAULT_FROM=1 all from that one
 * on do. FAULT_COUNT names a file that receives the number of allocations at the end. Allocations of the libraries that
 * draw do not count: those crash without memory. */
#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_long calls;
static long failing;
static bool from;
static void *(*next_malloc)(size_t), *(*next_calloc)(size_t, size_t), *(*next_realloc)(void *, size_t);

/* dlsym() may allocate before there is anything to allocate with. */
static char early[4096];
static size_t early_used;

static void find_next(void)
{
    static bool looking;
    if (looking)
        return;
    looking = true;
    /* POSIX promises what C does not: a function's address fits */
    *(void **)&next_malloc = dlsym(RTLD_NEXT, "malloc");
    *(void **)&next_calloc = dlsym(RTLD_NEXT, "calloc");
    *(void **)&next_realloc = dlsym(RTLD_NEXT, "realloc");
    const char *at = getenv("FAULT_AT");
    failing = at ? atol(at) : 0;
    from = getenv("FAULT_FROM") != NULL;
}

static bool is_spared(const void *caller)
{
    static const char *const spared[] = {"pixman", "cairo", "fontconfig", "freetype", "expat", "ld-linux"};
    Dl_info found;
    if (!dladdr(caller, &found) || !found.dli_fname)
        return false;
    for (size_t i = 0; i < sizeof spared / sizeof *spared; i++)
        if (strstr(found.dli_fname, spared[i]))
            return true;
    return false;
}

static bool fails(const void *caller)
{
    if (is_spared(caller))
        return false;
    long call = atomic_fetch_add(&calls, 1) + 1;
    if (failing == 0 || (from ? call < failing : call != failing))
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    if (!next_malloc)
        find_next();
    return fails(__builtin_return_address(0)) ? NULL : next_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    if (!next_calloc)
        find_next();
    if (!next_calloc) {
        void *given = early + early_used;
        early_used += (count * size + 15) / 16 * 16;
        return early_used <= sizeof early ? given : NULL;
    }
    return fails(__builtin_return_address(0)) ? NULL : next_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    if (!next_realloc)
        find_next();
    return fails(__builtin_return_address(0)) ? NULL : next_realloc(old, size);
}

__attribute__((destructor)) static void tell(void)
{
    const char *path = getenv("FAULT_COUNT");
    char text[32];
    int file = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
    if (file < 0)
        return;
    int length = snprintf(text, sizeof text, "%ld\n", (long)calls);
    if (write(file, text, (size_t)length) != length)
        _exit(99);
    close(file);
}
