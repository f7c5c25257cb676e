#include "images/decode.h"

#include "images/exif.h"

#include <stdlib.h>
#include <string.h>

/* Enough for any photograph; a damaged header may say anything. */
enum { SIDE_MOST = 16384, PIXELS_MOST = 1 << 26 };

const char image_no_memory[] = "no memory is left to decode or resize it";

const char *image_allocate(size_t width, size_t height, image *made)
{
    if (width == 0 || height == 0)
        return "it says that it has no pixels";
    if (width > SIDE_MOST || height > SIDE_MOST || width * height > PIXELS_MOST)
        return "it says that it is larger than 16384 pixels a side or 67 million in all";
    made->pixels = malloc(3 * width * height);
    if (!made->pixels)
        return image_no_memory;
    made->width = width;
    made->height = height;
    return NULL;
}

void image_blend_on_white(const uint8_t rgba[4], uint8_t rgb[3])
{
    unsigned opacity = rgba[3];
    for (size_t i = 0; i < 3; i++)
        rgb[i] = (uint8_t)((rgba[i] * opacity + 255 * (255 - opacity) + 127) / 255);
}

void image_free(image *of)
{
    free(of->pixels);
    *of = (image){0};
}

static bool begins(const uint8_t *bytes, size_t size, const char *with, size_t length)
{
    return size >= length && memcmp(bytes, with, length) == 0;
}

const char *image_decode(const uint8_t *bytes, size_t size, image *made)
{
    const char *wrong = "it is no JPEG, PNG or WebP file";
    *made = (image){0};
    if (size == 0)
        return "it is empty";
    if (begins(bytes, size, "\xff\xd8\xff", 3))
        wrong = decode_jpeg(bytes, size, made);
    else if (begins(bytes, size, "\x89PNG\r\n\x1a\n", 8))
        wrong = decode_png(bytes, size, made);
    else if (begins(bytes, size, "RIFF", 4) && size >= 12 && memcmp(bytes + 8, "WEBP", 4) == 0)
        wrong = decode_webp(bytes, size, made);
    if (wrong)
        image_free(made);
    return wrong;
}

const char *image_decode_upright(const uint8_t *bytes, size_t size, image *made)
{
    const char *wrong = image_decode(bytes, size, made);
    if (wrong)
        return wrong;
    wrong = image_turn(made, exif_orientation(bytes, size));
    if (wrong)
        image_free(made);
    return wrong;
}
