#define _XOPEN_SOURCE 700

#include "fixture.h"

#include "unit/told.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char directory[64];

const char *fixture_directory(void)
{
    strcpy(directory, "/tmp/images.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(directory));
    return directory;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

void fixture_remove(void)
{
    if (directory[0])
        nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    directory[0] = '\0';
}

const char *fixture_path(const char *name)
{
    static char paths[8][256];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", directory, name);
    return path;
}

void fixture_write(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
}

uint8_t *fixture_numbered(unsigned number, size_t *size)
{
    enum { SIDE = 5 };
    uint8_t pixels[SIDE * SIDE * 3], *bytes;
    for (size_t i = 0; i < SIDE * SIDE; i++) {
        pixels[3 * i] = (uint8_t)number;
        pixels[3 * i + 1] = (uint8_t)(number >> 8);
        pixels[3 * i + 2] = 77;
    }
    ck_assert_ptr_null(image_encode(&(image){SIDE, SIDE, pixels}, IMAGE_PNG, 0, &bytes, size));
    return bytes;
}

void fixture_write_numbered(const char *path, unsigned number)
{
    size_t size;
    uint8_t *bytes = fixture_numbered(number, &size);
    fixture_write(path, bytes, size);
    free(bytes);
}

static unsigned byte_of(float value)
{
    float byte = (value + 1.0f) * 127.5f;
    unsigned whole = (unsigned)(byte + 0.5f);
    ck_assert_float_eq_tol(byte, (float)whole, 1e-3f);
    return whole;
}

unsigned fixture_number(const float *sample)
{
    ck_assert_uint_eq(byte_of(sample[2]), 77);
    return byte_of(sample[0]) | byte_of(sample[1]) << 8;
}

image_set_options fixture_options(const char *path)
{
    return (image_set_options){.path = path, .size = 1, .channels = 3, .filter = IMAGE_AREA, .seed = 5};
}

image fixture_noise(unsigned seed, size_t width, size_t height)
{
    image made = {width, height, malloc(3 * width * height)};
    uint32_t state = seed * 2654435761u + 1;
    for (size_t i = 0; i < 3 * width * height; i++) {
        state = state * 1664525u + 1013904223u;
        made.pixels[i] = (uint8_t)(state >> 24);
    }
    return made;
}

void fixture_refuses(const char *path, const char *part)
{
    image_set_options options = fixture_options(path);
    image_set *set;
    told_begin();
    bool opened = image_set_open(&options, &set);
    const char *said = told_text();
    ck_assert_msg(!opened, "%s opens", path);
    ck_assert_msg(strstr(said, part) != NULL, "\"%s\" does not say \"%s\"", said, part);
}
