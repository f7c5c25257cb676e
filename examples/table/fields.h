/* Fields of JSON objects that a file gave, where nothing is to be trusted. All complain of what is not as expected, in
 * the words of a file: `of` says which part of it. */
#ifndef TABLE_FIELDS_H
#define TABLE_FIELDS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Lent by the object; NULL with a complaint. */
const char *field_text(const json_t *object, const char *of, const char *key);
json_t *field_array(const json_t *object, const char *of, const char *key);

bool field_flag(const json_t *object, const char *of, const char *key, bool *value);

/* A whole number from 0 to `most`. */
bool field_count(const json_t *object, const char *of, const char *key, size_t most, size_t *value);

/* A finite number. */
bool field_number(const json_t *object, const char *of, const char *key, double *value);

/* Arrays of numbers, [count]; NULL with a complaint, also if there are other than `count`. */
double *field_numbers(const json_t *object, const char *of, const char *key, size_t count);

/* The array's texts, copied, [count]; NULL with a complaint. */
char **field_texts(const json_t *object, const char *of, const char *key, size_t *count);

/* Numbers as an array; NULL without memory. */
json_t *json_from_numbers(const double *numbers, size_t count);

#endif
