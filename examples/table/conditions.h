/* Conditions on generated rows: a column and the value that it shall have. */
#ifndef TABLE_CONDITIONS_H
#define TABLE_CONDITIONS_H

#include "encoding.h"

typedef struct conditions {
    size_t count, *column; /* [count] */
    table values;          /* one row, with the values */
} conditions;

/* Read "COLUMN=VALUE;COLUMN=VALUE"; NULL for none. False with a complaint if a column does not exist, is not learned,
 * or never had the value. */
bool conditions_read(const encoding *of, const char *text, conditions *read);

/* Whether a row of a decoded table has all values. */
bool conditions_hold(const conditions *of, const table *in, size_t row);

void conditions_free(conditions *of);

#endif
