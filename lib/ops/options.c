/* Printing and reading options of ops: see options.h. */
#include "ops/options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MOST = 32 };

struct option_text {
    coulomb_context *context; /* reading */
    const char *at;           /* reading: the rest of the text; NULL when printing */
    char *printed;            /* printing: `capacity` characters, of which those are filled that fit */
    size_t capacity, used;
    bool open;      /* "(" was printed or read */
    bool wrong;     /* the text is not what the op prints; nothing more is read */
    bool no_memory; /* for a list */
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
    bool full = text->used >= text->capacity;
    int length =
        vsnprintf(full ? NULL : text->printed + text->used, full ? 0 : text->capacity - text->used, format, values);
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

/* --- lists --- */

/* Where the run of successors that begins at `first` ends: beside its last value. */
static size_t run_end(const size_list *list, size_t first, bool ranges)
{
    size_t end = first + 1;
    while (ranges && end < list->count && list->value[end] == list->value[end - 1] + 1)
        end++;
    return end;
}

static void print_list(option_text *text, const size_list *list, bool ranges)
{
    for (size_t first = 0, end; first < list->count; first = end) {
        end = run_end(list, first, ranges);
        put(text, "%s%zu", first > 0 ? "," : "", list->value[first]);
        if (end > first + 1)
            put(text, "-%zu", list->value[end - 1]);
    }
}

/* One run of the text: false if it is not as print_list() writes it. `last` is the value before, or NULL. */
static bool read_run(const char **at, bool ranges, const size_t *last, size_t *from, size_t *to)
{
    if (!read_size(at, from))
        return false;
    *to = *from;
    if (ranges && last != NULL && *last != SIZE_MAX && *from == *last + 1)
        return false; /* it continues the run before */
    if (!ranges || **at != '-')
        return true;
    ++*at;
    return read_size(at, to) && *to > *from;
}

/* The values of the text, which moves behind them; counts them alone if `value` is NULL. 0: not as print_list() writes
 * it, or too long. */
static size_t read_values(const char **at, bool ranges, size_t *value)
{
    size_t count = 0, from, to = 0;
    for (;;) {
        size_t last = to;
        if (!read_run(at, ranges, count > 0 ? &last : NULL, &from, &to) || to - from >= LIST_MOST - count)
            return 0;
        for (size_t i = 0; value != NULL && i <= to - from; i++)
            value[count + i] = from + i;
        count += to - from + 1;
        if (**at != ',')
            return count;
        ++*at;
    }
}

static void read_list(option_text *text, size_list *list, bool ranges)
{
    const char *begin = text->at;
    size_t count = text->wrong ? 0 : read_values(&text->at, ranges, NULL);
    text->wrong = count == 0;
    if (text->wrong)
        return;
    size_t *value = memory_get(text->context, count, sizeof *value);
    if (value == NULL) {
        text->wrong = text->no_memory = true;
        return;
    }
    read_values(&begin, ranges, value);
    *list = (size_list){.value = value, .count = count};
}

static void any_list(option_text *text, size_list *list, bool ranges)
{
    separate(text);
    if (reading(text))
        read_list(text, list, ranges);
    else
        print_list(text, list, ranges);
}

void option_list(option_text *text, size_list *value)
{
    any_list(text, value, false);
}

void option_ranges(option_text *text, size_list *value)
{
    any_list(text, value, true);
}

coulomb_status list_check(coulomb_context *context, const char *op_name, const size_list *list)
{
    if (list->count == 0 || list->count >= LIST_MOST)
        return fail(context, COULOMB_ERROR_ARGUMENT, "%s: count is %zu; expected 1 to %d", op_name, list->count,
                    LIST_MOST - 1);
    return COULOMB_OK;
}

/* --- all options of an op --- */

/* With their brackets. */
static void all_options(const op *of, option_text *text, op_settings *settings)
{
    if (of->options == NULL)
        return;
    of->options(text, settings);
    if (text->open)
        literal(text, ")");
}

size_t options_print(const op *of, const op_settings *settings, char *text, size_t capacity)
{
    op_settings copy = *settings;
    option_text printing = {.printed = text, .capacity = capacity};
    if (capacity > 0)
        text[0] = '\0';
    all_options(of, &printing, &copy);
    return printing.used;
}

coulomb_status options_read(coulomb_context *context, const op *of, const char **text, op_settings *settings)
{
    option_text read = {.context = context, .at = *text};
    *settings = (op_settings){0};
    all_options(of, &read, settings);
    *text = read.at;
    if (read.no_memory)
        return COULOMB_ERROR_MEMORY;
    return read.wrong ? COULOMB_ERROR_FORMAT : COULOMB_OK;
}

void options_release(coulomb_context *context, op_settings *settings)
{
    memory_release(context, (size_t *)settings->list.value);
    settings->list = (size_list){0};
}
