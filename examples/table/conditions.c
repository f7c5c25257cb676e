#include "conditions.h"

#include "support/console.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One condition up to its ';', where ";;" is a ';': a copy, and *text moves behind it. */
static char *next_condition(const char **text)
{
    char *made = malloc(strlen(*text) + 1), *to = made;
    if (!made)
        return NULL;
    for (; **text != '\0'; ++*text) {
        if (**text == ';' && *++*text != ';')
            break;
        *to++ = **text;
    }
    *to = '\0';
    return made;
}

/* The '=' behind a column's name: names may have one, too. */
static char *find_equals(const columns *of, char *text)
{
    for (char *at = strchr(text, '='); at; at = strchr(at + 1, '=')) {
        size_t length = (size_t)(at - text);
        for (size_t i = 0; i < of->count; i++)
            if (strlen(of->list[i].name) == length && memcmp(of->list[i].name, text, length) == 0)
                return at;
    }
    return strchr(text, '=');
}

/* Encode one condition into the vector that all of them share. */
static bool read_one(const encoding *of, char *text, conditions *made, float *vector)
{
    char *equals = find_equals(of->of, text);
    if (!equals)
        return complain("--given: '%s' is no condition; expected COLUMN=VALUE", text);
    *equals = '\0';
    size_t found = columns_find(of->of, text);
    if (found == SIZE_MAX)
        return false;
    for (size_t i = 0; i < made->count; i++)
        if (made->column[i] == found)
            return complain("--given: column '%s' has two conditions", text);
    made->column[made->count++] = found;
    return encoding_encode_cell(of, found, equals + 1, vector);
}

static bool read_all(const encoding *of, const char *text, conditions *made, float *vector)
{
    while (*text != '\0') {
        char *one = next_condition(&text);
        bool done = one ? read_one(of, one, made, vector) : complain("no memory for conditions");
        free(one);
        if (!done)
            return false;
    }
    return true;
}

bool conditions_read(const encoding *of, const char *text, conditions *read)
{
    *read = (conditions){0};
    if (!text)
        return true;
    float *vector = calloc(of->width, sizeof *vector);
    read->column = calloc(of->of->count, sizeof *read->column);
    bool done = vector && read->column ? read_all(of, text, read, vector) : complain("no memory for conditions");
    done = done && encoding_decode(of, vector, 1, false, &read->values);
    free(vector);
    if (!done)
        conditions_free(read);
    return done;
}

static bool same_cell(const table_column *a, size_t row_a, const table_column *b, size_t row_b)
{
    if (a->codes && a->codes[row_a] != b->codes[row_b])
        return false;
    return !a->numbers || a->numbers[row_a] == b->numbers[row_b] ||
           (isnan(a->numbers[row_a]) && isnan(b->numbers[row_b]));
}

bool conditions_hold(const conditions *of, const table *in, size_t row)
{
    for (size_t i = 0; i < of->count; i++)
        if (!same_cell(&in->values[of->column[i]], row, &of->values.values[of->column[i]], 0))
            return false;
    return true;
}

void conditions_free(conditions *of)
{
    free(of->column);
    table_free(&of->values);
    *of = (conditions){0};
}
