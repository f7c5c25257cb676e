/* From a file to a state: compare everything, then read all values. */
#include "checkpoint/safetensors.h"

#include <inttypes.h>
#include <string.h>

static coulomb_status lacks(const file_reading *reading, const char *kind, const char *what, const char *name)
{
    return refuse(reading, COULOMB_ERROR_MISMATCH, "the file has no %s '%s', which this %s has", what, name, kind);
}

coulomb_status compare_kind(const file_reading *reading, const char *kind)
{
    const char *version = reading_text(reading, KEY_FORMAT), *there = reading_text(reading, KEY_KIND);
    if (version == NULL || there == NULL)
        return refuse(reading, COULOMB_ERROR_FORMAT,
                      "its metadata has no " KEY_FORMAT " or no " KEY_KIND "; expected a file that libcoulomb wrote");
    if (strcmp(version, FORMAT_VERSION) != 0)
        return refuse(reading, COULOMB_ERROR_FORMAT, "its format version is %s; expected " FORMAT_VERSION,
                      quote(version, 0).text);
    if (strcmp(there, kind) != 0)
        return refuse(reading, COULOMB_ERROR_MISMATCH, "the file holds a %s; expected a %s", quote(there, 0).text,
                      kind);
    return COULOMB_OK;
}

/* Long texts, such as graphs, are shown from shortly before where they part. */
static coulomb_status compare_setting(const file_reading *reading, const char *kind, const state_setting *setting)
{
    const char *text = reading_text(reading, setting->name);
    bool missing = text == NULL;
    if (missing)
        text = setting->standard;
    if (text == NULL)
        return lacks(reading, kind, "setting", setting->name);
    size_t same = 0;
    while (text[same] != '\0' && text[same] == setting->text[same])
        same++;
    if (text[same] == setting->text[same])
        return COULOMB_OK;
    return refuse(reading, COULOMB_ERROR_MISMATCH, "the file has %s %s%s, this %s has %s", setting->name,
                  quote(text, same).text, missing ? " (the default)" : "", kind, quote(setting->text, same).text);
}

bool read_number(const char *text, uint64_t *value)
{
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

static coulomb_status compare_number(const file_reading *reading, const char *kind, const state_number *number)
{
    uint64_t value;
    const char *text = reading_text(reading, number->name);
    if (text == NULL)
        return lacks(reading, kind, "number", number->name);
    if (!read_number(text, &value) || value > number->most)
        return refuse(reading, COULOMB_ERROR_FORMAT, "its number %s is '%s'; expected 0 to %" PRIu64, number->name,
                      quote(text, 0).text, number->most);
    return COULOMB_OK;
}

static coulomb_status compare_array(const file_reading *reading, const char *kind, const state_array *array)
{
    wanted_array found;
    if (!reading_has(reading, array->name))
        return lacks(reading, kind, "array", array->name);
    return reading_find(reading, array->name, &array->shape, &found);
}

/* A name among `count` items that begin with one. */
static bool among(const void *items, size_t count, size_t size, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp((const char *)items + i * size, name) == 0)
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
static coulomb_status compare_file(const file_reading *reading, const saved_state *state, const char *kind,
                                   const char *prefix)
{
    const char *name;
    json_t *value;
    size_t length = strlen(prefix);
    json_object_foreach(reading->metadata, name, value)
    {
        if (strncmp(name, prefix, length) == 0 && !known_metadata(state, name))
            return refuse(
                reading, COULOMB_ERROR_MISMATCH,
                "the file has setting '%s' (%s), which this %s does not have; a newer library may have written it",
                quote(name, 0).text, quote(json_string_value(value), 0).text, kind);
    }
    json_object_foreach(reading->header, name, value)
    {
        if (strncmp(name, prefix, length) == 0 && value != reading->metadata &&
            !among(state->arrays.data, state->array_count, sizeof(state_array), name))
            return refuse(reading, COULOMB_ERROR_MISMATCH, "the file has array '%s', which this %s does not have",
                          quote(name, 0).text, kind);
    }
    return COULOMB_OK;
}

coulomb_status compare_state(const file_reading *reading, const saved_state *state, const char *kind,
                             const char *prefix)
{
    const state_setting *settings = state->settings.data;
    const state_number *numbers = state->numbers.data;
    const state_array *arrays = state->arrays.data;
    coulomb_status status = COULOMB_OK;
    for (size_t i = 0; i < state->setting_count && status == COULOMB_OK; i++)
        if (!settings[i].carried)
            status = compare_setting(reading, kind, &settings[i]);
    for (size_t i = 0; i < state->number_count && status == COULOMB_OK; i++)
        status = compare_number(reading, kind, &numbers[i]);
    for (size_t i = 0; i < state->array_count && status == COULOMB_OK; i++)
        status = compare_array(reading, kind, &arrays[i]);
    return status == COULOMB_OK ? compare_file(reading, state, kind, prefix) : status;
}

/* Numbers are copied after the arrays, when nothing can fail any more. */
coulomb_status take_state(const file_reading *reading, const saved_state *state)
{
    const state_array *arrays = state->arrays.data;
    wanted_array *wanted = memory_get(state->context, state->array_count, sizeof *wanted);
    if (wanted == NULL)
        return COULOMB_ERROR_MEMORY;
    coulomb_status status = COULOMB_OK;
    for (size_t i = 0; i < state->array_count && status == COULOMB_OK; i++) {
        wanted[i].values = arrays[i].values;
        status = reading_find(reading, arrays[i].name, &arrays[i].shape, &wanted[i]);
    }
    if (status == COULOMB_OK)
        status = reading_take(reading, wanted, state->array_count, state->agreement);
    memory_release(state->context, wanted);
    const state_number *numbers = state->numbers.data;
    for (size_t i = 0; i < state->number_count && status == COULOMB_OK; i++)
        read_number(reading_text(reading, numbers[i].name), numbers[i].value);
    return status;
}

static coulomb_status load(saved_state *state, const char *kind, const file_source *source)
{
    if (state->status != COULOMB_OK)
        return state->status;
    file_reading reading;
    coulomb_status status = reading_begin(&reading, state->context, source);
    if (status == COULOMB_OK)
        status = compare_kind(&reading, kind);
    if (status == COULOMB_OK)
        status = compare_state(&reading, state, kind, "");
    if (status == COULOMB_OK)
        status = take_state(&reading, state);
    reading_end(&reading);
    return status;
}

coulomb_status state_load(saved_state *state, const char *kind, const file_source *source)
{
    load_agreement *agreement = state->agreement;
    coulomb_status status = load(state, kind, source);
    return agreement == NULL || agreement->asked ? status : agreement->ask(agreement->user, status, NULL, 0);
}
