/* Reader of .npy files (little-endian float64 or int32, C order) and of index.json. */
#include "golden/golden.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends the process, since suites count cases when they are created, where Check's assertions must not be used. Inside a
 * test only that test ends, and Check reports it as failed. */
static void require(bool condition, const char *format, ...)
{
    if (condition)
        return;
    va_list arguments;
    va_start(arguments, format);
    fputs("reference values: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(EXIT_FAILURE);
}

/* COULOMB_GOLDEN names another folder than the checked-in one. */
static void path_of(char *path, size_t size, const char *file)
{
    const char *folder = getenv("COULOMB_GOLDEN");
    int length = snprintf(path, size, "%s/%s", folder == NULL ? GOLDEN_DIRECTORY : folder, file);
    require(length > 0 && (size_t)length < size, "the path of %s is too long", file);
}

static json_t *golden_index(void)
{
    static json_t *all;
    if (all == NULL) {
        char path[4096];
        json_error_t error;
        path_of(path, sizeof path, "index.json");
        all = json_load_file(path, 0, &error);
        require(all != NULL, "%s: %s", path, error.text);
    }
    return all;
}

static json_t *case_entry(const char *case_name)
{
    json_t *entry = json_object_get(golden_index(), case_name);
    require(json_is_object(entry), "no golden case %s", case_name);
    return entry;
}

static const char *find_case(const char *prefix, size_t index)
{
    const char *name;
    json_t *entry;
    size_t found = 0;
    json_object_foreach(golden_index(), name, entry)
    {
        if (strncmp(name, prefix, strlen(prefix)) == 0 && found++ == index)
            return name;
    }
    return NULL;
}

const char *golden_case(const char *prefix, size_t index)
{
    const char *name = find_case(prefix, index);
    require(name != NULL, "no golden case %s number %zu", prefix, index);
    return name;
}

size_t golden_case_count(const char *prefix)
{
    size_t count = 0;
    while (find_case(prefix, count) != NULL)
        count++;
    require(count > 0, "no golden case %s", prefix);
    return count;
}

bool golden_has_array(const char *case_name, const char *array)
{
    return json_object_get(json_object_get(case_entry(case_name), "arrays"), array) != NULL;
}

/* --- .npy --- */

/* The header is a Python dictionary in text; the length of it follows the magic string and two bytes of version. */
static char *read_header(FILE *file, const char *path)
{
    unsigned char start[12];
    require(fread(start, 1, 10, file) == 10 && memcmp(start, "\x93NUMPY", 6) == 0, "%s is no .npy file", path);
    size_t length = (size_t)start[8] | (size_t)start[9] << 8;
    if (start[6] > 1) {
        require(fread(start + 10, 1, 2, file) == 2, "%s is cut short", path);
        length |= (size_t)start[10] << 16 | (size_t)start[11] << 24;
    }
    char *header = malloc(length + 1);
    require(header != NULL, "no memory");
    require(fread(header, 1, length, file) == length, "%s is cut short", path);
    header[length] = '\0';
    return header;
}

static void parse_shape(golden_array *array, const char *header, const char *path)
{
    require(strstr(header, "'fortran_order': False") != NULL, "%s is not in C order", path);
    const char *shape = strstr(header, "'shape': (");
    require(shape != NULL, "%s has no shape", path);
    shape += strlen("'shape': (");
    array->count = 1;
    for (char *end; *shape != ')' && *shape != '\0'; shape = end + strspn(end, ", ")) {
        size_t size = (size_t)strtoull(shape, &end, 10);
        require(end != shape && array->rank < GOLDEN_RANK_MOST, "%s has a shape that cannot be read", path);
        array->shape[array->rank++] = size;
        array->count *= size;
    }
}

/* Bytes of a value: 8 of a float64, 4 of an int32. */
static size_t value_size(const char *header, const char *path)
{
    bool whole = strstr(header, "'<i4'") != NULL;
    require(whole || strstr(header, "'<f8'") != NULL, "%s is not of little-endian float64 or int32", path);
    return whole ? 4 : 8;
}

static double little_endian(const unsigned char *bytes, size_t size)
{
    uint64_t bits = 0;
    for (size_t i = size; i-- > 0;)
        bits = bits << 8 | bytes[i];
    if (size == 4)
        return (double)(int32_t)(uint32_t)bits;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

golden_array golden_read(const char *case_name, const char *array)
{
    require(golden_has_array(case_name, array), "golden case %s has no array %s", case_name, array);
    char name[1024], path[4096];
    snprintf(name, sizeof name, "%s/%s.npy", case_name, array);
    path_of(path, sizeof path, name);
    FILE *file = fopen(path, "rb");
    require(file != NULL, "%s cannot be opened", path);
    golden_array result = {0};
    char *header = read_header(file, path);
    parse_shape(&result, header, path);
    size_t size = value_size(header, path);
    free(header);
    result.values = malloc((result.count + 1) * sizeof *result.values);
    require(result.values != NULL, "no memory");
    for (size_t i = 0; i < result.count; i++) {
        unsigned char bytes[8];
        require(fread(bytes, 1, size, file) == size, "%s is cut short", path);
        result.values[i] = little_endian(bytes, size);
    }
    fclose(file);
    return result;
}

void golden_free(golden_array *array)
{
    free(array->values);
    array->values = NULL;
}

static float *read_floats(const char *case_name, const char *array, bool exact, size_t *count)
{
    golden_array read = golden_read(case_name, array);
    float *values = malloc((read.count + 1) * sizeof *values);
    require(values != NULL, "no memory");
    for (size_t i = 0; i < read.count; i++) {
        values[i] = (float)read.values[i];
        require(!exact || (double)values[i] == read.values[i], "%s/%s value %zu is no float32", case_name, array, i);
    }
    if (count != NULL)
        *count = read.count;
    golden_free(&read);
    return values;
}

float *golden_floats(const char *case_name, const char *array, size_t *count)
{
    return read_floats(case_name, array, true, count);
}

float *golden_floats_rounded(const char *case_name, const char *array, size_t *count)
{
    return read_floats(case_name, array, false, count);
}

/* --- parameters --- */

double golden_number(const char *case_name, const char *key)
{
    json_t *value = json_object_get(case_entry(case_name), key);
    require(json_is_number(value) || json_is_boolean(value), "golden case %s has no number %s", case_name, key);
    return json_is_boolean(value) ? json_is_true(value) : json_number_value(value);
}

const char *golden_text(const char *case_name, const char *key)
{
    const char *text = json_string_value(json_object_get(case_entry(case_name), key));
    require(text != NULL, "golden case %s has no text %s", case_name, key);
    return text;
}

double golden_number_at(const char *case_name, const char *key, size_t index)
{
    json_t *value = json_array_get(json_object_get(case_entry(case_name), key), index);
    require(json_is_number(value), "golden case %s has no number %s[%zu]", case_name, key, index);
    return json_number_value(value);
}
