/* The eight ways in which a camera can have been held. EXIF numbers them by what lies in the first row and column. */
#include "images/decode.h"

/* A turn is an exchange of rows and columns, or none, after mirroring either of them, both or none. */
static bool exchanges(int orientation)
{
    return orientation >= 5;
}

static bool mirrors_columns(int orientation)
{
    return orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
}

static bool mirrors_rows(int orientation)
{
    return orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
}

static image_part exchanged(image_part of)
{
    return (image_part){of.top, of.left, of.height, of.width};
}

static image_part mirrored(image_part of, size_t width, size_t height, int orientation)
{
    if (mirrors_columns(orientation))
        of.left = (double)width - of.left - of.width;
    if (mirrors_rows(orientation))
        of.top = (double)height - of.top - of.height;
    return of;
}

image_part image_requested_part(size_t width, size_t height, const image_request *request, int orientation)
{
    if (request->size == 0)
        return (image_part){0, 0, (double)width, (double)height};
    if (!exchanges(orientation))
        return mirrored(image_centre(width, height, request->crop), width, height, orientation);
    return mirrored(exchanged(image_centre(height, width, request->crop)), width, height, orientation);
}

/* Where a pixel of the turned image was. */
static size_t source_of(const image *of, int orientation, size_t x, size_t y)
{
    bool swapped = exchanges(orientation);
    size_t from_left = swapped ? y : x, from_top = swapped ? x : y;
    if (mirrors_columns(orientation))
        from_left = of->width - 1 - from_left;
    if (mirrors_rows(orientation))
        from_top = of->height - 1 - from_top;
    return from_top * of->width + from_left;
}

static const char *turn_pixels(image *of, int orientation)
{
    image turned;
    bool swapped = exchanges(orientation);
    const char *wrong = image_allocate(swapped ? of->height : of->width, swapped ? of->width : of->height, &turned);
    if (wrong)
        return wrong;
    uint8_t *pixel = turned.pixels;
    for (size_t y = 0; y < turned.height; y++)
        for (size_t x = 0; x < turned.width; x++, pixel += 3) {
            const uint8_t *source = of->pixels + 3 * source_of(of, orientation, x, y);
            for (size_t i = 0; i < 3; i++)
                pixel[i] = source[i];
        }
    image_free(of);
    *of = turned;
    return NULL;
}

const char *image_turn(image_crop *of, int orientation)
{
    if (orientation <= 1 || orientation > 8)
        return NULL;
    of->part = mirrored(of->part, of->decoded.width, of->decoded.height, orientation);
    if (exchanges(orientation)) {
        size_t height = of->whole_width;
        of->part = exchanged(of->part);
        of->whole_width = of->whole_height;
        of->whole_height = height;
    }
    return turn_pixels(&of->decoded, orientation);
}
