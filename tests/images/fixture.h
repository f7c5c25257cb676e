/* Directories, files and pictures that the tests of the readers share. */
#ifndef IMAGES_FIXTURE_H
#define IMAGES_FIXTURE_H

#include "images/image_set.h"

#include <check.h>
#include <stddef.h>
#include <stdint.h>

/* A new directory, whose name is kept until the test ends; fixture_remove() deletes it with what is in it. */
const char *fixture_directory(void);
void fixture_remove(void);

/* DIRECTORY/NAME; the last eight results stay good. */
const char *fixture_path(const char *name);

void fixture_write(const char *path, const void *bytes, size_t size);

/* A file of one plain colour that says which it is; PNG, so that nothing is lost. */
void fixture_write_numbered(const char *path, unsigned number);
uint8_t *fixture_numbered(unsigned number, size_t *size);

/* Which numbered picture a sample of 1 x 1 x 3 values is; fails the test if it is none. */
unsigned fixture_number(const float *sample);

/* Options for numbered pictures. */
image_set_options fixture_options(const char *path);

/* Noise; free it with image_free(). */
image fixture_noise(unsigned seed, size_t width, size_t height);

/* The path opens as no set, with a complaint that holds `part`. */
void fixture_refuses(const char *path, const char *part);

#endif
