/* Whole sets as a trainer sees them: batches that depend on nothing but update and count, whatever decodes them; images
 * held out; damage. */
#include "images/image_set.h"

#include "fixture.h"
#include "suites.h"
#include "unit/told.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { IMAGES = 300, BATCH = 32 };

static const char *numbered_files(unsigned count)
{
    const char *directory = fixture_directory();
    for (unsigned i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof name, "%05u.png", i);
        fixture_write_numbered(fixture_path(name), i);
    }
    return directory;
}

static void damage_file(unsigned number, const char *text)
{
    char name[32];
    snprintf(name, sizeof name, "%05u.png", number);
    fixture_write(fixture_path(name), text, strlen(text));
}

static image_set *open_set(const image_set_options *options)
{
    image_set *set;
    ck_assert(image_set_open(options, &set));
    return set;
}

static void batch_numbers(image_set *set, uint64_t update, size_t count, unsigned *numbers)
{
    float values[3 * 2 * BATCH];
    ck_assert_msg(image_set_batch(set, update, count, values) == COULOMB_OK, "%s", image_set_error(set));
    for (size_t i = 0; i < count; i++)
        numbers[i] = fixture_number(values + 3 * i);
}

START_TEST(an_epoch_uses_each_image_once_and_none_held_out)
{
    image_set_options options = fixture_options(numbered_files(IMAGES));
    unsigned seen[IMAGES] = {0}, numbers[2 * BATCH];
    options.held_out = 44; /* 256 are left, 8 batches */
    options.workers = 2;
    image_set *set = open_set(&options);
    ck_assert_uint_eq(image_set_count(set), 256);
    for (uint64_t update = 1; update <= 16; update++) {
        batch_numbers(set, update, BATCH, numbers);
        for (size_t i = 0; i < BATCH; i++)
            ck_assert_uint_eq(seen[numbers[i]]++, (update - 1) / 8);
    }
    float values[3 * 44];
    ck_assert(image_set_held_out(set, 44, values));
    for (size_t i = 0; i < 44; i++)
        ck_assert_uint_eq(seen[fixture_number(values + 3 * i)]++, 0);
    ck_assert(!image_set_held_out(set, 45, values));
    ck_assert_ptr_nonnull(strstr(image_set_error(set), "there are 44"));
    image_set_close(set);
}
END_TEST

START_TEST(the_seed_decides)
{
    image_set_options options = fixture_options(numbered_files(IMAGES));
    unsigned first[BATCH], second[BATCH], equal = 0;
    image_set *set = open_set(&options);
    batch_numbers(set, 1, BATCH, first);
    image_set_close(set);
    options.seed++;
    set = open_set(&options);
    batch_numbers(set, 1, BATCH, second);
    image_set_close(set);
    for (size_t i = 0; i < BATCH; i++)
        equal += first[i] == second[i];
    ck_assert_uint_lt(equal, 5);
}
END_TEST

/* Forwards, backwards, twice, and with another count in between; three of the files are damaged. */
START_TEST(batches_do_not_depend_on_workers_or_on_what_was_asked_before)
{
    static const uint64_t asked[] = {1, 2, 3, 4, 9, 2, 2, 3, 100, 7, 6, 5, 1000000, 1, 4};
    image_set_options options = fixture_options(numbered_files(IMAGES));
    damage_file(17, "text");
    damage_file(40, "");
    damage_file(211, "\x89PNG\r\n\x1a\n");
    options.held_out = 20;
    options.workers = (size_t)_i;
    told_begin();
    image_set *set = open_set(&options);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        unsigned numbers[2 * BATCH], alone[2 * BATCH];
        size_t count = i % 5 == 4 ? 2 * BATCH : BATCH;
        batch_numbers(set, asked[i], count, numbers);
        image_set_options other = options;
        other.workers = 0;
        image_set *fresh = open_set(&other);
        batch_numbers(fresh, asked[i], count, alone);
        image_set_close(fresh);
        ck_assert_mem_eq(numbers, alone, count * sizeof *numbers);
        for (size_t j = 0; j < count; j++)
            ck_assert(numbers[j] != 17 && numbers[j] != 40 && numbers[j] != 211);
    }
    image_set_close(set);
    told_text();
}
END_TEST

START_TEST(damage_is_named_and_counted)
{
    image_set_options options = fixture_options(numbered_files(1000));
    unsigned numbers[BATCH];
    for (unsigned i = 0; i < 8; i++)
        damage_file(100 * i + 3, "no picture");
    options.workers = (size_t)_i;
    told_begin();
    image_set *set = open_set(&options);
    for (uint64_t update = 1; update <= 64; update++)
        batch_numbers(set, update, BATCH, numbers);
    ck_assert_uint_eq(image_set_damaged(set), 8);
    image_set_close(set);
    const char *said = told_text();
    unsigned named = 0;
    for (const char *line = said; (line = strstr(line, "it is no JPEG, PNG or WebP file")); line++)
        named++;
    ck_assert_uint_eq(named, 5);
    ck_assert_ptr_nonnull(strstr(said, "03.png"));
    ck_assert_ptr_nonnull(strstr(said, "8 files of"));
}
END_TEST

/* 11 of 1,000 are too many, whoever decodes, and at the same update. */
START_TEST(more_than_one_percent_of_damage_is_an_error)
{
    image_set_options options = fixture_options(numbered_files(1000));
    float values[3 * BATCH];
    uint64_t failed_at[2] = {0};
    for (unsigned i = 0; i < 11; i++)
        damage_file(90 * i, "no picture");
    told_begin();
    for (size_t workers = 0; workers < 2; workers++) {
        options.workers = 2 * workers;
        image_set *set = open_set(&options);
        for (uint64_t update = 1; update <= 32 && failed_at[workers] == 0; update++)
            if (image_set_batch(set, update, BATCH, values) != COULOMB_OK)
                failed_at[workers] = update;
        ck_assert_uint_gt(failed_at[workers], 5);
        ck_assert_ptr_nonnull(strstr(image_set_error(set), "more than 1 %"));
        ck_assert_ptr_nonnull(strstr(image_set_error(set), "check that these are the images"));
        image_set_close(set);
    }
    told_text();
    ck_assert_uint_eq(failed_at[0], failed_at[1]);
}
END_TEST

START_TEST(nothing_but_damage_is_an_error_at_once)
{
    image_set_options options = fixture_options(numbered_files(20));
    float values[3];
    for (unsigned i = 0; i < 20; i++)
        damage_file(i, "no picture");
    options.held_out = 2;
    told_begin();
    image_set *set = open_set(&options);
    ck_assert_int_eq(image_set_batch(set, 1, 1, values), IMAGE_SET_FAILED);
    ck_assert_ptr_nonnull(strstr(image_set_error(set), "damaged"));
    ck_assert(!image_set_held_out(set, 1, values));
    image_set_close(set);
    told_text();
}
END_TEST

START_TEST(files_that_vanish_are_damage)
{
    image_set_options options = fixture_options(numbered_files(IMAGES));
    unsigned numbers[BATCH];
    told_begin();
    image_set *set = open_set(&options);
    unlink(fixture_path("00007.png"));
    for (uint64_t update = 1; update <= 10; update++)
        batch_numbers(set, update, BATCH, numbers);
    ck_assert_uint_eq(image_set_damaged(set), 1);
    image_set_close(set);
    ck_assert_ptr_nonnull(strstr(told_text(), "00007.png: it is no longer there"));
}
END_TEST

static volatile sig_atomic_t delivered;

static void note_delivery(int signal_number)
{
    (void)signal_number;
    delivered = 1;
}

/* Ranks of a run read parts of each update; workers make the same part of the next ones ahead. */
START_TEST(slices_are_parts_of_the_whole)
{
    enum { FIRST = 5, COUNT = 20 };
    image_set_options options = fixture_options(numbered_files(IMAGES));
    image_set *whole = open_set(&options);
    options.workers = (size_t)_i;
    image_set *part = open_set(&options);
    float values[3 * COUNT];
    unsigned numbers[BATCH];
    for (uint64_t update = 1; update < 12; update++) {
        size_t first = update < 9 ? FIRST : 0; /* another slice is right at any time */
        batch_numbers(whole, update, BATCH, numbers);
        ck_assert_int_eq(image_set_slice(part, update, BATCH, first, COUNT, values), COULOMB_OK);
        for (size_t i = 0; i < COUNT; i++)
            ck_assert_uint_eq(fixture_number(values + 3 * i), numbers[first + i]);
    }
    image_set_close(part);
    image_set_close(whole);
}
END_TEST

START_TEST(workers_are_added_where_updates_wait)
{
    image_set_options options = fixture_options("synthetic");
    const size_t length = 3 * 64 * 64 * BATCH;
    float *values = malloc(2 * length * sizeof *values);
    options.drawn = "faces";
    options.size = 64;
    image_set *alone = open_set(&options);
    options.workers = 1;
    options.workers_most = 3;
    image_set *growing = open_set(&options);
    ck_assert_uint_eq(image_set_workers(growing), 1);
    for (uint64_t update = 1; update <= 8; update++) {
        ck_assert_int_eq(image_set_batch(growing, update, BATCH, values), COULOMB_OK);
        ck_assert_int_eq(image_set_batch(alone, update, BATCH, values + length), COULOMB_OK);
        ck_assert_mem_eq(values, values + length, length * sizeof *values);
        /* `alone` gave it time; now it has none */
        for (uint64_t at = 100 * update; at < 100 * update + 8; at++)
            ck_assert_int_eq(image_set_batch(growing, at, BATCH, values), COULOMB_OK);
    }
    ck_assert_uint_eq(image_set_workers(growing), 3);
    ck_assert_uint_eq(image_set_workers(alone), 0);
    image_set_close(growing);
    image_set_close(alone);
    free(values);
}
END_TEST

/* A batch that is done when it is asked for, or that nobody could have begun, is no reason for more. */
START_TEST(workers_that_keep_up_stay_as_many)
{
    const struct timespec an_update = {.tv_nsec = 150000000};
    image_set_options options = fixture_options(numbered_files(IMAGES));
    unsigned numbers[BATCH];
    options.workers = 1;
    options.workers_most = 3;
    image_set *set = open_set(&options);
    for (uint64_t update = 1; update <= 6; update++) {
        batch_numbers(set, update < 5 ? update : 10 * update, BATCH, numbers);
        nanosleep(&an_update, NULL);
    }
    ck_assert_uint_eq(image_set_workers(set), 1);
    image_set_close(set);
}
END_TEST

/* While this thread keeps the signal out, a worker that let it in would get it. */
START_TEST(signals_are_not_for_workers)
{
    image_set_options options = fixture_options("synthetic");
    float *values = malloc(3 * BATCH * sizeof *values);
    options.drawn = "objects";
    options.workers = 3;
    image_set *set = open_set(&options);
    sigset_t usual, pending;
    signal(SIGUSR1, note_delivery);
    sigemptyset(&usual);
    sigaddset(&usual, SIGUSR1);
    sigprocmask(SIG_BLOCK, &usual, NULL);
    kill(getpid(), SIGUSR1);
    for (uint64_t update = 1; update < 20; update++)
        ck_assert_int_eq(image_set_batch(set, update, BATCH, values), COULOMB_OK);
    sigpending(&pending);
    ck_assert(sigismember(&pending, SIGUSR1));
    ck_assert(!delivered);
    image_set_close(set);
    free(values);
}
END_TEST

/* Workers that are in the middle of something end before the set does. */
START_TEST(sets_close_at_any_moment)
{
    image_set_options options = fixture_options("synthetic");
    options.drawn = "faces";
    options.size = 64;
    float *values = malloc(3 * 64 * 64 * sizeof *values);
    for (unsigned round = 0; round < 20; round++) {
        options.workers = 1 + round % 3;
        image_set *set = open_set(&options);
        for (unsigned i = 0; i < round % 3; i++)
            ck_assert_int_eq(image_set_batch(set, 1 + 7 * i, 1, values), COULOMB_OK);
        image_set_close(set);
    }
    free(values);
}
END_TEST

START_TEST(update_zero_is_refused)
{
    image_set_options options = fixture_options("synthetic");
    options.drawn = "objects";
    float values[3];
    image_set *set = open_set(&options);
    ck_assert_int_eq(image_set_batch(set, 0, 1, values), IMAGE_SET_FAILED);
    ck_assert_ptr_nonnull(strstr(image_set_error(set), "updates count from 1"));
    image_set_close(set);
}
END_TEST

Suite *suite_set(void)
{
    Suite *suite = suite_create("set");
    TCase *all = tcase_create("set");
    tcase_add_checked_fixture(all, NULL, fixture_remove);
    tcase_add_test(all, an_epoch_uses_each_image_once_and_none_held_out);
    tcase_add_test(all, the_seed_decides);
    tcase_add_loop_test(all, batches_do_not_depend_on_workers_or_on_what_was_asked_before, 0, 4);
    tcase_add_loop_test(all, damage_is_named_and_counted, 0, 2);
    tcase_add_test(all, more_than_one_percent_of_damage_is_an_error);
    tcase_add_test(all, nothing_but_damage_is_an_error_at_once);
    tcase_add_test(all, files_that_vanish_are_damage);
    tcase_add_loop_test(all, slices_are_parts_of_the_whole, 0, 3);
    tcase_add_test(all, signals_are_not_for_workers);
    tcase_add_test(all, workers_are_added_where_updates_wait);
    tcase_add_test(all, workers_that_keep_up_stay_as_many);
    tcase_add_test(all, sets_close_at_any_moment);
    tcase_add_test(all, update_zero_is_refused);
    tcase_set_timeout(all, 60);
    suite_add_tcase(suite, all);
    return suite;
}
