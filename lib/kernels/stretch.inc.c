/* A stretch of columns against a few rows: squared distances first, for the whole stretch, and then the function's
 * values. One after the other for each pair, the operations from a difference to its value would be a longer chain than
 * processors can look ahead, with many of its kind underway. Loops over a stretch's vectors say that they are not to be
 * unrolled, as compilers would do to the stretch's end and then be short of registers. Included once per shape. */
#include "kernels/lanes.inc.c"

enum {
    SHAPE = PAIR_SHAPE,
    GAUSSIAN = PAIR_SHAPE == PAIR_GAUSSIAN,
    ROWS_AT_ONCE = 4,
    STRETCH = 8,  /* vectors of columns */
    TOGETHER = 2, /* of them, whose squared distances are made at once in more than FEW dimensions */
    FEW = 3,
    SHORT = 8 /* dimensions of a short sum */
};

/* Vectors of columns from `first` on against the rows of a group: their squared distances, and what becomes of them. */
typedef struct pair_stretch {
    size_t first, vectors;
    lanes values[STRETCH][ROWS_AT_ONCE];
} pair_stretch;

/* s[r] becomes s[r]^(-p/2), or the Gaussian */
ALWAYS_INLINE void pair_values(const pair_function *function, size_t group, lanes *s)
{
    if (GAUSSIAN)
        lanes_exp2_product(group, function->slope, function->slope_high, function->slope_low, s);
    if (SHAPE == 0)
        lanes_power(group, function->slope, function->slope_high, function->slope_low, s);
    for (size_t r = 0; r < group; r++) {
        if (SHAPE == 1)
            s[r] = lanes_reciprocal_root(s[r]);
        if (SHAPE == 2)
            s[r] = lanes_reciprocal(s[r]);
        if (SHAPE == 3) {
            lanes y = lanes_reciprocal_root(s[r]);
            s[r] = y * y * y;
        }
    }
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

/* values[v][r] = |row r - column|^2 + epsilon^2 for `vectors` vectors of columns and `group` rows; or, of some of the
 * dimensions, with `start` in the place of epsilon^2, what is added to the values */
ALWAYS_INLINE void pair_squares(size_t dimension, size_t from, size_t to, size_t group, size_t vectors, float start,
                                const float *rows, const float *column, size_t stride, lanes values[][ROWS_AT_ONCE])
{
    lanes s[TOGETHER][ROWS_AT_ONCE];
    for (size_t v = 0; v < vectors; v++)
        for (size_t r = 0; r < group; r++)
            s[v][r] = lanes_all(start);
    for (size_t k = from; k < to; k++) {
        for (size_t r = 0; r < group; r++) {
            for (size_t v = 0; v < vectors; v++) {
                lanes difference = lanes_load(column + k * stride + v * PAIR_LANES) - rows[r * dimension + k];
                s[v][r] += difference * difference;
            }
        }
    }
    for (size_t v = 0; v < vectors; v++)
        for (size_t r = 0; r < group; r++)
            values[v][r] = from > 0 ? values[v][r] + s[v][r] : s[v][r];
}

/* Far out, what a Gaussian makes of a square is as good as its last digits: there it is a sum of short sums. */
ALWAYS_INLINE void pair_squares_of_all(size_t dimension, size_t group, size_t vectors, const pair_function *function,
                                       const float *rows, const float *column, size_t stride,
                                       lanes values[][ROWS_AT_ONCE])
{
    size_t first = GAUSSIAN && dimension > SHORT ? SHORT : dimension;
    pair_squares(dimension, 0, first, group, vectors, function->epsilon2, rows, column, stride, values);
    for (size_t from = SHORT; GAUSSIAN && from < dimension; from += SHORT)
        pair_squares(dimension, from, dimension - from < SHORT ? dimension : from + SHORT, group, vectors, 0.0f, rows,
                     column, stride, values);
}

/* The columns from `first` up to `to`, as many as a stretch holds */
ALWAYS_INLINE void stretch_squares(size_t dimension, size_t group, const pair_function *function, const float *rows,
                                   const pair_columns *columns, size_t first, size_t to, pair_stretch *stretch)
{
    size_t vectors = (to - first) / PAIR_LANES, v = 0;
    const float *column = columns->values + first;
    stretch->first = first;
    stretch->vectors = vectors < STRETCH ? vectors : STRETCH;
    for (; dimension > FEW && v + TOGETHER <= stretch->vectors; v += TOGETHER)
        pair_squares_of_all(dimension, group, TOGETHER, function, rows, column + v * PAIR_LANES, columns->stride,
                            stretch->values + v);
#pragma GCC unroll 1
    for (; v < stretch->vectors; v++)
        pair_squares_of_all(dimension, group, 1, function, rows, column + v * PAIR_LANES, columns->stride,
                            stretch->values + v);
}
