/* The contexts of suites that run on more than one device: those that the runner asks for. */
#ifndef UNIT_CONTEXTS_H
#define UNIT_CONTEXTS_H

#include <coulomb/context.h>
#include <stddef.h>

/* From now on. */
void contexts_on_cpu(void);
void contexts_on_mirror(void);

/* As coulomb_context_new() and coulomb_context_new_with_allocator(). */
coulomb_status new_context(coulomb_context **context);
coulomb_status new_context_with_allocator(coulomb_allocate_callback *allocate, coulomb_release_callback *release,
                                          void *user, coulomb_context **context);

/* Memory of the host from which arrays of the context's device are copied, and to which. */
size_t staging_bytes(const coulomb_context *context);

#endif
