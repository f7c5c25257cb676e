/* Sums over pairs of points by direct differences: a stretch of columns at a time against a few rows whose sums stay in
 * registers. Compiled once per tier and PAIR_SHAPE, the function's shape, so that what depends on it is a constant. */
#include "kernels/tier.h"

#include "kernels/stretch.inc.c"

/* sum[r] += the values of the vectors of columns [from, to) */
ALWAYS_INLINE void rows_span(size_t dimension, size_t group, const pair_function *function, const float *rows,
                             const pair_columns *columns, size_t from, size_t to, lanes *sum)
{
    pair_stretch stretch;
    for (size_t j = from; j < to; j += STRETCH * PAIR_LANES) {
        stretch_squares(dimension, group, function, rows, columns, j, to, &stretch);
#pragma GCC unroll 1
        for (size_t v = 0; v < stretch.vectors; v++) {
            lanes value[ROWS_AT_ONCE];
            memcpy(value, stretch.values[v], sizeof value);
            pair_values(function, group, value);
            for (size_t r = 0; r < group; r++)
                sum[r] += value[r];
        }
    }
}

/* The vector at column j, of which only some lanes count: those before the last column, and not that of column skip +
 * r. */
ALWAYS_INLINE void rows_masked(size_t dimension, size_t group, const pair_function *function, const float *rows,
                               const pair_columns *columns, size_t j, size_t skip, lanes *sum)
{
    pair_stretch stretch;
    stretch_squares(dimension, group, function, rows, columns, j, j + PAIR_LANES, &stretch);
    pair_values(function, group, stretch.values[0]);
    for (size_t r = 0; r < group; r++)
        sum[r] += lanes_below(columns->count - j, skip + r - j) * stretch.values[0][r];
}

ALWAYS_INLINE void rows_end(size_t group, const lanes *sum, float *sums)
{
    for (size_t r = 0; r < group; r++)
        sums[r] = lanes_sum(sum[r]);
}

ALWAYS_INLINE void rows_group(size_t dimension, size_t group, const pair_function *function, const float *rows,
                              const pair_columns *columns, float *sums)
{
    size_t whole = columns->count / PAIR_LANES * PAIR_LANES;
    lanes sum[ROWS_AT_ONCE] = {{0}};
    rows_span(dimension, group, function, rows, columns, 0, whole, sum);
    if (whole < columns->count)
        rows_masked(dimension, group, function, rows, columns, whole, SIZE_MAX / 2, sum);
    rows_end(group, sum, sums);
}

ALWAYS_INLINE void rows_of(size_t dimension, const pair_function *function, const float *rows, size_t n_rows,
                           const pair_columns *columns, float *sums)
{
    size_t i = 0;
    for (; i + ROWS_AT_ONCE <= n_rows; i += ROWS_AT_ONCE)
        rows_group(dimension, ROWS_AT_ONCE, function, rows + i * dimension, columns, sums + i);
    for (; i < n_rows; i++)
        rows_group(dimension, 1, function, rows + i * dimension, columns, sums + i);
}

/* The lowest dimensions become constants here, so that loops over them unroll; beside the power of any exponent that
 * gains nothing, and would take a minute to compile with sanitizers. */
#define PAIR_BY_DIMENSION(call, dimension, ...)                                                                        \
    do {                                                                                                               \
        if (SHAPE != 0 && (dimension) == 2)                                                                            \
            call(2, __VA_ARGS__);                                                                                      \
        else if (SHAPE != 0 && (dimension) == 3)                                                                       \
            call(3, __VA_ARGS__);                                                                                      \
        else                                                                                                           \
            call(dimension, __VA_ARGS__);                                                                              \
    } while (0)

static void pair_rows(const pair_function *function, size_t dimension, const float *rows, size_t n_rows,
                      const pair_columns *columns, float *sums)
{
    PAIR_BY_DIMENSION(rows_of, dimension, function, rows, n_rows, columns, sums);
}

/* A stretch's values, times a mask unless that is NULL */
ALWAYS_INLINE void both_stretch(size_t group, const pair_function *function, pair_stretch *stretch, const lanes *mask,
                                lanes *sum, float *column_sums)
{
#pragma GCC unroll 1
    for (size_t v = 0; v < stretch->vectors; v++) {
        lanes value[ROWS_AT_ONCE];
        memcpy(value, stretch->values[v], sizeof value);
        pair_values(function, group, value);
        for (size_t r = 0; r < group; r++) {
            if (mask != NULL)
                value[r] *= *mask;
            sum[r] += value[r];
        }
        lanes together = group == 4 ? (value[0] + value[1]) + (value[2] + value[3]) : value[0];
        float *column_sum = column_sums + stretch->first + v * PAIR_LANES;
        lanes_store(column_sum, lanes_load(column_sum) + together);
    }
}

ALWAYS_INLINE void both_group(size_t dimension, size_t group, const pair_function *function, const float *restrict rows,
                              const pair_columns *columns, float *restrict sums, float *restrict column_sums)
{
    size_t whole = columns->count / PAIR_LANES * PAIR_LANES;
    lanes sum[ROWS_AT_ONCE] = {{0}};
    pair_stretch stretch;
    for (size_t j = 0; j < whole; j += STRETCH * PAIR_LANES) {
        stretch_squares(dimension, group, function, rows, columns, j, whole, &stretch);
        both_stretch(group, function, &stretch, NULL, sum, column_sums);
    }
    if (whole < columns->count) {
        lanes mask = lanes_below(columns->count - whole, PAIR_LANES);
        stretch_squares(dimension, group, function, rows, columns, whole, whole + PAIR_LANES, &stretch);
        both_stretch(group, function, &stretch, &mask, sum, column_sums);
    }
    rows_end(group, sum, sums);
}

ALWAYS_INLINE void both_of(size_t dimension, const pair_function *function, const float *rows, size_t n_rows,
                           const pair_columns *columns, float *sums, float *column_sums)
{
    for (size_t j = 0; j < columns->count; j += PAIR_LANES)
        lanes_store(column_sums + j, lanes_all(0.0f));
    size_t i = 0;
    for (; i + ROWS_AT_ONCE <= n_rows; i += ROWS_AT_ONCE)
        both_group(dimension, ROWS_AT_ONCE, function, rows + i * dimension, columns, sums + i, column_sums);
    for (; i < n_rows; i++)
        both_group(dimension, 1, function, rows + i * dimension, columns, sums + i, column_sums);
}

static void pair_both(const pair_function *function, size_t dimension, const float *rows, size_t n_rows,
                      const pair_columns *columns, float *sums, float *column_sums)
{
    PAIR_BY_DIMENSION(both_of, dimension, function, rows, n_rows, columns, sums, column_sums);
}

/* Rows i ... i + group - 1 without the columns of the same index, which one vector holds: `group` divides its width. */
ALWAYS_INLINE void others_group(size_t dimension, size_t group, const pair_function *function, const float *rows,
                                size_t i, const pair_columns *columns, float *sums)
{
    size_t whole = columns->count / PAIR_LANES * PAIR_LANES, diagonal = i / PAIR_LANES * PAIR_LANES;
    lanes sum[ROWS_AT_ONCE] = {{0}};
    rows_span(dimension, group, function, rows, columns, 0, diagonal < whole ? diagonal : whole, sum);
    if (diagonal < columns->count)
        rows_masked(dimension, group, function, rows, columns, diagonal, i, sum);
    rows_span(dimension, group, function, rows, columns, diagonal + PAIR_LANES, whole, sum);
    if (whole != diagonal && whole < columns->count)
        rows_masked(dimension, group, function, rows, columns, whole, SIZE_MAX / 2, sum);
    rows_end(group, sum, sums);
}

ALWAYS_INLINE void others_of(size_t dimension, const pair_function *function, const float *rows, size_t n_rows,
                             const pair_columns *columns, float *sums)
{
    size_t i = 0;
    for (; i + ROWS_AT_ONCE <= n_rows; i += ROWS_AT_ONCE)
        others_group(dimension, ROWS_AT_ONCE, function, rows + i * dimension, i, columns, sums + i);
    for (; i < n_rows; i++)
        others_group(dimension, 1, function, rows + i * dimension, i, columns, sums + i);
}

static void pair_others(const pair_function *function, size_t dimension, const float *rows, size_t n_rows,
                        const pair_columns *columns, float *sums)
{
    PAIR_BY_DIMENSION(others_of, dimension, function, rows, n_rows, columns, sums);
}

/* A stretch's values are added and become weights, those times the difference fields; a mask as above */
ALWAYS_INLINE void fields_stretch(size_t dimension, size_t group, const pair_function *function, const float *rows,
                                  const pair_columns *columns, pair_stretch *stretch, const lanes *mask, lanes *sum,
                                  lanes field[][ROWS_AT_ONCE])
{
#pragma GCC unroll 1
    for (size_t v = 0; v < stretch->vectors; v++) {
        lanes value[ROWS_AT_ONCE];
        memcpy(value, stretch->values[v], sizeof value);
        pair_values(function, group, value);
        for (size_t r = 0; r < group; r++) {
            lanes weight = pair_weight(stretch->values[v][r], value[r]);
            if (mask != NULL) {
                value[r] *= *mask;
                weight *= *mask;
            }
            sum[r] += value[r];
            stretch->values[v][r] = weight;
        }
    }
    for (size_t k = 0; k < dimension; k++) {
        const float *column = columns->values + k * columns->stride + stretch->first;
#pragma GCC unroll 1
        for (size_t v = 0; v < stretch->vectors; v++) {
            lanes c = lanes_load(column + v * PAIR_LANES);
            for (size_t r = 0; r < group; r++)
                field[k][r] += stretch->values[v][r] * (rows[r * dimension + k] - c);
        }
    }
}

ALWAYS_INLINE void fields_group(size_t dimension, size_t group, const pair_function *function, const float *rows,
                                const pair_columns *columns, float *sums, float *fields)
{
    size_t whole = columns->count / PAIR_LANES * PAIR_LANES;
    lanes sum[ROWS_AT_ONCE] = {{0}};
    lanes field[PAIR_DIMENSION_MOST][ROWS_AT_ONCE];
    for (size_t k = 0; k < dimension; k++)
        for (size_t r = 0; r < group; r++)
            field[k][r] = lanes_all(0.0f);
    pair_stretch stretch;
    for (size_t j = 0; j < whole; j += STRETCH * PAIR_LANES) {
        stretch_squares(dimension, group, function, rows, columns, j, whole, &stretch);
        fields_stretch(dimension, group, function, rows, columns, &stretch, NULL, sum, field);
    }
    if (whole < columns->count) {
        lanes mask = lanes_below(columns->count - whole, PAIR_LANES);
        stretch_squares(dimension, group, function, rows, columns, whole, whole + PAIR_LANES, &stretch);
        fields_stretch(dimension, group, function, rows, columns, &stretch, &mask, sum, field);
    }
    for (size_t r = 0; r < group; r++) {
        sums[r] = lanes_sum(sum[r]);
        for (size_t k = 0; k < dimension; k++)
            fields[r * dimension + k] = function->weight * lanes_sum(field[k][r]);
    }
}

ALWAYS_INLINE void fields_of(size_t dimension, const pair_function *function, const float *rows, size_t n_rows,
                             const pair_columns *columns, float *sums, float *fields)
{
    size_t i = 0;
    for (; i + ROWS_AT_ONCE <= n_rows; i += ROWS_AT_ONCE)
        fields_group(dimension, ROWS_AT_ONCE, function, rows + i * dimension, columns, sums + i,
                     fields + i * dimension);
    for (; i < n_rows; i++)
        fields_group(dimension, 1, function, rows + i * dimension, columns, sums + i, fields + i * dimension);
}

static void pair_fields(const pair_function *function, size_t dimension, const float *rows, size_t n_rows,
                        const pair_columns *columns, float *sums, float *fields)
{
    PAIR_BY_DIMENSION(fields_of, dimension, function, rows, n_rows, columns, sums, fields);
}

static void pair_apply(const pair_function *function, size_t n, float *values, float *weights)
{
    for (size_t j = 0; j < n; j += PAIR_LANES) {
        float part[PAIR_LANES];
        size_t count = n - j < PAIR_LANES ? n - j : PAIR_LANES;
        for (size_t lane = 0; lane < PAIR_LANES; lane++)
            part[lane] = values[j + (lane < count ? lane : 0)];
        lanes s = count == PAIR_LANES ? lanes_load(values + j) : lanes_load(part);
        lanes value = s;
        pair_values(function, 1, &value);
        lanes_store(part, value);
        memcpy(values + j, part, count * sizeof *values);
        if (weights == NULL)
            continue;
        lanes_store(part, function->weight * pair_weight(s, value));
        memcpy(weights + j, part, count * sizeof *weights);
    }
}

const pair_kernels PAIR_TABLE(PAIR_SHAPE) = {
    .rows = pair_rows, .both = pair_both, .others = pair_others, .fields = pair_fields, .apply = pair_apply};
