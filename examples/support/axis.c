#include "axis.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

double axis_share(const axis *scale, double value)
{
    if (scale->logarithmic)
        return (log(value) - log(scale->low)) / (log(scale->high) - log(scale->low));
    return (value - scale->low) / (scale->high - scale->low);
}

/* 1, 2 or 5 times a power of ten: the least such step that gives no more ticks than wanted. */
static double round_step(double span, double wanted)
{
    double raw = span / wanted, power = pow(10, floor(log10(raw))), lead = raw / power;
    return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
}

/* A power of ten: 10, or the digits of its exponent raised. */
static void power_text(int power, size_t size, char *text)
{
    static const char *const digits[] = {"\u2070", "\u00b9", "\u00b2", "\u00b3", "\u2074",
                                         "\u2075", "\u2076", "\u2077", "\u2078", "\u2079"};
    int size_of_power = power < 0 ? -power : power;
    snprintf(text, size, "10%s%s%s%s", power < 0 ? "\u207b" : "",
             size_of_power >= 100 ? digits[size_of_power / 100] : "",
             size_of_power >= 10 ? digits[size_of_power / 10 % 10] : "", digits[size_of_power % 10]);
}

static void power_label(int power, size_t size, char *text)
{
    if (power >= -3 && power <= 3)
        snprintf(text, size, "%g", pow(10, power));
    else
        power_text(power, size, text);
}

/* With as many digits as tell it from its neighbours, a step away. Thousands as k and millions as M, so that update
 * numbers stay short; where the axis' largest value is tiny or huge, times its power of ten. */
static void number_label(double value, double step, double largest, size_t size, char *text)
{
    char suffix[24] = "";
    double unit = 1;
    if (largest < 1e-3 || largest >= 1e10) {
        int power = (int)floor(log10(largest) + 1e-9);
        unit = pow(10, power);
        memcpy(suffix, "\u00b7", sizeof "\u00b7");
        power_text(power, sizeof suffix - strlen(suffix), suffix + strlen(suffix));
    } else if (step >= 1000) {
        unit = step >= 100000 ? 1e6 : 1e3;
        suffix[0] = step >= 100000 ? 'M' : 'k';
    }
    int decimals = (int)fmax(0, ceil(-log10(step / unit) - 1e-9));
    if (fabs(value) < step * 1e-6)
        snprintf(text, size, "0");
    else
        snprintf(text, size, "%s%.*f%s", value < 0 ? "\u2212" : "", decimals, fabs(value) / unit, suffix);
}

/* The tick's label, to be written. */
static char *add_tick(axis_ticks *ticks, double at)
{
    ticks->at[ticks->count] = at;
    return ticks->label[ticks->count++];
}

static void add_linear_ticks(const axis *scale, double step, axis_ticks *ticks)
{
    double slack = 1e-6 * step, largest = fmax(fabs(scale->low), fabs(scale->high));
    ticks->count = 0;
    for (double at = ceil((scale->low - slack) / step) * step; at <= scale->high + slack && ticks->count < TICKS_MOST;
         at += step)
        number_label(at, step, largest, sizeof ticks->label[0], add_tick(ticks, at));
}

/* More than are wanted, if only one of these would be within the range. */
static void linear_ticks(const axis *scale, double wanted, axis_ticks *ticks)
{
    do {
        wanted = fmin(wanted, TICKS_MOST - 2);
        add_linear_ticks(scale, round_step(scale->high - scale->low, wanted), ticks);
        wanted *= 2;
    } while (ticks->count < 2 && wanted < TICKS_MOST);
}

/* Powers of ten; in less than two decades 1, 2 and 5 of each; where less than two of these are, as on a linear axis:
 * with one tick or none a reader could not tell how large anything is. */
static void logarithmic_ticks(const axis *scale, double wanted, axis_ticks *ticks)
{
    int first = (int)ceil(log10(scale->low) - 1e-9), last = (int)floor(log10(scale->high) + 1e-9);
    int stride = (int)fmax(1, ceil((last - first) / wanted));
    for (int power = first; power <= last && ticks->count < TICKS_MOST; power += stride)
        power_label(power, sizeof ticks->label[0], add_tick(ticks, pow(10, power)));
    if (ticks->count >= 2)
        return;
    ticks->count = 0;
    for (int power = first - 1; power <= last; power++) {
        for (int lead = 1; lead <= 5; lead += 1 + 2 * (lead == 2)) {
            double at = lead * pow(10, power);
            if (at < scale->low || at > scale->high || ticks->count == TICKS_MOST)
                continue;
            number_label(at, at, at, sizeof ticks->label[0], add_tick(ticks, at));
        }
    }
    if (ticks->count < 2)
        linear_ticks(scale, wanted, ticks);
}

void axis_find_ticks(const axis *scale, double wanted, axis_ticks *ticks)
{
    ticks->count = 0;
    wanted = fmax(wanted, 1);
    if (scale->logarithmic)
        logarithmic_ticks(scale, wanted, ticks);
    else
        linear_ticks(scale, wanted, ticks);
}

static void find_range(const axis *scale, const double *values, size_t count, double *low, double *high)
{
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i]) || (scale->logarithmic && values[i] <= 0))
            continue;
        *low = fmin(*low, values[i]);
        *high = fmax(*high, values[i]);
    }
}

void axis_fit(axis *scale, const double *values, size_t count)
{
    double low = INFINITY, high = -INFINITY;
    find_range(scale, values, count, &low, &high);
    if (high < low)
        low = scale->logarithmic ? 0.1 : 0, high = 1;
    double room = scale->logarithmic ? pow(high, 0.06) / pow(low, 0.06) : 0.06 * (high - low);
    if (scale->logarithmic) {
        room = fmax(room, 1.1);
        scale->low = fmax(low / room, DBL_TRUE_MIN);
        scale->high = fmin(high * room, DBL_MAX);
    } else {
        room = fmax(room, 1e-3 * fmax(fabs(high), 1e-3));
        scale->low = low - room;
        scale->high = high + room;
    }
}

void axis_include(axis *scale, const double *values, size_t count)
{
    find_range(scale, values, count, &scale->low, &scale->high);
}
