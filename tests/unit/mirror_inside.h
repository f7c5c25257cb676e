/* What the mirror's files share. */
#ifndef UNIT_MIRROR_INSIDE_H
#define UNIT_MIRROR_INSIDE_H

#include "cpu/cpu.h"
#include "unit/mirror.h"

enum { ARRAYS_MOST = 4096 };

typedef struct mirror {
    device seam;
    device *cpu;
    void *array[ARRAYS_MOST]; /* the host's addresses of what was got and not released */
    size_t arrays;
    uint64_t *heard; /* digest of the calls of the recording under way; NULL: none is */
} mirror;

mirror *mirror_of(device *on);

/* The CPU's device, once the call is heard: its name and `count` arguments, each a uint64_t. */
device *mirror_hear(mirror *m, const char *call, int count, ...);

static inline uint64_t address(const void *pointer)
{
    return (uint64_t)(uintptr_t)pointer;
}

uint64_t float_bits(float value);

/* End the program, which broke the seam's rules. */
_Noreturn void mirror_refuse(const char *what);

/* Plans, flat arrays, potentials; the rest of the table is mirror.c's. */
void mirror_add_plans(device_table *table);
void mirror_add_flat(device_table *table);
void mirror_add_potentials(device_table *table);

#endif
