/* What --help prints, and how values and ranges are put into words. */
#include "options.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HELP_WIDTH = 100, NAME_WIDTH_MOST = 36 };

/* A whole number as it is written in words: 1048576, not 1.048576e+06. */
void format_number(double value, size_t size, char *text)
{
    if (value >= 0 && value < 1e15 && value == (double)(uint64_t)value) {
        snprintf(text, size, "%" PRIu64, (uint64_t)value);
        return;
    }
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, size, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            return;
    }
}

static void list_choices(const option_choice *choices, const char *separator, size_t size, char *text)
{
    text[0] = '\0';
    for (const option_choice *choice = choices; choice->word; choice++) {
        size_t used = strlen(text);
        snprintf(text + used, size - used, "%s%s", used > 0 ? separator : "", choice->word);
    }
}

void option_expected(const option_row *row, size_t size, char *text)
{
    char low[32], high[32];
    if (row->flag) {
        snprintf(text, size, "on or off");
        return;
    }
    if (row->choice) {
        char words[200];
        list_choices(row->choices, ", ", sizeof words, words);
        snprintf(text, size, "one of %s", words);
        return;
    }
    if (row->text) {
        snprintf(text, size, "%s", row->argument);
        return;
    }
    const char *noun = row->count ? "a whole number" : "a number";
    format_number(row->low, sizeof low, low);
    format_number(row->high, sizeof high, high);
    const char *from = row->low_excluded                             ? "above"
                       : row->high > row->low && !row->high_excluded ? "from"
                                                                     : "of at least";
    if (row->high <= row->low)
        snprintf(text, size, "%s %s %s", noun, from, low);
    else
        snprintf(text, size, "%s %s %s%s%s", noun, from, low,
                 row->high_excluded  ? " and below "
                 : row->low_excluded ? " and at most "
                                     : " to ",
                 high);
}

void option_value(const option_row *row, size_t size, char *text)
{
    text[0] = '\0';
    if (row->flag)
        snprintf(text, size, "%s", *row->flag ? "on" : "off");
    else if (row->count)
        snprintf(text, size, "%" PRIu64, *row->count);
    else if (row->number)
        format_number(*row->number, size, text);
    else if (row->text && *row->text)
        snprintf(text, size, "%s", *row->text);
    for (const option_choice *choice = row->choice ? row->choices : NULL; choice && choice->word; choice++)
        if (choice->value == *row->choice)
            snprintf(text, size, "%s", choice->word);
}

void option_argument(const option_row *row, size_t size, char *text)
{
    text[0] = '\0';
    if (row->argument)
        snprintf(text, size, "%s", row->argument);
    else if (row->choice)
        list_choices(row->choices, "|", size, text);
}

static void name_and_argument(const option_row *row, size_t size, char *text)
{
    char argument[200];
    option_argument(row, sizeof argument, argument);
    snprintf(text, size, "  --%s%s%s", row->name, argument[0] ? " " : "", argument);
}

/* Words of `text` from column `indent` on, no line longer than HELP_WIDTH. */
static void print_wrapped(const char *text, size_t indent, size_t column)
{
    while (*text) {
        size_t length = strcspn(text, " \n");
        if (column + length + (column > indent) > HELP_WIDTH) {
            printf("\n%*s", (int)indent, "");
            column = indent;
        }
        printf("%s%.*s", column > indent ? " " : "", (int)length, text);
        column += length + (column > indent);
        text += length;
        if (*text == '\n') {
            printf("\n%*s", (int)indent, "");
            column = indent;
        }
        if (*text)
            text++;
    }
    putchar('\n');
}

static void print_row(const option_row *row, size_t indent)
{
    char name[256], value[256], help[1024];
    name_and_argument(row, sizeof name, name);
    option_value(row, sizeof value, value);
    /* unbreakable pieces such as "[1000000]" stay on one line */
    if (row->flag || value[0] == '\0')
        snprintf(help, sizeof help, "%s", row->help);
    else
        snprintf(help, sizeof help, "%s [%s]", row->help, value);
    printf("%s", name);
    if (strlen(name) + 2 > indent)
        printf("\n%*s", (int)indent, "");
    else
        printf("%*s", (int)(indent - strlen(name)), "");
    print_wrapped(help, indent, indent);
}

void options_print_help(const option_table *table)
{
    size_t indent = 0;
    for (size_t i = 0; i < table->count; i++) {
        char name[256];
        name_and_argument(&table->rows[i], sizeof name, name);
        if (strlen(name) + 2 > indent && strlen(name) <= NAME_WIDTH_MOST)
            indent = strlen(name) + 2;
    }
    printf("Usage: %s [options]\n\n", table->program);
    print_wrapped(table->summary, 0, 0);
    puts("\nValues in brackets are the defaults.");
    const char *group = NULL;
    for (size_t pass = 0; pass < 2; pass++) {
        /* the information group was added first and is shown last */
        for (size_t i = 0; i < table->count; i++) {
            const option_row *row = &table->rows[i];
            if ((row->group == table->rows[0].group) != (pass == 1))
                continue;
            if (row->group != group)
                printf("\n%s:\n", group = row->group);
            print_row(row, indent);
        }
    }
}
