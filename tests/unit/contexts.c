#include "unit/contexts.h"

#include "unit/mirror.h"

static context_maker *maker; /* NULL: the CPU's */

void contexts_on_cpu(void)
{
    maker = NULL;
}

void contexts_on_mirror(void)
{
    maker = mirror_context_new;
}

void contexts_of(context_maker *of)
{
    maker = of;
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
