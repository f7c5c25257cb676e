/* Sums over pairs of points by direct differences: PAIR_LANES columns at a time against a few rows whose sums stay in
 * registers. Compiled once per tier and PAIR_SHAPE, the function's shape, so that what depends on it is a constant. */
#include "kernels/tier.h"

#include "kernels/lanes.inc.c"

enum {
    SHAPE = PAIR_SHAPE,
    GAUSSIAN = PAIR_SHAPE == PAIR_GAUSSIAN,
    ROWS_AT_ONCE = 4,
    FIELD_ROWS_AT_ONCE = 2,
    FIELD_DIMENSION_MOST = PAIR_DIMENSION_MOST
};

/* s^(-p/2), or the Gaussian */
ALWAYS_INLINE lanes pair_value(const pair_function *function, lanes s)
{
    if (GAUSSIAN)
        return lanes_exp2_product(s, function->slope, function->slope_high, function->slope_low);
    if (SHAPE == 1)
        return lanes_reciprocal_root(s);
    if (SHAPE == 2)
        return lanes_reciprocal(s);
    if (SHAPE == 3) {
        lanes y = lanes_reciprocal_root(s);
        return y * y * y;
    }
    return lanes_power(s, function->slope, function->slope_high, function->slope_low);
}

/* s^(-p/2-1), from the value; of a Gaussian the value itself */
ALWAYS_INLINE lanes pair_weight(lanes s, lanes value)
{
    if (GAUSSIAN)
        return value;
    if (SHAPE == 1)
        return value * value * value;
    if (SHAPE == 2)
        return value * value;
    if (SHAPE == 3) {
        lanes y = lanes_reciprocal_root(s);
        return value * (y * y);
    }
    return value * lanes_reciprocal(s);
}

/* s[r] = |row r - column|^2 + epsilon^2 for PAIR_LANES columns and `group` rows */
ALWAYS_INLINE void pair_squares(size_t dimension, size_t group, const float *rows, const float *column, size_t stride,
                                float epsilon2, lanes *s)
{
    for (size_t r = 0; r < group; r++)
        s[r] = lanes_all(epsilon2);
    for (size_t k = 0; k < dimension; k++) {
        lanes c = lanes_load(column + k * stride);
        for (size_t r = 0; r < group; r++) {
            lanes difference = c - rows[r * dimension + k];
            s[r] += difference * difference;
        }
    }
}

/* sum[r] += the values of the vectors of columns [from, to) */
ALWAYS_INLINE void rows_span(size_t dimension, size_t group, const pair_function *function, const float *rows,
                             const pair_columns *columns, size_t from, size_t to, lanes *sum)
{
    lanes s[ROWS_AT_ONCE];
    for (size_t j = from; j < to; j += PAIR_LANES) {
        pair_squares(dimension, group, rows, columns->values + j, columns->stride, function->epsilon2, s);
        for (size_t r = 0; r < group; r++)
            sum[r] += pair_value(function, s[r]);
    }
}

/* The vector at column j, of which only some lanes count: those before the last column, and not that of column skip +
 * r. */
ALWAYS_INLINE void rows_masked(size_t dimension, size_t group, const pair_function *function, const float *rows,
                               const pair_columns *columns, size_t j, size_t skip, lanes *sum)
{
    lanes s[ROWS_AT_ONCE];
    pair_squares(dimension, group, rows, columns->values + j, columns->stride, function->epsilon2, s);
    for (size_t r = 0; r < group; r++)
        sum[r] += lanes_below(columns->count - j, skip + r - j) * pair_value(function, s[r]);
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

ALWAYS_INLINE void both_step(size_t dimension, size_t group, const pair_function *function, const float *rows,
                             const pair_columns *columns, size_t j, const lanes *mask, lanes *sum, float *column_sums)
{
    lanes s[ROWS_AT_ONCE];
    pair_squares(dimension, group, rows, columns->values + j, columns->stride, function->epsilon2, s);
    for (size_t r = 0; r < group; r++) {
        s[r] = pair_value(function, s[r]);
        if (mask != NULL)
            s[r] *= *mask;
        sum[r] += s[r];
    }
    lanes together = group == 4 ? (s[0] + s[1]) + (s[2] + s[3]) : s[0];
    lanes_store(column_sums + j, lanes_load(column_sums + j) + together);
}

ALWAYS_INLINE void both_group(size_t dimension, size_t group, const pair_function *function, const float *restrict rows,
                              const pair_columns *columns, float *restrict sums, float *restrict column_sums)
{
    size_t whole = columns->count / PAIR_LANES * PAIR_LANES;
    lanes sum[ROWS_AT_ONCE] = {{0}};
    for (size_t j = 0; j < whole; j += PAIR_LANES)
        both_step(dimension, group, function, rows, columns, j, NULL, sum, column_sums);
    if (whole < columns->count) {
        lanes mask = lanes_below(columns->count - whole, PAIR_LANES);
        both_step(dimension, group, function, rows, columns, whole, &mask, sum, column_sums);
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

ALWAYS_INLINE void fields_step(size_t dimension, size_t group, const pair_function *function, const float *rows,
                               const float *column, size_t stride, const lanes *mask, lanes *sum,
                               lanes field[][FIELD_DIMENSION_MOST])
{
    lanes s[FIELD_ROWS_AT_ONCE];
    pair_squares(dimension, group, rows, column, stride, function->epsilon2, s);
    for (size_t r = 0; r < group; r++) {
        lanes value = pair_value(function, s[r]);
        s[r] = pair_weight(s[r], value);
        if (mask != NULL) {
            value *= *mask;
            s[r] *= *mask;
        }
        sum[r] += value;
    }
    for (size_t k = 0; k < dimension; k++) {
        lanes c = lanes_load(column + k * stride);
        for (size_t r = 0; r < group; r++)
            field[r][k] += s[r] * (rows[r * dimension + k] - c);
    }
}

ALWAYS_INLINE void fields_group(size_t dimension, size_t group, const pair_function *function, const float *rows,
                                const pair_columns *columns, float *sums, float *fields)
{
    size_t whole = columns->count / PAIR_LANES * PAIR_LANES;
    lanes sum[FIELD_ROWS_AT_ONCE] = {{0}};
    lanes field[FIELD_ROWS_AT_ONCE][FIELD_DIMENSION_MOST];
    for (size_t r = 0; r < group; r++)
        for (size_t k = 0; k < dimension; k++)
            field[r][k] = lanes_all(0.0f);
    const float *values = columns->values;
    for (size_t j = 0; j < whole; j += PAIR_LANES)
        fields_step(dimension, group, function, rows, values + j, columns->stride, NULL, sum, field);
    if (whole < columns->count) {
        lanes mask = lanes_below(columns->count - whole, PAIR_LANES);
        fields_step(dimension, group, function, rows, values + whole, columns->stride, &mask, sum, field);
    }
    for (size_t r = 0; r < group; r++) {
        sums[r] = lanes_sum(sum[r]);
        for (size_t k = 0; k < dimension; k++)
            fields[r * dimension + k] = function->weight * lanes_sum(field[r][k]);
    }
}

ALWAYS_INLINE void fields_of(size_t dimension, const pair_function *function, const float *rows, size_t n_rows,
                             const pair_columns *columns, float *sums, float *fields)
{
    size_t i = 0;
    for (; i + FIELD_ROWS_AT_ONCE <= n_rows; i += FIELD_ROWS_AT_ONCE)
        fields_group(dimension, FIELD_ROWS_AT_ONCE, function, rows + i * dimension, columns, sums + i,
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
        lanes value = pair_value(function, s);
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
