/* Options as JSON and back, without loss: what a run records must bring it back exactly. */
#include "json.h"

#include "console.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* JSON's strings are Unicode; paths are any bytes. What is no UTF-8 becomes an object of hexadecimal digits. */
static const char bytes_key[] = "bytes";

static json_t *hexadecimal(const char *text)
{
    size_t length = strlen(text);
    char *digits = malloc(2 * length + 1);
    if (!digits)
        return NULL;
    for (size_t i = 0; i < length; i++)
        snprintf(digits + 2 * i, 3, "%02x", (unsigned)(unsigned char)text[i]);
    json_t *value = json_pack("{s:s}", bytes_key, digits);
    free(digits);
    return value;
}

static json_t *json_from_text(const char *text)
{
    if (!text)
        return json_null();
    json_t *value = json_string(text);
    return value ? value : hexadecimal(text);
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
    if (row->text)
        return json_from_text(*row->text);
    option_value(row, sizeof text, text);
    return json_string(text);
}

json_t *json_from_options(const option_table *table)
{
    json_t *settings = json_object();
    for (size_t i = 0; i < table->count; i++)
        if (!table->rows[i].passing)
            json_put(&settings, table->rows[i].name, json_from_option(&table->rows[i]));
    return settings;
}

static int digit_value(char digit)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = digit ? strchr(digits, digit) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* The text takes the digits' place, so that it lives as long as the settings. */
static const char *text_from_hexadecimal(json_t *value)
{
    const char *digits = json_string_value(json_object_get(value, bytes_key));
    size_t length = digits ? strlen(digits) / 2 : 0;
    char *bytes = malloc(length + 1);
    bool fine = bytes && digits && strlen(digits) == 2 * length;
    for (size_t i = 0; fine && i < length; i++) {
        int high = digit_value(digits[2 * i]), low = digit_value(digits[2 * i + 1]);
        fine = high >= 0 && low >= 0 && high + low > 0;
        bytes[i] = (char)(16 * high + low);
    }
    json_t *text = fine ? json_stringn_nocheck(bytes, length) : NULL;
    free(bytes);
    return text && json_object_set_new(value, bytes_key, text) == 0 ? json_string_value(text) : NULL;
}

static bool take_text(option_row *row, json_t *value)
{
    const char *text = json_is_object(value) ? text_from_hexadecimal(value) : json_string_value(value);
    const json_t *string = json_is_object(value) ? json_object_get(value, bytes_key) : value;
    bool fine = text ? text[0] != '\0' && strlen(text) == json_string_length(string) : json_is_null(value);
    if (fine)
        *row->text = text;
    return fine;
}

static bool option_from_json(option_row *row, json_t *value)
{
    char text[64];
    if (row->flag && json_is_boolean(value))
        return option_set(row, json_is_true(value) ? "on" : "off");
    if (row->number && json_is_number(value)) {
        format_number(json_number_value(value), sizeof text, text);
        return option_set(row, text);
    }
    if (row->count && json_is_integer(value)) {
        snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        return option_set(row, text);
    }
    if ((row->count || row->choice) && json_is_string(value))
        return option_set(row, json_string_value(value));
    if (row->text && take_text(row, value))
        return true;
    return complain("--%s has a value of the wrong type in the recorded settings", row->name);
}

/* What another release recorded and this one does not know could not be brought back. */
static bool knows_all(option_table *table, json_t *settings)
{
    const char *name;
    json_t *value;
    json_object_foreach(settings, name, value) if (!options_find(table, name)) return complain(
        "--%s of the recorded settings is unknown to this release", name);
    return true;
}

bool options_from_json(option_table *table, json_t *settings)
{
    if (!knows_all(table, settings))
        return false;
    for (size_t i = 0; i < table->count; i++) {
        option_row *row = &table->rows[i];
        json_t *value = json_object_get(settings, row->name);
        if (row->passing || row->given)
            continue;
        if (!value)
            return complain("--%s is missing in the recorded settings; give it", row->name);
        if (!option_from_json(row, value))
            return false;
    }
    return true;
}
