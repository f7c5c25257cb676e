/* A text file's bytes, all at once: UTF-8 without NUL. */
#ifndef TABLE_CSV_BYTES_H
#define TABLE_CSV_BYTES_H

#include <stddef.h>

/* Read a regular file; there is room for one byte more than `size`. The text begins at `begin`, after a byte order
 * mark. The caller frees it. NULL with a complaint, which names the line of a byte that is not UTF-8. */
char *csv_bytes_read(const char *path, size_t *size, size_t *begin);

#endif
