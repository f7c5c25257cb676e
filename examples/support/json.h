/* Writing and reading JSON files. */
#ifndef SUPPORT_JSON_H
#define SUPPORT_JSON_H

#include "options.h"

#include <jansson.h>
#include <stdbool.h>

bool json_write(const char *path, const json_t *value);

/* NULL with a complaint if the file cannot be read or is no JSON object. */
json_t *json_read(const char *path);

/* Every option that is kept with results, by name: numbers as numbers, flags as true or false, the rest as text. */
json_t *json_from_options(const option_table *table);

/* Take over what json_from_options() gave, but for options that the command line gave. Unknown names are left alone. */
bool options_from_json(option_table *table, const json_t *settings);

/* A number; null where it is not finite, which JSON cannot say. */
json_t *json_number_or_null(double value);

#endif
