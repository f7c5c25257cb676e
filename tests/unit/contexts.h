/* The contexts of suites that run on more than one device: those that the runner asks for. */
#ifndef UNIT_CONTEXTS_H
#define UNIT_CONTEXTS_H

#include <coulomb/context.h>
#include <stdbool.h>
#include <stddef.h>

/* Makes a context with this memory; see device/entry.h, whose names Check's macros would take apart. */
struct context_memory;
typedef coulomb_status context_maker(const struct context_memory *memory, coulomb_context **context);

/* From now on. */
void contexts_on_cpu(void);
void contexts_on_mirror(void);
void contexts_of(context_maker *maker, bool own_memory, bool slow);

/* The device's arrays do not come from the context's allocator, which then counts and fails only what stands on the
 * host: a lack of that may cost the device time alone. */
bool device_has_own_memory(void);

/* Suites that repeat themselves for many cases take some of them. */
bool device_is_slow(void);

/* As coulomb_context_new() and coulomb_context_new_with_allocator(). */
coulomb_status new_context(coulomb_context **context);
coulomb_status new_context_with_allocator(coulomb_allocate_callback *allocate, coulomb_release_callback *release,
                                          void *user, coulomb_context **context);

/* Memory of the host from which arrays of the context's device are copied, and to which. */
size_t staging_bytes(const coulomb_context *context);

#endif
