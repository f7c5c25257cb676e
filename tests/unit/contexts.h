/* The contexts of suites that run on more than one device: those that the runner asks for. */
#ifndef UNIT_CONTEXTS_H
#define UNIT_CONTEXTS_H

#include <coulomb/context.h>
#include <stddef.h>

/* Makes a context with this memory; see device/entry.h, whose names Check's macros would take apart. */
struct context_memory;
typedef coulomb_status context_maker(const struct context_memory *memory, coulomb_context **context);

/* From now on. */
void contexts_on_cpu(void);
void contexts_on_mirror(void);
void contexts_of(context_maker *maker);

/* As coulomb_context_new() and coulomb_context_new_with_allocator(). */
coulomb_status new_context(coulomb_context **context);
coulomb_status new_context_with_allocator(coulomb_allocate_callback *allocate, coulomb_release_callback *release,
                                          void *user, coulomb_context **context);

/* Memory of the host from which arrays of the context's device are copied, and to which. */
size_t staging_bytes(const coulomb_context *context);

#endif
