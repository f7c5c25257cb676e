/* JPEG files decoded at a fraction of their size: by how much, where the crop then lies, and that nothing but small
 * differences of values comes of it. */
#include "images/image.h"

#include "exif_file.h"
#include "fixture.h"
#include "images/decode.h"
#include "suites.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

/* Straight slopes with a bend: whoever shifts the crop by a fraction of a pixel shifts the values. */
static uint8_t value_at(size_t x, size_t y, size_t width, size_t height, int channel)
{
    size_t along = channel == 0 ? 250 * x / width : channel == 1 ? 250 * y / height : 125 * (x * y / width) / height;
    return (uint8_t)(channel == 0 && along > 125 ? 250 - along : along);
}

/* A JPEG of such a picture, with chroma at half the resolution unless it has four channels. */
static uint8_t *slopes(size_t width, size_t height, int channels, bool progressive, size_t *size)
{
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    unsigned char *bytes = NULL;
    unsigned long length = 0;
    uint8_t *row = malloc((size_t)channels * width);
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &bytes, &length);
    jpeg.image_width = (JDIMENSION)width;
    jpeg.image_height = (JDIMENSION)height;
    jpeg.input_components = channels;
    jpeg.in_color_space = channels == 4 ? JCS_CMYK : channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, 98, TRUE);
    if (progressive)
        jpeg_simple_progression(&jpeg);
    jpeg_start_compress(&jpeg, TRUE);
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++)
            for (int i = 0; i < channels; i++)
                row[(size_t)channels * x + (size_t)i] = value_at(x, y, width, height, i);
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    free(row);
    *size = length;
    return bytes;
}

static image_crop decoded(const uint8_t *bytes, size_t size, const image_request *request)
{
    image_crop made;
    const char *wrong = image_decode_crop(bytes, size, request, &made);
    ck_assert_msg(!wrong, "%s", wrong);
    return made;
}

static const struct choice {
    size_t width, height, crop, size, scale;
} choices[] = {
    {256, 256, 0, 64, 2},   {255, 256, 0, 64, 1},   {341, 256, 0, 64, 2},   {256, 341, 0, 32, 4},
    {512, 520, 0, 32, 8},   {511, 520, 0, 32, 4},   {512, 512, 256, 32, 4}, {512, 512, 255, 32, 2},
    {178, 218, 108, 64, 1}, {178, 218, 160, 40, 2}, {600, 600, 100, 64, 1}, {600, 600, 900, 64, 4},
    {64, 64, 0, 64, 1},     {20, 20, 0, 64, 1},     {512, 512, 0, 1, 8},    {512, 512, 0, 0, 1},
};
enum { CHOICES = sizeof choices / sizeof choices[0] };

START_TEST(the_crop_stays_twice_the_size_wanted)
{
    const struct choice *with = choices + _i;
    size_t size, scale = with->scale;
    uint8_t *bytes = slopes(with->width, with->height, 3, false, &size);
    const image_request request = {.scaled = true, .crop = with->crop, .size = with->size};
    image_crop made = decoded(bytes, size, &request);
    image_part whole = image_centre(with->width, with->height, with->crop);
    if (with->size == 0)
        whole = (image_part){0, 0, (double)with->width, (double)with->height};
    ck_assert_uint_eq(made.decoded.width, (with->width + scale - 1) / scale);
    ck_assert_uint_eq(made.decoded.height, (with->height + scale - 1) / scale);
    ck_assert_uint_eq(made.whole_width, with->width);
    ck_assert_uint_eq(made.whole_height, with->height);
    ck_assert_double_eq(made.part.left * (double)scale, whole.left);
    ck_assert_double_eq(made.part.top * (double)scale, whole.top);
    ck_assert_double_eq(made.part.width * (double)scale, whole.width);
    ck_assert_double_eq(made.part.height * (double)scale, whole.height);
    image_free(&made.decoded);
    free(bytes);
}
END_TEST

/* The mean difference between squares from whole and from scaled pictures, in 8-bit values. */
static double difference(const uint8_t *bytes, size_t size, image_request request)
{
    static float values[2][3 * 64 * 64];
    double sum = 0;
    size_t widths[2];
    ck_assert_uint_le(request.size, 64);
    for (int scaled = 0; scaled < 2; scaled++) {
        request.scaled = scaled;
        image_crop made = decoded(bytes, size, &request);
        widths[scaled] = made.decoded.width;
        image_part centre = image_centre(made.whole_width, made.whole_height, request.crop);
        ck_assert(scaled || memcmp(&made.part, &centre, sizeof centre) == 0);
        ck_assert(image_resize(&made.decoded, made.part, request.size, 3, IMAGE_AREA, values[scaled]));
        image_free(&made.decoded);
    }
    ck_assert_uint_lt(widths[1], widths[0]);
    size_t count = 3 * request.size * request.size;
    for (size_t i = 0; i < count; i++)
        sum += fabs((double)values[0][i] - (double)values[1][i]);
    return 127.5 * sum / (double)count;
}

/* A shift by one pixel of the file would be 0.8 or more, and rounding is 0.2. */
START_TEST(a_crop_lies_where_it_lay_however_the_picture_is_turned)
{
    static const struct {
        size_t width, height, crop, size;
    } shapes[] = {{157, 163, 0, 16}, {151, 166, 0, 16}, {163, 149, 133, 16}, {157, 163, 130, 30}, {156, 164, 129, 8}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        uint8_t exif[EXIF_MOST];
        size_t size, put;
        uint8_t *bytes = slopes(shapes[i].width, shapes[i].height, 3, false, &size);
        uint8_t *turned = exif_put(IMAGE_JPEG, bytes, size, exif, exif_make(_i, 1, exif), 0, &put);
        ck_assert_ptr_nonnull(turned);
        double off =
            difference(turned, put, (image_request){.upright = true, .crop = shapes[i].crop, .size = shapes[i].size});
        ck_assert_msg(off < 0.3, "%zu x %zu, turned by %d: %g", shapes[i].width, shapes[i].height, _i, off);
        free(turned);
        free(bytes);
    }
}
END_TEST

START_TEST(all_kinds_of_jpeg_are_scaled)
{
    static const int channels[] = {1, 3, 4};
    for (size_t i = 0; i < 3; i++)
        for (int progressive = 0; progressive < 2; progressive++) {
            size_t size;
            uint8_t *bytes = slopes(261, 257, channels[i], progressive, &size);
            double off = difference(bytes, size, (image_request){.size = 16});
            ck_assert_msg(off < 0.5, "%d channels: %g", channels[i], off);
            free(bytes);
        }
}
END_TEST

START_TEST(other_files_and_small_ones_are_read_as_ever)
{
    static const enum image_format formats[] = {IMAGE_JPEG, IMAGE_PNG, IMAGE_WEBP};
    const size_t side = formats[_i] == IMAGE_JPEG ? 40 : 256;
    image noise = fixture_noise(7, side, side);
    uint8_t *bytes;
    size_t size;
    ck_assert_ptr_null(image_encode(&noise, formats[_i], 80, &bytes, &size));
    image_crop plain = decoded(bytes, size, &(image_request){.size = 32});
    image_crop scaled = decoded(bytes, size, &(image_request){.scaled = true, .size = 32});
    ck_assert_uint_eq(scaled.decoded.width, plain.decoded.width);
    ck_assert_mem_eq(&scaled.part, &plain.part, sizeof plain.part);
    ck_assert_mem_eq(scaled.decoded.pixels, plain.decoded.pixels, 3 * side * side);
    image_free(&plain.decoded);
    image_free(&scaled.decoded);
    image_free(&noise);
    free(bytes);
}
END_TEST

static void refused(const uint8_t *bytes, size_t size, const char *part)
{
    image_crop made;
    const image_request request = {.scaled = true, .size = 8};
    const char *wrong = image_decode_crop(bytes, size, &request, &made);
    ck_assert_msg(wrong && strstr(wrong, part), "\"%s\" does not say \"%s\"", wrong ? wrong : "", part);
    ck_assert_ptr_null(made.decoded.pixels);
}

/* Damage in what is not looked at is damage, and limits are those of the whole picture. */
START_TEST(what_is_refused_whole_is_refused_scaled)
{
    size_t size;
    uint8_t *bytes = slopes(256, 256, 3, _i, &size);
    for (size_t length = 200; length + 16 < size; length += 97)
        refused(bytes, length, _i && length < 700 ? "" : "its JPEG data are");
    /* 61166 pixels wide, and 15934 x 15934 */
    static const uint8_t sizes[][4] = {{0, 24, 0xee, 0xee}, {0x3e, 0x3e, 0x3e, 0x3e}};
    for (size_t i = 0; i < 2; i++) {
        for (size_t at = 0; at + 8 < size; at++)
            if (bytes[at] == 0xff && (bytes[at + 1] == 0xc0 || bytes[at + 1] == 0xc2) && bytes[at + 4] == 8)
                memcpy(bytes + at + 5, sizes[i], 4);
        refused(bytes, size, "larger than");
    }
    free(bytes);
}
END_TEST

/* A set's option reaches its files. */
START_TEST(sets_are_scaled_when_asked)
{
    const char *directory = fixture_directory();
    image noise = fixture_noise(3, 256, 256);
    uint8_t *bytes;
    size_t size;
    ck_assert_ptr_null(image_encode(&noise, IMAGE_JPEG, 90, &bytes, &size));
    fixture_write(fixture_path("a.jpg"), bytes, size);
    float squares[2][3 * 16 * 16];
    for (int scaled = 0; scaled < 2; scaled++) {
        image_set_options options = fixture_options(directory);
        image_set *set;
        options.size = 16;
        options.scaled = scaled;
        ck_assert(image_set_open(&options, &set));
        ck_assert_int_eq(image_set_batch(set, 1, 1, squares[scaled]), COULOMB_OK);
        image_set_close(set);
    }
    ck_assert_mem_ne(squares[0], squares[1], sizeof squares[0]);
    image_free(&noise);
    free(bytes);
}
END_TEST

Suite *suite_scaling(void)
{
    Suite *suite = suite_create("scaling");
    TCase *all = tcase_create("scaling");
    tcase_add_checked_fixture(all, NULL, fixture_remove);
    tcase_add_loop_test(all, the_crop_stays_twice_the_size_wanted, 0, CHOICES);
    tcase_add_loop_test(all, a_crop_lies_where_it_lay_however_the_picture_is_turned, 1, 9);
    tcase_add_test(all, all_kinds_of_jpeg_are_scaled);
    tcase_add_loop_test(all, other_files_and_small_ones_are_read_as_ever, 0, 3);
    tcase_add_loop_test(all, what_is_refused_whole_is_refused_scaled, 0, 2);
    tcase_add_test(all, sets_are_scaled_when_asked);
    suite_add_tcase(suite, all);
    return suite;
}
