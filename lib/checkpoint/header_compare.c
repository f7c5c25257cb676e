/* A sound header against the state that wants to load it: the first difference is named with both values. */
#include "checkpoint/safetensors.h"

#include <string.h>

static const char *metadata_text(const file_reading *reading, const char *name)
{
    return json_string_value(json_object_get(reading->metadata, name));
}

static coulomb_status lacks(const file_reading *reading, const char *what, const char *name)
{
    return refuse(reading, COULOMB_ERROR_MISMATCH, "the file has no %s '%s', this %s has one", what, name,
                  reading->kind);
}

static coulomb_status has_more(const file_reading *reading, const char *what, const char *name)
{
    return refuse(reading, COULOMB_ERROR_MISMATCH, "the file has %s '%s', this %s has none", what, quote(name, 0).text,
                  reading->kind);
}

static coulomb_status compare_kind(const file_reading *reading)
{
    const char *kind = metadata_text(reading, KEY_KIND);
    if (kind == NULL)
        return refuse(reading, COULOMB_ERROR_FORMAT, "its metadata lacks " KEY_KIND);
    if (strcmp(kind, reading->kind) != 0)
        return refuse(reading, COULOMB_ERROR_MISMATCH, "the file holds a %s; expected a %s", quote(kind, 0).text,
                      reading->kind);
    return COULOMB_OK;
}

/* Long texts, such as graphs, are shown from shortly before where they part. */
static coulomb_status compare_setting(const file_reading *reading, const state_setting *setting)
{
    const char *text = metadata_text(reading, setting->name);
    if (text == NULL)
        return lacks(reading, "setting", setting->name);
    size_t same = 0;
    while (text[same] != '\0' && text[same] == setting->text[same])
        same++;
    if (text[same] == setting->text[same])
        return COULOMB_OK;
    return refuse(reading, COULOMB_ERROR_MISMATCH, "the file has %s %s, this %s has %s", setting->name,
                  quote(text, same).text, reading->kind, quote(setting->text, same).text);
}

static coulomb_status compare_number(const file_reading *reading, const state_number *number)
{
    uint64_t value;
    if (metadata_text(reading, number->name) == NULL)
        return lacks(reading, "number", number->name);
    if (!header_number(reading, number->name, &value))
        return refuse(reading, COULOMB_ERROR_FORMAT, "its number %s is '%s'; expected 0 to 18446744073709551615",
                      number->name, quote(metadata_text(reading, number->name), 0).text);
    return COULOMB_OK;
}

/* The file's shape, which fits into memory but may have any rank. */
static bool same_shape(const json_t *in_file, const tensor_shape *shape, tensor_shape *found)
{
    *found = (tensor_shape){.rank = json_array_size(in_file)};
    for (size_t i = 0; i < found->rank && i < COULOMB_RANK_MAX; i++)
        found->extent[i] = (size_t)json_integer_value(json_array_get(in_file, i));
    return shape_equal(found, shape);
}

static coulomb_status compare_array(const file_reading *reading, const state_array *array)
{
    const json_t *in_file = json_object_get(reading->header, array->name);
    if (in_file == NULL)
        return lacks(reading, "array", array->name);
    tensor_shape found;
    if (same_shape(json_object_get(in_file, "shape"), &array->shape, &found))
        return COULOMB_OK;
    if (found.rank > COULOMB_RANK_MAX)
        return refuse(reading, COULOMB_ERROR_MISMATCH,
                      "the file's array '%s' has %zu dimensions, this %s's has shape %s", array->name, found.rank,
                      reading->kind, shape_print(&array->shape).text);
    return refuse(reading, COULOMB_ERROR_MISMATCH, "the file's array '%s' has shape %s, this %s's has %s", array->name,
                  shape_print(&found).text, reading->kind, shape_print(&array->shape).text);
}

/* Everything of the state is in the file. */
static coulomb_status compare_state(const file_reading *reading)
{
    const saved_state *state = reading->state;
    const state_setting *settings = state->settings.data;
    const state_number *numbers = state->numbers.data;
    const state_array *arrays = state->arrays.data;
    coulomb_status status = COULOMB_OK;
    for (size_t i = 0; i < state->setting_count && status == COULOMB_OK; i++)
        status = compare_setting(reading, &settings[i]);
    for (size_t i = 0; i < state->number_count && status == COULOMB_OK; i++)
        status = compare_number(reading, &numbers[i]);
    for (size_t i = 0; i < state->array_count && status == COULOMB_OK; i++)
        status = compare_array(reading, &arrays[i]);
    return status;
}

/* A name among `count` items that begin with one. */
static bool among(const void *items, size_t count, size_t size, const char *name)
{
    const char *item = items;
    for (size_t i = 0; i < count; i++, item += size)
        if (strcmp(item, name) == 0)
            return true;
    return false;
}

static bool known_metadata(const saved_state *state, const char *name)
{
    const char *const fixed[] = {KEY_CHECKSUM, KEY_DATA_CHECKSUM, KEY_FORMAT, KEY_KIND};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (strcmp(name, fixed[i]) == 0)
            return true;
    return among(state->settings.data, state->setting_count, sizeof(state_setting), name) ||
           among(state->numbers.data, state->number_count, sizeof(state_number), name);
}

/* Everything in the file is of the state. */
static coulomb_status compare_file(const file_reading *reading)
{
    const saved_state *state = reading->state;
    const char *name;
    json_t *value;
    json_object_foreach(reading->metadata, name, value)
    {
        if (!known_metadata(state, name))
            return has_more(reading, "setting", name);
    }
    json_object_foreach(reading->header, name, value)
    {
        if (value != reading->metadata && !among(state->arrays.data, state->array_count, sizeof(state_array), name))
            return has_more(reading, "array", name);
    }
    return COULOMB_OK;
}

coulomb_status header_compare(const file_reading *reading)
{
    coulomb_status status = compare_kind(reading);
    if (status == COULOMB_OK)
        status = compare_state(reading);
    return status == COULOMB_OK ? compare_file(reading) : status;
}

size_t header_offset(const file_reading *reading, const char *name)
{
    const json_t *offsets = json_object_get(json_object_get(reading->header, name), "data_offsets");
    return (size_t)json_integer_value(json_array_get(offsets, 0));
}

bool header_number(const file_reading *reading, const char *name, uint64_t *value)
{
    const char *text = metadata_text(reading, name);
    if (text[0] == '\0' || (text[0] == '0' && text[1] != '\0'))
        return false;
    *value = 0;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return false;
        uint64_t digit = (uint64_t)(*text - '0');
        if (*value > (UINT64_MAX - digit) / 10)
            return false;
        *value = 10 * *value + digit;
    }
    return true;
}
