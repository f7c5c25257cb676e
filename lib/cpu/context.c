/* Contexts that compute on the CPU. */
#include "cpu/cpu.h"
#include "device/entry.h"

coulomb_status coulomb_context_new(coulomb_context **context)
{
    return context == NULL ? COULOMB_ERROR_ARGUMENT
                           : device_context_new(&cpu_table, NULL, &(context_memory){0}, context);
}

coulomb_status coulomb_context_new_with_allocator(coulomb_allocate_callback *allocate,
                                                  coulomb_release_callback *release, void *user,
                                                  coulomb_context **context)
{
    if (context == NULL)
        return COULOMB_ERROR_ARGUMENT;
    *context = NULL;
    if (allocate == NULL || release == NULL)
        return COULOMB_ERROR_ARGUMENT;
    context_memory memory = {.allocate = allocate, .release = release, .user = user};
    return device_context_new(&cpu_table, NULL, &memory, context);
}
