/*
 * Command lines from tables of rows. What a row's pointer points at before parsing is the option's default, so that a
 * program states each default once, where its settings are initialised.
 */
#ifndef SUPPORT_OPTIONS_H
#define SUPPORT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A word that stands for a number; a list ends with a NULL word. */
typedef struct option_choice {
    const char *word;
    int32_t value;
} option_choice;

/* One option. Exactly one of the five pointers is set; it is the option's type and where its value goes. */
typedef struct option_row {
    const char *name;     /* without the dashes */
    const char *argument; /* what --help calls the value; of choices NULL lists the words */
    const char *help;

    bool *flag; /* takes no value: given or not */
    uint64_t *count;
    double *number;
    const char **text;
    int32_t *choice;

    double low, high; /* range of counts and numbers; no upper bound where high is not above low */
    bool low_excluded, high_excluded;
    const option_choice *choices;

    bool passing;      /* belongs to this invocation, not to what is computed: not kept with the results */
    const char *group; /* set by options_add() */
    bool given;        /* set by options_parse() */
} option_row;

enum { OPTIONS_MOST = 96 };

typedef struct option_table {
    const char *program;
    const char *summary; /* paragraphs below the usage line of --help */
    option_row rows[OPTIONS_MOST];
    size_t count;
    bool help, man, version_asked;
} option_table;

/* An empty table. The program's name also stands in front of what it says from now on. */
void options_begin(option_table *table, const char *program, const char *summary);

/* Append rows under a heading of --help. Rows are copied; what they point at must outlive the table. */
void options_add(option_table *table, const char *group, const option_row *rows, size_t count);

/* The exit code of a usage error. */
enum { EXIT_USAGE = 2 };

enum { OPTIONS_RUN = -1 };

/* Read the command line; values may be the next argument or follow an '='. Prints --help, --man, --version and
 * complaints. OPTIONS_RUN if the program is to go on, otherwise the code that it exits with. */
int options_parse(option_table *table, int argument_count, char **arguments);

/* Set one option from text, with a complaint that names the value and what was expected. */
bool option_set(option_row *row, const char *value);

option_row *options_find(option_table *table, const char *name);
bool options_given(option_table *table, const char *name);

/* The value as the command line would spell it; "" for a text that is not set. */
void option_value(const option_row *row, size_t size, char *text);

/* Shortest decimal form that reads back as the same number. */
void format_number(double value, size_t size, char *text);

void options_print_help(const option_table *table);

/* The same as a manual page of section 1. */
void options_print_man(const option_table *table);

/* What --help calls the value: its argument, or the words of a choice; "" where it takes none. */
void option_argument(const option_row *row, size_t size, char *text);

/* "a whole number from 1 to 1048576" and the like, for complaints. */
void option_expected(const option_row *row, size_t size, char *text);

#endif
