/* Writing generated rows as CSV. */
#ifndef TABLE_GENERATING_H
#define TABLE_GENERATING_H

#include "encoding.h"

#include <coulomb/coulomb.h>

/* What rows are made with. */
typedef struct row_maker {
    coulomb_context *context;
    coulomb_network *generator;
    const encoding *encoding;
    const char *given; /* conditions.h; NULL: none */
    bool beyond;       /* as encoding_decode() has it */
} row_maker;

enum { ROWS_AT_ONCE = 4096 };

/* Write or replace a CSV file of so many rows; path NULL: to standard output. They are the generator's next ones. False
 * with a complaint. */
bool rows_write(const row_maker *with, uint64_t count, const char *path);

#endif
