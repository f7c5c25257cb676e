/* Codes of columns in files. */
#include "coding.h"

#include "fields.h"

#include "support/console.h"
#include "support/json.h"

#include <math.h>
#include <stdlib.h>

static json_t *codes_to_json(const uint32_t *codes, size_t count)
{
    json_t *made = json_array();
    for (size_t i = 0; i < count; i++)
        json_append(&made, json_integer(codes[i]));
    return made;
}

json_t *column_code_to_json(const column_code *of)
{
    json_t *made = json_object();
    json_put(&made, "texts", codes_to_json(of->texts, of->texts_count));
    json_put(&made, "rest", codes_to_json(of->rest, of->rest_count));
    json_put(&made, "spikes", json_from_numbers(of->spikes, of->spikes_count));
    json_put(&made, "distribution", of->has_distribution ? distribution_to_json(&of->numbers) : json_null());
    return made;
}

/* Increasing numbers, [count]; NULL with a complaint. */
static double *increasing(const json_t *from, const char *name, const char *key, size_t *count)
{
    const json_t *array = field_array(from, name, key);
    if (!array)
        return NULL;
    *count = json_array_size(array);
    double *numbers = field_numbers(from, name, key, *count);
    for (size_t i = 1; numbers && i < *count; i++)
        if (numbers[i] <= numbers[i - 1]) {
            complain("'%s' of %s are not in order", key, name);
            free(numbers);
            numbers = NULL;
        }
    return numbers;
}

static uint32_t *read_codes(const json_t *from, const column *like, const char *key, size_t *count)
{
    double *numbers = increasing(from, like->name, key, count);
    uint32_t *codes = numbers ? malloc((*count + 1) * sizeof *codes) : NULL;
    for (size_t i = 0; codes && i < *count; i++) {
        codes[i] = numbers[i] >= 0 && numbers[i] < (double)like->texts_count ? (uint32_t)numbers[i] : NO_CATEGORY;
        if ((double)codes[i] != numbers[i]) {
            complain("'%s' of column '%s' are not numbers of its texts", key, like->name);
            free(codes);
            codes = NULL;
        }
    }
    free(numbers);
    return codes;
}

static bool check(const column *like, const column_code *of)
{
    bool number = column_is_number(like->kind);
    if ((number && of->rest_count > 0) ||
        (!number && (of->spikes_count > 0 || of->has_distribution != (of->rest_count > 0))))
        return complain("the code of column '%s' is none of a column of this kind", like->name);
    const distribution *places = &of->numbers;
    if (of->rest_count > 0 && (places->values[0] < 0 || places->values[places->count - 1] > (double)of->rest_count - 1))
        return complain("the distribution of column '%s' has places of texts that there are not", like->name);
    if (column_code_categories(of) == 0 && like->kind != COLUMN_COUNTER && like->kind != COLUMN_LEFT_OUT)
        return complain("column '%s' has no values", like->name);
    return true;
}

static bool read_code(const json_t *from, const column *like, column_code *made)
{
    made->texts = read_codes(from, like, "texts", &made->texts_count);
    made->rest = made->texts ? read_codes(from, like, "rest", &made->rest_count) : NULL;
    made->spikes = made->rest ? increasing(from, like->name, "spikes", &made->spikes_count) : NULL;
    if (!made->spikes)
        return false;
    const json_t *numbers = json_object_get(from, "distribution");
    made->has_distribution = numbers && !json_is_null(numbers);
    if (made->has_distribution && !distribution_from_json(numbers, like->name, &made->numbers)) {
        made->has_distribution = false;
        return false;
    }
    return check(like, made) && column_code_index(like, made);
}

bool column_code_from_json(const json_t *from, const column *like, column_code *made)
{
    *made = (column_code){0};
    bool done = read_code(from, like, made);
    if (!done)
        column_code_free(made);
    return done;
}
