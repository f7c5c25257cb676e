#include "distribution.h"

#include "fields.h"

#include "support/console.h"
#include "support/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool allocate(size_t room, distribution *made)
{
    *made = (distribution){0};
    made->values = malloc(room * sizeof *made->values);
    made->low = malloc(room * sizeof *made->low);
    made->high = malloc(room * sizeof *made->high);
    made->from = malloc(room * sizeof *made->from);
    made->to = malloc(room * sizeof *made->to);
    if (made->values && made->low && made->high && made->from && made->to)
        return true;
    distribution_free(made);
    return complain("no memory for a distribution");
}

void distribution_free(distribution *of)
{
    free(of->values);
    free(of->low);
    free(of->high);
    free(of->from);
    free(of->to);
    *of = (distribution){0};
}

static void find_intervals(distribution *of)
{
    for (size_t i = 0; i < of->count; i++) {
        of->from[i] = (float)(2.0 * of->low[i] / of->total - 1.0);
        of->to[i] = (float)(2.0 * of->high[i] / of->total - 1.0);
    }
}

/* --- choosing knots --- */

/* Different values of sorted numbers: value i is sorted[begin[i]] ... sorted[begin[i + 1] - 1]. */
typedef struct distinct {
    const double *sorted;
    size_t *begin; /* [count + 1] */
    size_t count;
} distinct;

static bool find_distinct(const double *sorted, size_t count, distinct *found)
{
    *found = (distinct){sorted, malloc((count + 1) * sizeof *found->begin), 0};
    if (!found->begin)
        return complain("no memory for a distribution");
    for (size_t i = 0; i < count; i++)
        if (i == 0 || sorted[i] > sorted[i - 1])
            found->begin[found->count++] = i;
    found->begin[found->count] = count;
    return true;
}

static void interval_of(const distinct *of, size_t value, double *low, double *high)
{
    *low = (double)of->begin[value];
    *high = (double)of->begin[value + 1];
    if (*high - *low == 1)
        *low = *high = *low + 0.5;
}

/* The values at equal steps of the numbers' order; both ends are. */
static void choose_quantiles(const distinct *of, size_t numbers, bool *chosen)
{
    chosen[0] = chosen[of->count - 1] = true;
    for (size_t value = 0, knot = 0; value < of->count; value++) {
        chosen[value] = chosen[value] || of->count <= KNOTS_FIRST;
        size_t past = of->begin[value + 1];
        if (knot * numbers / KNOTS_FIRST >= past)
            continue;
        chosen[value] = true;
        while (knot * numbers / KNOTS_FIRST < past)
            knot++;
    }
}

/* Whether float32 tells multiples of the unit between two knots apart. Its steps below 1 are at most 2^-24. */
static bool is_fine(const distinct *of, size_t a, size_t b, size_t numbers, double unit)
{
    double low, high, ignored;
    interval_of(of, a, &ignored, &low);
    interval_of(of, b, &high, &ignored);
    double length = 2.0 * (high - low) / (double)numbers;
    double range = of->sorted[of->begin[b]] / 2 - of->sorted[of->begin[a]] / 2;
    return range * 0x1p-21 < unit * length;
}

/* One value more in the middle of each two neighbours that are too far apart, until there are none or enough. */
static void refine(const distinct *of, size_t numbers, double unit, bool *chosen)
{
    size_t knots = 0;
    for (size_t i = 0; i < of->count; i++)
        knots += chosen[i];
    for (bool again = true; again && knots < KNOTS_MOST;) {
        again = false;
        size_t before = 0;
        for (size_t i = 1; i < of->count && knots < KNOTS_MOST; i++) {
            if (!chosen[i])
                continue;
            if (i - before > 1 && !is_fine(of, before, i, numbers, unit)) {
                chosen[before + (i - before) / 2] = again = true;
                knots++;
            }
            before = i;
        }
    }
}

static void take_chosen(const distinct *of, const bool *chosen, distribution *made)
{
    for (size_t i = 0; i < of->count; i++) {
        if (!chosen[i])
            continue;
        made->values[made->count] = of->sorted[of->begin[i]];
        interval_of(of, i, &made->low[made->count], &made->high[made->count]);
        made->count++;
    }
}

bool distribution_make(const double *sorted, size_t count, double unit, distribution *made)
{
    distinct values;
    *made = (distribution){0};
    bool done = count > 0 && find_distinct(sorted, count, &values);
    if (!done)
        return false;
    bool *chosen = calloc(values.count + 1, sizeof *chosen);
    if (!chosen)
        complain("no memory for a distribution");
    done = chosen && allocate(values.count < KNOTS_MOST ? values.count : KNOTS_MOST, made);
    if (done) {
        made->total = (double)count;
        choose_quantiles(&values, count, chosen);
        if (unit > 0)
            refine(&values, count, unit, chosen);
        take_chosen(&values, chosen, made);
        find_intervals(made);
    }
    free(chosen);
    free(values.begin);
    return done;
}

/* --- using them --- */

/* How far between a and b, from 0 to 1; halves do not overflow. */
static double part(double a, double b, double between)
{
    return b > a ? (between / 2 - a / 2) / (b / 2 - a / 2) : 0.0;
}

static double middle(const distribution *of, size_t knot)
{
    return ((double)of->from[knot] + of->to[knot]) / 2;
}

float distribution_encode(const distribution *of, double value)
{
    size_t low = 0, high = of->count - 1;
    if (!(value > of->values[low]))
        return (float)middle(of, low);
    if (value >= of->values[high])
        return (float)middle(of, high);
    while (high - low > 1) {
        size_t centre = low + (high - low) / 2;
        if (value < of->values[centre])
            high = centre;
        else
            low = centre;
    }
    if (value == of->values[low])
        return (float)middle(of, low);
    double at = part(of->values[low], of->values[high], value);
    return (float)(of->to[low] + ((double)of->from[high] - of->to[low]) * at);
}

/* As far behind the last knot, or before the first, as the slope of the next few says. */
static double continued(const distribution *of, double place, bool upwards)
{
    size_t few = of->count > 10 ? 10 : of->count - 1, end = upwards ? of->count - 1 : 0;
    size_t other = upwards ? end - few : few;
    double edge = upwards ? of->to[end] : of->from[end];
    double over = (place - edge) / (middle(of, end) - middle(of, other));
    double value = of->values[end] + (of->values[end] - of->values[other]) * over;
    return isfinite(value) ? value : of->values[end];
}

double distribution_decode(const distribution *of, double place, bool beyond)
{
    size_t low = 0, high = of->count - 1;
    if (!(place >= of->from[low]))
        return beyond && isfinite(place) ? continued(of, place, false) : of->values[low];
    if (place > of->to[high])
        return beyond && isfinite(place) ? continued(of, place, true) : of->values[high];
    if (place >= of->from[high])
        return of->values[high];
    while (high - low > 1) {
        size_t centre = low + (high - low) / 2;
        if (place < of->from[centre])
            high = centre;
        else
            low = centre;
    }
    if (place <= of->to[low])
        return of->values[low];
    double at = part(of->to[low], of->from[high], place);
    return of->values[low] * (1.0 - at) + of->values[high] * at;
}

/* --- files --- */

json_t *distribution_to_json(const distribution *of)
{
    json_t *made = json_object();
    json_put(&made, "numbers", json_real(of->total));
    json_put(&made, "knots", json_integer((json_int_t)of->count));
    json_put(&made, "values", json_from_numbers(of->values, of->count));
    json_put(&made, "low", json_from_numbers(of->low, of->count));
    json_put(&made, "high", json_from_numbers(of->high, of->count));
    return made;
}

static bool is_sound(const distribution *of)
{
    double before = 0;
    for (size_t i = 0; i < of->count; i++) {
        if (of->low[i] < before || of->high[i] < of->low[i] || (i > 0 && of->values[i] <= of->values[i - 1]))
            return false;
        before = of->high[i];
    }
    return before <= of->total && of->total > 0;
}

bool distribution_from_json(const json_t *from, const char *name, distribution *made)
{
    size_t count;
    *made = (distribution){0};
    if (!field_count(from, name, "knots", KNOTS_MOST, &count) || !field_number(from, name, "numbers", &made->total))
        return false;
    made->count = count;
    made->values = field_numbers(from, name, "values", count);
    made->low = made->values ? field_numbers(from, name, "low", count) : NULL;
    made->high = made->low ? field_numbers(from, name, "high", count) : NULL;
    made->from = malloc((count + 1) * sizeof *made->from);
    made->to = malloc((count + 1) * sizeof *made->to);
    bool done = made->high && made->from && made->to;
    if (done && (count < 2 || !is_sound(made)))
        done = complain("the distribution of column '%s' is none", name);
    if (done)
        find_intervals(made);
    else
        distribution_free(made);
    return done;
}
