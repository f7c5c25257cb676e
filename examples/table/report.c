#include "report.h"

#include "measured.h"

#include "support/console.h"
#include "support/json.h"
#include "support/succeed.h"

#include <coulomb/neighbours.h>
#include <coulomb/plummer.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const double nearest_quantiles[NEAREST_QUANTILES] = {0.05, 0.5, 0.95};

report_options report_default_options(void)
{
    return (report_options){.tested_most = 2000,
                            .permutations = 999,
                            .nearest_most = 1000,
                            .rows_most = 20000,
                            .exponent = 1,
                            .epsilon = 0.3,
                            .seed = 1};
}

static bool side_begin(report_side *of, size_t count)
{
    of->energy = of->p_value = of->columns_mean = of->dependence_mean = of->pairs_mean = of->copies = NAN;
    for (size_t i = 0; i < NEAREST_QUANTILES; i++)
        of->nearest[i] = NAN;
    of->columns = malloc((count + 1) * sizeof *of->columns);
    of->dependence = malloc((count * count + 1) * sizeof *of->dependence);
    if (!of->columns || !of->dependence)
        return complain("no memory for a report on %zu columns", count);
    for (size_t i = 0; i < count; i++)
        of->columns[i] = NAN;
    return true;
}

void report_free(report *of)
{
    enum { SIDES = 3 };
    report_side *sides[SIDES] = {&of->made, &of->training, &of->held_out};
    for (int i = 0; i < SIDES; i++) {
        free(sides[i]->columns);
        free(sides[i]->dependence);
        free(sides[i]->distances);
    }
    *of = (report){0};
}

/* --- columns and their dependence --- */

typedef struct mean {
    double sum, count;
} mean;

static void mean_add(mean *of, double value)
{
    if (isnan(value))
        return;
    of->sum += value;
    of->count++;
}

static double mean_of(const mean *of)
{
    return of->count > 0 ? of->sum / of->count : NAN;
}

static void find_dependence(const measured_rows *of, double *counts, double *dependence)
{
    for (size_t i = 0; i < of->columns; i++)
        for (size_t j = 0; j <= i; j++)
            dependence[i * of->columns + j] = dependence[j * of->columns + i] = column_dependence(of, i, j, counts);
}

static void compare(const measured_rows *rows, const measured_rows *held_out, const double *expected, double *counts,
                    report_side *into)
{
    mean single = {0}, dependence = {0}, pairs = {0};
    find_dependence(rows, counts, into->dependence);
    for (size_t i = 0; i < rows->columns; i++) {
        into->columns[i] = column_distance(rows, held_out, i, counts);
        mean_add(&single, into->columns[i]);
        for (size_t j = 0; j < i; j++) {
            mean_add(&dependence, fabs(into->dependence[i * rows->columns + j] - expected[i * rows->columns + j]));
            mean_add(&pairs, pair_distance(rows, held_out, i, j, counts));
        }
    }
    into->columns_mean = mean_of(&single);
    into->dependence_mean = mean_of(&dependence);
    into->pairs_mean = mean_of(&pairs);
}

static bool measure_columns(const encoding *code, const row_set *training, const row_set *held_out, const row_set *made,
                            size_t rows_most, report *into)
{
    enum { MADE, TRAINING, HELD_OUT, SETS };
    const row_set *sets[SETS] = {made, training, held_out};
    measured_rows rows[SETS] = {{0}};
    double *counts = NULL;
    bool done = true;
    for (int i = 0; done && i < SETS; i++)
        done = measured_rows_make(code, sets[i], rows_most, &rows[i]);
    if (done) {
        counts = malloc(counts_size(&rows[HELD_OUT]) * sizeof *counts);
        done = counts || complain("no memory to measure how columns depend on one another");
    }
    if (done) {
        find_dependence(&rows[HELD_OUT], counts, into->held_out.dependence);
        compare(&rows[MADE], &rows[HELD_OUT], into->held_out.dependence, counts, &into->made);
        compare(&rows[TRAINING], &rows[HELD_OUT], into->held_out.dependence, counts, &into->training);
    }
    free(counts);
    for (int i = 0; i < SETS; i++)
        measured_rows_free(&rows[i]);
    return done;
}

/* --- rows --- */

/* At most `most` rows of a set, evenly from all of it, encoded: [*count, width]; NULL with a complaint. */
static float *encoded(const encoding *code, const row_set *from, size_t most, size_t *count)
{
    *count = from->count < most ? from->count : most;
    size_t *rows = malloc((*count + 1) * sizeof *rows);
    float *vectors = malloc((*count * code->width + 1) * sizeof *vectors);
    for (size_t i = 0; rows && i < *count; i++) {
        size_t at = i * from->count / *count;
        rows[i] = from->rows ? from->rows[at] : at;
    }
    if (rows && vectors) {
        encoding_encode(code, from->of, rows, *count, vectors);
    } else {
        complain("no memory to measure %zu rows", *count);
        free(vectors);
        vectors = NULL;
    }
    free(rows);
    return vectors;
}

static bool test_energy(coulomb_context *context, const encoding *code, const row_set *rows, const row_set *held_out,
                        const report_options *options, report_side *into)
{
    coulomb_plummer *plummer = NULL;
    size_t rows_count, held_out_count;
    float *a = encoded(code, rows, options->tested_most, &rows_count);
    float *b = a ? encoded(code, held_out, options->tested_most, &held_out_count) : NULL;
    bool done = b != NULL;
    if (done) {
        coulomb_status status = coulomb_plummer_new(context, options->exponent, options->epsilon, &plummer);
        if (status == COULOMB_OK)
            status = coulomb_plummer_set_self_terms(plummer, 0);
        if (status == COULOMB_OK)
            status = coulomb_plummer_energy_test(plummer, code->width, a, rows_count, b, held_out_count,
                                                 options->permutations, options->seed, &into->energy, &into->p_value);
        done = succeeded(context, status, "testing rows against those held out");
    }
    coulomb_plummer_free(plummer);
    free(a);
    free(b);
    return done;
}

/* Training rows, block by block, for coulomb_neighbours_streamed(). */
typedef struct training_rows {
    const encoding *code;
    const row_set *from;
} training_rows;

static coulomb_status write_training_rows(void *user, size_t first, size_t count, float *points)
{
    const training_rows *of = user;
    for (size_t i = 0; i < count; i++) {
        size_t row = of->from->rows ? of->from->rows[first + i] : first + i;
        encoding_encode(of->code, of->from->of, &row, 1, points + i * of->code->width);
    }
    return COULOMB_OK;
}

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static bool find_nearest(coulomb_context *context, const encoding *code, const row_set *training, const row_set *rows,
                         size_t most, report_side *into)
{
    size_t count;
    training_rows targets = {code, training};
    float *queries = encoded(code, rows, most, &count);
    size_t *indices = malloc((count + 1) * sizeof *indices);
    double *distances = malloc((count + 1) * sizeof *distances);
    bool done = queries && ((indices && distances) || complain("no memory to find the nearest training rows"));
    if (done)
        done = succeeded(context,
                         coulomb_neighbours_streamed(context, code->width, queries, count, write_training_rows,
                                                     &targets, training->count, 1, indices, distances),
                         "finding the nearest training rows");
    if (done) {
        size_t copies = 0;
        qsort(distances, count, sizeof *distances, by_size);
        while (copies < count && distances[copies] == 0)
            copies++;
        into->copies = (double)copies / (double)count;
        for (size_t i = 0; i < NEAREST_QUANTILES; i++)
            into->nearest[i] = distances[(size_t)(nearest_quantiles[i] * (double)(count - 1) + 0.5)];
        into->distances = distances;
        into->distances_count = count;
        distances = NULL;
    }
    free(queries);
    free(indices);
    free(distances);
    return done;
}

/* --- all of it --- */

static bool measure(coulomb_context *context, const encoding *code, const row_set *training, const row_set *held_out,
                    const row_set *made, const report_options *options, report *into)
{
    return side_begin(&into->made, into->columns) && side_begin(&into->training, into->columns) &&
           side_begin(&into->held_out, into->columns) &&
           measure_columns(code, training, held_out, made, options->rows_most, into) &&
           test_energy(context, code, made, held_out, options, &into->made) &&
           test_energy(context, code, training, held_out, options, &into->training) &&
           find_nearest(context, code, training, made, options->nearest_most, &into->made) &&
           find_nearest(context, code, training, held_out, options->nearest_most, &into->held_out);
}

bool report_make(coulomb_context *context, const encoding *code, const row_set *training, const row_set *held_out,
                 const row_set *made, const report_options *options, report *into)
{
    *into = (report){.columns = code->of->count,
                     .training_rows = training->count,
                     .held_out_rows = held_out->count,
                     .made_rows = made->count};
    if (training->count < 2 || held_out->count < 2 || made->count < 2)
        return complain("a report needs at least 2 rows each for training, held out and generated; there are %zu, %zu "
                        "and %zu",
                        training->count, held_out->count, made->count);
    if (!measure(context, code, training, held_out, made, options, into)) {
        report_free(into);
        return false;
    }
    into->nearer = nearness_of(into->made.distances, into->made.distances_count, into->held_out.distances,
                               into->held_out.distances_count);
    return true;
}
