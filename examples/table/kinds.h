/* Finds out from a CSV file's cells what each column is, and takes over its values. */
#ifndef TABLE_KINDS_H
#define TABLE_KINDS_H

#include "columns_file.h"
#include "csv.h"
#include "table.h"

/* Of the records from `first` on. `of` has the columns' names already; the rest is filled in, and `made` with it. False
 * with a complaint that names the line of a cell that is not what was wished. */
bool kinds_find(const csv *from, const char *path, size_t first, const column_wish *wishes, columns *of, table *made);

#endif
