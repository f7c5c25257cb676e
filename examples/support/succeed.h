/* The library's errors in the program's words. */
#ifndef SUPPORT_SUCCEED_H
#define SUPPORT_SUCCEED_H

#include <coulomb/context.h>
#include <stdbool.h>

/* True for COULOMB_OK; otherwise tells the user what was being done and the library's error message. */
bool succeeded(const coulomb_context *context, coulomb_status status, const char *doing);

/* The same of coulomb_context_new(), after whose failure there is no context with a message. */
bool context_created(coulomb_status status);

#endif
