/* Preloaded into a program: its allocation number FAULT_AT, counted from 1, fails; with FAULT_FROM=1 all from that one
 * on do. FAULT_COUNT names a file that receives the number of allocations at the end, FAULT_PLACES one that receives a
 * line with the number of the first allocation of each place: of each chain of calls that leads to one. Allocations of
 * the libraries that draw, and of MPI's, do not count: those crash without memory. */
#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <unwind.h>

static atomic_long calls;
static long failing;
static bool from, started_by_mpi;
static int places_file = -1;
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
    started_by_mpi = getenv("OMPI_COMM_WORLD_RANK") || getenv("PMI_RANK");
    const char *places = getenv("FAULT_PLACES");
    if (places)
        places_file = open(places, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

static bool is_of(const void *caller, const char *const *libraries, size_t count)
{
    Dl_info found;
    if (!dladdr(caller, &found) || !found.dli_fname)
        return false;
    for (size_t i = 0; i < count; i++)
        if (strstr(found.dli_fname, libraries[i]))
            return true;
    return false;
}

/* MPI's own, of which some stand anywhere above what they call, libX11 for instance. */
static bool is_of_mpi(const void *caller)
{
    static const char *const mpi[] = {"/libmpi", "open-pal", "open-rte", "openmpi"};
    return is_of(caller, mpi, sizeof mpi / sizeof *mpi);
}

static bool is_fragile(const void *caller)
{
    static const char *const fragile[] = {"pixman", "cairo",    "fontconfig", "freetype", "expat",    "ld-linux",
                                          "pmix",   "libevent", "hwloc",      "libuc",    "libfabric"};
    return is_of(caller, fragile, sizeof fragile / sizeof *fragile) || is_of_mpi(caller);
}

typedef struct near_frames {
    int left;
    bool fragile;
} near_frames;

static _Unwind_Reason_Code look_at_frame(struct _Unwind_Context *frame, void *user)
{
    near_frames *of = user;
    /* as addresses of code come */
    of->fragile = of->fragile || is_fragile((const void *)_Unwind_GetIP(frame)); /* NOLINT(performance-no-int-to-ptr) */
    return of->left-- > 0 ? _URC_NO_REASON : _URC_END_OF_STACK;
}

static _Unwind_Reason_Code look_for_mpi(struct _Unwind_Context *frame, void *found)
{
    /* as addresses of code come */
    if (is_of_mpi((const void *)_Unwind_GetIP(frame))) /* NOLINT(performance-no-int-to-ptr) */
        *(bool *)found = true;
    return *(bool *)found ? _URC_END_OF_STACK : _URC_NO_REASON;
}

static _Unwind_Reason_Code look_for_reading(struct _Unwind_Context *frame, void *reading)
{
    Dl_info found;
    const void *caller = (const void *)_Unwind_GetIP(frame); /* NOLINT(performance-no-int-to-ptr) */
    bool named = dladdr(caller, &found) && found.dli_sname;
    *(bool *)reading = *(bool *)reading || (named && strncmp(found.dli_sname, "json_load", 9) == 0);
    return _URC_NO_REASON;
}

/* These also allocate through the C library. jansson's reader writes past its buffer when that could not grow. */
static bool is_spared(const void *caller)
{
    static const char *const system[] = {"libc.so"}, *const json[] = {"jansson"};
    bool reading = false;
    if (is_of(caller, json, 1)) {
        _Unwind_Backtrace(look_for_reading, &reading);
        return reading;
    }
    bool below_mpi = false;
    if (started_by_mpi)
        _Unwind_Backtrace(look_for_mpi, &below_mpi);
    if (below_mpi)
        return true;
    near_frames frames = {.left = 5};
    if (!is_of(caller, system, 1))
        return is_fragile(caller);
    _Unwind_Backtrace(look_at_frame, &frames);
    return frames.fragile;
}

static _Unwind_Reason_Code add_caller(struct _Unwind_Context *frame, void *hash)
{
    uintptr_t *sum = hash;
    *sum = (*sum ^ (uintptr_t)_Unwind_GetIP(frame)) * 0x100000001b3u;
    return _URC_NO_REASON;
}

/* Note a chain of calls that has not been met before. */
static void note_place(long call)
{
    enum { PLACES_MOST = 1 << 16 };
    static uintptr_t places[PLACES_MOST];
    static atomic_flag busy = ATOMIC_FLAG_INIT;
    uintptr_t hash = 0xcbf29ce484222325u;
    _Unwind_Backtrace(add_caller, &hash);
    while (atomic_flag_test_and_set(&busy))
        ;
    size_t at = hash % PLACES_MOST;
    while (places[at] != 0 && places[at] != hash)
        at = (at + 1) % PLACES_MOST;
    if (places[at] == 0)
        dprintf(places_file, "%ld\n", call);
    places[at] = hash;
    atomic_flag_clear(&busy);
}

static bool fails(const void *caller)
{
    static _Thread_local bool noting;
    if (noting)
        return false;
    noting = true;
    bool spared = is_spared(caller);
    noting = false;
    if (spared)
        return false;
    long call = atomic_fetch_add(&calls, 1) + 1;
    if (places_file >= 0) {
        noting = true;
        note_place(call);
        noting = false;
    }
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
