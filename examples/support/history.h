/*
 * A table of numbers that grows with training, as a CSV file whose first column is the update. A run that was
 * interrupted and taken up again leaves the same file as one that was not.
 */
#ifndef SUPPORT_HISTORY_H
#define SUPPORT_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct history {
    FILE *stream;
    char path[4096];
    size_t columns;
} history;

/* Begin or go on: rows behind update `done` are dropped, and what a crash left there; what is left must have these
 * columns, and rows in their order. */
bool history_open(history *table, const char *path, const char *const *names, size_t columns, uint64_t done);

/* values[columns - 1]: all but the update. Others see the row at once. */
bool history_append(history *table, uint64_t update, const double *values);

/* Make sure that all rows are on the disk; to be called before a checkpoint is saved. */
bool history_sync(history *table);

void history_close(history *table);

/* All rows of a file, row by row; free `values`. */
typedef struct history_rows {
    size_t rows, columns;
    double *values;
} history_rows;

bool history_read(const char *path, size_t columns, history_rows *rows);

/* One column of it, malloc'ed [rows]; NULL without memory. */
double *history_column(const history_rows *rows, size_t column);

#endif
