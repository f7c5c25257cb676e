/* One rule for all formats: 8-bit values as the file has them, alpha over white in those values. The expected values
 * are Pillow's. Kinds that libpng's simple interface does not write are written here. */
#include "images/image.h"

#include "fixture.h"
#include "suites.h"

#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <webp/encode.h>

enum { WIDTH = 5, FILE_MOST = 4096 };

/* A PNG file of one row. */
typedef struct png_kind {
    int colour, depth;
    const uint8_t *row;
    const png_color *palette;
    const uint8_t *palette_alpha; /* of each colour; NULL: none */
    int colours;
    const png_color_16 *transparent; /* the colour that is; NULL: none */
    double gamma;                    /* 0: none */
    bool interlaced;
} png_kind;

typedef struct growing {
    uint8_t bytes[FILE_MOST];
    size_t size;
} growing;

static void take_bytes(png_structp png, png_bytep bytes, png_size_t count)
{
    growing *file = png_get_io_ptr(png);
    ck_assert_uint_le(file->size + count, FILE_MOST);
    memcpy(file->bytes + file->size, bytes, count);
    file->size += count;
}

static void flush_nothing(png_structp png)
{
    (void)png;
}

static void write_png(const png_kind *kind, growing *file)
{
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    file->size = 0;
    png_set_write_fn(png, file, take_bytes, flush_nothing);
    png_set_IHDR(png, info, WIDTH, 1, kind->depth, kind->colour,
                 kind->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    if (kind->palette)
        png_set_PLTE(png, info, kind->palette, kind->colours);
    if (kind->palette_alpha || kind->transparent)
        png_set_tRNS(png, info, kind->palette_alpha, kind->palette_alpha ? kind->colours : 0, kind->transparent);
    if (kind->gamma > 0)
        png_set_gAMA(png, info, kind->gamma);
    png_write_info(png, info);
    png_bytep row = (png_bytep)kind->row;
    png_set_interlace_handling(png);
    png_write_image(png, &row);
    png_write_end(png, NULL);
    png_destroy_write_struct(&png, &info);
}

static void decodes_to(const uint8_t *bytes, size_t size, const uint8_t *expected)
{
    image back;
    const char *wrong = image_decode(bytes, size, &back);
    ck_assert_msg(!wrong, "%s", wrong);
    ck_assert_uint_eq(back.width, WIDTH);
    for (size_t i = 0; i < 3 * (size_t)WIDTH; i++)
        ck_assert_msg(back.pixels[i] == expected[i], "value %zu is %d, expected %d", i, back.pixels[i], expected[i]);
    image_free(&back);
}

static void png_decodes_to(png_kind kind, const uint8_t *expected)
{
    growing file;
    for (int interlaced = 0; interlaced < 2; interlaced++) {
        kind.interlaced = interlaced;
        write_png(&kind, &file);
        decodes_to(file.bytes, file.size, expected);
    }
}

static const uint8_t half_transparent[4 * WIDTH] = {10, 20,  30,  0,  200, 30,  90,  64, 200, 30,
                                                    90, 128, 200, 30, 90,  192, 200, 30, 90,  255};
static const uint8_t over_white[3 * WIDTH] = {255, 255, 255, 241, 199, 214, 227, 142, 172, 214, 86, 131, 200, 30, 90};

START_TEST(the_same_pixels_are_the_same_in_png_and_webp)
{
    uint8_t *bytes;
    png_decodes_to((png_kind){.colour = PNG_COLOR_TYPE_RGB_ALPHA, .depth = 8, .row = half_transparent}, over_white);
    size_t size = WebPEncodeLosslessRGBA(half_transparent, WIDTH, 1, 4 * WIDTH, &bytes);
    ck_assert_uint_gt(size, 0);
    decodes_to(bytes, size, over_white);
    WebPFree(bytes);
}
END_TEST

START_TEST(grey_and_alpha)
{
    static const uint8_t row[] = {0, 0, 0, 51, 0, 102, 100, 128, 255, 255};
    static const uint8_t expected[] = {255, 255, 255, 204, 204, 204, 153, 153, 153, 177, 177, 177, 255, 255, 255};
    png_decodes_to((png_kind){.colour = PNG_COLOR_TYPE_GRAY_ALPHA, .depth = 8, .row = row}, expected);
}
END_TEST

START_TEST(palettes_with_transparent_colours)
{
    static const png_color palette[] = {{200, 30, 90}, {0, 0, 0}, {10, 20, 30}};
    static const uint8_t alpha[] = {128, 0, 255}, row[] = {0, 1, 2, 0, 1};
    static const uint8_t expected[] = {227, 142, 172, 255, 255, 255, 10, 20, 30, 227, 142, 172, 255, 255, 255};
    png_decodes_to((png_kind){.colour = PNG_COLOR_TYPE_PALETTE,
                              .depth = 8,
                              .row = row,
                              .palette = palette,
                              .palette_alpha = alpha,
                              .colours = 3},
                   expected);
}
END_TEST

START_TEST(one_transparent_colour)
{
    static const uint8_t grey[] = {0, 7, 8, 9, 255}, colours[] = {1, 2, 3, 1, 2, 4, 0, 0, 0, 1, 2, 3, 9, 9, 9};
    static const uint8_t of_grey[] = {0, 0, 0, 7, 7, 7, 255, 255, 255, 9, 9, 9, 255, 255, 255};
    static const uint8_t of_colours[] = {255, 255, 255, 1, 2, 4, 0, 0, 0, 255, 255, 255, 9, 9, 9};
    static const png_color_16 eight = {.gray = 8}, colour = {.red = 1, .green = 2, .blue = 3};
    png_decodes_to((png_kind){.colour = PNG_COLOR_TYPE_GRAY, .depth = 8, .row = grey, .transparent = &eight}, of_grey);
    png_decodes_to((png_kind){.colour = PNG_COLOR_TYPE_RGB, .depth = 8, .row = colours, .transparent = &colour},
                   of_colours);
}
END_TEST

/* Neither a gamma that says sRGB nor another one. */
START_TEST(gamma_is_not_applied)
{
    static const double gammas[] = {0, 0.45455, 0.55556, 1};
    static const uint8_t row[] = {0, 64, 128, 192, 255};
    static const uint8_t expected[] = {0, 0, 0, 64, 64, 64, 128, 128, 128, 192, 192, 192, 255, 255, 255};
    png_decodes_to((png_kind){.colour = PNG_COLOR_TYPE_GRAY, .depth = 8, .row = row, .gamma = gammas[_i]}, expected);
}
END_TEST

START_TEST(few_bits_are_spread_and_many_are_cut)
{
    static const uint8_t two[] = {0x1b, 0x40}, four[] = {0x08, 0xf1, 0x20};
    static const uint8_t wide[] = {0x00, 0xff, 0x12, 0x80, 0x12, 0x7f, 0xff, 0x00, 0x80, 0x00};
    static const uint8_t of_two[] = {0, 0, 0, 85, 85, 85, 170, 170, 170, 255, 255, 255, 85, 85, 85};
    static const uint8_t of_four[] = {0, 0, 0, 136, 136, 136, 255, 255, 255, 17, 17, 17, 34, 34, 34};
    static const uint8_t of_wide[] = {0, 0, 0, 0x12, 0x12, 0x12, 0x12, 0x12, 0x12, 255, 255, 255, 128, 128, 128};
    png_decodes_to((png_kind){.colour = PNG_COLOR_TYPE_GRAY, .depth = 2, .row = two}, of_two);
    png_decodes_to((png_kind){.colour = PNG_COLOR_TYPE_GRAY, .depth = 4, .row = four}, of_four);
    png_decodes_to((png_kind){.colour = PNG_COLOR_TYPE_GRAY, .depth = 16, .row = wide}, of_wide);
}
END_TEST

/* A sound progressive JPEG of 2 + `coefficients` scans. */
static uint8_t *progressive(int coefficients, size_t *size)
{
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    jpeg_scan_info scans[65] = {{.comps_in_scan = 1, .Al = 1}, {.comps_in_scan = 1, .Ah = 1}};
    unsigned char *bytes = NULL;
    unsigned long length = 0;
    uint8_t row[64];
    for (int i = 0; i < coefficients; i++)
        scans[2 + i] = (jpeg_scan_info){.comps_in_scan = 1, .Ss = i + 1, .Se = i + 1};
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &bytes, &length);
    jpeg.image_width = jpeg.image_height = 64;
    jpeg.input_components = 1;
    jpeg.in_color_space = JCS_GRAYSCALE;
    jpeg_set_defaults(&jpeg);
    jpeg.scan_info = scans;
    jpeg.num_scans = 2 + coefficients;
    jpeg_start_compress(&jpeg, TRUE);
    memset(row, 130, sizeof row);
    JSAMPROW rows = row;
    while (jpeg.next_scanline < jpeg.image_height)
        jpeg_write_scanlines(&jpeg, &rows, 1);
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    *size = length;
    return bytes;
}

START_TEST(scans_are_limited)
{
    image back;
    size_t size;
    uint8_t *bytes = progressive(62, &size);
    ck_assert_ptr_null(image_decode(bytes, size, &back));
    image_free(&back);
    free(bytes);
    bytes = progressive(63, &size);
    const char *wrong = image_decode(bytes, size, &back);
    ck_assert_ptr_nonnull(wrong);
    ck_assert_str_eq(wrong, "it has more than 64 scans");
    free(bytes);
}
END_TEST

Suite *suite_kinds(void)
{
    Suite *suite = suite_create("kinds");
    TCase *all = tcase_create("kinds");
    tcase_add_test(all, the_same_pixels_are_the_same_in_png_and_webp);
    tcase_add_test(all, grey_and_alpha);
    tcase_add_test(all, palettes_with_transparent_colours);
    tcase_add_test(all, one_transparent_colour);
    tcase_add_loop_test(all, gamma_is_not_applied, 0, 4);
    tcase_add_test(all, few_bits_are_spread_and_many_are_cut);
    tcase_add_test(all, scans_are_limited);
    suite_add_tcase(suite, all);
    return suite;
}
