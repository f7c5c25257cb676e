#include "column.h"

#include "date.h"
#include "fields.h"

#include "support/console.h"
#include "support/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_names[COLUMN_KINDS] = {"category", "truth value", "whole number", "decimal number",
                                                     "date",     "row number",  "left out"};

bool column_is_number(enum column_kind kind)
{
    return kind == COLUMN_WHOLE || kind == COLUMN_DECIMAL || kind == COLUMN_DATE;
}

const char *column_kind_name(enum column_kind kind)
{
    return kind_names[kind];
}

bool column_kind_find(const char *name, enum column_kind *kind)
{
    for (int i = 0; i < COLUMN_KINDS; i++)
        if (strcmp(name, kind_names[i]) == 0) {
            *kind = (enum column_kind)i;
            return true;
        }
    return complain("there are no columns of kind '%s'; expected category, truth value, whole number, decimal number, "
                    "date, row number or left out",
                    name);
}

static void complain_of_name(const columns *of, const char *name)
{
    char list[200] = "";
    size_t length = 0;
    for (size_t i = 0; i < of->count && length + 1 < sizeof list; i++)
        length += (size_t)snprintf(list + length, sizeof list - length, "%s%s", i > 0 ? ", " : "", of->list[i].name);
    complain("no column is called '%s'; expected one of: %s%s", name, list, length >= sizeof list ? " ..." : "");
}

size_t columns_find(const columns *of, const char *name)
{
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < of->count; i++) {
        if (strcmp(of->list[i].name, name) != 0)
            continue;
        if (found != SIZE_MAX) {
            complain("columns %zu and %zu are both called '%s'", found + 1, i + 1, name);
            return SIZE_MAX;
        }
        found = i;
    }
    if (found == SIZE_MAX)
        complain_of_name(of, name);
    return found;
}

/* --- files --- */

enum { DIGITS_MOST = 30, TEXTS_MOST = 1 << 24 };

static json_t *format_to_json(const number_format *of)
{
    json_t *made = json_object();
    if (*of->date) {
        json_put(&made, "date", json_string(of->date));
        return made;
    }
    json_put(&made, "digits_least", json_integer(of->digits_least));
    json_put(&made, "digits_most", json_integer(of->digits_most));
    json_put(&made, "significant", json_integer(of->significant));
    json_put(&made, "decimal_comma", json_boolean(of->point == ','));
    json_put(&made, "bare_point", json_boolean(of->bare_point));
    return made;
}

static json_t *column_to_json(const column *of)
{
    json_t *made = json_object(), *texts = json_array();
    for (size_t i = 0; i < of->texts_count; i++)
        json_append(&texts, json_string(of->texts[i]));
    json_put(&made, "name", json_string(of->name));
    json_put(&made, "kind", json_string(kind_names[of->kind]));
    json_put(&made, "quoted", json_boolean(of->quoted));
    json_put(&made, "words_plain", json_boolean(of->words_plain));
    json_put(&made, "texts", texts);
    json_put(&made, "counter", json_real(of->counter));
    if (column_is_number(of->kind))
        json_put(&made, "format", format_to_json(&of->format));
    return made;
}

json_t *columns_to_json(const columns *of)
{
    json_t *made = json_object(), *list = json_array();
    for (size_t i = 0; i < of->count; i++)
        json_append(&list, column_to_json(&of->list[i]));
    json_put(&made, "separator", json_stringn(&of->separator, 1));
    json_put(&made, "header", json_boolean(of->header));
    json_put(&made, "header_quoted", json_boolean(of->header_quoted));
    json_put(&made, "carriage_returns", json_boolean(of->carriage_returns));
    json_put(&made, "columns", list);
    return made;
}

static bool format_from_json(const json_t *from, enum column_kind kind, const char *of, number_format *read)
{
    size_t least, most, significant;
    bool comma;
    *read = (number_format){.point = '.'};
    if (kind == COLUMN_DATE) {
        const char *date = field_text(from, of, "date");
        if (!date)
            return false;
        if (!date_is_format(date))
            return complain("'%s' is no format of dates", date);
        memcpy(read->date, date, strlen(date) + 1);
        return true;
    }
    if (!field_count(from, of, "digits_least", DIGITS_MOST, &least) ||
        !field_count(from, of, "digits_most", DIGITS_MOST, &most) ||
        !field_count(from, of, "significant", DIGITS_MOST, &significant) ||
        !field_flag(from, of, "decimal_comma", &comma) || !field_flag(from, of, "bare_point", &read->bare_point))
        return false;
    read->digits_least = (int)(least < most ? least : most);
    read->digits_most = (int)most;
    read->significant = (int)significant;
    read->point = comma ? ',' : '.';
    return true;
}

static bool sorted(char *const *texts, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (strcmp(texts[i - 1], texts[i]) >= 0)
            return false;
    return true;
}

static bool column_from_json(const json_t *from, column *read)
{
    const char *name = field_text(from, "a column", "name");
    if (!name)
        return false;
    const char *kind = field_text(from, name, "kind");
    if (!kind || !column_kind_find(kind, &read->kind) || !field_flag(from, name, "quoted", &read->quoted) ||
        !field_flag(from, name, "words_plain", &read->words_plain) ||
        !field_number(from, name, "counter", &read->counter))
        return false;
    if (fabs(read->counter) > 1)
        return complain("rows of column '%s' are not numbered from 0 or 1", name);
    if (column_is_number(read->kind) &&
        !format_from_json(json_object_get(from, "format"), read->kind, name, &read->format))
        return false;
    read->texts = field_texts(from, name, "texts", &read->texts_count);
    if (!read->texts)
        return false;
    if (read->texts_count > TEXTS_MOST || !sorted(read->texts, read->texts_count))
        return complain("the texts of column '%s' are not in order", name);
    read->name = strdup(name);
    return read->name ? true : complain("no memory for columns");
}

static bool read_columns(const json_t *from, columns *made)
{
    const char *separator = field_text(from, "the table", "separator");
    const json_t *list = separator ? field_array(from, "the table", "columns") : NULL;
    if (!list || !field_flag(from, "the table", "header", &made->header) ||
        !field_flag(from, "the table", "header_quoted", &made->header_quoted) ||
        !field_flag(from, "the table", "carriage_returns", &made->carriage_returns))
        return false;
    if (strlen(separator) != 1 || strchr("\"\r\n", *separator) || json_array_size(list) == 0)
        return complain("the table has no columns, or a separator of other than one byte");
    made->separator = *separator;
    made->list = calloc(json_array_size(list), sizeof *made->list);
    if (!made->list)
        return complain("no memory for columns");
    for (; made->count < json_array_size(list); made->count++)
        if (!column_from_json(json_array_get(list, made->count), &made->list[made->count])) {
            made->count++; /* with what there is of it */
            return false;
        }
    return true;
}

bool columns_from_json(const json_t *from, columns *made)
{
    *made = (columns){0};
    bool done = read_columns(from, made);
    if (!done)
        columns_free(made);
    return done;
}

void columns_free(columns *of)
{
    for (size_t i = 0; i < of->count; i++) {
        column *each = &of->list[i];
        for (size_t j = 0; each->texts && j < each->texts_count; j++)
            free(each->texts[j]);
        free(each->texts);
        free(each->name);
    }
    free(of->list);
    *of = (columns){0};
}
