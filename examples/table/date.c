#include "date.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum date_part { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, DECIMALS, PARTS };

/* Letters of the parts, how often each may stand, and the most and least that its number can be. */
static const struct {
    char letter;
    size_t shortest, longest;
    int least, most;
} parts[PARTS] = {{'Y', 4, 4, 0, 9999}, {'M', 1, 2, 1, 12}, {'D', 1, 2, 1, 31},    {'h', 1, 2, 0, 23},
                  {'m', 2, 2, 0, 59},   {'s', 2, 2, 0, 59}, {'f', 1, 6, 0, 999999}};

static const int powers_of_ten[] = {1, 10, 100, 1000, 10000, 100000, 1000000};

/* The part whose letter stands at `at`, and how often; PARTS if the character stands for itself. */
static enum date_part part_at(const char *at, size_t *length)
{
    for (int i = 0; i < PARTS; i++)
        if (*at == parts[i].letter) {
            for (*length = 1; at[*length] == *at;)
                ++*length;
            return (enum date_part)i;
        }
    *length = 1;
    return PARTS;
}

/* How long each part is; 0 where it is missing. */
typedef struct layout {
    size_t length[PARTS];
} layout;

static bool read_layout(const char *format, layout *read)
{
    size_t length;
    *read = (layout){{0}};
    if (strlen(format) >= DATE_FORMAT_SIZE)
        return false;
    for (const char *at = format; *at; at += length) {
        enum date_part part = part_at(at, &length);
        if (part == PARTS)
            continue;
        if (read->length[part] > 0 || length < parts[part].shortest || length > parts[part].longest)
            return false;
        read->length[part] = length;
    }
    return true;
}

bool date_is_format(const char *format)
{
    layout of;
    if (!read_layout(format, &of))
        return false;
    const size_t *has = of.length;
    bool date = has[YEAR] > 0 && has[MONTH] > 0, whole = date && has[DAY] > 0;
    bool time = has[HOUR] > 0 && has[MINUTE] > 0;
    if ((has[YEAR] > 0 || has[MONTH] > 0 || has[DAY] > 0) && !date)
        return false;
    if ((has[HOUR] > 0 || has[MINUTE] > 0 || has[SECOND] > 0) && !time)
        return false;
    if ((has[DECIMALS] > 0 && has[SECOND] == 0) || (date && !whole && time))
        return false;
    return date || time;
}

/* Days from 1970-01-01 in the Gregorian calendar, and back (Hinnant 2013). Years of these begin in March. */
static int64_t days_of(int year, int month, int day)
{
    int y = month > 2 ? year + 400 : year + 399; /* not below 0 */
    int era = y / 400, of_era = y % 400;
    int of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    return (int64_t)(era - 1) * 146097 + days - 719468;
}

static void day_of(int64_t days, int *year, int *month, int *day)
{
    int64_t shifted = days + 719468 + 146097;
    int era = (int)(shifted / 146097), of_era = (int)(shifted % 146097);
    int y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int of_year = of_era - (365 * y + y / 4 - y / 100), march = (5 * of_year + 2) / 153;
    *day = of_year - (153 * march + 2) / 5 + 1;
    *month = march < 10 ? march + 3 : march - 9;
    *year = y + (era - 1) * 400 + (*month <= 2);
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* Units of a day, and of a second. */
typedef struct units {
    int64_t day, minute, second;
} units;

static units units_of(const layout *of)
{
    units made = {1, 0, 0};
    if (of->length[SECOND] > 0)
        made = (units){86400, 60, 1};
    else if (of->length[HOUR] > 0)
        made = (units){1440, 1, 0};
    if (of->length[DECIMALS] > 0) {
        int64_t scale = powers_of_ten[of->length[DECIMALS]];
        made = (units){made.day * scale, made.minute * scale, scale};
    }
    return made;
}

/* A number of `length` digits, or of one or two if `length` is 1 and the part may have two. */
static const char *read_part(const char *at, enum date_part part, size_t length, int *number)
{
    size_t most = length == 1 && part != DECIMALS && parts[part].longest == 2 ? 2 : length, taken = 0;
    *number = 0;
    for (; taken < most && at[taken] >= '0' && at[taken] <= '9'; taken++)
        *number = 10 * *number + at[taken] - '0';
    bool fine = taken >= length && *number >= parts[part].least && *number <= parts[part].most;
    return fine ? at + taken : NULL;
}

/* Where the text stops that a format describes; NULL if it is another. */
static const char *read_parts(const char *format, const char *text, int number[PARTS])
{
    size_t length;
    for (; *format; format += length) {
        enum date_part part = part_at(format, &length);
        if (part < PARTS)
            text = read_part(text, part, length, &number[part]);
        else
            text = *text == *format ? text + 1 : NULL;
        if (!text)
            return NULL;
    }
    return text;
}

bool date_read(const char *format, const char *text, double *value)
{
    layout of;
    int number[PARTS] = {1970, 1, 1, 0, 0, 0, 0};
    if (!read_layout(format, &of))
        return false;
    while (*text == ' ')
        text++;
    const char *end = read_parts(format, text, number);
    if (!end || end[strspn(end, " ")] != '\0' || number[DAY] > days_in(number[YEAR], number[MONTH]))
        return false;
    if (of.length[YEAR] > 0 && of.length[DAY] == 0) {
        *value = 12.0 * number[YEAR] + number[MONTH] - 1;
        return true;
    }
    units unit = units_of(&of);
    *value = (double)(days_of(number[YEAR], number[MONTH], number[DAY]) * unit.day +
                      (number[HOUR] * (int64_t)60 + number[MINUTE]) * unit.minute + number[SECOND] * unit.second +
                      number[DECIMALS]);
    return true;
}

static double within(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

static void split(const layout *of, double value, int number[PARTS])
{
    value = nearbyint(value);
    if (of->length[YEAR] > 0 && of->length[DAY] == 0) {
        int months = (int)within(value, 0, 119999);
        number[YEAR] = months / 12;
        number[MONTH] = months % 12 + 1;
        return;
    }
    units unit = units_of(of);
    double first = of->length[YEAR] > 0 ? (double)(days_of(0, 1, 1) * unit.day) : 0;
    double last = (double)((of->length[YEAR] > 0 ? days_of(9999, 12, 31) + 1 : 1) * unit.day - 1);
    int64_t count = (int64_t)within(value, first, last), days = count / unit.day;
    if (days * unit.day > count)
        days--;
    int64_t rest = count - days * unit.day;
    day_of(days, &number[YEAR], &number[MONTH], &number[DAY]);
    if (unit.minute > 0) {
        number[HOUR] = (int)(rest / (60 * unit.minute));
        number[MINUTE] = (int)(rest / unit.minute % 60);
    }
    if (unit.second > 0) {
        number[SECOND] = (int)(rest / unit.second % 60);
        number[DECIMALS] = (int)(rest % unit.second);
    }
}

void date_write(const char *format, double value, char text[2 * DATE_FORMAT_SIZE])
{
    layout of;
    int number[PARTS] = {0};
    size_t length;
    *text = '\0';
    if (!read_layout(format, &of))
        return;
    split(&of, value, number);
    for (char *to = text; *format; format += length) {
        enum date_part part = part_at(format, &length);
        if (part < PARTS)
            to += snprintf(to, (size_t)(text + 2 * DATE_FORMAT_SIZE - to), "%0*d", (int)length, number[part]);
        else
            *to++ = *format;
        *to = '\0';
    }
}

/* --- finding formats --- */

/* Of equals the first is taken: months first before slashes, days first before points. */
static const char *const dates[] = {"YYYY-MM-DD", "YYYY/MM/DD", "YYYY.MM.DD", "DD.MM.YYYY", "D.M.YYYY",
                                    "MM/DD/YYYY", "DD/MM/YYYY", "M/D/YYYY",   "D/M/YYYY",   "DD-MM-YYYY",
                                    "MM-DD-YYYY", "YYYY-MM",    "YYYYMMDD"};
static const char *const times[] = {"hh:mm:ss", "hh:mm", "h:mm:ss", "h:mm"};
enum { DATES = sizeof dates / sizeof *dates, TIMES = sizeof times / sizeof *times };

/* What may stand behind a time: decimals and a zone, which then stand in the format. */
static bool add_end(const char *end, char format[DATE_FORMAT_SIZE])
{
    size_t have = strlen(format), decimals = *end == '.' ? strspn(end + 1, "0123456789") : 0;
    if (decimals > 0) {
        if (decimals > parts[DECIMALS].longest || format[have - 1] != 's')
            return false;
        have += (size_t)snprintf(format + have, DATE_FORMAT_SIZE - have, ".%.*s", (int)decimals, "ffffff");
        end += decimals + 1;
    }
    size_t zone = *end == 'Z' ? 1 : *end == '+' || *end == '-' ? 1 + strspn(end + 1, "0123456789:") : 0;
    if (end[zone] != '\0' || zone > strlen("+00:00"))
        return false;
    snprintf(format + have, DATE_FORMAT_SIZE - have, "%s", end);
    return true;
}

/* The format of a text that begins as `begin` says and goes on with a time. */
static bool guess_time(const char *begin, const char *text, char format[DATE_FORMAT_SIZE])
{
    int number[PARTS];
    for (size_t i = 0; i < TIMES; i++) {
        const char *end = read_parts(times[i], text, number);
        snprintf(format, DATE_FORMAT_SIZE, "%s%s", begin, times[i]);
        if (end && add_end(end, format))
            return true;
    }
    return false;
}

static bool guess_rest(const char *date, const char *text, char format[DATE_FORMAT_SIZE])
{
    char begin[DATE_FORMAT_SIZE];
    snprintf(format, DATE_FORMAT_SIZE, "%s", date);
    if (*text == '\0')
        return true;
    snprintf(begin, sizeof begin, "%s%c", date, *text);
    return (*text == 'T' || *text == ' ') && guess_time(begin, text + 1, format);
}

size_t date_guess(const char *text, char formats[DATE_GUESSES][DATE_FORMAT_SIZE])
{
    size_t found = 0;
    double value;
    if (*text < '0' || *text > '9' || strlen(text) >= DATE_FORMAT_SIZE)
        return 0;
    for (size_t i = 0; i < DATES && found < DATE_GUESSES; i++) {
        int number[PARTS];
        const char *end = read_parts(dates[i], text, number);
        if (end && guess_rest(dates[i], end, formats[found]) && date_is_format(formats[found]))
            found += date_read(formats[found], text, &value);
    }
    if (found == 0 && guess_time("", text, formats[0]))
        found = 1;
    return found;
}
