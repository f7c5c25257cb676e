/* Compressed files and archives where text belongs. */
#ifndef SUPPORT_PACKED_H
#define SUPPORT_PACKED_H

#include <stddef.h>

/* What the first bytes of a file say that it is, for an error message; NULL if it may be text. */
const char *packed_kind(const void *bytes, size_t size);

#endif
