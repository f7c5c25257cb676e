/* From a CSV file to columns and values. */
#include "kinds.h"
#include "number.h"

#include "support/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool names_are_numbers(const csv *of)
{
    const char *cell = of->cells;
    size_t numbers = 0;
    number_text number;
    for (size_t i = 0; i < of->columns; i++, cell = csv_next(cell)) {
        bool is_number = number_read(csv_text(cell), &number) != NUMBER_NONE;
        if (!is_number && *csv_text(cell))
            return false;
        numbers += is_number;
    }
    return numbers > 0;
}

/* The names, from the first record or made up. */
static bool name_columns(const csv *from, columns *made)
{
    const char *cell = from->cells;
    size_t quoted = 0;
    made->list = calloc(from->columns + 1, sizeof *made->list);
    if (!made->list)
        return complain("no memory for %zu columns", from->columns);
    for (made->count = 0; made->count < from->columns; made->count++, cell = csv_next(cell)) {
        char number[32];
        snprintf(number, sizeof number, "column_%zu", made->count + 1);
        quoted += *cell == CSV_QUOTED;
        made->list[made->count].name = strdup(made->header ? csv_text(cell) : number);
        if (!made->list[made->count].name)
            return complain("no memory for %zu columns", from->columns);
    }
    made->header_quoted = quoted == from->columns;
    return true;
}

static bool read_csv(const csv *from, const char *path, const table_options *options, columns *found, table *read)
{
    found->separator = from->separator;
    found->carriage_returns = from->carriage_returns;
    found->header = options->header == HEADER_YES || (options->header == HEADER_FIND && !names_are_numbers(from));
    if (!name_columns(from, found))
        return false;
    if (!found->header && options->header == HEADER_FIND)
        say("%s has no line of names, as its first line has only numbers; columns are called column_1, column_2, ...",
            path);
    if (from->records <= found->header)
        return complain("%s has a line of names, but no rows", path);
    column_wish *wishes = column_wishes_read(options->columns, found);
    bool done = wishes && kinds_find(from, path, found->header, wishes, found, read);
    free(wishes);
    return done;
}

bool table_read(const char *path, const table_options *options, columns *found, table *read)
{
    csv from;
    *found = (columns){0};
    *read = (table){0};
    if (!csv_read(path, options->separator, &from))
        return false;
    bool done = read_csv(&from, path, options, found, read);
    csv_free(&from);
    if (!done)
        columns_free(found);
    return done;
}
