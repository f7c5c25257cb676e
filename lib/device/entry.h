/* How contexts on a device are made. A device in a library of its own comes in through the one function that this
 * library exports without showing it to programs: under a version node without a promise, for libraries built from the
 * same sources. */
#ifndef DEVICE_ENTRY_H
#define DEVICE_ENTRY_H

#include "device/device.h"

/* The memory of a context: the caller's, or malloc() where `allocate` is NULL. */
typedef struct context_memory {
    coulomb_allocate_callback *allocate;
    coulomb_release_callback *release;
    void *user;
} context_memory;

/* A context that computes on the device that table->start() makes from `arguments`; *context is NULL on failure, which
 * leaves no message. */
coulomb_status device_context_new(const device_table *table, const void *arguments, const context_memory *memory,
                                  coulomb_context **context);

/**
 * Create a context on a device of another library, as device_context_new() does. Refuse a table that was built from
 * other sources than this library: COULOMB_ERROR_DEVICE. @since private
 */
COULOMB_API coulomb_status coulomb_private_context_new(const device_table *table, const void *arguments,
                                                       const context_memory *memory, coulomb_context **context);

#endif
