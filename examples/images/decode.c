#include "images/decode.h"

#include "images/exif.h"

#include <stdlib.h>
#include <string.h>

/* Enough for any photograph; a damaged header may say anything. */
enum { SIDE_MOST = 16384, PIXELS_MOST = 1 << 26 };

const char image_no_memory[] = "no memory is left to decode or resize it";

const char *image_check_size(size_t width, size_t height)
{
    if (width == 0 || height == 0)
        return "it says that it has no pixels";
    if (width > SIDE_MOST || height > SIDE_MOST || width * height > PIXELS_MOST)
        return "it says that it is larger than 16384 pixels a side or 67 million in all";
    return NULL;
}

const char *image_allocate(size_t width, size_t height, image *made)
{
    const char *wrong = image_check_size(width, height);
    if (wrong)
        return wrong;
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

static const char *decode_whole(const uint8_t *bytes, size_t size, image *made)
{
    if (begins(bytes, size, "\x89PNG\r\n\x1a\n", 8))
        return decode_png(bytes, size, made);
    if (begins(bytes, size, "RIFF", 4) && size >= 12 && memcmp(bytes + 8, "WEBP", 4) == 0)
        return decode_webp(bytes, size, made);
    return "it is no JPEG, PNG or WebP file";
}

void image_place_in_whole(const image_request *request, int orientation, image_crop *made)
{
    made->whole_width = made->decoded.width;
    made->whole_height = made->decoded.height;
    made->part = image_requested_part(made->whole_width, made->whole_height, request, orientation);
}

static const char *decode(const uint8_t *bytes, size_t size, const image_request *request, int orientation,
                          image_crop *made)
{
    if (begins(bytes, size, "\xff\xd8\xff", 3))
        return decode_jpeg(bytes, size, request, orientation, made);
    const char *wrong = decode_whole(bytes, size, &made->decoded);
    if (!wrong)
        image_place_in_whole(request, orientation, made);
    return wrong;
}

const char *image_decode_crop(const uint8_t *bytes, size_t size, const image_request *request, image_crop *made)
{
    *made = (image_crop){0};
    if (size == 0)
        return "it is empty";
    int orientation = request->upright ? exif_orientation(bytes, size) : 1;
    const char *wrong = decode(bytes, size, request, orientation, made);
    if (!wrong)
        wrong = image_turn(made, orientation);
    if (wrong)
        image_free(&made->decoded);
    return wrong;
}

const char *image_decode(const uint8_t *bytes, size_t size, image *made)
{
    const image_request whole = {.size = 0};
    image_crop crop;
    const char *wrong = image_decode_crop(bytes, size, &whole, &crop);
    *made = crop.decoded;
    return wrong;
}
