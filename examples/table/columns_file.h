/*
 * A JSON file that says what columns are, where their values would say something else. An object of columns' names,
 * each with a kind, or with an object:
 *
 *     {"zip": "category", "born": {"kind": "date", "format": "DD/MM/YYYY"}, "price": {"kind": "decimal number",
 * "digits": 2}}
 */
#ifndef TABLE_COLUMNS_FILE_H
#define TABLE_COLUMNS_FILE_H

#include "column.h"

typedef struct column_wish {
    bool given;
    enum column_kind kind;
    char date[DATE_FORMAT_SIZE]; /* empty: found out */
    int digits;                  /* of decimal numbers; below 0: found out */
} column_wish;

/* Read wishes for columns whose names are known, [of->count]; none for NULL as path. The caller frees them. NULL with a
 * complaint. */
column_wish *column_wishes_read(const char *path, const columns *of);

#endif
