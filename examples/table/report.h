/*
 * How good generated rows are, against rows that were held out; and how good training rows would be in their place,
 * which is what can be reached. All from the rows as they are written to a file.
 */
#ifndef TABLE_REPORT_H
#define TABLE_REPORT_H

#include "encoding.h"
#include "nearness.h"

#include <coulomb/context.h>
#include <jansson.h>
#include <stdio.h>

/* Some rows of a table. */
typedef struct row_set {
    const table *of;
    const size_t *rows; /* [count] indices; NULL: the first `count` */
    size_t count;
} row_set;

typedef struct report_options {
    size_t tested_most;  /* rows of each side in the energy test */
    size_t permutations; /* of the energy test */
    size_t nearest_most; /* rows of each side whose nearest training rows are searched */
    size_t rows_most;    /* rows of each side that columns and dependence are measured by */
    double exponent, epsilon;
    uint64_t seed;
} report_options;

/* 2000, 999, 1000, 20000, 1, 0.3, 1 */
report_options report_default_options(void);

/* Of the distances to the nearest training row: 5 %, 50 % and 95 %. */
enum { NEAREST_QUANTILES = 3 };
extern const double nearest_quantiles[NEAREST_QUANTILES];

/* Measures of one set of rows against the rows held out. */
typedef struct report_side {
    double energy, p_value; /* coulomb_plummer_energy_test() of encoded rows */
    double *columns;        /* [columns] distance of each column's distribution, 0 to 1; NaN where nothing is learned */
    double columns_mean;
    double *dependence;     /* [columns, columns] of these rows, -1 to 1 (dependence.h); NaN where there is none */
    double dependence_mean; /* of the differences' magnitudes */
    double pairs_mean;      /* total variation of two columns' joint distribution, of all pairs */
    double nearest[NEAREST_QUANTILES]; /* distances of encoded rows */
    double *distances;                 /* [distances_count] all that are measured, ascending */
    size_t distances_count;
    double copies; /* share of rows that are equal to a training row */
} report_side;

typedef struct report {
    size_t columns;
    size_t training_rows, held_out_rows, made_rows;
    report_side made;
    report_side training; /* training rows instead of generated ones: columns, dependence, pairs, energy; no nearest */
    report_side held_out; /* dependence, nearest and copies only */
    nearness nearer;      /* generated rows to their nearest training rows, than rows held out */
} report;

/* Measure; every set has at least two rows. False with a complaint. */
bool report_make(coulomb_context *context, const encoding *code, const row_set *training, const row_set *held_out,
                 const row_set *made, const report_options *options, report *into);

/* The figures of a report as text, with at most `columns_most` columns, the worst ones first, false with a
 * complaint; and all as JSON, NULL without memory. */
bool report_print(const report *of, const columns *names, size_t columns_most, FILE *to);
json_t *report_to_json(const report *of, const columns *names);

/* Draw each column's distribution in held-out and generated rows, and both matrices of dependence, as a PNG. False with
 * a complaint. */
bool report_picture(const char *path, const report *of, const encoding *code, const row_set *held_out,
                    const row_set *made);

void report_free(report *of);

#endif
