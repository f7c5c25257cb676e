/* Drawn pictures: the same again, not the same twice, and varied. */
#include "images/draw.h"
#include "images/source.h"

#include "suites.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 32, SAMPLES = 64 };

static image draw_one(enum picture_kind kind, uint64_t seed, uint64_t number)
{
    size_t width, height;
    image made;
    picture_size(kind, &width, &height);
    image_part whole = {0, 0, (double)width, (double)height};
    ck_assert(picture_draw((picture){kind, seed, number}, whole, SIDE, SIDE, &made));
    return made;
}

START_TEST(pictures_are_a_function_of_seed_and_number)
{
    enum picture_kind kind = (enum picture_kind)_i;
    image first = draw_one(kind, 3, 5), again = draw_one(kind, 3, 5), other = draw_one(kind, 3, 6),
          another = draw_one(kind, 4, 5);
    ck_assert_mem_eq(first.pixels, again.pixels, 3 * SIDE * SIDE);
    ck_assert_mem_ne(first.pixels, other.pixels, 3 * SIDE * SIDE);
    ck_assert_mem_ne(first.pixels, another.pixels, 3 * SIDE * SIDE);
    image_free(&first);
    image_free(&again);
    image_free(&other);
    image_free(&another);
}
END_TEST

/* Every pixel differs from picture to picture by at least 5 of 255 (standard deviation), and none is of one colour. */
START_TEST(pictures_are_varied)
{
    static double sum[3 * SIDE * SIDE], squares[3 * SIDE * SIDE];
    for (unsigned i = 0; i < SAMPLES; i++) {
        image drawn = draw_one((enum picture_kind)_i, 1, i);
        unsigned low = 255, high = 0;
        for (size_t j = 0; j < 3 * SIDE * SIDE; j++) {
            double value = drawn.pixels[j];
            sum[j] += value;
            squares[j] += value * value;
            low = drawn.pixels[j] < low ? drawn.pixels[j] : low;
            high = drawn.pixels[j] > high ? drawn.pixels[j] : high;
        }
        ck_assert_uint_gt(high - low, 60);
        image_free(&drawn);
    }
    for (size_t j = 0; j < 3 * SIDE * SIDE; j++) {
        double mean = sum[j] / SAMPLES;
        ck_assert_double_gt(sqrt(squares[j] / SAMPLES - mean * mean), 5);
    }
}
END_TEST

/* A part is the same picture, larger. */
START_TEST(parts_are_drawn)
{
    image_part middle = {64, 64, 128, 128};
    image part, whole;
    picture which = {PICTURE_ROOM, 2, 9};
    ck_assert(picture_draw(which, middle, 128, 128, &part));
    ck_assert(picture_draw(which, (image_part){0, 0, 256, 256}, 256, 256, &whole));
    double off = 0;
    for (size_t y = 0; y < 128; y++)
        for (size_t x = 0; x < 3 * 128; x++)
            off += abs(part.pixels[3 * 128 * y + x] - whole.pixels[3 * 256 * (y + 64) + 3 * 64 + x]);
    ck_assert_double_lt(off / (3 * 128 * 128), 1);
    image_free(&part);
    image_free(&whole);
}
END_TEST

/* A crop narrower than the wanted size is drawn at that size, and used whole. */
START_TEST(crops_are_taken_once)
{
    const image_set_options options = {.path = "synthetic", .drawn = "faces", .size = SIDE, .crop = 20, .seed = 3};
    image_source source;
    image_crop made;
    image expected;
    ck_assert(source_open_drawn(&options, &source));
    ck_assert_ptr_null(source.read(source.data, 5, &made));
    ck_assert(picture_draw((picture){PICTURE_FACE, 3, 5}, (image_part){79, 99, 20, 20}, SIDE, SIDE, &expected));
    ck_assert_mem_eq(made.decoded.pixels, expected.pixels, 3 * SIDE * SIDE);
    ck_assert(made.part.left == 0 && made.part.top == 0 && made.part.width == SIDE && made.part.height == SIDE);
    image_free(&expected);
    image_free(&made.decoded);
    source_close(&source);
}
END_TEST

START_TEST(classes_are_equally_frequent)
{
    unsigned found[OBJECT_CLASSES] = {0};
    for (uint64_t i = 0; i < 10000; i++)
        found[picture_class((picture){PICTURE_OBJECT, 1, i})]++;
    for (unsigned i = 0; i < OBJECT_CLASSES; i++) {
        ck_assert_uint_gt(found[i], 850);
        ck_assert_uint_lt(found[i], 1150);
        ck_assert_uint_gt(strlen(picture_class_name(i)), 2);
    }
}
END_TEST

Suite *suite_drawn(void)
{
    Suite *suite = suite_create("drawn");
    TCase *all = tcase_create("drawn");
    tcase_add_loop_test(all, pictures_are_a_function_of_seed_and_number, PICTURE_FACE, PICTURE_OBJECT + 1);
    tcase_add_loop_test(all, pictures_are_varied, PICTURE_FACE, PICTURE_OBJECT + 1);
    tcase_add_test(all, parts_are_drawn);
    tcase_add_test(all, crops_are_taken_once);
    tcase_add_test(all, classes_are_equally_frequent);
    suite_add_tcase(suite, all);
    return suite;
}
