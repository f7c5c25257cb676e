#include "number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Digits that uint64_t holds; significant digits that tell all doubles apart; digits after the point that are written
 * without an exponent. */
enum { MANTISSA_DIGITS = 18, DOUBLE_DIGITS = 17, DIGITS_MOST = 30 };

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

/* What is read while the digits go by. */
typedef struct digits {
    uint64_t mantissa;
    int taken;       /* of the mantissa's digits, from the first that is not 0 */
    int significant; /* the same, but without end */
    int after;       /* the point */
} digits;

static const char *read_digits(const char *at, digits *of, bool after_point)
{
    for (; is_digit(*at); at++) {
        of->after += after_point;
        if (of->significant == 0 && *at == '0')
            continue;
        of->significant++;
        if (of->taken < MANTISSA_DIGITS) {
            of->mantissa = 10 * of->mantissa + (uint64_t)(*at - '0');
            of->taken++;
        }
    }
    return at;
}

static const char *read_exponent(const char *at, bool *has_exponent)
{
    *has_exponent = false;
    if (*at != 'e' && *at != 'E')
        return at;
    const char *digit = at[1] == '-' || at[1] == '+' ? at + 2 : at + 1;
    if (!is_digit(*digit))
        return at;
    *has_exponent = true;
    while (is_digit(*digit))
        digit++;
    return digit;
}

/* Quotients of whole numbers below 2^53 by powers of ten up to 10^22 are the nearest doubles (Clinger 1990). */
static double value_of(const char *text, const digits *of, bool exponent, char point)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (!exponent && of->taken == of->significant && of->mantissa < (uint64_t)1 << 53 && of->after <= 22) {
        double value = (double)of->mantissa / powers[of->after];
        return *text == '-' ? -value : value;
    }
    if (point != ',')
        return strtod(text, NULL);
    char copy[NUMBER_TEXT_SIZE];
    snprintf(copy, sizeof copy, "%s", text);
    char *comma = strchr(copy, ',');
    if (comma)
        *comma = '.';
    return strtod(copy, NULL);
}

enum number_result number_read(const char *text, number_text *read)
{
    digits seen = {0};
    *read = (number_text){0};
    while (*text == ' ')
        text++;
    const char *first = *text == '-' ? text + 1 : text;
    const char *at = read_digits(first, &seen, false);
    bool whole_part = at > first;
    if (at - first > 1 && *first == '0')
        return NUMBER_NONE;
    if (*at == '.' || *at == ',') {
        read->point = *at;
        read->bare_point = !whole_part;
        read->zero_point = whole_part && *first == '0';
        at = read_digits(at + 1, &seen, true);
    }
    if (!whole_part && seen.after == 0)
        return NUMBER_NONE;
    at = read_exponent(at, &read->exponent);
    const char *end = at;
    while (*at == ' ')
        at++;
    if (*at != '\0' || end - text >= NUMBER_TEXT_SIZE)
        return NUMBER_NONE;
    read->value = value_of(text, &seen, read->exponent, read->point);
    read->digits = seen.after;
    read->significant = seen.significant;
    return isfinite(read->value) ? NUMBER_FINE : NUMBER_TOO_LARGE;
}

number_habits number_habits_start(void)
{
    return (number_habits){.digits_least = NUMBER_TEXT_SIZE};
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

bool number_habits_add(number_habits *habits, const number_text *number)
{
    if (number->point && habits->point && number->point != habits->point)
        return false;
    if (number->point)
        habits->point = number->point;
    habits->significant = larger(habits->significant, number->significant);
    habits->bare_points = habits->bare_points || number->bare_point;
    habits->zero_points = habits->zero_points || number->zero_point;
    if (number->exponent)
        habits->exponents = true;
    else if (number->digits < habits->digits_least)
        habits->digits_least = number->digits;
    if (!number->exponent)
        habits->digits_most = larger(habits->digits_most, number->digits);
    return true;
}

number_format number_habits_format(const number_habits *habits)
{
    number_format made = {.point = '.'};
    if (habits->point)
        made.point = habits->point;
    made.bare_point = habits->bare_points && !habits->zero_points;
    if (habits->exponents || habits->digits_most > DIGITS_MOST) {
        made.significant = habits->significant < DOUBLE_DIGITS ? larger(habits->significant, 1) : DOUBLE_DIGITS;
        return made;
    }
    made.digits_most = habits->digits_most;
    made.digits_least = habits->digits_least < made.digits_most ? habits->digits_least : made.digits_most;
    return made;
}

/* Remove zeros at the end as far as the format allows. */
static void trim(const number_format *format, char *text)
{
    char *point = strchr(text, '.');
    if (!point)
        return;
    char *end = point + strlen(point), *least = point + 1 + format->digits_least;
    while (end > least && end[-1] == '0')
        end--;
    if (end == point + 1)
        end--;
    *end = '\0';
}

void number_write(const number_format *format, double value, char text[NUMBER_TEXT_SIZE])
{
    if (format->significant > 0) {
        snprintf(text, NUMBER_TEXT_SIZE, "%.*g", format->significant, value);
    } else {
        snprintf(text, NUMBER_TEXT_SIZE, "%.*f", format->digits_most, value);
        trim(format, text);
    }
    if (strspn(text, "-0.") == strlen(text) && *text == '-') /* no sign of zero */
        memmove(text, text + 1, strlen(text));
    char *zero = text + (*text == '-');
    if (format->bare_point && zero[0] == '0' && zero[1] == '.')
        memmove(zero, zero + 1, strlen(zero));
    char *point = format->point == ',' ? strchr(text, '.') : NULL;
    if (point)
        *point = ',';
}
