/*
 * CSV files as people have them (RFC 4180): cells in quotes, lines that end in LF, CR LF or CR, a byte order mark,
 * separators other than commas, empty lines. What a cell means is none of this file's business.
 */
#ifndef TABLE_CSV_H
#define TABLE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a cell begins with that stood in quotes; no other does. */
enum { CSV_QUOTED = '"' };

enum { CSV_COLUMNS_MOST = 4096 };

/* A file's records. Takes as much memory as the file and four bytes a record. */
typedef struct csv {
    char *cells;     /* one after the other, each ends in NUL; from one to the next with csv_next() */
    size_t columns;  /* cells of each record */
    size_t records;  /* with that of the names, if there is one */
    uint32_t *lines; /* [records] the line each begins on, from 1 */
    char separator;
    bool carriage_returns; /* the first line ends in CR LF */
} csv;

/* Read a file; `separator` is a character, or '\0' if it is to be found out: one of , ; tab | or a space. False with a
 * complaint that names the line: no regular file, no record, other than UTF-8, NUL bytes, a quote that never ends, text
 * behind a quote, and records that have not as many cells as the first. */
bool csv_read(const char *path, char separator, csv *read);

/* The cell after this one. */
const char *csv_next(const char *cell);

/* The text of a cell, without the mark of quotes. */
const char *csv_text(const char *cell);

void csv_free(csv *of);

#endif
