/* The eight ways in which a camera can have been held. */
#include "images/decode.h"

/* Where a pixel of the turned image was: EXIF numbers the ways by what lies in the first row and column. */
static size_t source_of(const image *of, int orientation, size_t x, size_t y)
{
    bool swapped = orientation >= 5;
    size_t from_left = swapped ? y : x, from_top = swapped ? x : y;
    if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8)
        from_left = of->width - 1 - from_left;
    if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7)
        from_top = of->height - 1 - from_top;
    return from_top * of->width + from_left;
}

const char *image_turn(image *of, int orientation)
{
    image turned;
    if (orientation <= 1 || orientation > 8)
        return NULL;
    const char *wrong = orientation >= 5 ? image_allocate(of->height, of->width, &turned)
                                         : image_allocate(of->width, of->height, &turned);
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
