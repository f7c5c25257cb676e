/* The transforms of minimal filtering, see winograd.h: along one axis first, then both. What is written as `finite`
 * holds for the points 0, 1, -1, 1/2 and -2; infinity is the sixth where a filter has three taps. */
#include "kernels/tier.h"

#include "kernels/lanes.inc.c"

/* A transform along one axis; `three`: the filter has three taps, not two. */
typedef void axis_transform(const lanes *x, lanes *y, bool three);

/* Pixels to points: row j of the map has the coefficients of P(t) / (t - a_j) for the finite points, P(t) =
 * t (t-1) (t+1) (t-1/2) (t+2), and those of P for infinity. */
ALWAYS_INLINE void big_to_points_axis(const lanes *x, lanes *y, bool three)
{
    lanes even = x[4] - x[2], odd = 1.5f * (x[3] - x[1]);
    y[0] = (x[0] - x[2]) + even + odd;
    y[1] = x[4] - x[1] + 0.5f * x[2] + 2.5f * x[3];
    y[2] = x[4] + x[1] - 2.5f * x[2] + 0.5f * x[3];
    y[3] = even + 2.0f * (x[3] - x[1]);
    y[4] = even - 0.5f * (x[3] - x[1]);
    if (three)
        y[5] = (x[1] - x[3]) + (x[5] - x[3]) + 1.5f * (x[4] - x[2]);
}

/* The transposed map. */
ALWAYS_INLINE void points_to_big_axis(const lanes *x, lanes *y, bool three)
{
    lanes steep = 2.0f * x[3] - 0.5f * x[4], level = x[3] + x[4];
    y[0] = x[0];
    y[1] = -1.5f * x[0] - x[1] + x[2] - steep;
    y[2] = -2.0f * x[0] + 0.5f * x[1] - 2.5f * x[2] - level;
    y[3] = 1.5f * x[0] + 2.5f * x[1] + 0.5f * x[2] + steep;
    y[4] = x[0] + x[1] + x[2] + level;
    if (three) {
        y[1] += x[5];
        y[2] -= 1.5f * x[5];
        y[3] -= 2.0f * x[5];
        y[4] += 1.5f * x[5];
        y[5] = x[5];
    }
}

/* Taps to points: the filter's polynomial there, over the product of the point's distances to the other finite ones. */
ALWAYS_INLINE void filter_to_points_axis(const lanes *x, lanes *y, bool three)
{
    lanes last = three ? x[2] : (lanes){0};
    y[0] = x[0];
    y[1] = (1.0f / 3.0f) * (x[0] + last + x[1]);
    y[2] = (-1.0f / 3.0f) * (x[0] + last - x[1]);
    y[3] = (-16.0f / 15.0f) * (x[0] + 0.5f * x[1] + 0.25f * last);
    y[4] = (1.0f / 15.0f) * (x[0] - 2.0f * x[1] + 4.0f * last);
    if (three)
        y[5] = last;
}

ALWAYS_INLINE void points_to_filter_axis(const lanes *x, lanes *y, bool three)
{
    lanes one = (1.0f / 3.0f) * x[1], minus_one = (-1.0f / 3.0f) * x[2];
    lanes half = (-16.0f / 15.0f) * x[3], minus_two = (1.0f / 15.0f) * x[4];
    y[0] = x[0] + one + minus_one + half + minus_two;
    y[1] = one - minus_one + 0.5f * half - 2.0f * minus_two;
    if (three)
        y[2] = one + minus_one + 0.25f * half + 4.0f * minus_two + x[5];
}

/* Points to outputs: output i has a_j^i of point j, the last one also infinity. */
ALWAYS_INLINE void points_to_small_axis(const lanes *x, lanes *y, bool three)
{
    lanes sum = x[1] + x[2], difference = x[1] - x[2];
    y[0] = x[0] + sum + x[3] + x[4];
    y[1] = difference + 0.5f * x[3] - 2.0f * x[4];
    y[2] = sum + 0.25f * x[3] + 4.0f * x[4];
    y[3] = difference + 0.125f * x[3] - 8.0f * x[4];
    if (three)
        y[3] += x[5];
}

ALWAYS_INLINE void small_to_points_axis(const lanes *x, lanes *y, bool three)
{
    lanes even = x[0] + x[2], odd = x[1] + x[3];
    y[0] = x[0];
    y[1] = even + odd;
    y[2] = even - odd;
    y[3] = x[0] + 0.5f * x[1] + 0.25f * x[2] + 0.125f * x[3];
    y[4] = x[0] - 2.0f * x[1] + 4.0f * x[2] - 8.0f * x[3];
    if (three)
        y[5] = x[3];
}

/* How an axis is cut into phases: each takes `in` values and makes `out` of them. Pixels and taps of the phases are
 * interleaved, points stand phase after phase. */
typedef struct axis_cut {
    size_t phases, in[2], out[2];
    bool three[2];
    bool points_in, points_out;
} axis_cut;

enum axis_values { AXIS_PIXELS, AXIS_TAPS, AXIS_POINTS, AXIS_SUMS, AXIS_OUTPUTS };

ALWAYS_INLINE size_t phase_values(enum axis_values what, size_t taps)
{
    return what == AXIS_OUTPUTS ? WINOGRAD_TILE : what == AXIS_TAPS ? taps : WINOGRAD_TILE - 1 + taps;
}

/* Sums are the points of all phases, added. */
ALWAYS_INLINE axis_cut cut_axis(size_t taps, size_t phases, enum axis_values in, enum axis_values out)
{
    size_t long_taps = (taps + phases - 1) / phases, short_taps = taps / phases;
    return (axis_cut){.phases = in == AXIS_SUMS || out == AXIS_SUMS ? 1 : phases,
                      .in = {phase_values(in, long_taps), phase_values(in, short_taps)},
                      .out = {phase_values(out, long_taps), phase_values(out, short_taps)},
                      .three = {long_taps == 3, short_taps == 3},
                      .points_in = in == AXIS_POINTS,
                      .points_out = out == AXIS_POINTS};
}

ALWAYS_INLINE size_t line_values(const axis_cut *cut, const size_t *of)
{
    return of[0] + (cut->phases > 1 ? of[1] : 0);
}

/* Where value i of a phase stands in a line. */
ALWAYS_INLINE size_t line_place(const axis_cut *cut, bool points, const size_t *of, size_t phase, size_t i)
{
    return points ? phase * of[0] + i : phase + i * cut->phases;
}

/* Columns, then rows, of a tile of vectors. Results begin with `start`, or with what is there. */
ALWAYS_INLINE void transform_tile(axis_transform *transform, const axis_cut cut, size_t n, const float *const *from,
                                  float *const *to, const float *start, bool add)
{
    const size_t in = line_values(&cut, cut.in), out = line_values(&cut, cut.out);
    for (size_t at = 0; at < n; at += PAIR_LANES) {
        lanes middle[WINOGRAD_SLOTS_MOST * WINOGRAD_SLOTS_MOST], x[WINOGRAD_POINTS_MOST], y[WINOGRAD_POINTS_MOST];
        for (size_t column = 0; column < in; column++)
#pragma GCC unroll 2
            for (size_t phase = 0; phase < cut.phases; phase++) {
#pragma GCC unroll 6
                for (size_t i = 0; i < cut.in[phase]; i++)
                    x[i] = lanes_load(from[line_place(&cut, cut.points_in, cut.in, phase, i) * in + column] + at);
                transform(x, y, cut.three[phase]);
#pragma GCC unroll 6
                for (size_t i = 0; i < cut.out[phase]; i++)
                    middle[line_place(&cut, cut.points_out, cut.out, phase, i) * in + column] = y[i];
            }
        for (size_t row = 0; row < out; row++)
#pragma GCC unroll 2
            for (size_t phase = 0; phase < cut.phases; phase++) {
#pragma GCC unroll 6
                for (size_t i = 0; i < cut.in[phase]; i++)
                    x[i] = middle[row * in + line_place(&cut, cut.points_in, cut.in, phase, i)];
                transform(x, y, cut.three[phase]);
#pragma GCC unroll 6
                for (size_t i = 0; i < cut.out[phase]; i++) {
                    float *place = to[row * out + line_place(&cut, cut.points_out, cut.out, phase, i)] + at;
                    if (start != NULL)
                        y[i] += lanes_load(start + at);
                    if (add)
                        y[i] += lanes_load(place);
                    lanes_store(place, y[i]);
                }
            }
    }
}

/* The same for each scheme, so that all sizes are constants. */
ALWAYS_INLINE void transform_scheme(axis_transform *transform, enum winograd_scheme scheme, enum axis_values in,
                                    enum axis_values out, size_t n, const float *const *from, float *const *to,
                                    const float *start, bool add)
{
    switch (scheme) {
    case WINOGRAD_3_1:
        transform_tile(transform, cut_axis(3, 1, in, out), n, from, to, start, add);
        break;
    case WINOGRAD_4_2:
        transform_tile(transform, cut_axis(4, 2, in, out), n, from, to, start, add);
        break;
    default:
        transform_tile(transform, cut_axis(5, 2, in, out), n, from, to, start, add);
        break;
    }
}

static void winograd_big_to_points(enum winograd_scheme scheme, size_t n, const float *const *from, float *const *to)
{
    transform_scheme(big_to_points_axis, scheme, AXIS_PIXELS, AXIS_POINTS, n, from, to, NULL, false);
}

static void winograd_points_to_big(enum winograd_scheme scheme, size_t n, const float *const *from, float *const *to)
{
    transform_scheme(points_to_big_axis, scheme, AXIS_POINTS, AXIS_PIXELS, n, from, to, NULL, true);
}

static void winograd_filter_to_points(enum winograd_scheme scheme, size_t n, const float *const *from, float *const *to)
{
    transform_scheme(filter_to_points_axis, scheme, AXIS_TAPS, AXIS_POINTS, n, from, to, NULL, false);
}

static void winograd_points_to_filter(enum winograd_scheme scheme, size_t n, const float *const *from, float *const *to,
                                      bool add)
{
    if (add)
        transform_scheme(points_to_filter_axis, scheme, AXIS_POINTS, AXIS_TAPS, n, from, to, NULL, true);
    else
        transform_scheme(points_to_filter_axis, scheme, AXIS_POINTS, AXIS_TAPS, n, from, to, NULL, false);
}

static void winograd_points_to_small(enum winograd_scheme scheme, size_t n, const float *const *from, float *const *to,
                                     const float *start, bool add)
{
    transform_scheme(points_to_small_axis, scheme, AXIS_SUMS, AXIS_OUTPUTS, n, from, to, start, add);
}

static void winograd_small_to_points(enum winograd_scheme scheme, size_t n, const float *const *from, float *const *to)
{
    transform_scheme(small_to_points_axis, scheme, AXIS_OUTPUTS, AXIS_SUMS, n, from, to, NULL, false);
}

const winograd_kernels IN_TIER(winograd) = {.big_to_points = winograd_big_to_points,
                                            .points_to_big = winograd_points_to_big,
                                            .filter_to_points = winograd_filter_to_points,
                                            .points_to_filter = winograd_points_to_filter,
                                            .points_to_small = winograd_points_to_small,
                                            .small_to_points = winograd_small_to_points};
