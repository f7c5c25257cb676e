#include "counted.h"

#include <stdlib.h>

size_t live;

static void *get(void *user, size_t size)
{
    (void)user;
    live++;
    return malloc(size);
}

static void release(void *user, void *memory)
{
    (void)user;
    live--;
    free(memory);
}

coulomb_status counted_context(coulomb_context **made)
{
    return coulomb_context_new_with_allocator(get, release, NULL, made);
}
