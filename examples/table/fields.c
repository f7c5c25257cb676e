#include "fields.h"

#include "support/console.h"
#include "support/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool unexpected(const char *of, const char *key, const char *expected)
{
    return complain("'%s' of %s is missing or wrong; expected %s", key, of, expected);
}

const char *field_text(const json_t *object, const char *of, const char *key)
{
    const json_t *value = json_object_get(object, key);
    /* a NUL would end it early */
    if (json_is_string(value) && strlen(json_string_value(value)) == json_string_length(value))
        return json_string_value(value);
    unexpected(of, key, "a text");
    return NULL;
}

json_t *field_array(const json_t *object, const char *of, const char *key)
{
    json_t *value = json_object_get(object, key);
    if (json_is_array(value))
        return value;
    unexpected(of, key, "an array");
    return NULL;
}

bool field_flag(const json_t *object, const char *of, const char *key, bool *value)
{
    const json_t *read = json_object_get(object, key);
    *value = json_is_true(read);
    return json_is_boolean(read) ? true : unexpected(of, key, "true or false");
}

bool field_count(const json_t *object, const char *of, const char *key, size_t most, size_t *value)
{
    const json_t *read = json_object_get(object, key);
    json_int_t number = json_is_integer(read) ? json_integer_value(read) : -1;
    if (number < 0 || (uint64_t)number > most)
        return complain("'%s' of %s is missing or wrong; expected a whole number from 0 to %zu", key, of, most);
    *value = (size_t)number;
    return true;
}

bool field_number(const json_t *object, const char *of, const char *key, double *value)
{
    const json_t *read = json_object_get(object, key);
    *value = json_number_value(read);
    return json_is_number(read) && isfinite(*value) ? true : unexpected(of, key, "a number");
}

double *field_numbers(const json_t *object, const char *of, const char *key, size_t count)
{
    const json_t *array = field_array(object, of, key);
    if (!array)
        return NULL;
    double *numbers = json_array_size(array) == count ? malloc((count + 1) * sizeof *numbers) : NULL;
    bool fine = numbers != NULL;
    for (size_t i = 0; fine && i < count; i++) {
        const json_t *value = json_array_get(array, i);
        numbers[i] = json_number_value(value);
        fine = json_is_number(value) && isfinite(numbers[i]);
    }
    if (fine)
        return numbers;
    free(numbers);
    complain("'%s' of %s is wrong; expected %zu numbers", key, of, count);
    return NULL;
}

char **field_texts(const json_t *object, const char *of, const char *key, size_t *count)
{
    const json_t *array = field_array(object, of, key);
    if (!array)
        return NULL;
    *count = json_array_size(array);
    char **texts = calloc(*count + 1, sizeof *texts);
    bool fine = texts != NULL;
    for (size_t i = 0; fine && i < *count; i++) {
        const json_t *value = json_array_get(array, i);
        fine = json_is_string(value) && strlen(json_string_value(value)) == json_string_length(value);
        texts[i] = fine ? strdup(json_string_value(value)) : NULL;
        fine = texts[i] != NULL;
    }
    if (fine)
        return texts;
    for (size_t i = 0; texts && i < *count; i++)
        free(texts[i]);
    free(texts);
    unexpected(of, key, "texts");
    return NULL;
}

json_t *json_from_numbers(const double *numbers, size_t count)
{
    json_t *made = json_array();
    for (size_t i = 0; i < count; i++)
        json_append(&made, json_real(numbers[i]));
    return made;
}
