/* A context whose allocations are counted, so that a target sees what it lost. */
#ifndef FUZZ_COUNTED_H
#define FUZZ_COUNTED_H

#include <coulomb/context.h>

#include <stddef.h>

/* Allocations that have not been released. */
extern size_t live;

coulomb_status counted_context(coulomb_context **made);

#endif
