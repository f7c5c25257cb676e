/* Pictures turned as their EXIF data say: all eight ways, all formats, and data of any damage. */
#include "images/exif.h"

#include "exif_file.h"
#include "fixture.h"
#include "suites.h"

#include <stdlib.h>
#include <string.h>

enum { WIDTH = 5, HEIGHT = 3, PIXELS = WIDTH * HEIGHT };

static const enum image_format formats[] = {IMAGE_JPEG, IMAGE_PNG, IMAGE_WEBP};

/* A picture whose pixels say where they are; PNG keeps them. */
static uint8_t *numbered(enum image_format format, size_t *size)
{
    uint8_t pixels[3 * PIXELS], *bytes;
    for (size_t i = 0; i < 3 * (size_t)PIXELS; i++)
        pixels[i] = (uint8_t)(i / 3);
    ck_assert_ptr_null(image_encode(&(image){WIDTH, HEIGHT, pixels}, format, 90, &bytes, size));
    return bytes;
}

static uint8_t *with_exif(enum image_format format, const uint8_t *exif, size_t exif_size, int behind, size_t *size)
{
    size_t plain_size;
    uint8_t *plain = numbered(format, &plain_size);
    uint8_t *bytes = exif_put(format, plain, plain_size, exif, exif_size, behind, size);
    ck_assert_ptr_nonnull(bytes);
    free(plain);
    return bytes;
}

static const char *decode_upright(const uint8_t *bytes, size_t size, image *made)
{
    image_crop crop;
    const char *wrong = image_decode_crop(bytes, size, &(image_request){.upright = true}, &crop);
    *made = crop.decoded;
    return wrong;
}

static int orientation_of(enum image_format format, const uint8_t *exif, size_t exif_size, int behind)
{
    size_t size;
    image plain;
    uint8_t *bytes = with_exif(format, exif, exif_size, behind, &size);
    int found = exif_orientation(bytes, size);
    ck_assert_ptr_null(decode_upright(bytes, size, &plain));
    image_free(&plain);
    free(bytes);
    return found;
}

START_TEST(all_formats_and_orders_of_bytes_say_it)
{
    for (size_t format = 0; format < 3; format++)
        for (int little = 0; little < 2; little++)
            for (int behind = 0; behind < 2; behind++) {
                uint8_t exif[EXIF_MOST];
                size_t size = exif_make(_i, little, exif);
                ck_assert_int_eq(orientation_of(formats[format], exif, size, behind), _i);
            }
}
END_TEST

/* The first pixels of the turned picture, as EXIF defines them (Exif 2.32, 4.6.4, Orientation). */
START_TEST(eight_ways)
{
    static const uint8_t first[] = {0, 0, 4, 14, 10, 0, 10, 14, 4}, second[] = {0, 1, 3, 13, 11, 5, 5, 9, 9};
    uint8_t exif[EXIF_MOST];
    size_t size;
    image found;
    uint8_t *bytes = with_exif(IMAGE_PNG, exif, exif_make(_i, 1, exif), 0, &size);
    ck_assert_ptr_null(decode_upright(bytes, size, &found));
    ck_assert_uint_eq(found.width, _i < 5 ? WIDTH : HEIGHT);
    ck_assert_uint_eq(found.height, _i < 5 ? HEIGHT : WIDTH);
    ck_assert_uint_eq(found.pixels[0], first[_i]);
    ck_assert_uint_eq(found.pixels[3], second[_i]);
    ck_assert_uint_eq(found.pixels[3 * PIXELS - 1], 14 - first[_i]);
    image_free(&found);
    ck_assert_ptr_null(image_decode(bytes, size, &found));
    ck_assert_uint_eq(found.pixels[0], 0);
    ck_assert_uint_eq(found.width, WIDTH);
    image_free(&found);
    free(bytes);
}
END_TEST

START_TEST(what_is_no_orientation_turns_nothing)
{
    uint8_t exif[EXIF_MOST];
    const size_t size = exif_make(6, 0, exif);
    static const struct {
        size_t at;
        uint8_t value;
    } changes[] = {{0, 'I'}, {3, 43}, {4, 255}, {7, 90}, {11, 1}, {25, 0x13},
                   {27, 2},  {27, 7}, {31, 2},  {33, 0}, {33, 9}};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        uint8_t changed[EXIF_MOST];
        memcpy(changed, exif, size);
        changed[changes[i].at] = changes[i].value;
        ck_assert_msg(orientation_of(IMAGE_JPEG, changed, size, 0) == 1, "%zu", i);
    }
    exif_make(0, 1, exif);
    ck_assert_int_eq(orientation_of(IMAGE_PNG, exif, size, 0), 1);
    ck_assert_int_eq(orientation_of(IMAGE_WEBP, exif, 0, 0), 1);
}
END_TEST

/* Each file alone in memory of its size, so that reading past it is found under sanitizers and by Valgrind. */
static int orientation_within(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, bytes, size);
    int found = exif_orientation(copy, size);
    free(copy);
    return found;
}

START_TEST(damage_is_read_within_its_bounds)
{
    uint8_t exif[EXIF_MOST];
    size_t size;
    uint8_t *bytes = with_exif(formats[_i], exif, exif_make(6, 1, exif), 0, &size);
    for (size_t length = 0; length < size; length++)
        orientation_within(bytes, length);
    for (size_t at = 0; at < size; at++)
        for (int value = 0; value < 256; value += at < 160 ? 1 : 51) {
            uint8_t before = bytes[at];
            bytes[at] = (uint8_t)value;
            int found = orientation_within(bytes, size);
            ck_assert(found >= 1 && found <= 8);
            bytes[at] = before;
        }
    free(bytes);
}
END_TEST

START_TEST(a_damaged_chunk_turns_nothing)
{
    uint8_t exif[EXIF_MOST];
    size_t size;
    uint8_t *bytes = with_exif(IMAGE_PNG, exif, exif_make(6, 0, exif), 0, &size);
    ck_assert_int_eq(exif_orientation(bytes, size), 6);
    bytes[33 + 8 + 33] = 3;
    ck_assert_int_eq(exif_orientation(bytes, size), 1);
    free(bytes);
}
END_TEST

/* In a data set, and before the crop. */
START_TEST(sets_are_read_upright_when_asked)
{
    uint8_t exif[EXIF_MOST];
    size_t size;
    uint8_t *bytes = with_exif(IMAGE_PNG, exif, exif_make(8, 1, exif), 1, &size);
    const char *directory = fixture_directory();
    fixture_write(fixture_path("a.png"), bytes, size);
    free(bytes);
    for (int upright = 0; upright < 2; upright++) {
        image_set_options options = fixture_options(directory);
        image_set *set;
        float square[3 * 3 * 3];
        options.crop = options.size = 3;
        options.upright = upright;
        ck_assert(image_set_open(&options, &set));
        ck_assert_int_eq(image_set_batch(set, 1, 1, square), COULOMB_OK);
        ck_assert_float_eq_tol(square[0], (float)(upright ? 3 : 1) / 127.5f - 1.0f, 1e-6f);
        image_set_close(set);
    }
}
END_TEST

Suite *suite_exif(void)
{
    Suite *suite = suite_create("exif");
    TCase *all = tcase_create("exif");
    tcase_add_checked_fixture(all, NULL, fixture_remove);
    tcase_add_loop_test(all, all_formats_and_orders_of_bytes_say_it, 1, 9);
    tcase_add_loop_test(all, eight_ways, 1, 9);
    tcase_add_test(all, what_is_no_orientation_turns_nothing);
    tcase_add_loop_test(all, damage_is_read_within_its_bounds, 0, 3);
    tcase_add_test(all, a_damaged_chunk_turns_nothing);
    tcase_add_test(all, sets_are_read_upright_when_asked);
    suite_add_tcase(suite, all);
    return suite;
}
