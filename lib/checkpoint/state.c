/* The description of a state, built piece by piece. */
#include "checkpoint/checkpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ITEMS = 16, DIGITS_LEAST = 15, DIGITS_MOST = 17 };

void state_begin(saved_state *state, coulomb_context *context)
{
    *state = (saved_state){.context = context};
    state->left = host_modes_leave(&state->host);
    if (!state->left)
        state->status = fail(context, COULOMB_ERROR_MEMORY, "out of memory for the C locale");
}

void state_end(saved_state *state)
{
    state_setting *settings = state->settings.data;
    for (size_t i = 0; i < state->setting_count; i++) {
        memory_release(state->context, settings[i].text);
        memory_release(state->context, settings[i].standard);
    }
    buffer_release(state->context, &state->arrays);
    buffer_release(state->context, &state->numbers);
    buffer_release(state->context, &state->settings);
    buffer_release(state->context, &state->room);
    if (state->left)
        host_modes_return(&state->host);
    *state = (saved_state){.context = state->context, .status = COULOMB_ERROR_STATE};
}

/* One more item, zeroed; NULL after setting the state's status. */
static void *add_item(saved_state *state, buffer *items, size_t *count, size_t size)
{
    if (state->status != COULOMB_OK)
        return NULL;
    size_t used = *count * size;
    if (used + size > items->bytes) {
        buffer larger = {NULL, 0};
        state->status = buffer_reserve(state->context, &larger, *count == 0 ? FIRST_ITEMS : 2 * *count, size);
        if (state->status != COULOMB_OK)
            return NULL;
        if (used > 0)
            memcpy(larger.data, items->data, used);
        buffer_release(state->context, items);
        *items = larger;
    }
    ++*count;
    return memset((char *)items->data + used, 0, size);
}

static void take_name(saved_state *state, char name[STATE_NAME], const char *format, ...) PRINTF_LIKE(3, 4);
static void take_name_list(saved_state *state, char name[STATE_NAME], const char *format, va_list arguments)
    PRINTF_LIKE(3, 0);

static void take_name_list(saved_state *state, char name[STATE_NAME], const char *format, va_list arguments)
{
    int length = vsnprintf(name, STATE_NAME, format, arguments);
    if (length < 1 || length >= STATE_NAME)
        state->status =
            fail(state->context, COULOMB_ERROR_ARGUMENT,
                 "the name '%s' in a checkpoint has %d characters; expected 1 to %d", name, length, STATE_NAME - 1);
}

static void take_name(saved_state *state, char name[STATE_NAME], const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    take_name_list(state, name, format, arguments);
    va_end(arguments);
}

void state_add_array(saved_state *state, const tensor_shape *shape, float *values, const char *name_format, ...)
{
    state_array *array = add_item(state, &state->arrays, &state->array_count, sizeof *array);
    if (array == NULL)
        return;
    array->shape = *shape;
    array->size = shape_size(shape);
    array->values = values;
    va_list arguments;
    va_start(arguments, name_format);
    take_name_list(state, array->name, name_format, arguments);
    va_end(arguments);
}

void state_add_number(saved_state *state, const char *name, uint64_t most, uint64_t *value)
{
    state_number *number = add_item(state, &state->numbers, &state->number_count, sizeof *number);
    if (number == NULL)
        return;
    number->most = most;
    number->value = value;
    take_name(state, number->name, "%s", name);
}

/* The text in memory of its own; NULL after setting the message. */
static char *print_text(coulomb_context *context, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = length < 0 ? NULL : memory_get(context, (size_t)length + 1, 1);
    if (text != NULL)
        vsnprintf(text, (size_t)length + 1, format, arguments);
    else if (length < 0)
        fail(context, COULOMB_ERROR_MEMORY, "a setting's text cannot be printed");
    return text;
}

static void add_setting(saved_state *state, const char *name, bool carried, const char *standard,
                        const char *text_format, va_list arguments) PRINTF_LIKE(5, 0);

static void add_setting(saved_state *state, const char *name, bool carried, const char *standard,
                        const char *text_format, va_list arguments)
{
    state_setting *setting = add_item(state, &state->settings, &state->setting_count, sizeof *setting);
    if (setting == NULL)
        return;
    take_name(state, setting->name, "%s", name);
    setting->carried = carried;
    setting->standard = standard == NULL ? NULL : memory_copy_string(state->context, standard);
    setting->text = print_text(state->context, text_format, arguments);
    if (state->status == COULOMB_OK && (setting->text == NULL || (setting->standard == NULL && standard != NULL)))
        state->status = COULOMB_ERROR_MEMORY;
}

void state_add_setting(saved_state *state, const char *name, const char *standard, const char *text_format, ...)
{
    va_list arguments;
    va_start(arguments, text_format);
    add_setting(state, name, false, standard, text_format, arguments);
    va_end(arguments);
}

void state_add_carried(saved_state *state, const char *name, const char *standard, const char *text_format, ...)
{
    va_list arguments;
    va_start(arguments, text_format);
    add_setting(state, name, true, standard, text_format, arguments);
    va_end(arguments);
}

bool setting_is_standard(const state_setting *setting)
{
    return setting->standard != NULL && strcmp(setting->text, setting->standard) == 0;
}

/* 17 digits tell all doubles apart, and with 15 every decimal number comes out as it was written. */
void print_real(double value, char text[REAL_TEXT])
{
    for (int digits = DIGITS_LEAST; digits <= DIGITS_MOST; digits++) {
        snprintf(text, REAL_TEXT, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
}

void state_add_real(saved_state *state, const char *name, double standard, double value)
{
    char text[REAL_TEXT], standard_text[REAL_TEXT];
    print_real(value, text);
    print_real(standard, standard_text);
    state_add_setting(state, name, standard_text, "%s", text);
}
