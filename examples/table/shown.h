/* Texts of a file on the screen: of any length, with characters that terminals obey. */
#ifndef TABLE_SHOWN_H
#define TABLE_SHOWN_H

#include <stddef.h>

enum { SHOWN_SIZE = 256 };

/* At most `most` characters (at most 60) of a UTF-8 text, with '?' for control characters and "..." for the rest.
 * Returns how many characters that are. */
size_t shown(const char *text, size_t most, char into[SHOWN_SIZE]);

#endif
