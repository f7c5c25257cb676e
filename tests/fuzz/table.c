/* Damaged tables, wishes for columns, models and conditions: they are refused or read, and what is read can be encoded,
 * decoded and written. */
#include "driver.h"

#include "support/json.h"
#include "table/columns_file.h"
#include "table/conditions.h"
#include "table/encoding.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 40, VALUES_MOST = 1 << 18, VECTORS = 8 };

static FILE *nowhere;

static void write_out(const table *of)
{
    if (!nowhere)
        nowhere = fopen("/dev/null", "w");
    fuzz_require(nowhere != NULL, "/dev/null");
    table_write_header(of->of, nowhere);
    table_write_rows(of, 0, nowhere);
    table_print_columns(of, nowhere);
}

/* Whatever a cell is: the same again, or as near as float32 is where there are more values than knots. */
static void check_cells(const table *before, const table *after)
{
    for (size_t i = 0; i < before->of->count; i++)
        for (size_t row = 0; row < before->rows; row++) {
            const table_column *a = &before->values[i], *b = &after->values[i];
            fuzz_require(!a->codes || a->codes[row] == b->codes[row], "a category became another");
            fuzz_require(!a->numbers || isnan(a->numbers[row]) == isnan(b->numbers[row]), "a number came or went");
        }
}

static void encode(const table *from)
{
    encoding made;
    table decoded;
    encoding_options options = {.values_most = 4, .categories_most = 5, .all_categories_most = 9, .spike = 0.2};
    if (!encoding_make(from, NULL, from->rows, &options, &made))
        return;
    if (from->rows * made.width <= VALUES_MOST) {
        float *vectors = malloc(from->rows * made.width * sizeof *vectors);
        fuzz_require(vectors != NULL, "memory");
        encoding_encode(&made, from, NULL, from->rows, vectors);
        fuzz_require(encoding_decode(&made, vectors, from->rows, fuzz_below(2), &decoded), "decoding");
        check_cells(from, &decoded);
        write_out(&decoded);
        table_free(&decoded);
        free(vectors);
    }
    encoding_free(&made);
}

static bool read_table(const char *path)
{
    const table_options options = {0};
    columns found;
    table read;
    if (!table_read(path, &options, &found, &read))
        return false;
    write_out(&read);
    encode(&read);
    table_free(&read);
    columns_free(&found);
    return true;
}

/* Of three styles; with everything that a cell can be. */
static void write_table(size_t number, const char *path)
{
    static const char separators[] = ",;\t";
    const char separator = separators[number], point = separator == ';' ? ',' : '.';
    FILE *to = fopen(path, "wb");
    fuzz_require(to != NULL, path);
    fprintf(to, "\"id\"%cname%cn%cx%cday%cok\r\n", separator, separator, separator, separator, separator);
    for (int i = 0; i < ROWS; i++) {
        fprintf(to, "%d%c\"K\xc3\xa4uze \"\"%zu\"\"\"%c", i, separator, fuzz_below(9), separator);
        fprintf(to, fuzz_below(5) ? "%zu" : "NA", fuzz_below(1000));
        fprintf(to, "%c%zu%c%02zu%s%c", separator, fuzz_below(100), point, fuzz_below(100),
                number == 2 && fuzz_below(3) == 0 ? "e-3" : "", separator);
        fprintf(to, number == 1 ? "%02zu.01.2024 10:00" : "2024-01-%02zu", 1 + fuzz_below(28));
        fprintf(to, "%c%s\r\n", separator, fuzz_below(2) ? "yes" : "no");
    }
    fuzz_require(fclose(to) == 0, path);
}

/* --- wishes --- */

static column named[] = {{.name = (char[]){"a"}}, {.name = (char[]){"b"}}, {.name = (char[]){"K\xc3\xa4uze"}}};
static const columns names = {.list = named, .count = sizeof named / sizeof *named};

static bool read_wishes(const char *path)
{
    column_wish *wishes = column_wishes_read(path, &names);
    free(wishes);
    return wishes != NULL;
}

static void write_wishes(size_t number, const char *path)
{
    (void)number;
    FILE *to = fopen(path, "wb");
    fuzz_require(to != NULL, path);
    fputs("{\"a\": \"category\", \"b\": {\"kind\": \"date\", \"format\": \"D.M.YYYY hh:mm\"},\n"
          " \"K\xc3\xa4uze\": {\"kind\": \"decimal number\", \"digits\": 3}}\n",
          to);
    fuzz_require(fclose(to) == 0, path);
}

/* --- models --- */

static bool read_model(const char *path)
{
    columns loaded;
    encoding made;
    table decoded;
    json_t *read = json_read(path);
    if (!read || !encoding_from_json(read, &loaded, &made)) {
        json_decref(read);
        return false;
    }
    float *vectors = malloc(VECTORS * made.width * sizeof *vectors);
    fuzz_require(vectors != NULL, "memory");
    for (size_t i = 0; i < VECTORS * made.width; i++)
        vectors[i] = fuzz_below(20) ? (float)fuzz_below(1000) / 400 - 1.25f : NAN;
    fuzz_require(encoding_decode(&made, vectors, VECTORS, fuzz_below(2), &decoded), "decoding");
    write_out(&decoded);
    table_free(&decoded);
    free(vectors);
    json_t *again = encoding_to_json(&made);
    fuzz_require(again != NULL, "a model that was read");
    json_decref(again);
    encoding_free(&made);
    columns_free(&loaded);
    json_decref(read);
    return true;
}

static void write_model(size_t number, const char *path)
{
    const table_options options = {0};
    const encoding_options few = {.values_most = 4, .categories_most = 5, .all_categories_most = 9, .spike = 0.2};
    columns found;
    table read;
    encoding made;
    write_table(number, path);
    fuzz_require(table_read(path, &options, &found, &read), path);
    fuzz_require(encoding_make(&read, NULL, read.rows, &few, &made), path);
    json_t *saved = encoding_to_json(&made);
    fuzz_require(json_write(path, saved), path);
    json_decref(saved);
    encoding_free(&made);
    table_free(&read);
    columns_free(&found);
}

/* --- conditions --- */

static bool read_conditions(const char *path)
{
    static table read;
    static encoding made;
    static char text[FUZZ_ROOM];
    static columns found;
    if (!made.of) {
        const encoding_options few = {.values_most = 4, .categories_most = 5, .all_categories_most = 9, .spike = 0.2};
        char table_path[520];
        snprintf(table_path, sizeof table_path, "%s.csv", path);
        write_table(0, table_path);
        fuzz_require(table_read(table_path, &(table_options){0}, &found, &read), path);
        fuzz_require(encoding_make(&read, NULL, read.rows, &few, &made), path);
        remove(table_path);
    }
    FILE *from = fopen(path, "rb");
    fuzz_require(from != NULL, path);
    text[fread(text, 1, sizeof text - 1, from)] = '\0';
    fclose(from);
    conditions wanted;
    if (!conditions_read(&made, text, &wanted))
        return false;
    for (size_t row = 0; row < read.rows; row++)
        conditions_hold(&wanted, &read, row);
    conditions_free(&wanted);
    return true;
}

static void write_conditions(size_t number, const char *path)
{
    (void)number;
    FILE *to = fopen(path, "wb");
    fuzz_require(to != NULL, path);
    fputs("ok=yes;n=500", to);
    fuzz_require(fclose(to) == 0, path);
}

void fuzz_end(void)
{
    if (nowhere)
        fclose(nowhere);
}

const fuzz_target fuzz_targets[] = {
    {.name = "csv",
     .read = read_table,
     .write = write_table,
     .seeds = 3,
     .file = "table.csv",
     .whole = true,
     .least = 0.1},
    {.name = "wishes", .read = read_wishes, .write = write_wishes, .seeds = 1, .file = "columns.json", .least = 0.01},
    {.name = "model", .read = read_model, .write = write_model, .seeds = 3, .file = "model.json", .least = 0.05},
    {.name = "conditions", .read = read_conditions, .write = write_conditions, .seeds = 1, .file = "conditions"},
};
const size_t fuzz_target_count = sizeof fuzz_targets / sizeof *fuzz_targets;
