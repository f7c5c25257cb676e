/* Files that the tests of tables read, and what is said of them. */
#ifndef TABLE_FIXTURE_H
#define TABLE_FIXTURE_H

#include "table/encoding.h"

#include <check.h>
#include <stdint.h>

/* A file with these bytes; its name stays good until the next. */
const char *fixture_file(const void *bytes, size_t size);
const char *fixture_text(const char *text);

/* Remove the files. */
void fixture_remove(void);

/* The table of a text; it must be one. With a text of wishes, or NULL. */
void fixture_table(const char *text, const char *wishes, columns *found, table *read);

/* The text is no table, with a complaint that holds `part`. */
void fixture_refuses(const char *text, const char *wishes, const char *part);

/* The table as CSV; the caller frees it. */
char *fixture_written(const table *of);

/* Numbers as if by chance, the same for the same state. */
uint32_t fixture_below(uint32_t *state, uint32_t bound);

#endif
