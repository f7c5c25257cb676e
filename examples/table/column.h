/*
 * What is known of a table's columns: names, kinds, formats, and the texts that occur. The values stand in a table
 * (table.h), so that a table that was read and one that was generated can share their columns.
 */
#ifndef TABLE_COLUMN_H
#define TABLE_COLUMN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum column_kind {
    COLUMN_CATEGORY, /* texts */
    COLUMN_TRUTH,    /* two texts such as yes and no; treated as categories */
    COLUMN_WHOLE,    /* whole numbers of at most 2^53 */
    COLUMN_DECIMAL,  /* numbers with digits after the point */
    COLUMN_DATE,     /* dates or times; a number that counts the format's smallest unit, such as days or seconds */
    COLUMN_COUNTER,  /* numbers the rows from 0 or 1; generated rows are numbered in the same way, nothing is learned */
    COLUMN_LEFT_OUT, /* texts that are nearly all different, such as names; nothing is learned, cells become empty */
    COLUMN_KINDS
};

enum { DATE_FORMAT_SIZE = 40 };

/* How numbers are written. */
typedef struct number_format {
    int digits_least, digits_most; /* after the point: as many as are needed, within these bounds */
    int significant;               /* above 0: so many significant digits, with an exponent where it is shorter */
    char point;                    /* '.' or ',' */
    bool bare_point;               /* no zero in front of it: .5 */
    char date[DATE_FORMAT_SIZE];   /* of dates, such as YYYY-MM-DD (date.h); otherwise empty */
} number_format;

typedef struct column {
    char *name;
    enum column_kind kind;
    number_format format;
    bool quoted;      /* cells stand in quotes even where they need not */
    bool words_plain; /* but not "", NA and the like */
    char **texts; /* in the order of their bytes: the categories; of numbers, what stands where there is none: "", NA */
    size_t texts_count;
    double counter; /* of COLUMN_COUNTER: the first row's number */
} column;

typedef struct columns {
    column *list;
    size_t count;
    char separator;
    bool header;           /* the file has a line of names */
    bool header_quoted;    /* names stand in quotes even where they need not */
    bool carriage_returns; /* lines end in CR LF */
} columns;

/* Whether a kind's values are numbers. */
bool column_is_number(enum column_kind kind);

/* "category", "truth value", ... */
const char *column_kind_name(enum column_kind kind);

/* The kind of that name; false with a complaint that lists all. */
bool column_kind_find(const char *name, enum column_kind *kind);

/* The number of the column of this name; SIZE_MAX with a complaint that lists the names if there is none or several. */
size_t columns_find(const columns *of, const char *name);

/* A JSON object and back. NULL without memory; false with a complaint if it is not what columns_to_json() gives. */
json_t *columns_to_json(const columns *of);
bool columns_from_json(const json_t *from, columns *made);

void columns_free(columns *of);

#endif
