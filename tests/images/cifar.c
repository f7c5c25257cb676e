/* CIFAR-10's files: pixels by planes, files one after another, and files that cannot be right. */
#include "fixture.h"
#include "images/source.h"
#include "suites.h"
#include "unit/told.h"

#include <stdio.h>
#include <string.h>

enum { RECORD = 3073, PLANE = 1024 };

static const image_request whole = {.size = 0};

/* Records that say which they are: number in the label's place for the class, in the first pixels of each plane. */
static void write_file(int file, unsigned first, unsigned count)
{
    static uint8_t bytes[20 * RECORD];
    char name[32];
    memset(bytes, 0, sizeof bytes);
    for (unsigned i = 0; i < count; i++) {
        uint8_t *record = bytes + i * RECORD;
        record[0] = (uint8_t)((first + i) % 10);
        for (unsigned plane = 0; plane < 3; plane++)
            for (unsigned pixel = 0; pixel < PLANE; pixel++)
                record[1 + plane * PLANE + pixel] = (uint8_t)(first + i + 60 * plane + pixel / 32);
    }
    snprintf(name, sizeof name, "data_batch_%d.bin", file);
    fixture_write(fixture_path(name), bytes, count * RECORD);
}

START_TEST(records_of_all_files_follow_one_another)
{
    const char *directory = fixture_directory();
    unsigned counts[] = {3, 1, 4, 2, 5}, total = 0;
    image_source source;
    for (int i = 0; i < 5; i++) {
        write_file(i + 1, total, counts[i]);
        total += counts[i];
    }
    ck_assert(source_open_cifar(directory, &whole, &source));
    ck_assert_uint_eq(source.count, total);
    for (unsigned i = 0; i < total; i++) {
        image_crop found;
        ck_assert_ptr_null(source.read(source.data, i, &found));
        for (unsigned pixel = 0; pixel < PLANE; pixel++)
            for (unsigned plane = 0; plane < 3; plane++)
                ck_assert_uint_eq(found.decoded.pixels[3 * pixel + plane], i + 60 * plane + pixel / 32);
        image_free(&found.decoded);
    }
    char name[512];
    source.name(source.data, 4, sizeof name, name);
    ck_assert_ptr_nonnull(strstr(name, "data_batch_3.bin"));
    source_close(&source);
}
END_TEST

START_TEST(a_missing_file_is_said)
{
    const char *directory = fixture_directory();
    image_source source;
    write_file(2, 0, 4);
    told_begin();
    ck_assert(source_open_cifar(directory, &whole, &source));
    ck_assert_ptr_nonnull(strstr(told_text(), "data_batch_5.bin is missing"));
    ck_assert_uint_eq(source.count, 4);
    source_close(&source);
}
END_TEST

START_TEST(other_sizes_are_refused)
{
    const char *directory = fixture_directory();
    static uint8_t bytes[3074 * 4]; /* CIFAR-100's records */
    fixture_write(fixture_path("data_batch_1.bin"), bytes, sizeof bytes);
    fixture_refuses(directory, "expected a multiple of 3073");
    fixture_write(fixture_path("data_batch_1.bin"), bytes, 0);
    fixture_refuses(directory, "are empty");
}
END_TEST

START_TEST(labels_beyond_nine_are_damage)
{
    const char *directory = fixture_directory();
    uint8_t bytes[2 * RECORD] = {0};
    image_source source;
    image_crop found;
    bytes[RECORD] = 10;
    fixture_write(fixture_path("data_batch_1.bin"), bytes, sizeof bytes);
    ck_assert(source_open_cifar(directory, &whole, &source));
    ck_assert_ptr_null(source.read(source.data, 0, &found));
    image_free(&found.decoded);
    ck_assert_ptr_nonnull(strstr(source.read(source.data, 1, &found), "label"));
    source_close(&source);
}
END_TEST

Suite *suite_cifar(void)
{
    Suite *suite = suite_create("cifar");
    TCase *all = tcase_create("cifar");
    tcase_add_checked_fixture(all, NULL, fixture_remove);
    tcase_add_test(all, records_of_all_files_follow_one_another);
    tcase_add_test(all, a_missing_file_is_said);
    tcase_add_test(all, other_sizes_are_refused);
    tcase_add_test(all, labels_beyond_nine_are_damage);
    suite_add_tcase(suite, all);
    return suite;
}
