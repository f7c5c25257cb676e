/* What the programs share, where a shell cannot look: JSON files when memory runs out. */
#include "support/json.h"

#include "unit/check_more.h"
#include "unit/run_suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static long allocations, failing;

static void *allocate(size_t size)
{
    return ++allocations == failing ? NULL : malloc(size);
}

static json_t *some_settings(void)
{
    return json_pack("{s:s, s:{s:i, s:f}}", "program", "gaussian25", "settings", "steps", 7, "epsilon", 0.1);
}

static json_t *read_back(const char *path)
{
    return json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
}

START_TEST(json_is_written_whole_or_not_at_all)
{
    char path[] = "/tmp/json-cases.XXXXXX";
    ck_assert_int_ge(mkstemp(path), 0);
    json_t *old = json_pack("{s:i}", "old", 1), *value = some_settings();
    json_set_alloc_funcs(allocate, free);
    size_t refused = 0;
    for (long k = 1; k < 60; k++) {
        failing = 0;
        ck_assert(json_write(path, old));
        allocations = 0;
        failing = k;
        bool written = json_write(path, value);
        failing = 0;
        json_t *found = read_back(path);
        ck_assert(json_equal(found, written ? value : old));
        json_decref(found);
        refused += !written;
    }
    ck_assert_uint_gt(refused, 5);
    ck_assert(!json_write(path, NULL));
    json_decref(old);
    json_decref(value);
    unlink(path);
}
END_TEST

START_TEST(an_object_that_lacks_something_is_none)
{
    json_t *object = json_object(), *array = json_array();
    json_put(&object, "there", json_integer(1));
    json_append(&array, json_integer(1));
    ck_assert_ptr_nonnull(object);
    ck_assert_ptr_nonnull(array);
    json_put(&object, "missing", NULL);
    json_append(&array, NULL);
    ck_assert_ptr_null(object);
    ck_assert_ptr_null(array);
    json_put(&object, "behind", json_integer(1));
    ck_assert_ptr_null(object);
}
END_TEST

static Suite *suite_json(void)
{
    Suite *suite = suite_create("json");
    TCase *all = tcase_create("json");
    tcase_add_test(all, json_is_written_whole_or_not_at_all);
    tcase_add_test(all, an_object_that_lacks_something_is_none);
    suite_add_tcase(suite, all);
    return suite;
}

int main(int count, char **arguments)
{
    const named_suite suite = {"json", suite_json, NULL};
    return run_suites(&suite, 1, count, arguments);
}
