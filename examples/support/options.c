/* Reading the command line. What --help prints stands in options_help.c, what --man prints in options_man.c. */
#include "options.h"

#include "console.h"

#include <coulomb/version.h>

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void options_begin(option_table *table, const char *program, const char *summary)
{
    *table = (option_table){.program = program, .summary = summary};
    console_name(program);
    const option_row rows[] = {
        {.name = "help", .help = "print this help", .flag = &table->help, .passing = true},
        {.name = "man", .help = "print this help as a manual page", .flag = &table->man, .passing = true},
        {.name = "version", .help = "print version information", .flag = &table->version_asked, .passing = true},
    };
    options_add(table, "Information", rows, sizeof rows / sizeof *rows);
}

void options_add(option_table *table, const char *group, const option_row *rows, size_t count)
{
    for (size_t i = 0; i < count && table->count < OPTIONS_MOST; i++) {
        table->rows[table->count] = rows[i];
        table->rows[table->count++].group = group;
    }
}

option_row *options_find(option_table *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->rows[i].name, name) == 0)
            return &table->rows[i];
    return NULL;
}

bool options_given(option_table *table, const char *name)
{
    const option_row *row = options_find(table, name);
    return row && row->given;
}

static bool in_range(const option_row *row, double value)
{
    if (row->low_excluded ? value <= row->low : value < row->low)
        return false;
    return row->high <= row->low || (row->high_excluded ? value < row->high : value <= row->high);
}

static bool read_count(const option_row *row, const char *text)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    /* strtoull takes "-1" and " 7", we do not */
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || !in_range(row, (double)value))
        return false;
    *row->count = value;
    return true;
}

static bool read_number(const option_row *row, const char *text)
{
    char *end;
    errno = 0;
    double value = strtod(text, &end);
    bool vanished = value == 0 && errno == ERANGE; /* 1e-400 */
    if (end == text || *end != '\0' || isspace((unsigned char)text[0]) || !isfinite(value) || vanished ||
        !in_range(row, value))
        return false;
    *row->number = value;
    return true;
}

static bool read_choice(const option_row *row, const char *text)
{
    for (const option_choice *choice = row->choices; choice->word; choice++) {
        if (strcmp(choice->word, text) == 0) {
            *row->choice = choice->value;
            return true;
        }
    }
    return false;
}

static bool read_value(option_row *row, const char *value)
{
    if (row->flag) {
        *row->flag = strcmp(value, "on") == 0;
        return *row->flag || strcmp(value, "off") == 0;
    }
    if (row->count)
        return read_count(row, value);
    if (row->number)
        return read_number(row, value);
    if (row->choice)
        return read_choice(row, value);
    *row->text = value;
    return value[0] != '\0';
}

/* For what the expected range does not tell: a number that is in it, but not of the computer's. */
static bool too_large(const option_row *row, const char *value)
{
    char *end;
    if (row->high > row->low || !(row->count || row->number) || value[0] < '0' || value[0] > '9')
        return false;
    errno = 0;
    bool large = row->count ? strtoull(value, &end, 10) > 1 : strtod(value, &end) > 1;
    return large && *end == '\0' && errno == ERANGE;
}

bool option_set(option_row *row, const char *value)
{
    if (read_value(row, value))
        return true;
    if (too_large(row, value))
        return complain("--%s is '%s', which is too large", row->name, value);
    char expected[256];
    option_expected(row, sizeof expected, expected);
    return complain("--%s is '%s'; expected %s", row->name, value, expected);
}

/* Insertions, deletions and replacements between a word of `length` characters and a name. */
static size_t distance(const char *word, size_t length, const char *name)
{
    size_t row[64], name_length = strlen(name);
    if (name_length >= sizeof row / sizeof *row)
        return length;
    for (size_t j = 0; j <= name_length; j++)
        row[j] = j;
    for (size_t i = 1; i <= length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= name_length; j++) {
            size_t replaced = diagonal + (word[i - 1] != name[j - 1]);
            diagonal = row[j];
            size_t shifted = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            row[j] = replaced < shifted ? replaced : shifted;
        }
    }
    return row[name_length];
}

static bool complain_unknown(const option_table *table, const char *word, size_t length)
{
    const char *nearest = NULL;
    size_t least = length / 3 + 2;
    for (size_t i = 0; i < table->count && length > 0; i++) {
        const char *name = table->rows[i].name;
        /* a beginning that was cut short is as near as one wrong letter */
        size_t away = strncmp(word, name, length) == 0 ? 1 : distance(word, length, name);
        if (away < least) {
            least = away;
            nearest = name;
        }
    }
    if (nearest)
        return complain("unknown option --%.*s; did you mean --%s?", (int)length, word, nearest);
    return complain("unknown option --%.*s; --help lists all", (int)length, word);
}

/* Reads the option at arguments[*at] and moves past what it used. */
static bool parse_one(option_table *table, int argument_count, char **arguments, int *at)
{
    const char *argument = arguments[(*at)++];
    if (strcmp(argument, "-h") == 0)
        argument = "--help";
    if (strncmp(argument, "--", 2) != 0)
        return complain("unexpected argument '%s'; options start with -- and are listed by --help", argument);
    const char *word = argument + 2;
    size_t length = strcspn(word, "=");
    option_row *row = NULL;
    for (size_t i = 0; i < table->count; i++)
        if (strlen(table->rows[i].name) == length && strncmp(table->rows[i].name, word, length) == 0)
            row = &table->rows[i];
    if (!row)
        return complain_unknown(table, word, length);
    row->given = true;
    const char *value = word[length] == '=' ? word + length + 1 : NULL;
    if (row->flag) {
        *row->flag = true;
        return value ? complain("--%s takes no value, but was given '%s'", row->name, value) : true;
    }
    if (!value && *at < argument_count && strncmp(arguments[*at], "--", 2) != 0)
        value = arguments[(*at)++];
    if (value)
        return option_set(row, value);
    char expected[256];
    option_expected(row, sizeof expected, expected);
    return complain("--%s needs a value: %s", row->name, expected);
}

int options_parse(option_table *table, int argument_count, char **arguments)
{
    for (int at = 1; at < argument_count;) {
        if (!parse_one(table, argument_count, arguments, &at))
            return EXIT_USAGE;
        if (table->help) {
            options_print_help(table);
            return EXIT_SUCCESS;
        }
        if (table->man) {
            options_print_man(table);
            return EXIT_SUCCESS;
        }
        if (table->version_asked) {
            printf("%s %s\n", table->program, coulomb_version_string());
            return EXIT_SUCCESS;
        }
    }
    return OPTIONS_RUN;
}
