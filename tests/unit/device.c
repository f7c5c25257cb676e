/* Devices: how a context gets one, and what the CPU's table does beside networks and potentials. */
#include "cpu/cpu.h"
#include "device/arrays.h"
#include "device/entry.h"
#include "unit/check_more.h"
#include "unit/suites.h"

#include <coulomb/coulomb.h>

static coulomb_context *context;
static device *on;

static void setup(void)
{
    ck_assert_int_eq(coulomb_context_new(&context), COULOMB_OK);
    on = context_device(context);
}

static void teardown(void)
{
    coulomb_context_free(context);
}

START_TEST(contexts_compute_on_the_cpu)
{
    ck_assert_ptr_eq(on->table, &cpu_table);
    ck_assert_ptr_eq(on->context, context);
}
END_TEST

/* A device that records what became of it. */
static size_t started, freed;
static int given;

static coulomb_status start(coulomb_context *owner, const device_services *services, const void *arguments,
                            device **made)
{
    started++;
    given = *(const int *)arguments;
    if (given < 0)
        return (services->fail)(owner, COULOMB_ERROR_DEVICE, "device %d does not exist", given);
    *made = services->memory_get(owner, 1, sizeof **made);
    **made = (device){.table = &cpu_table, .context = owner};
    return COULOMB_OK;
}

static void end(device *ended)
{
    freed++;
    memory_release(ended->context, ended);
}

START_TEST(another_librarys_device_comes_in)
{
    device_table table = cpu_table;
    table.start = start;
    table.free = end;
    int number = 7;
    coulomb_context *made;
    started = freed = 0;
    ck_assert_int_eq(coulomb_private_context_new(&table, &number, &(context_memory){0}, &made), COULOMB_OK);
    ck_assert_int_eq(given, 7);
    coulomb_context_free(made);
    ck_assert_uint_eq(freed, 1);
    number = -1;
    ck_assert_int_eq(coulomb_private_context_new(&table, &number, &(context_memory){0}, &made), COULOMB_ERROR_DEVICE);
    ck_assert_ptr_null(made);
    ck_assert_uint_eq(started, 2);
    ck_assert_uint_eq(freed, 1);
}
END_TEST

START_TEST(another_releases_table_is_refused)
{
    device_table table = cpu_table;
    coulomb_context *made = context;
    table.table = DEVICE_TABLE + 1;
    ck_assert_int_eq(coulomb_private_context_new(&table, NULL, &(context_memory){0}, &made), COULOMB_ERROR_DEVICE);
    ck_assert_ptr_null(made);
    table = cpu_table;
    table.size -= sizeof table.average;
    ck_assert_int_eq(coulomb_private_context_new(&table, NULL, &(context_memory){0}, &made), COULOMB_ERROR_DEVICE);
    ck_assert_int_eq(coulomb_private_context_new(NULL, NULL, &(context_memory){0}, &made), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_private_context_new(&table, NULL, NULL, &made), COULOMB_ERROR_ARGUMENT);
    ck_assert_int_eq(coulomb_private_context_new(&table, NULL, &(context_memory){0}, NULL), COULOMB_ERROR_ARGUMENT);
}
END_TEST

START_TEST(on_the_cpu_nothing_is_copied)
{
    staged_array staged = {0};
    ck_assert_int_eq(staged_reserve(on, &staged, 3, sizeof(float)), COULOMB_OK);
    ck_assert_ptr_eq(staged.host, staged.array.data);
    ck_assert_uint_eq((uintptr_t)staged.host % 128, 0);
    ck_assert_int_eq(staged_reserve(on, &staged, SIZE_MAX, sizeof(float)), COULOMB_ERROR_MEMORY);
    ck_assert_uint_eq(staged.array.bytes, 3 * sizeof(float));
    device_array room = {0};
    buffer copy = {0};
    coulomb_status status;
    ck_assert_ptr_eq(device_borrow(on, &room, staged.host, 3, sizeof(float)), staged.host);
    ck_assert_ptr_eq(device_view(on, &copy, staged.array.data, 3, sizeof(float), &status), staged.host);
    ck_assert_int_eq(status, COULOMB_OK);
    ck_assert_ptr_null(room.data);
    ck_assert_ptr_null(copy.data);
    staged_release(on, &staged);
    ck_assert_ptr_null(staged.array.data);
}
END_TEST

enum { COUNT = 20000 };

/* Where the flag is 0, everything stays as it was. */
START_TEST(the_flag_is_obeyed)
{
    static float gradient[COUNT], parameter[COUNT], first[COUNT], moments[2 * COUNT];
    random_floats(1, COUNT, 1.0f, gradient);
    random_floats(2, COUNT, 1.0f, parameter);
    memcpy(first, parameter, sizeof first);
    const adam_factors factors = {.beta1 = 0.9f,
                                  .gain1 = 0.1f,
                                  .beta2 = 0.99f,
                                  .gain2 = 0.01f,
                                  .rate = 0.1f,
                                  .correction = 1.0f,
                                  .epsilon = 1e-8f};
    const float decay = 0.5f;
    int32_t go = 0;
    const device_stretch stretch[] = {{.first = 0, .count = 100}, {.first = 200, .count = COUNT - 200, .l2 = 0.5f}};
    const device_move move = {.stretch = stretch,
                              .stretches = 2,
                              .factors = &factors,
                              .gradient = gradient,
                              .moment1 = moments,
                              .moment2 = moments + COUNT,
                              .parameter = parameter,
                              .go = &go};
    cpu_adam(on, &move);
    cpu_sgd(on, &move);
    cpu_average(on, COUNT, &decay, gradient, parameter, &go);
    on->table->copy(on, parameter, gradient, COUNT * sizeof(float), &go);
    ck_assert_mem_eq(parameter, first, COUNT * sizeof(float));
    go = 1;
    cpu_sgd(on, &move);
    for (size_t i = 0; i < COUNT; i++) {
        float slope = i < 100 ? gradient[i] : i < 200 ? 0.0f : gradient[i] + 0.5f * first[i];
        ck_close(parameter[i], first[i] - 0.1f * slope, 1e-6, 1.0);
    }
    on->table->copy(on, parameter, gradient, COUNT * sizeof(float), NULL);
    ck_assert_mem_eq(parameter, gradient, COUNT * sizeof(float));
}
END_TEST

START_TEST(what_is_not_finite_clears_the_flag)
{
    float values[] = {1.0f, -2.0f, 3.0f};
    double figures[] = {1.0, 2.0};
    int32_t go = 1;
    cpu_check_values(on, 3, values, &go);
    cpu_check_figures(on, 2, figures, &go);
    ck_assert_int_eq(go, 1);
    values[2] = NAN;
    cpu_check_values(on, 3, values, &go);
    ck_assert_int_eq(go, 0);
    values[2] = 0.0f;
    cpu_check_values(on, 3, values, &go);
    ck_assert_int_eq(go, 0);
    go = 1;
    figures[0] = INFINITY;
    cpu_check_figures(on, 2, figures, &go);
    ck_assert_int_eq(go, 0);
}
END_TEST

START_TEST(losses_add_up_and_divide_gradients)
{
    const float output[] = {1.0f, -1.0f}, potential[] = {0.25f, 0.5f};
    float gradient[2];
    double sum = 1.0;
    device_loss loss = {.kind = COULOMB_LOSS_L2,
                        .count = 2,
                        .scale = 2.0f,
                        .output = output,
                        .potential = potential,
                        .divisor = -0.5f,
                        .gradient = gradient,
                        .sum = &sum};
    cpu_loss(on, &loss);
    ck_assert_double_eq_tol(sum, 1.0 + (0.25 + 4.0) / 2.0, 1e-12);
    ck_assert_float_eq(gradient[0], 0.5f / -0.5f);
    ck_assert_float_eq(gradient[1], -2.0f / -0.5f);
    loss.kind = COULOMB_LOSS_L1;
    loss.divisor = 1.0f;
    cpu_loss(on, &loss);
    ck_assert_double_eq_tol(sum, 1.0 + (0.25 + 4.0) / 2.0 + (0.5 + 2.0) / 2.0, 1e-12);
    ck_assert_float_eq(gradient[0], 0.5f);
    ck_assert_float_eq(gradient[1], -0.5f);
}
END_TEST

Suite *suite_device(void)
{
    Suite *suite = suite_create("device");
    TCase *c = tcase_create("table");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, contexts_compute_on_the_cpu);
    tcase_add_test(c, another_librarys_device_comes_in);
    tcase_add_test(c, another_releases_table_is_refused);
    tcase_add_test(c, on_the_cpu_nothing_is_copied);
    tcase_add_test(c, the_flag_is_obeyed);
    tcase_add_test(c, what_is_not_finite_clears_the_flag);
    tcase_add_test(c, losses_add_up_and_divide_gradients);
    suite_add_tcase(suite, c);
    return suite;
}
