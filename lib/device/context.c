/* Contexts on a device. */
#include "device/entry.h"

static const device_services services = {
    .fail = fail, .log_line = log_line, .memory_get = memory_get, .memory_release = memory_release};

coulomb_status device_context_new(const device_table *table, const void *arguments, const context_memory *memory,
                                  coulomb_context **context)
{
    *context = NULL;
    coulomb_context *made = context_new(memory->allocate, memory->release, memory->user);
    if (made == NULL)
        return COULOMB_ERROR_MEMORY;
    device *started = NULL;
    coulomb_status status = table->start(made, &services, arguments, &started);
    if (status != COULOMB_OK) {
        coulomb_context_free(made);
        return status;
    }
    context_set_device(made, started, table->free);
    *context = made;
    return COULOMB_OK;
}

coulomb_status coulomb_private_context_new(const device_table *table, const void *arguments,
                                           const context_memory *memory, coulomb_context **context)
{
    if (context == NULL)
        return COULOMB_ERROR_ARGUMENT;
    *context = NULL;
    if (table == NULL || memory == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (table->table != DEVICE_TABLE || table->size != sizeof *table)
        return COULOMB_ERROR_DEVICE;
    return device_context_new(table, arguments, memory, context);
}
