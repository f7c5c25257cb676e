/* Reads the programs' results for the shell tests: inspect png FILE, inspect npy FILE, inspect json FILE PATH.TO.FIELD;
 * elements of arrays are fields with numbers, from 0. */
#include "support/npy.h"

#include <cairo.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Width, height and how many different colours there are, up to 1000: an empty picture has one. */
static int inspect_png(const char *path)
{
    cairo_surface_t *surface = cairo_image_surface_create_from_png(path);
    if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) {
        fprintf(stderr, "%s: %s\n", path, cairo_status_to_string(cairo_surface_status(surface)));
        return 1;
    }
    enum { COLOURS_MOST = 1000 };
    int width = cairo_image_surface_get_width(surface), height = cairo_image_surface_get_height(surface);
    int stride = cairo_image_surface_get_stride(surface), colours = 0;
    const unsigned char *data = cairo_image_surface_get_data(surface);
    static unsigned char seen[1 << 24];
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width && colours < COLOURS_MOST; x++) {
            const unsigned char *pixel = data + y * stride + 4 * x;
            unsigned index = (unsigned)pixel[0] << 16 | (unsigned)pixel[1] << 8 | pixel[2];
            colours += !seen[index];
            seen[index] = 1;
        }
    }
    printf("%d %d %d\n", width, height, colours);
    cairo_surface_destroy(surface);
    return 0;
}

static int inspect_npy(const char *path)
{
    npy_array array;
    if (!npy_read(path, &array))
        return 1;
    for (size_t i = 0; i < array.rank; i++)
        printf("%zu%c", array.shape[i], i + 1 < array.rank ? ' ' : '\n');
    npy_free(&array);
    return 0;
}

static int inspect_json(const char *path, char *field)
{
    json_error_t error;
    json_t *file = json_load_file(path, JSON_REJECT_DUPLICATES, &error), *value = file;
    if (!file) {
        fprintf(stderr, "%s: %s\n", path, error.text);
        return 1;
    }
    for (char *name = strtok(field, "."); name && value; name = strtok(NULL, "."))
        value = json_is_array(value) ? json_array_get(value, strtoul(name, NULL, 10)) : json_object_get(value, name);
    int code = value ? json_dumpf(value, stdout, JSON_ENCODE_ANY | JSON_COMPACT) : 1;
    putchar('\n');
    json_decref(file);
    return code;
}

int main(int argument_count, char **arguments)
{
    if (argument_count == 3 && strcmp(arguments[1], "png") == 0)
        return inspect_png(arguments[2]);
    if (argument_count == 3 && strcmp(arguments[1], "npy") == 0)
        return inspect_npy(arguments[2]);
    if (argument_count == 4 && strcmp(arguments[1], "json") == 0)
        return inspect_json(arguments[2], arguments[3]);
    fputs("inspect png FILE | npy FILE | json FILE PATH.TO.FIELD\n", stderr);
    return 2;
}
