/* The context of the test that runs, which all files of a suite share. */
#ifndef UNIT_TEST_CONTEXT_H
#define UNIT_TEST_CONTEXT_H

#include "unit/contexts.h"

extern coulomb_context *context;

/* A checked fixture: `context` as new_context() makes it. */
void context_begin(void);
void context_end(void);

#endif
