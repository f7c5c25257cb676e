/* The mirror: a device of the tests. Its addresses are the host's plus 2^62, where nothing is: whoever above the seam
 * reads or writes device memory dies by a signal, and a system call that is given such memory fails. It shifts
 * addresses back and lets the CPU do the work, to the CPU's bits. An address of the host where the device's belongs
 * ends the program too. */
#ifndef UNIT_MIRROR_H
#define UNIT_MIRROR_H

#include "device/entry.h"

/* A context on the mirror. */
coulomb_status mirror_context_new(const context_memory *memory, coulomb_context **context);

/* Memory of the host that stages arrays of the mirror's; 0 on another device. */
size_t mirror_host_bytes(const coulomb_context *context);

/* The host's address behind one of the mirror's, and the other way round; NULL stays NULL. */
void *mirror_below(const void *address);
void *mirror_above(const void *address);

#endif
