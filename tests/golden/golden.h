/* Reader of the reference values: arrays by case and name, and the cases' parameters from index.json. They are in
 * tests/golden/values; the environment variable COULOMB_GOLDEN names another folder. A missing or malformed value ends
 * the running test, or the program where suites are created, with an error message. */
#ifndef GOLDEN_GOLDEN_H
#define GOLDEN_GOLDEN_H

#include <stdbool.h>
#include <stddef.h>

enum { GOLDEN_RANK_MOST = 8 };

typedef struct golden_array {
    size_t rank, count; /* count = product of the shape; 1 for a scalar */
    size_t shape[GOLDEN_RANK_MOST];
    double *values; /* belongs to the caller; free() it, or golden_free() */
} golden_array;

/* Number of cases whose names start with `prefix` ("plummer/"), at least 1, and the name of the one at `index`, valid
 * until the end. */
size_t golden_case_count(const char *prefix);
const char *golden_case(const char *prefix, size_t index);

/* golden_read("plummer/00", "field_at") */
golden_array golden_read(const char *case_name, const char *array);
bool golden_has_array(const char *case_name, const char *array);
void golden_free(golden_array *array);

/* The array's values as float32, malloc'd; they must be exactly representable. */
float *golden_floats(const char *case_name, const char *array, size_t *count);

/* The same for the few inputs that are not: batch norm's x was scaled in float64. */
float *golden_floats_rounded(const char *case_name, const char *array, size_t *count);

/* Parameters of a case: a number (true is 1), a text, a list of numbers ("pads"). */
double golden_number(const char *case_name, const char *key);
const char *golden_text(const char *case_name, const char *key);
double golden_number_at(const char *case_name, const char *key, size_t index);

#endif
