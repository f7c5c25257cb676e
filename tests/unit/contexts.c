#include "unit/contexts.h"

#include "unit/mirror.h"

static bool on_mirror;

void contexts_on_cpu(void)
{
    on_mirror = false;
}

void contexts_on_mirror(void)
{
    on_mirror = true;
}

coulomb_status new_context(coulomb_context **context)
{
    return on_mirror ? mirror_context_new(&(context_memory){0}, context) : coulomb_context_new(context);
}

coulomb_status new_context_with_allocator(coulomb_allocate_callback *allocate, coulomb_release_callback *release,
                                          void *user, coulomb_context **context)
{
    const context_memory memory = {.allocate = allocate, .release = release, .user = user};
    return on_mirror ? mirror_context_new(&memory, context)
                     : coulomb_context_new_with_allocator(allocate, release, user, context);
}

size_t staging_bytes(const coulomb_context *context)
{
    return mirror_host_bytes(context);
}
