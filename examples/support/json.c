#include "json.h"

#include "console.h"
#include "files.h"

#include <math.h>

bool json_write(const char *path, const json_t *value)
{
    new_file file;
    if (!file_begin(&file, path))
        return false;
    /* a write that fails shows in the stream when the file is committed */
    json_dumpf(value, file.stream, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    fputc('\n', file.stream);
    return file_commit(&file);
}

json_t *json_read(const char *path)
{
    json_error_t error;
    json_t *value = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (json_is_object(value))
        return value;
    complain("cannot read %s: %s", path, value ? "it is not a JSON object" : error.text);
    json_decref(value);
    return NULL;
}

json_t *json_number_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *json_from_option(const option_row *row)
{
    char text[256];
    if (row->flag)
        return json_boolean(*row->flag);
    if (row->count && *row->count <= (uint64_t)INT64_MAX)
        return json_integer((json_int_t)*row->count);
    if (row->number)
        return json_number_or_null(*row->number);
    option_value(row, sizeof text, text);
    return json_string(text);
}

json_t *json_from_options(const option_table *table)
{
    json_t *settings = json_object();
    for (size_t i = 0; i < table->count; i++)
        if (!table->rows[i].passing)
            json_object_set_new(settings, table->rows[i].name, json_from_option(&table->rows[i]));
    return settings;
}

static bool option_from_json(option_row *row, const json_t *value)
{
    if (row->flag && json_is_boolean(value))
        return option_set(row, json_is_true(value) ? "on" : "off");
    if (row->number && json_is_number(value)) {
        char text[64];
        format_number(json_number_value(value), sizeof text, text);
        return option_set(row, text);
    }
    if (row->count && json_is_integer(value)) {
        char text[64];
        snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        return option_set(row, text);
    }
    if ((row->count || row->choice) && json_is_string(value))
        return option_set(row, json_string_value(value));
    if (row->text && json_is_string(value)) {
        *row->text = json_string_value(value);
        return true;
    }
    return complain("--%s has a value of the wrong type in the recorded settings", row->name);
}

bool options_from_json(option_table *table, const json_t *settings)
{
    for (size_t i = 0; i < table->count; i++) {
        option_row *row = &table->rows[i];
        const json_t *value = json_object_get(settings, row->name);
        if (value && !row->passing && !row->given && !option_from_json(row, value))
            return false;
    }
    return true;
}
