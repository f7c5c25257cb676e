/* WebP, lossy or lossless, by libwebp; what is transparent shows white. */
#include "images/decode.h"

#include <stdlib.h>
#include <webp/decode.h>

static const char damaged[] = "its WebP data are damaged or cut short";

static const char *decode_transparent(const uint8_t *bytes, size_t size, image *made)
{
    size_t count = made->width * made->height;
    uint8_t *wide = malloc(4 * count);
    if (!wide)
        return image_no_memory;
    bool done = WebPDecodeRGBAInto(bytes, size, wide, 4 * count, (int)(4 * made->width)) != NULL;
    for (size_t i = 0; done && i < count; i++)
        image_blend_on_white(wide + 4 * i, made->pixels + 3 * i);
    free(wide);
    return done ? NULL : damaged;
}

const char *decode_webp(const uint8_t *bytes, size_t size, image *made)
{
    WebPBitstreamFeatures features;
    if (WebPGetFeatures(bytes, size, &features) != VP8_STATUS_OK)
        return "its WebP header is damaged or cut short";
    if (features.has_animation)
        return "it is an animation";
    const char *wrong = image_allocate((size_t)features.width, (size_t)features.height, made);
    if (wrong)
        return wrong;
    if (features.has_alpha)
        return decode_transparent(bytes, size, made);
    size_t stride = 3 * made->width;
    return WebPDecodeRGBInto(bytes, size, made->pixels, stride * made->height, (int)stride) ? NULL : damaged;
}
