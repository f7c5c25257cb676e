#include "unit/contexts.h"

#include "unit/mirror.h"

static context_maker *maker; /* NULL: the CPU's */
static bool has_own_memory, is_slow;

void contexts_on_cpu(void)
{
    contexts_of(NULL, false, false);
}

void contexts_on_mirror(void)
{
    contexts_of(mirror_context_new, false, false);
}

void contexts_of(context_maker *of, bool own_memory, bool slow)
{
    maker = of;
    has_own_memory = own_memory;
    is_slow = slow;
}

bool device_has_own_memory(void)
{
    return has_own_memory;
}

bool device_is_slow(void)
{
    return is_slow;
}

coulomb_status new_context(coulomb_context **context)
{
    return maker != NULL ? maker(&(context_memory){0}, context) : coulomb_context_new(context);
}

coulomb_status new_context_with_allocator(coulomb_allocate_callback *allocate, coulomb_release_callback *release,
                                          void *user, coulomb_context **context)
{
    const context_memory memory = {.allocate = allocate, .release = release, .user = user};
    return maker != NULL ? maker(&memory, context)
                         : coulomb_context_new_with_allocator(allocate, release, user, context);
}

size_t staging_bytes(const coulomb_context *context)
{
    return mirror_host_bytes(context);
}
