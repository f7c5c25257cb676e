/* C code of the extension module: what callbacks do without Python. */
#include <coulomb/coulomb.h>
#include <dlfcn.h>
#include <time.h>

/* Exported by every CPython, but declared under the limited interface only since 3.13. They need no GIL, and
 * tracemalloc counts what they give. */
extern void *PyMem_RawMalloc(size_t size);
extern void PyMem_RawFree(void *memory);

static void *python_allocate(void *user, size_t size)
{
    (void)user;
    return PyMem_RawMalloc(size);
}

static void python_release(void *user, void *memory)
{
    (void)user;
    PyMem_RawFree(memory);
}

/* The `user` of python_watched(): when it last let Python look for signals, in nanoseconds. */
struct python_watch {
    int64_t looked;
};

enum { BETWEEN_LOOKS = 50 * 1000 * 1000 };

static coulomb_status python_signals(void *user, uint64_t update);

/* Progress of a run without a progress function: Python handles signals, such as Ctrl-C, 20 times a second, and not
 * after each update of a tenth of a millisecond. */
static coulomb_status python_watched(void *user, uint64_t update)
{
    struct python_watch *watch = user;
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    int64_t now = time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
    if (now - watch->looked < BETWEEN_LOOKS)
        return COULOMB_OK;
    watch->looked = now;
    return python_signals(user, update);
}

/* The file that libcoulomb was loaded from; "" if unknown. */
static const char *python_library_path(void)
{
    Dl_info found;
    union {
        uint32_t (*function)(void);
        void *address;
    } version = {coulomb_version};
    return dladdr(version.address, &found) != 0 && found.dli_fname != NULL ? found.dli_fname : "";
}
