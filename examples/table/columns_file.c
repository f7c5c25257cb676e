#include "columns_file.h"

#include "date.h"

#include "support/console.h"
#include "support/json.h"

#include <stdlib.h>
#include <string.h>

enum { DIGITS_MOST = 15 };

static bool read_format(const char *name, const json_t *value, column_wish *wish)
{
    const char *format = json_string_value(value);
    if (wish->kind != COLUMN_DATE)
        return complain("column '%s': only dates have a format", name);
    if (!format || !date_is_format(format))
        return complain("column '%s': '%s' is no format of dates; expected one such as YYYY-MM-DD, D.M.YYYY or "
                        "YYYY-MM-DD hh:mm:ss",
                        name, format ? format : "");
    memcpy(wish->date, format, strlen(format) + 1);
    return true;
}

static bool read_digits(const char *name, const json_t *value, column_wish *wish)
{
    if (wish->kind != COLUMN_DECIMAL)
        return complain("column '%s': only decimal numbers have digits", name);
    if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > DIGITS_MOST)
        return complain("column '%s': expected 0 to %d digits", name, DIGITS_MOST);
    wish->digits = (int)json_integer_value(value);
    return true;
}

static bool read_kind(const char *name, const json_t *value, column_wish *wish)
{
    if (!json_is_string(value))
        return complain("column '%s': expected a kind, such as \"category\"", name);
    if (column_kind_find(json_string_value(value), &wish->kind))
        return true;
    return complain("this is said of column '%s'", name);
}

static bool read_wish(const char *name, json_t *value, column_wish *wish)
{
    const char *key;
    json_t *part;
    *wish = (column_wish){.given = true, .digits = -1};
    if (!json_is_object(value))
        return read_kind(name, value, wish);
    if (!read_kind(name, json_object_get(value, "kind"), wish))
        return false;
    json_object_foreach(value, key, part)
    {
        bool fine = strcmp(key, "kind") == 0;
        if (strcmp(key, "format") == 0)
            fine = read_format(name, part, wish);
        else if (strcmp(key, "digits") == 0)
            fine = read_digits(name, part, wish);
        else if (!fine)
            complain("column '%s': '%s' is unknown; expected kind, format or digits", name, key);
        if (!fine)
            return false;
    }
    return true;
}

static bool read_wishes(json_t *from, const columns *of, column_wish *wishes)
{
    const char *name;
    json_t *value;
    json_object_foreach(from, name, value)
    {
        size_t at = columns_find(of, name);
        if (at == SIZE_MAX || !read_wish(name, value, &wishes[at]))
            return false;
    }
    return true;
}

column_wish *column_wishes_read(const char *path, const columns *of)
{
    column_wish *wishes = calloc(of->count + 1, sizeof *wishes);
    if (!wishes)
        complain("no memory for columns");
    if (!wishes || !path)
        return wishes;
    json_t *from = json_read(path);
    bool done = from && (read_wishes(from, of, wishes) || complain("in %s", path));
    json_decref(from);
    if (done)
        return wishes;
    free(wishes);
    return NULL;
}
