#include "images/image.h"

#include <stdbool.h>

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>
#include <webp/encode.h>

static const char no_memory[] = "no memory is left to encode it";

typedef struct jpeg_failure {
    struct jpeg_error_mgr manager; /* first, so that libjpeg's pointer to it is one to this */
    jmp_buf escape;
} jpeg_failure;

static void leave(j_common_ptr common)
{
    longjmp(((jpeg_failure *)common->err)->escape, 1);
}

static bool compress(struct jpeg_compress_struct *jpeg, jpeg_failure *failure, const image *of, int quality,
                     uint8_t **bytes, unsigned long *size)
{
    if (setjmp(failure->escape))
        return false;
    jpeg_create_compress(jpeg);
    jpeg_mem_dest(jpeg, bytes, size);
    jpeg->image_width = (JDIMENSION)of->width;
    jpeg->image_height = (JDIMENSION)of->height;
    jpeg->input_components = 3;
    jpeg->in_color_space = JCS_RGB;
    jpeg_set_defaults(jpeg);
    jpeg_set_quality(jpeg, quality, TRUE);
    jpeg_start_compress(jpeg, TRUE);
    while (jpeg->next_scanline < jpeg->image_height) {
        JSAMPROW row = of->pixels + 3 * of->width * jpeg->next_scanline;
        jpeg_write_scanlines(jpeg, &row, 1);
    }
    jpeg_finish_compress(jpeg);
    return true;
}

static const char *encode_jpeg(const image *of, int quality, uint8_t **bytes, size_t *size)
{
    struct jpeg_compress_struct jpeg = {0};
    jpeg_failure failure;
    unsigned long length = 0;
    jpeg.err = jpeg_std_error(&failure.manager);
    failure.manager.error_exit = leave;
    bool done = compress(&jpeg, &failure, of, quality, bytes, &length);
    jpeg_destroy_compress(&jpeg);
    *size = length;
    return done ? NULL : "libjpeg could not encode it";
}

static const char *encode_png(const image *of, uint8_t **bytes, size_t *size)
{
    png_image png = {.version = PNG_IMAGE_VERSION,
                     .width = (png_uint_32)of->width,
                     .height = (png_uint_32)of->height,
                     .format = PNG_FORMAT_RGB};
    png_alloc_size_t length = PNG_IMAGE_PNG_SIZE_MAX(png);
    *bytes = malloc(length);
    if (!*bytes)
        return no_memory;
    if (!png_image_write_to_memory(&png, *bytes, &length, 0, of->pixels, 0, NULL))
        return "libpng could not encode it";
    *size = length;
    return NULL;
}

static const char *encode_webp(const image *of, int quality, uint8_t **bytes, size_t *size)
{
    uint8_t *made = NULL;
    *size = WebPEncodeRGB(of->pixels, (int)of->width, (int)of->height, (int)(3 * of->width), (float)quality, &made);
    if (*size == 0)
        return "libwebp could not encode it";
    *bytes = malloc(*size);
    if (*bytes)
        memcpy(*bytes, made, *size);
    WebPFree(made);
    return *bytes ? NULL : no_memory;
}

const char *image_encode(const image *of, enum image_format format, int quality, uint8_t **bytes, size_t *size)
{
    const char *wrong;
    *bytes = NULL;
    *size = 0;
    if (format == IMAGE_JPEG)
        wrong = encode_jpeg(of, quality, bytes, size);
    else if (format == IMAGE_PNG)
        wrong = encode_png(of, bytes, size);
    else
        wrong = encode_webp(of, quality, bytes, size);
    if (wrong) {
        free(*bytes);
        *bytes = NULL;
        *size = 0;
    }
    return wrong;
}
