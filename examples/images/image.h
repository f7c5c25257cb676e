/*
 * One image in memory: decoding files, cutting out and resizing, and writing. 8 bits a channel; red, green, blue; rows
 * from the top.
 */
#ifndef IMAGES_IMAGE_H
#define IMAGES_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct image {
    size_t width, height;
    uint8_t *pixels; /* [height, width, 3] */
} image;

/* Decode a JPEG, PNG or WebP file, told apart by its first bytes. NULL if it went well; otherwise why it did not, a
 * constant message about "it", and nothing is kept. Safe from several threads at once.
 *
 * Grey images become coloured ones, cyan-magenta-yellow-black is converted without colour profiles, what is transparent
 * shows white, and 16 bits become 8. The turn that cameras note beside the pixels is not applied. Files with damage
 * that a viewer would paper over are refused. */
const char *image_decode(const uint8_t *bytes, size_t size, image *made);

void image_free(image *of);

/* A rectangle of an image in pixels and fractions of them. */
typedef struct image_part {
    double left, top, width, height;
} image_part;

/* What is wanted of a file: the centred square of `crop` pixels (0: the largest one), for resizing to size x size. */
typedef struct image_request {
    bool upright;      /* turned as cameras note, before it is cropped */
    bool scaled;       /* a large JPEG may be decoded at a fraction of its size */
    size_t crop, size; /* size 0: the whole picture as it is; then `crop` and `scaled` mean nothing */
} image_request;

typedef struct image_crop {
    image decoded;                    /* of the picture at least what is wanted */
    image_part part;                  /* where in `decoded` that is */
    size_t whole_width, whole_height; /* of the picture, turned, at full size */
} image_crop;

/* As image_decode(), for a request. `decoded` is the caller's to free. */
const char *image_decode_crop(const uint8_t *bytes, size_t size, const image_request *request, image_crop *made);

enum image_format { IMAGE_JPEG = 1, IMAGE_PNG, IMAGE_WEBP };

/* Encode as a whole file in memory, which the caller frees with free(). Quality from 1 to 100 is for JPEG and WebP; PNG
 * loses nothing. NULL if it went well, otherwise why it did not. */
const char *image_encode(const image *of, enum image_format format, int quality, uint8_t **bytes, size_t *size);

/* How pixels are brought to another size; both smooth before they leave pixels out. */
enum image_filter { IMAGE_AREA = 1, IMAGE_BICUBIC };

/* A centred square of `crop` pixels, or the largest one if crop is 0 or larger than the image. Whole pixels. */
image_part image_centre(size_t width, size_t height, size_t crop);

/* Resize a part to size x size and write it as value/127.5 - 1 into [size, size, channels]; 1 channel is luma. Pixels
 * that the part does not touch have no influence. False without memory. */
bool image_resize(const image *of, image_part part, size_t size, size_t channels, enum image_filter filter,
                  float *values);

#endif
