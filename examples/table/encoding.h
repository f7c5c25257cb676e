/*
 * Rows of a table as float32 vectors for networks, and back.
 *
 * A vector has two parts. First come `categories` values, cut into groups: each group is one-hot. Then come `numbers`
 * values in [-1, 1]. A column has at most one group and at most one number:
 *
 *   - few different values (all kinds): a group, one category for each value;
 *   - numbers: a number u = 2 F(x) - 1, where F is the distribution function of the training rows, so that u is uniform
 *     whatever tails x has. Values that recur often (spikes), and texts that stand for no number (missing values), are
 *     categories of a group; its last category says that the number is present. Without such values there is no group;
 *   - many categories: the most frequent have a category each. The others share the group's last category and are told
 *     apart by a number, which is made from their alphabetical places as from numbers;
 *   - one value only, counters and columns that are left out: nothing.
 *
 * A number that is not present is 0. Decoding takes the largest value of each group, and clips numbers to the range
 * that occurred. It gives back the row that was encoded: categories always; numbers to the column's last digit, as long
 * as the column has at most 8192 different values or 2^20 units of the last digit between neighbouring knots of its
 * distribution function; others to float32's precision between these.
 */
#ifndef TABLE_ENCODING_H
#define TABLE_ENCODING_H

#include "table.h"

#define ENCODING_NONE SIZE_MAX

typedef struct encoding_options {
    size_t values_most;         /* numbers and dates with at most so many different values are encoded as categories */
    size_t categories_most;     /* of a text column in its group; the rest share one more */
    size_t all_categories_most; /* of all columns; if there are more, categories_most is halved until it is 6 or less */
    double spike;               /* a number's share of the column's cells from which on it is a category */
} encoding_options;

/* One column's places in a vector. */
typedef struct encoding_column {
    size_t group;  /* index into `groups`, or ENCODING_NONE */
    size_t number; /* index into `number_list`, or ENCODING_NONE */
} encoding_column;

typedef struct encoding_group {
    size_t column;
    size_t first; /* value of the vector */
    size_t count; /* categories, at least 2 */
} encoding_group;

typedef struct encoding_number {
    size_t column;
    size_t place; /* value of the vector */
    size_t group; /* index into `groups` of the group that says whether the number is present; ENCODING_NONE: always */
    size_t category; /* which of the group's categories says so */
} encoding_number;

typedef struct encoding {
    const columns *of;
    size_t width, categories, numbers; /* width = categories + numbers; can be 0 */
    size_t groups_count;
    encoding_group *groups;       /* [groups_count], in the order of `first`, without gaps */
    encoding_number *number_list; /* [numbers], place = categories + index */
    encoding_column *places;      /* [of->count] */
    struct column_code *codes;    /* [of->count]; coding.h */
} encoding;

/* values_most 20, categories_most 100, all_categories_most 2000, spike 0.05 */
encoding_options encoding_default_options(void);

/* Make the encoding of some rows of a table; `rows` are [count] indices, NULL for the first `count`. `from->of` must
 * outlive the encoding. False with a complaint. */
bool encoding_make(const table *from, const size_t *rows, size_t count, const encoding_options *options,
                   encoding *made);

void encoding_free(encoding *of);

/* Encode rows into [count, width]; `rows` are indices, NULL for the first `count`. A category that did not occur when
 * the encoding was made is a group of zeros. */
void encoding_encode(const encoding *of, const table *from, const size_t *rows, size_t count, float *samples);

/* All rows of a table, encoded but compact (at most 8 bytes a cell): vectors are made from it as fast as they are
 * copied. For data callbacks. */
typedef struct coded_rows {
    size_t rows;
    uint32_t *categories; /* [rows, groups_count] place in the vector; UINT32_MAX for a group of zeros */
    float *numbers;       /* [rows, numbers] */
} coded_rows;

/* False with a complaint without memory. */
bool encoding_code(const encoding *of, const table *from, coded_rows *made);
void coded_rows_expand(const encoding *of, const coded_rows *from, const size_t *rows, size_t count, float *samples);
void coded_rows_free(coded_rows *of);

/* Decode [count, width] into a table of `of->of`; write it with table_write_rows(). With `beyond`, numbers above 1 and
 * below -1 continue the distribution functions' outermost slopes instead of being clipped; whole numbers stay whole.
 * False with a complaint without memory. */
bool encoding_decode(const encoding *of, const float *samples, size_t count, bool beyond, table *made);

/* Encode one cell, given as CSV would have it: fills in that column's places of one vector, [width], and leaves the
 * others. False with a complaint if the value did not occur, is out of range, or the column has no places. */
bool encoding_encode_cell(const encoding *of, size_t column, const char *cell, float *vector);

/* A JSON object that holds all, with the columns; and back. The columns are filled in too, must outlive the encoding
 * and are freed after it. NULL without memory; false with a complaint if it is not what encoding_to_json() gives. */
json_t *encoding_to_json(const encoding *of);
bool encoding_from_json(const json_t *from, columns *of, encoding *made);

#endif
