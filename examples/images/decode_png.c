/*
 * PNG by libpng: the file's values as 8-bit red, green, blue. Of 16 bits the upper 8 are taken; gamma, colour profiles
 * and background of the file are not applied; what is transparent shows white. Chunks that do not matter to this are
 * not even unpacked.
 */
#include "images/decode.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

static const char damaged[] = "its PNG data are damaged or cut short";

typedef struct png_reading {
    png_structp png;
    png_infop info;
    const uint8_t *bytes;
    size_t left;
    bool no_memory;
    uint8_t *wide;   /* [height, width, 4] where pixels are transparent */
    png_bytep *rows; /* where each row goes */
} png_reading;

static void give_bytes(png_structp png, png_bytep to, png_size_t count)
{
    png_reading *now = png_get_io_ptr(png);
    if (count > now->left)
        png_error(png, "cut short");
    memcpy(to, now->bytes, count);
    now->bytes += count;
    now->left -= count;
}

/* libpng says that memory is missing in words only. */
static void leave(png_structp png, png_const_charp message)
{
    png_reading *now = png_get_error_ptr(png);
    now->no_memory = strstr(message, "memory") != NULL;
    png_longjmp(png, 1);
}

static void say_nothing(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

static void leave_out_chunks(png_structp png)
{
    static const png_byte ignored[] =
        "bKGD\0cHRM\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0sPLT\0sRGB\0sTER\0tEXt\0tIME\0"
        "zTXt";
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, ignored, sizeof ignored / 5);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
}

/* All kinds become 8 bits of red, green, blue; with opacity where there is any. */
static bool choose_form(png_reading *now)
{
    png_byte colour = png_get_color_type(now->png, now->info);
    bool transparent = (colour & PNG_COLOR_MASK_ALPHA) || png_get_valid(now->png, now->info, PNG_INFO_tRNS);
    png_set_expand(now->png);
    png_set_strip_16(now->png);
    if (!(colour & PNG_COLOR_MASK_COLOR))
        png_set_gray_to_rgb(now->png);
    png_set_interlace_handling(now->png);
    png_read_update_info(now->png, now->info);
    return transparent;
}

static const char *prepare_rows(png_reading *now, bool transparent, image *made)
{
    size_t stride = (transparent ? 4 : 3) * made->width;
    now->rows = malloc(made->height * sizeof *now->rows);
    if (transparent)
        now->wide = malloc(stride * made->height);
    if (!now->rows || (transparent && !now->wide))
        return image_no_memory;
    for (size_t y = 0; y < made->height; y++)
        now->rows[y] = (transparent ? now->wide : made->pixels) + y * stride;
    return NULL;
}

/* Between setjmp() and the return nothing local is changed that is used afterwards. */
static const char *decode(png_reading *now, image *made)
{
    if (setjmp(png_jmpbuf(now->png)))
        return now->no_memory ? image_no_memory : made->pixels ? damaged : "its PNG header is damaged or cut short";
    leave_out_chunks(now->png);
    png_set_user_limits(now->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX); /* image_allocate() has limits of its own */
    png_set_read_fn(now->png, now, give_bytes);
    png_read_info(now->png, now->info);
    const char *wrong =
        image_allocate(png_get_image_width(now->png, now->info), png_get_image_height(now->png, now->info), made);
    if (wrong)
        return wrong;
    wrong = prepare_rows(now, choose_form(now), made);
    if (wrong)
        return wrong;
    png_read_image(now->png, now->rows);
    png_read_end(now->png, NULL);
    return NULL;
}

const char *decode_png(const uint8_t *bytes, size_t size, image *made)
{
    png_reading now = {.bytes = bytes, .left = size};
    const char *wrong = image_no_memory;
    now.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &now, leave, say_nothing);
    now.info = now.png ? png_create_info_struct(now.png) : NULL;
    if (now.info)
        wrong = decode(&now, made);
    for (size_t i = 0; !wrong && now.wide && i < made->width * made->height; i++)
        image_blend_on_white(now.wide + 4 * i, made->pixels + 3 * i);
    png_destroy_read_struct(&now.png, &now.info, NULL);
    free(now.wide);
    free(now.rows);
    return wrong;
}
