/* A table's values, column by column; read from a CSV file, or generated, and written as CSV. */
#ifndef TABLE_TABLE_H
#define TABLE_TABLE_H

#include "column.h"

#include <stdio.h>

/* The code of a cell that holds a number. */
#define CODE_NUMBER UINT32_MAX

typedef struct table_column {
    double *numbers; /* [rows] of number kinds, NaN where there is none; otherwise NULL */
    uint32_t *codes; /* [rows] index into the column's texts, or CODE_NUMBER; NULL if all cells are numbers or the
                        column is a counter or left out */
} table_column;

typedef struct table {
    const columns *of; /* must outlive the table */
    size_t rows;
    table_column *values; /* [of->count] */
} table;

/* How to read a CSV file where it does not show. */
typedef struct table_options {
    char separator;                                     /* '\0': found out (csv.h) */
    enum { HEADER_FIND, HEADER_YES, HEADER_NO } header; /* found out: there is none if its cells are all numbers */
    const char *columns; /* a JSON file with kinds of columns, or NULL (columns_file.h) */
} table_options;

/* Read a CSV file and find out what its columns are. Fills in `found`, which the caller frees after the table. Says on
 * stderr what is odd. False with a complaint that names the line. */
bool table_read(const char *path, const table_options *options, columns *found, table *read);

/* Print what the columns are, one a line. */
void table_print_columns(const table *of, FILE *to);

/* Write the line of names, if there is to be one; and rows, in the format of the file that was read. Errors show in the
 * stream. A counter goes on from `first_row`, which is 0 for the first row written. */
void table_write_header(const columns *of, FILE *to);
void table_write_rows(const table *of, uint64_t first_row, FILE *to);

enum { CELL_SIZE = 400 };

/* A cell as the file has it, but for quotes: in `number`, or a text of the column. */
void table_cell_text(const table *of, size_t column_index, size_t row, uint64_t first_row, char number[CELL_SIZE],
                     const char **text);

/* Arrays for so many rows. False with a complaint without memory. */
bool table_allocate(const columns *of, size_t rows, table *made);

void table_free(table *of);

#endif
