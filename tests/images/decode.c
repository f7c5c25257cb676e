/* Decoding: what comes back, and that damage is noticed and does no harm. */
#include "images/image.h"

#include "fixture.h"
#include "suites.h"

#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <webp/encode.h>

static const enum image_format formats[] = {IMAGE_JPEG, IMAGE_PNG, IMAGE_WEBP};

/* Slopes, which survive compression. */
static image slopes(size_t width, size_t height)
{
    image made = {width, height, malloc(3 * width * height)};
    for (size_t y = 0; y < height; y++)
        for (size_t x = 0; x < width; x++) {
            uint8_t *pixel = made.pixels + 3 * (y * width + x);
            pixel[0] = (uint8_t)(255 * x / width);
            pixel[1] = (uint8_t)(255 * y / height);
            pixel[2] = 90;
        }
    return made;
}

static void is_near(const image *found, const image *expected, int within)
{
    ck_assert_uint_eq(found->width, expected->width);
    ck_assert_uint_eq(found->height, expected->height);
    for (size_t i = 0; i < 3 * found->width * found->height; i++)
        ck_assert_int_le(abs(found->pixels[i] - expected->pixels[i]), within);
}

START_TEST(what_is_encoded_comes_back)
{
    image drawn = slopes(61, 47), back;
    uint8_t *bytes;
    size_t size;
    ck_assert_ptr_null(image_encode(&drawn, formats[_i], 95, &bytes, &size));
    ck_assert_ptr_null(image_decode(bytes, size, &back));
    is_near(&back, &drawn, formats[_i] == IMAGE_PNG ? 0 : 16);
    image_free(&back);
    image_free(&drawn);
    free(bytes);
}
END_TEST

/* A JPEG file of `components` bytes a pixel, all alike. */
static uint8_t *plain_jpeg(J_COLOR_SPACE space, int components, const uint8_t *tone, bool progressive, size_t *size)
{
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    unsigned char *bytes = NULL;
    unsigned long length = 0;
    uint8_t row[4 * 24];
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &bytes, &length);
    jpeg.image_width = jpeg.image_height = 24;
    jpeg.input_components = components;
    jpeg.in_color_space = space;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, 100, TRUE);
    if (progressive)
        jpeg_simple_progression(&jpeg);
    jpeg_start_compress(&jpeg, TRUE);
    for (int x = 0; x < 24 * components; x++)
        row[x] = tone[x % components];
    JSAMPROW rows = row;
    while (jpeg.next_scanline < jpeg.image_height)
        jpeg_write_scanlines(&jpeg, &rows, 1);
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    *size = length;
    return bytes;
}

static void decodes_to(const uint8_t *bytes, size_t size, int red, int green, int blue, int within)
{
    image back;
    const char *wrong = image_decode(bytes, size, &back);
    ck_assert_msg(!wrong, "%s", wrong);
    for (size_t i = 0; i < back.width * back.height; i++) {
        ck_assert_int_le(abs(back.pixels[3 * i] - red), within);
        ck_assert_int_le(abs(back.pixels[3 * i + 1] - green), within);
        ck_assert_int_le(abs(back.pixels[3 * i + 2] - blue), within);
    }
    image_free(&back);
}

START_TEST(grey_jpegs_become_coloured)
{
    size_t size;
    uint8_t *bytes = plain_jpeg(JCS_GRAYSCALE, 1, (uint8_t[]){130}, false, &size);
    decodes_to(bytes, size, 130, 130, 130, 2);
    free(bytes);
}
END_TEST

START_TEST(progressive_jpegs_are_read)
{
    size_t size;
    uint8_t *bytes = plain_jpeg(JCS_RGB, 3, (uint8_t[]){200, 100, 50}, true, &size);
    decodes_to(bytes, size, 200, 100, 50, 3);
    free(bytes);
}
END_TEST

/* libjpeg writes Adobe's mark, so that bytes are inverted: 255 is no ink. Cyan takes red away, black all. */
START_TEST(printers_inks_become_light)
{
    size_t size;
    uint8_t *bytes = plain_jpeg(JCS_CMYK, 4, (uint8_t[]){51, 255, 255, 255}, false, &size);
    decodes_to(bytes, size, 51, 255, 255, 3);
    free(bytes);
    bytes = plain_jpeg(JCS_CMYK, 4, (uint8_t[]){255, 255, 255, 102}, false, &size);
    decodes_to(bytes, size, 102, 102, 102, 3);
    /* without the mark, 255 is all ink: cyan and magenta and yellow at full, and black */
    for (size_t i = 0; i + 5 < size; i++)
        if (memcmp(bytes + i, "Adobe", 5) == 0)
            bytes[i] = 'a';
    decodes_to(bytes, size, 0, 0, 0, 3);
    free(bytes);
}
END_TEST

/* A PNG file of one colour in any of libpng's memory formats. */
static uint8_t *plain_png(png_uint_32 format, const void *pixel, size_t pixel_size, size_t *size)
{
    enum { SIDE = 7 };
    uint8_t pixels[SIDE * SIDE * 8];
    png_image png = {.version = PNG_IMAGE_VERSION, .width = SIDE, .height = SIDE, .format = format};
    for (size_t i = 0; i < SIDE * SIDE; i++)
        memcpy(pixels + i * pixel_size, pixel, pixel_size);
    png_alloc_size_t length = PNG_IMAGE_PNG_SIZE_MAX(png);
    uint8_t *bytes = malloc(length);
    ck_assert(png_image_write_to_memory(&png, bytes, &length, 0, pixels, 0, NULL));
    *size = length;
    return bytes;
}

START_TEST(kinds_of_png_become_one)
{
    size_t size;
    uint8_t *bytes = plain_png(PNG_FORMAT_GRAY, (uint8_t[]){70}, 1, &size);
    decodes_to(bytes, size, 70, 70, 70, 0);
    free(bytes);
    bytes = plain_png(PNG_FORMAT_RGBA, (uint8_t[]){200, 40, 0, 0}, 4, &size);
    decodes_to(bytes, size, 255, 255, 255, 0);
    free(bytes);
    bytes = plain_png(PNG_FORMAT_RGBA, (uint8_t[]){200, 40, 0, 255}, 4, &size);
    decodes_to(bytes, size, 200, 40, 0, 0);
    free(bytes);
}
END_TEST

START_TEST(transparent_webp_shows_white)
{
    uint8_t pixels[16 * 16 * 4], *bytes;
    for (size_t i = 0; i < 16 * 16; i++)
        memcpy(pixels + 4 * i, (uint8_t[]){100, 0, 200, 51}, 4);
    size_t size = WebPEncodeLosslessRGBA(pixels, 16, 16, 64, &bytes);
    ck_assert_uint_gt(size, 0);
    decodes_to(bytes, size, 224, 204, 244, 1);
    WebPFree(bytes);
}
END_TEST

/* A file cut short loses pixels, unless only its last few bytes are gone. */
START_TEST(files_cut_short_are_refused)
{
    image drawn = fixture_noise(3, 64, 48), back;
    uint8_t *bytes;
    size_t size;
    ck_assert_ptr_null(image_encode(&drawn, formats[_i], 80, &bytes, &size));
    for (size_t length = 0; length + 16 < size; length += length < 64 ? 1 : 61) {
        uint8_t *part = malloc(length + 1);
        memcpy(part, bytes, length);
        ck_assert_msg(image_decode(part, length, &back) != NULL, "%zu of %zu bytes are taken", length, size);
        ck_assert_ptr_null(back.pixels);
        free(part);
    }
    image_free(&drawn);
    free(bytes);
}
END_TEST

/* Not all damage can be noticed, but none may do harm: run this under a memory checker to see. */
START_TEST(changed_bytes_do_no_harm)
{
    image drawn = fixture_noise(4, 40, 40), back;
    uint8_t *bytes;
    size_t size, refused = 0;
    ck_assert_ptr_null(image_encode(&drawn, formats[_i], 60, &bytes, &size));
    uint32_t state = 1;
    for (int round = 0; round < 400; round++) {
        uint8_t *changed = malloc(size);
        memcpy(changed, bytes, size);
        for (int change = 0; change < 1 + round % 4; change++) {
            state = state * 1664525u + 1013904223u;
            size_t range = round % 2 ? size : 200;
            changed[(state >> 8) % range] = (uint8_t)(state >> 16);
        }
        refused += image_decode(changed, size, &back) != NULL;
        image_free(&back);
        free(changed);
    }
    ck_assert_uint_gt(refused, 50);
    image_free(&drawn);
    free(bytes);
}
END_TEST

static void refused_with(const void *bytes, size_t size, const char *part)
{
    image back;
    const char *wrong = image_decode(bytes, size, &back);
    ck_assert_ptr_nonnull(wrong);
    ck_assert_msg(strstr(wrong, part) != NULL, "\"%s\" does not say \"%s\"", wrong, part);
}

START_TEST(other_files_are_named)
{
    refused_with("", 0, "it is empty");
    refused_with("Once upon a time", 16, "no JPEG, PNG or WebP");
    refused_with("GIF89a..........", 16, "no JPEG, PNG or WebP");
    refused_with("RIFF\x10\0\0\0WAVEfmt ", 16, "no JPEG, PNG or WebP");
    refused_with("\xff\xd8\xff", 3, "JPEG");
    refused_with("\x89PNG\r\n\x1a\n", 8, "PNG header");
    refused_with("RIFF\x04\0\0\0WEBP", 12, "WebP header");
}
END_TEST

/* Sizes are bounded before memory is taken: this header asks for 3 x 10^10 bytes. */
START_TEST(huge_sizes_are_refused)
{
    size_t size;
    uint8_t *bytes = plain_jpeg(JCS_GRAYSCALE, 1, (uint8_t[]){9}, false, &size);
    for (size_t i = 0; i + 8 < size; i++)
        if (bytes[i] == 0xff && bytes[i + 1] == 0xc0)
            memset(bytes + i + 5, 0xee, 4);
    refused_with(bytes, size, "larger than");
    free(bytes);
}
END_TEST

Suite *suite_decode(void)
{
    Suite *suite = suite_create("decode");
    TCase *all = tcase_create("decode");
    tcase_add_loop_test(all, what_is_encoded_comes_back, 0, 3);
    tcase_add_test(all, grey_jpegs_become_coloured);
    tcase_add_test(all, progressive_jpegs_are_read);
    tcase_add_test(all, printers_inks_become_light);
    tcase_add_test(all, kinds_of_png_become_one);
    tcase_add_test(all, transparent_webp_shows_white);
    tcase_add_loop_test(all, files_cut_short_are_refused, 0, 3);
    tcase_add_loop_test(all, changed_bytes_do_no_harm, 0, 3);
    tcase_add_test(all, other_files_are_named);
    tcase_add_test(all, huge_sizes_are_refused);
    tcase_set_timeout(all, 30);
    suite_add_tcase(suite, all);
    return suite;
}
