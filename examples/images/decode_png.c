/* PNG by libpng's simplified interface, which keeps errors to itself. All kinds become 8-bit red, green, blue on white.
 */
#include "images/decode.h"

#include <png.h>
#include <string.h>

static const char *decode(png_image *png, image *made)
{
    const char *wrong = image_allocate(png->width, png->height, made);
    if (wrong)
        return wrong;
    const png_color white = {255, 255, 255};
    png->format = PNG_FORMAT_RGB;
    /* 16-bit files that do not say otherwise mean the same curve as 8-bit ones */
    png->flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
    if (png_image_finish_read(png, &white, made->pixels, 0, NULL))
        return NULL;
    return strstr(png->message, "memory") ? image_no_memory : "its PNG data are damaged or cut short";
}

const char *decode_png(const uint8_t *bytes, size_t size, image *made)
{
    png_image png = {.version = PNG_IMAGE_VERSION};
    const char *wrong = "its PNG header is damaged or cut short";
    if (png_image_begin_read_from_memory(&png, bytes, size))
        wrong = decode(&png, made);
    png_image_free(&png);
    return wrong;
}
