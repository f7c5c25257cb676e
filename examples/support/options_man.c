/* The option table as a manual page, so that it never says other than --help. */
#include "options.h"

#include <coulomb/version.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Text for roff: a hyphen stays one, a backslash is none of its commands, and no line begins with one of its signs. */
static void print_text(const char *text)
{
    bool line_begins = true;
    for (; *text; text++) {
        if (line_begins && (*text == '.' || *text == '\''))
            fputs("\\&", stdout);
        if (*text == '-')
            fputs("\\-", stdout);
        else if (*text == '\\')
            fputs("\\e", stdout);
        else if (*text == '\n')
            fputs(line_begins ? "" : "\n.br\n", stdout);
        else
            putchar(*text);
        line_begins = *text == '\n';
    }
}

/* The summary's first clause, for lists of manual pages. */
static void print_title(const option_table *table)
{
    static const char *const ends[] = {" (", ": ", ". ", ", "};
    char title[128];
    snprintf(title, sizeof title, "%s", table->summary);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char *end = strstr(title, ends[i]);
        if (end)
            *end = '\0';
    }
    title[0] = (char)tolower((unsigned char)title[0]);
    printf(".SH NAME\n%s \\- ", table->program);
    print_text(title);
    putchar('\n');
}

static void print_row(const option_row *row)
{
    char argument[200], value[256];
    option_argument(row, sizeof argument, argument);
    option_value(row, sizeof value, value);
    fputs(".TP\n\\fB\\-\\-", stdout);
    print_text(row->name);
    fputs("\\fR", stdout);
    if (argument[0]) {
        fputs(" \\fI", stdout);
        print_text(argument);
        fputs("\\fR", stdout);
    }
    putchar('\n');
    print_text(row->help);
    if (!row->flag && value[0]) {
        fputs(" [", stdout);
        print_text(value);
        putchar(']');
    }
    putchar('\n');
}

void options_print_man(const option_table *table)
{
    fputs(".TH ", stdout);
    for (const char *letter = table->program; *letter; letter++)
        putchar(toupper((unsigned char)*letter));
    printf(" 1 \"\" \"libcoulomb %s\"\n", coulomb_version_string());
    print_title(table);
    printf(".SH SYNOPSIS\n\\fB%s\\fR [\\fIoptions\\fR]\n.SH DESCRIPTION\n", table->program);
    print_text(table->summary);
    puts("\n.SH OPTIONS\nValues in brackets are the defaults.");
    const char *group = NULL;
    for (size_t pass = 0; pass < 2; pass++) {
        /* as in --help, the information group is last */
        for (size_t i = 0; i < table->count; i++) {
            const option_row *row = &table->rows[i];
            if ((row->group == table->rows[0].group) != (pass == 1))
                continue;
            if (row->group != group)
                printf(".SS %s\n", group = row->group);
            print_row(row);
        }
    }
    puts(".SH EXIT STATUS\n0 when all is done, 2 for a command line that is refused, 1 for any other failure, and 128 "
         "plus "
         "the signal's\nnumber after an interrupt.");
}
