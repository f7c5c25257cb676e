/* What a communicator in a library of its own calls inside this one: exported without showing it to programs. */
#ifndef COMMUNICATOR_ENTRY_H
#define COMMUNICATOR_ENTRY_H

#include <coulomb/context.h>

/**
 * Store the error message and return the code. @since private
 */
COULOMB_API coulomb_status coulomb_private_fail(coulomb_context *context, coulomb_status code, const char *message);

#endif
