/*
 * Writing and reading JSON files. jansson's functions answer NULL or -1 without memory, and take NULL for a value; so
 * objects are made here, where the first failure is remembered, and a file is written whole or not at all.
 */
#ifndef SUPPORT_JSON_H
#define SUPPORT_JSON_H

#include "options.h"

#include <jansson.h>
#include <stdbool.h>

/* Write or replace a file. False with a complaint; also for NULL, which stands for a value that could not be made. */
bool json_write(const char *path, const json_t *value);

/* NULL with a complaint if the file cannot be read or is no JSON object. */
json_t *json_read(const char *path);

/* Add to an object or an array that may become NULL: it does, released, if there is no memory. `value` is taken over.
 */
void json_put(json_t **object, const char *key, json_t *value);
void json_append(json_t **array, json_t *value);

/* Every option that is kept with results, by name: numbers as numbers, flags as true or false, the rest as text; null
 * for a text that is not set. Numbers keep all their digits and texts all their bytes. NULL without memory. */
json_t *json_from_options(const option_table *table);

/* Take over what json_from_options() gave, but for options that the command line gave; texts then belong to `settings`.
 * False with a complaint if one is missing or not what its option takes. Unknown names are left alone. */
bool options_from_json(option_table *table, json_t *settings);

/* A number; null where it is not finite, which JSON cannot say. */
json_t *json_number_or_null(double value);

#endif
