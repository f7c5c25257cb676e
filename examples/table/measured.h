/* Rows prepared for measuring: each column's values as ranks, and as classes. Inside the report. */
#ifndef TABLE_MEASURED_H
#define TABLE_MEASURED_H

#include "report.h"

/* Numbers are cut into so many classes, as many training rows in each. */
enum { NUMBER_CLASSES = 10 };

typedef struct measured_column {
    bool learned;    /* otherwise the rest is empty */
    bool is_number;  /* its dependence is measured by ranks */
    double *sorted;  /* [rows] of numbers, in order; missing ones are -infinity */
    double *ranks;   /* [rows] of numbers, from 0 to 1, equal ones share theirs; NaN where missing */
    uint32_t *texts; /* [rows] of categories: codes */
    size_t texts_count;
    uint16_t *classes; /* [rows] */
    size_t classes_count;
} measured_column;

typedef struct measured_rows {
    size_t rows, columns;
    measured_column *list;
} measured_rows;

/* At most `most` rows, evenly from the set. False with a complaint without memory. */
bool measured_rows_make(const encoding *code, const row_set *from, size_t most, measured_rows *made);
void measured_rows_free(measured_rows *of);

/* How far a column's distributions are apart, 0 to 1: the largest difference of the distribution functions of numbers
 * (Kolmogorov and Smirnov), the total variation of categories. NaN if nothing is learned of it. `counts` has room for
 * counts_size(). */
double column_distance(const measured_rows *a, const measured_rows *b, size_t column_index, double *counts);

/* Total variation of two columns' joint distributions of classes. `counts` has room for counts_size(). */
double pair_distance(const measured_rows *a, const measured_rows *b, size_t first, size_t second, double *counts);

/*
 * How two columns depend on one another. Two numbers: Spearman's rank correlation, -1 to 1. Two categories: Cramér's V
 * with Bergsma's correction (2013), 0 to 1. A category and a number: the correlation ratio of the ranks, with the
 * corresponding correction. Rows where a number is missing do not count. NaN where it is not defined. `counts` as
 * above.
 */
double column_dependence(const measured_rows *of, size_t first, size_t second, double *counts);

/* Room for the counts of any two columns, of sets made with the same encoding. */
size_t counts_size(const measured_rows *of);

#endif
