/* Schedules, as factors and through an optimizer. */
#include "unit/check_more.h"
#include "unit/suites.h"

#include <coulomb/schedule.h>
#include <string.h>

static coulomb_context *context;
static coulomb_schedule *schedule;

static void setup(void)
{
    ck_assert_int_eq(coulomb_context_new(&context), COULOMB_OK);
    schedule = NULL;
}

static void teardown(void)
{
    coulomb_schedule_free(schedule);
    coulomb_context_free(context);
}

static double factor_of(uint64_t update)
{
    double factor = -1.0;
    ck_ok(context, coulomb_schedule_factor(schedule, update, &factor));
    return factor;
}

START_TEST(exponential_falls_geometrically_between_its_ends)
{
    ck_ok(context, coulomb_schedule_new_exponential(context, 100, 300, 0.01, &schedule));
    ck_assert_double_eq(factor_of(1), 1.0);
    ck_assert_double_eq(factor_of(100), 1.0);
    ck_assert_double_eq_tol(factor_of(200), 0.1, 1e-15);
    ck_assert_double_eq(factor_of(300), 0.01);
    ck_assert_double_eq(factor_of(1000000), 0.01);
}
END_TEST

START_TEST(steps_drop_behind_their_updates)
{
    const uint64_t after[] = {10, 20};
    ck_ok(context, coulomb_schedule_new_steps(context, after, 2, 0.1, &schedule));
    ck_assert_double_eq(factor_of(10), 1.0);
    ck_assert_double_eq(factor_of(11), 0.1);
    ck_assert_double_eq(factor_of(20), 0.1);
    ck_assert_double_eq_tol(factor_of(21), 0.01, 1e-17);
}
END_TEST

static coulomb_status from_table(void *user, uint64_t update, double *factor)
{
    const double *table = user;
    *factor = table[update];
    return update == 4 ? 1234 : update == 5 ? 77 : COULOMB_OK;
}

static void mark(void *user)
{
    ((double *)user)[0] = -1.0;
}

START_TEST(callbacks_are_asked_checked_and_destroyed)
{
    double table[] = {0.0, 0.5, (double)NAN, 0.0, 1.0, 1.0}, factor = -1.0;
    ck_ok(context, coulomb_schedule_new_callback(context, from_table, table, mark, &schedule));
    ck_assert_double_eq(factor_of(1), 0.5);
    ck_fails(context, coulomb_schedule_factor(schedule, 2, &factor), COULOMB_ERROR_NOT_FINITE, "nan for update 2");
    ck_fails(context, coulomb_schedule_factor(schedule, 3, &factor), COULOMB_ERROR_NOT_FINITE, "gave 0");
    ck_fails(context, coulomb_schedule_factor(schedule, 4, &factor), 1234, "schedule callback returned 1234");
    ck_fails(context, coulomb_schedule_factor(schedule, 5, &factor), COULOMB_ERROR_CALLBACK, "77");
    ck_assert_double_eq(factor, -1.0);
    coulomb_schedule_free(schedule);
    schedule = NULL;
    ck_assert_double_eq(table[0], -1.0);
}
END_TEST

START_TEST(bad_schedules_are_named)
{
    const uint64_t falling[] = {5, 5};
    ck_fails(context, coulomb_schedule_new_exponential(context, 5, 5, 0.1, &schedule), COULOMB_ERROR_ARGUMENT,
             "last is 5; expected above first, 5");
    ck_fails(context, coulomb_schedule_new_exponential(context, 0, 5, -0.1, &schedule), COULOMB_ERROR_ARGUMENT, "-0.1");
    ck_fails(context, coulomb_schedule_new_steps(context, falling, 2, 0.1, &schedule), COULOMB_ERROR_ARGUMENT,
             "after[1] is 5; expected above after[0], 5");
    ck_fails(context, coulomb_schedule_new_steps(context, falling, 65, 0.1, &schedule), COULOMB_ERROR_ARGUMENT, "65");
    ck_fails(context, coulomb_schedule_new_steps(context, NULL, 1, 0.1, &schedule), COULOMB_ERROR_ARGUMENT, "NULL");
    ck_fails(context, coulomb_schedule_new_callback(context, NULL, NULL, NULL, &schedule), COULOMB_ERROR_ARGUMENT,
             "NULL");
    ck_assert_ptr_null(schedule);
    ck_assert_int_eq(coulomb_schedule_factor(NULL, 1, NULL), COULOMB_ERROR_ARGUMENT);
    coulomb_schedule_free(NULL);
}
END_TEST

START_TEST(schedules_tell_what_they_were_created_with)
{
    const uint64_t drops[] = {10, 20, 30};
    uint64_t first = 0, last = 0, after[COULOMB_SCHEDULE_DROPS_MAX] = {7};
    size_t count = 0;
    double factor = 0.0;
    int32_t kind = 0;
    void *user = NULL;
    coulomb_schedule_callback *callback = NULL;
    ck_ok(context, coulomb_schedule_new_exponential(context, 1, 5, 0.25, &schedule));
    ck_ok(context, coulomb_schedule_get_kind(schedule, &kind));
    ck_assert_int_eq(kind, COULOMB_SCHEDULE_EXPONENTIAL);
    ck_ok(context, coulomb_schedule_get_exponential(schedule, &first, &last, &factor));
    ck_assert(first == 1 && last == 5 && factor == 0.25);
    ck_fails(context, coulomb_schedule_get_steps(schedule, after, 64, &count, &factor), COULOMB_ERROR_ARGUMENT,
             "kind is 1; expected 2");
    ck_fails(context, coulomb_schedule_get_exponential(schedule, &first, NULL, &factor), COULOMB_ERROR_ARGUMENT,
             "last is NULL");
    coulomb_schedule_free(schedule);
    ck_ok(context, coulomb_schedule_new_steps(context, drops, 3, 0.5, &schedule));
    ck_fails(context, coulomb_schedule_get_steps(schedule, after, 2, &count, &factor), COULOMB_ERROR_ARGUMENT,
             "capacity is 2; expected 0 or at least 3");
    ck_assert(count == 3 && factor == 0.5 && after[0] == 7);
    ck_ok(context, coulomb_schedule_get_steps(schedule, NULL, 0, &count, &factor));
    ck_ok(context, coulomb_schedule_get_steps(schedule, after, COULOMB_SCHEDULE_DROPS_MAX, &count, &factor));
    ck_assert_mem_eq(after, drops, sizeof drops);
    coulomb_schedule_free(schedule);
    ck_ok(context, coulomb_schedule_new_callback(context, from_table, &factor, NULL, &schedule));
    ck_ok(context, coulomb_schedule_get_callback(schedule, &callback, &user));
    ck_assert(callback == from_table && user == &factor);
    ck_assert_int_eq(coulomb_schedule_get_kind(NULL, &kind), COULOMB_ERROR_ARGUMENT);
}
END_TEST

Suite *suite_schedule(void)
{
    Suite *suite = suite_create("schedule");
    TCase *all = tcase_create("schedule");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_test(all, exponential_falls_geometrically_between_its_ends);
    tcase_add_test(all, steps_drop_behind_their_updates);
    tcase_add_test(all, callbacks_are_asked_checked_and_destroyed);
    tcase_add_test(all, bad_schedules_are_named);
    tcase_add_test(all, schedules_tell_what_they_were_created_with);
    suite_add_tcase(suite, all);
    return suite;
}
