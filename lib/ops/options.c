/* Printing and reading options of ops: see options.h. */
#include "ops/options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MOST = 32 };

struct option_text {
    const char *at; /* reading: the rest of the text; NULL when printing */
    char *printed;  /* printing: OPTIONS_TEXT characters */
    size_t used;
    bool open;  /* "(" was printed or read */
    bool wrong; /* the text is not what the op prints; nothing more is read */
};

static bool reading(const option_text *text)
{
    return text->at != NULL;
}

static void put(option_text *text, const char *format, ...) PRINTF_LIKE(2, 3);

static void put(option_text *text, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    int length = vsnprintf(text->printed + text->used, OPTIONS_TEXT - text->used, format, values);
    va_end(values);
    text->used += (size_t)length;
}

static bool starts_with(const char *text, const char *expected)
{
    return strncmp(text, expected, strlen(expected)) == 0;
}

static bool take(option_text *text, const char *expected)
{
    if (text->wrong || !starts_with(text->at, expected))
        return false;
    text->at += strlen(expected);
    return true;
}

static void literal(option_text *text, const char *expected)
{
    if (reading(text))
        text->wrong = !take(text, expected);
    else
        put(text, "%s", expected);
}

/* "(" before the first option, a space before the others. */
static void separate(option_text *text)
{
    literal(text, text->open ? " " : "(");
    text->open = true;
}

bool read_size(const char **text, size_t *value)
{
    const char *at = *text;
    size_t number = 0;
    if (*at < '0' || *at > '9' || (at[0] == '0' && at[1] >= '0' && at[1] <= '9'))
        return false;
    for (; *at >= '0' && *at <= '9'; at++) {
        size_t digit = (size_t)(*at - '0');
        if (!size_product(number, 10, &number) || number > SIZE_MAX - digit)
            return false;
        number += digit;
    }
    *text = at;
    *value = number;
    return true;
}

/* strtod() would also take spaces, infinities and hexadecimal digits. */
static bool read_number(const char **text, double *value)
{
    char digits[DIGITS_MOST], *end;
    size_t length = strspn(*text, "0123456789.+-e");
    if (length == 0 || length >= sizeof digits)
        return false;
    memcpy(digits, *text, length);
    digits[length] = '\0';
    double number = strtod(digits, &end);
    if (end != digits + length || !isfinite(number))
        return false;
    *text += length;
    *value = number;
    return true;
}

static void plain_size(option_text *text, size_t *value)
{
    if (reading(text))
        text->wrong = text->wrong || !read_size(&text->at, value);
    else
        put(text, "%zu", *value);
}

void option_size(option_text *text, size_t *value)
{
    separate(text);
    plain_size(text, value);
}

void option_number(option_text *text, double *value)
{
    separate(text);
    if (reading(text))
        text->wrong = text->wrong || !read_number(&text->at, value);
    else
        put(text, "%.17g", *value);
}

void option_pair(option_text *text, const char *word, size_t value[2])
{
    separate(text);
    if (word != NULL) {
        literal(text, word);
        literal(text, " ");
    }
    plain_size(text, &value[0]);
    literal(text, "x");
    plain_size(text, &value[1]);
}

void option_flag(option_text *text, const char *word, bool *value)
{
    if (reading(text))
        *value = !text->wrong && *text->at == (text->open ? ' ' : '(') && starts_with(text->at + 1, word);
    if (!*value)
        return;
    separate(text);
    literal(text, word);
}

void option_padding(option_text *text, op_settings *settings)
{
    static const char *const words[] = {"same", "valid", "pads "};
    for (int32_t padding = COULOMB_PADDING_SAME; padding <= COULOMB_PADDING_EXPLICIT; padding++) {
        bool chosen = settings->padding == padding;
        option_flag(text, words[padding - COULOMB_PADDING_SAME], &chosen);
        if (!chosen)
            continue;
        settings->padding = padding;
        break;
    }
    for (size_t i = 0; i < 4 && settings->padding == COULOMB_PADDING_EXPLICIT; i++) {
        if (i > 0)
            literal(text, ",");
        plain_size(text, &settings->pads[i]);
    }
}

void option_shape(option_text *text, tensor_shape *value)
{
    if (!reading(text)) {
        put(text, "%s", shape_print(value).text);
        return;
    }
    literal(text, "[");
    for (value->rank = 0; !text->wrong && !take(text, "]"); value->rank++) {
        if (value->rank == COULOMB_RANK_MAX) {
            text->wrong = true;
            return;
        }
        if (value->rank > 0)
            literal(text, ", ");
        plain_size(text, &value->extent[value->rank]);
    }
}

/* All options, with their brackets. */
static void all_options(const op *of, option_text *text, op_settings *settings)
{
    if (of->options == NULL)
        return;
    of->options(text, settings);
    if (text->open)
        literal(text, ")");
}

void options_print(const op *of, const op_settings *settings, char *text)
{
    op_settings copy = *settings;
    option_text printing = {.printed = text};
    text[0] = '\0';
    all_options(of, &printing, &copy);
}

bool options_read(const op *of, const char **text, op_settings *settings)
{
    option_text read = {.at = *text};
    *settings = (op_settings){0};
    all_options(of, &read, settings);
    *text = read.at;
    return !read.wrong;
}
