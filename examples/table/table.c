#include "table.h"

#include "date.h"
#include "number.h"
#include "shown.h"

#include "support/console.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool table_allocate(const columns *of, size_t rows, table *made)
{
    *made = (table){of, rows, calloc(of->count + 1, sizeof *made->values)};
    bool done = made->values != NULL;
    for (size_t i = 0; done && i < of->count; i++) {
        const column *each = &of->list[i];
        bool number = column_is_number(each->kind), texts = each->texts_count > 0;
        if (each->kind == COLUMN_COUNTER || each->kind == COLUMN_LEFT_OUT)
            continue;
        if (number)
            made->values[i].numbers = calloc(rows + 1, sizeof(double));
        if (texts)
            made->values[i].codes = calloc(rows + 1, sizeof(uint32_t));
        done = (!number || made->values[i].numbers) && (!texts || made->values[i].codes);
    }
    if (done)
        return true;
    table_free(made);
    return complain("no memory for a table of %zu rows and %zu columns", rows, of->count);
}

void table_free(table *of)
{
    for (size_t i = 0; of->values && i < of->of->count; i++) {
        free(of->values[i].numbers);
        free(of->values[i].codes);
    }
    free(of->values);
    *of = (table){0};
}

/* --- writing --- */

static bool needs_quotes(const char *text, char separator)
{
    const char special[] = {separator, '"', '\r', '\n', '\0'};
    return strpbrk(text, special) != NULL;
}

static void write_text(const char *text, bool quoted, char separator, FILE *to)
{
    if (!quoted && !needs_quotes(text, separator)) {
        fputs(text, to);
        return;
    }
    putc('"', to);
    for (; *text; text++) {
        if (*text == '"')
            putc('"', to);
        putc(*text, to);
    }
    putc('"', to);
}

static void end_line(const columns *of, FILE *to)
{
    fputs(of->carriage_returns ? "\r\n" : "\n", to);
}

/* A line that is empty would be none, and a byte order mark belongs to no name. */
void table_write_header(const columns *of, FILE *to)
{
    if (!of->header)
        return;
    for (size_t i = 0; i < of->count; i++) {
        const char *name = of->list[i].name;
        if (i > 0)
            putc(of->separator, to);
        write_text(name, of->header_quoted || (of->count == 1 && !*name), of->separator, to);
    }
    end_line(of, to);
}

void table_cell_text(const table *of, size_t column_index, size_t row, uint64_t first_row, char number[CELL_SIZE],
                     const char **text)
{
    const column *each = &of->of->list[column_index];
    const table_column *values = &of->values[column_index];
    *text = number;
    if (each->kind == COLUMN_LEFT_OUT)
        *text = "";
    else if (each->kind == COLUMN_COUNTER)
        snprintf(number, CELL_SIZE, "%.0f", each->counter + (double)(first_row + row));
    else if (values->codes && values->codes[row] != CODE_NUMBER)
        *text = each->texts[values->codes[row]];
    else if (each->kind == COLUMN_DATE)
        date_write(each->format.date, values->numbers[row], number);
    else
        number_write(&each->format, values->numbers[row], number);
}

static bool in_quotes(const table *of, size_t column_index, size_t row, const char *text)
{
    const column *each = &of->of->list[column_index];
    const uint32_t *codes = of->values[column_index].codes;
    bool word = column_is_number(each->kind) && codes && codes[row] != CODE_NUMBER;
    return (each->quoted && !(word && each->words_plain)) || (of->of->count == 1 && !*text);
}

void table_write_rows(const table *of, uint64_t first_row, FILE *to)
{
    char number[CELL_SIZE];
    const char *text;
    for (size_t row = 0; row < of->rows; row++) {
        for (size_t i = 0; i < of->of->count; i++) {
            if (i > 0)
                putc(of->of->separator, to);
            table_cell_text(of, i, row, first_row, number, &text);
            write_text(text, in_quotes(of, i, row, text), of->of->separator, to);
        }
        end_line(of->of, to);
    }
}

/* --- what the columns are --- */

static double least(const double *numbers, size_t rows, double sign)
{
    double found = INFINITY;
    for (size_t i = 0; i < rows; i++)
        if (sign * numbers[i] < found)
            found = sign * numbers[i];
    return sign * found;
}

static void print_range(const table *of, size_t index, FILE *to)
{
    const column *each = &of->of->list[index];
    const double *numbers = of->values[index].numbers;
    char texts[2][CELL_SIZE];
    for (int end = 0; end < 2; end++) {
        double value = least(numbers, of->rows, end ? -1 : 1);
        if (!isfinite(value))
            return;
        if (each->kind == COLUMN_DATE)
            date_write(each->format.date, value, texts[end]);
        else
            number_write(&each->format, value, texts[end]);
    }
    fprintf(to, "%s to %s", texts[0], texts[1]);
    if (each->kind == COLUMN_DATE)
        fprintf(to, ", %s", each->format.date);
    else if (each->kind == COLUMN_DECIMAL && each->format.significant > 0)
        fprintf(to, ", %d significant digits", each->format.significant);
    else if (each->kind == COLUMN_DECIMAL)
        fprintf(to, ", %d digits", each->format.digits_most);
}

static void print_texts(const column *of, FILE *to)
{
    enum { TEXTS = 4, CHARACTERS = 16 };
    char text[SHOWN_SIZE];
    fprintf(to, "%zu: ", of->texts_count);
    for (size_t i = 0; i < of->texts_count && i < TEXTS; i++) {
        shown(of->texts[i], CHARACTERS, text);
        fprintf(to, "%s'%s'", i > 0 ? ", " : "", text);
    }
    fputs(of->texts_count > TEXTS ? ", ..." : "", to);
}

static void print_missing(const table *of, size_t index, FILE *to)
{
    const uint32_t *codes = of->values[index].codes;
    size_t missing = 0;
    for (size_t i = 0; codes && i < of->rows; i++)
        missing += codes[i] != CODE_NUMBER;
    if (missing > 0)
        fprintf(to, ", %.3g %% missing", 100.0 * (double)missing / (double)of->rows);
}

static void print_name(const column *of, FILE *to)
{
    enum { CHARACTERS = 30, WIDTH = 24 };
    char name[SHOWN_SIZE];
    size_t width = shown(*of->name ? of->name : "(no name)", CHARACTERS, name);
    fprintf(to, "  %s%*s %-14s  ", name, width < WIDTH ? (int)(WIDTH - width) : 0, "", column_kind_name(of->kind));
}

void table_print_columns(const table *of, FILE *to)
{
    fprintf(to, "%zu rows, %zu columns\n", of->rows, of->of->count);
    for (size_t i = 0; i < of->of->count; i++) {
        const column *each = &of->of->list[i];
        print_name(each, to);
        if (column_is_number(each->kind)) {
            print_range(of, i, to);
            print_missing(of, i, to);
        } else if (each->kind == COLUMN_COUNTER) {
            fprintf(to, "from %.0f; generated rows are numbered too", each->counter);
        } else if (each->kind == COLUMN_LEFT_OUT) {
            fprintf(to, "nearly all values differ; cells of generated rows are empty");
        } else {
            print_texts(each, to);
        }
        putc('\n', to);
    }
}
