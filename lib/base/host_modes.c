/* Modes that belong to the host's threads: the locale and the floating-point environment. The library computes in the
 * host's floating-point mode, on every thread in the same; it prints and reads numbers in modes of its own. */
#include "base/context.h"

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

bool host_modes_leave(host_modes *modes)
{
    modes->own = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (modes->own == (locale_t)0)
        return false;
    modes->locale = uselocale(modes->own);
    fegetenv(&modes->floating);
    fesetenv(FE_DFL_ENV);
    return true;
}

void host_modes_return(const host_modes *modes)
{
    fesetenv(&modes->floating);
    uselocale(modes->locale);
    freelocale(modes->own);
}

#if defined(__SSE__)

/* One register, read in a few cycles where the whole environment takes a hundred. Its low bits tell what has happened;
 * they are no mode. */
enum { EVENTS = 0x3f };

float_mode float_mode_get(void)
{
    return _mm_getcsr() & ~(unsigned)EVENTS;
}

void float_mode_set(const float_mode *mode)
{
    if (float_mode_get() != *mode)
        _mm_setcsr(*mode);
}

#else

float_mode float_mode_get(void)
{
    float_mode mode;
    fegetenv(&mode);
    return mode;
}

void float_mode_set(const float_mode *mode)
{
    fesetenv(mode);
}

#endif
