/* Pictures of 8 bits a channel, one after another: from files of any format the image readers know, or from a
 * generator. */
#ifndef FID_PICTURES_H
#define FID_PICTURES_H

#include "images/image.h"
#include "images/source.h"
#include "support/memory.h"

#include <coulomb/network.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct pictures pictures;

/* How files become pictures. With a size, as in training: the centred square, resized, in so many channels. */
typedef struct picture_form {
    bool upright; /* turned as their EXIF data say */
    size_t size;  /* 0: whole pictures as they are, the fields below mean nothing */
    bool scaled;  /* large JPEG files are decoded at a fraction of their size */
    size_t channels, crop;
    enum image_filter filter;
} picture_form;

/* Pictures of what is at a path, in an order that the seed alone decides, each once. What is damaged is left out, told
 * of, and, beyond one in a hundred, an error. NULL with a complaint. */
pictures *pictures_open(const char *path, picture_form form, uint64_t seed);

/* Samples of a generator whose output is [height, width, 1 or 3] from -1 to 1; from the start of the sequence that
 * belongs to the seed. The generator must outlive the pictures. NULL with a complaint. */
pictures *pictures_generate(coulomb_context *context, coulomb_network *generator, uint64_t seed);

/* The same from a network's file; `norm_averages` below 0: batch norm as the file says. */
pictures *pictures_of_network(coulomb_context *context, const char *path, int32_t norm_averages, uint64_t seed);

/* Add the memory of a generator that was opened from a file; nothing of other pictures. */
void pictures_plan(const pictures *of, memory_plan *plan);

/* How many there are, damaged ones included; UINT64_MAX for a generator. */
uint64_t pictures_count(const pictures *of);

/* The next one, to be freed with image_free(). False at the end, and false with a complaint when something failed. */
bool pictures_next(pictures *of, image *next);

/* Whether the last pictures_next() failed; at the end it has not. */
bool pictures_failed(const pictures *of);

void pictures_close(pictures *of);

#endif
