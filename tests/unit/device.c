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
                        .total = 2,
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
    loss.total = 8; /* of which these two are a part */
    sum = 0.0;
    cpu_loss(on, &loss);
    ck_assert_double_eq_tol(sum, (0.5 + 2.0) / 8.0, 1e-12);
    ck_assert_float_eq(gradient[0], 0.125f);
}
END_TEST

START_TEST(arrays_are_added_to_multiples)
{
    static float from[COUNT], to[COUNT], before[COUNT];
    random_floats(1, COUNT, 1.0f, from);
    random_floats(2, COUNT, 1.0f, to);
    memcpy(before, to, sizeof before);
    cpu_add(on, COUNT, 1.0f, from, to);
    for (size_t i = 0; i < COUNT; i++)
        ck_assert_float_eq(to[i], before[i] + from[i]);
    cpu_add(on, COUNT, 0.75f, from, to);
    for (size_t i = 0; i < COUNT; i++)
        ck_assert_float_eq(to[i], 0.75f * (before[i] + from[i]) + from[i]);
}
END_TEST

START_TEST(rows_are_scaled)
{
    const float from[] = {1.0f, -2.0f, 3.0f, 4.0f}, divisor[] = {0.5f, -4.0f};
    float to[4] = {NAN, NAN, NAN, NAN};
    device_rows rows = {.rows = 2, .columns = 2, .factor = 2.0f, .from = from, .to = to};
    cpu_scale_rows(on, &rows);
    for (size_t i = 0; i < 4; i++)
        ck_assert_float_eq(to[i], 2.0f * from[i]);
    rows.divisor = divisor;
    rows.add = true;
    cpu_scale_rows(on, &rows);
    for (size_t i = 0; i < 4; i++)
        ck_assert_float_eq(to[i], 2.0f * from[i] + 2.0f * from[i] / divisor[i / 2]);
}
END_TEST

/* --- what crosses the seam in an update --- */

/* The CPU with counters, and with memory of its own if `apart`. */
static size_t copies, copies_in, copies_out, passes;
static device_table counting;

static void count_copy(device *of, void *to, const void *from, size_t bytes, const int32_t *go)
{
    copies++;
    cpu_table.copy(of, to, from, bytes, go);
}

static void count_in(device *of, void *to, const void *from, size_t bytes)
{
    copies_in++;
    cpu_table.copy_in(of, to, from, bytes);
}

static coulomb_status count_out(device *of, void *to, const void *from, size_t bytes)
{
    copies_out++;
    return cpu_table.copy_out(of, to, from, bytes);
}

static const float *forward(device_plan *plan, const device_pass *pass)
{
    passes++;
    return cpu_table.plan_forward(plan, pass);
}

static void backward(device_plan *plan, const device_pass *pass, const device_gradients *gradients)
{
    passes++;
    cpu_table.plan_backward(plan, pass, gradients);
}

static coulomb_status start_counting(coulomb_context *owner, const device_services *services, const void *arguments,
                                     device **made)
{
    coulomb_status status = cpu_table.start(owner, services, arguments, made);
    if (status == COULOMB_OK)
        (*made)->table = &counting;
    return status;
}

static coulomb_context *lost;
static coulomb_network *lost_network;
static coulomb_plummer *lost_plummer;

static coulomb_status draw(void *user, uint64_t update, size_t count, float *batch)
{
    (void)user;
    random_floats((unsigned)update, 2 * count, 3.0f, batch);
    return COULOMB_OK;
}

/* Of the third update of the 25-Gaussian setting; `made` is left at that update. */
static void count_update(bool apart, coulomb_context **made, coulomb_network **generator)
{
    const size_t two = 2;
    coulomb_network *discriminator;
    coulomb_trainer *trainer;
    counting = cpu_table;
    counting.host_memory = !apart;
    counting.start = start_counting;
    counting.copy = count_copy;
    counting.copy_in = count_in;
    counting.copy_out = count_out;
    counting.plan_forward = forward;
    counting.plan_backward = backward;
    ck_assert_int_eq(coulomb_private_context_new(&counting, NULL, &(context_memory){0}, made), COULOMB_OK);
    ck_ok(*made, coulomb_network_new_preset(*made, "mlp-generator", &two, 1, 2, 1, generator));
    ck_ok(*made, coulomb_network_new_preset(*made, "mlp-discriminator", &two, 1, 0, 1, &discriminator));
    ck_ok(*made, coulomb_trainer_new(*made, *generator, discriminator, &trainer));
    ck_ok(*made, coulomb_trainer_set_data(trainer, draw, NULL, NULL));
    ck_ok(*made, coulomb_trainer_run(trainer, 2, NULL, NULL));
    copies = copies_in = copies_out = passes = 0;
    ck_ok(*made, coulomb_trainer_step(trainer));
    coulomb_trainer_free(trainer);
    coulomb_network_free(discriminator);
}

START_TEST(an_update_crosses_the_seam_four_times)
{
    coulomb_context *near, *apart;
    coulomb_network *of_near, *of_apart;
    count_update(false, &near, &of_near);
    ck_assert_uint_eq(copies_in, 0);
    ck_assert_uint_eq(copies_out, 0);
    ck_assert_uint_eq(copies, 1); /* the generator's output becomes the model samples */
    ck_assert_uint_eq(passes, 6);
    count_update(true, &apart, &of_apart);
    ck_assert_uint_eq(copies_in, 3); /* target samples, latents, the board */
    ck_assert_uint_eq(copies_out, 1);
    ck_assert_uint_eq(copies, 1);
    ck_assert_uint_eq(passes, 6);
    float of_one[128], of_other[128];
    ck_ok(near, coulomb_network_read_parameter(of_near, "dense1.bias", of_one, 128));
    ck_ok(apart, coulomb_network_read_parameter(of_apart, "dense1.bias", of_other, 128));
    ck_assert_mem_eq(of_one, of_other, sizeof of_one);
    coulomb_network_free(of_near);
    coulomb_network_free(of_apart);
    coulomb_context_free(near);
    coulomb_context_free(apart);
}
END_TEST

/* In parentheses: Check has a macro of this name. */
static coulomb_status failed_finish(device *of)
{
    return (fail)(of->context, COULOMB_ERROR_DEVICE, "the device is lost");
}

static void *refuse(device *of, size_t bytes)
{
    (void)bytes;
    failed_finish(of);
    return NULL;
}

static void *refuse_for_lack(device *of, size_t bytes)
{
    (fail)(of->context, COULOMB_ERROR_MEMORY, "%zu bytes are too many", bytes);
    return NULL;
}

/* What needs memory of a device that is lost does not end as a lack of memory. */
static void expect_refusal(coulomb_status expected, const char *message)
{
    const size_t two = 2;
    const float points[4] = {0.0f};
    float potential[2];
    coulomb_network *made;
    ck_fails(lost, coulomb_network_new_preset(lost, "mlp-generator", &two, 1, 2, 1, &made), expected, message);
    ck_fails(lost, coulomb_network_evaluate(lost_network, 2, points, potential), expected, message);
    ck_fails(lost, coulomb_network_forward(lost_network, 2, points, potential), expected, message);
    ck_fails(lost, coulomb_plummer_potential(lost_plummer, 2, points, 2, points, 2, points, 2, potential), expected,
             message);
}

START_TEST(a_lost_device_is_told_where_memory_is_refused)
{
    const size_t two = 2;
    counting = cpu_table;
    counting.host_memory = false;
    counting.start = start_counting;
    ck_assert_int_eq(coulomb_private_context_new(&counting, NULL, &(context_memory){0}, &lost), COULOMB_OK);
    ck_ok(lost, coulomb_network_new_preset(lost, "mlp-discriminator", &two, 1, 0, 1, &lost_network));
    ck_ok(lost, coulomb_plummer_new(lost, 1.0, 1.0, &lost_plummer));
    counting.get = refuse_for_lack;
    expect_refusal(COULOMB_ERROR_MEMORY, "bytes are too many");
    counting.get = refuse;
    counting.finish = failed_finish;
    expect_refusal(COULOMB_ERROR_DEVICE, "the device is lost");
    coulomb_plummer_free(lost_plummer);
    coulomb_network_free(lost_network);
    coulomb_context_free(lost);
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
    tcase_add_test(c, arrays_are_added_to_multiples);
    tcase_add_test(c, rows_are_scaled);
    tcase_add_test(c, an_update_crosses_the_seam_four_times);
    tcase_add_test(c, a_lost_device_is_told_where_memory_is_refused);
    suite_add_tcase(suite, c);
    return suite;
}
