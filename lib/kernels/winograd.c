/* What a scheme of minimal filtering consists of. */
#include "kernels/winograd.h"

static const struct scheme {
    size_t taps, phases;
} schemes[WINOGRAD_SCHEMES] = {
    [WINOGRAD_3_1] = {.taps = 3, .phases = 1},
    [WINOGRAD_4_2] = {.taps = 4, .phases = 2},
    [WINOGRAD_5_2] = {.taps = 5, .phases = 2},
};

size_t winograd_taps(enum winograd_scheme scheme)
{
    return schemes[scheme].taps;
}

size_t winograd_phases(enum winograd_scheme scheme)
{
    return schemes[scheme].phases;
}

size_t winograd_phase_taps(enum winograd_scheme scheme, size_t phase)
{
    return (schemes[scheme].taps + schemes[scheme].phases - 1 - phase) / schemes[scheme].phases;
}

size_t winograd_slots(enum winograd_scheme scheme)
{
    return schemes[scheme].taps + schemes[scheme].phases * (WINOGRAD_TILE - 1);
}

size_t winograd_points(enum winograd_scheme scheme)
{
    return WINOGRAD_TILE - 1 + winograd_phase_taps(scheme, 0);
}
