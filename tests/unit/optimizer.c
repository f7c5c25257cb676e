/* Optimizers on their own: a problem with a known answer, L2 on weights alone, and wrong settings. */
#include "unit/check_more.h"
#include "unit/contexts.h"
#include "unit/suites.h"

#include <coulomb/layers.h>
#include <coulomb/optimizer.h>
#include <coulomb/parameters.h>

static coulomb_context *context;
static coulomb_network *network;
static coulomb_optimizer *optimizer;

/* y = x w + b with w = 2, b = 3, of which the gradients are those of the output for x = 1. */
static void setup(void)
{
    const size_t one = 1;
    const float two = 2.0f, three = 3.0f, x = 1.0f, dy = 0.5f;
    int32_t node;
    ck_assert_int_eq(new_context(&context), COULOMB_OK);
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, &one, 1, &node));
    ck_ok(context, coulomb_network_dense(network, node, 1, "d", &node));
    ck_ok(context, coulomb_network_finish(network, node, 0));
    ck_ok(context, coulomb_network_write_parameter(network, "d.weight", &two, 1));
    ck_ok(context, coulomb_network_write_parameter(network, "d.bias", &three, 1));
    ck_ok(context, coulomb_network_forward(network, 1, &x, NULL));
    ck_ok(context, coulomb_network_backward(network, &dy, NULL, 1));
    ck_ok(context, coulomb_optimizer_new(network, &optimizer));
}

static void teardown(void)
{
    coulomb_optimizer_free(optimizer);
    coulomb_network_free(network);
    coulomb_context_free(context);
}

static double value(const char *name)
{
    float found;
    ck_ok(context, coulomb_network_read_parameter(network, name, &found, 1));
    return (double)found;
}

START_TEST(gradient_descent_moves_by_rate_times_gradient)
{
    ck_ok(context, coulomb_optimizer_set_method(optimizer, COULOMB_METHOD_SGD));
    ck_ok(context, coulomb_optimizer_set_learning_rate(optimizer, 0.1));
    ck_ok(context, coulomb_optimizer_set_l2(optimizer, 0.01));
    ck_ok(context, coulomb_optimizer_step(optimizer, 1));
    ck_assert_double_eq_tol(value("d.weight"), 2.0 - 0.1 * (0.5 + 0.01 * 2.0), 1e-6);
    ck_assert_double_eq_tol(value("d.bias"), 3.0 - 0.1 * 0.5, 1e-6);
}
END_TEST

START_TEST(adam_moves_by_its_rate_at_first)
{
    ck_ok(context, coulomb_optimizer_set_learning_rate(optimizer, 0.1));
    ck_ok(context, coulomb_optimizer_step(optimizer, 1));
    ck_assert_double_eq_tol(value("d.weight"), 1.9, 1e-6);
    ck_assert_double_eq_tol(value("d.bias"), 2.9, 1e-6);
}
END_TEST

START_TEST(adams_epsilon_and_betas_matter)
{
    ck_ok(context, coulomb_optimizer_set_learning_rate(optimizer, 0.1));
    ck_ok(context, coulomb_optimizer_set_betas(optimizer, 0.0, 0.0));
    ck_ok(context, coulomb_optimizer_set_epsilon(optimizer, 0.5));
    ck_ok(context, coulomb_optimizer_step(optimizer, 9));
    ck_assert_double_eq_tol(value("d.weight"), 2.0 - 0.1 * 0.5 / (0.5 + 0.5), 1e-6);
}
END_TEST

START_TEST(schedules_scale_the_rate)
{
    const uint64_t after = 4;
    coulomb_schedule *schedule;
    ck_ok(context, coulomb_schedule_new_steps(context, &after, 1, 0.25, &schedule));
    ck_ok(context, coulomb_optimizer_set_method(optimizer, COULOMB_METHOD_SGD));
    ck_ok(context, coulomb_optimizer_set_learning_rate(optimizer, 0.4));
    ck_ok(context, coulomb_optimizer_set_schedule(optimizer, schedule));
    coulomb_schedule_free(schedule);
    ck_ok(context, coulomb_optimizer_step(optimizer, 5));
    ck_assert_double_eq_tol(value("d.bias"), 3.0 - 0.1 * 0.5, 1e-6);
}
END_TEST

START_TEST(gradients_that_are_not_finite_move_nothing)
{
    const float x = 1.0f, dy = INFINITY;
    ck_ok(context, coulomb_network_forward(network, 1, &x, NULL));
    ck_ok(context, coulomb_network_backward(network, &dy, NULL, 1));
    ck_fails(context, coulomb_optimizer_step(optimizer, 1), COULOMB_ERROR_NOT_FINITE, "gradient");
    ck_assert_double_eq(value("d.weight"), 2.0);
}
END_TEST

START_TEST(settings_are_told)
{
    int32_t method;
    double rate, beta1, beta2, epsilon, l2;
    coulomb_schedule *schedule, *told;
    ck_ok(context, coulomb_optimizer_get_method(optimizer, &method));
    ck_ok(context, coulomb_optimizer_get_learning_rate(optimizer, &rate));
    ck_ok(context, coulomb_optimizer_get_betas(optimizer, &beta1, &beta2));
    ck_ok(context, coulomb_optimizer_get_epsilon(optimizer, &epsilon));
    ck_ok(context, coulomb_optimizer_get_l2(optimizer, &l2));
    ck_ok(context, coulomb_optimizer_get_schedule(optimizer, &told));
    ck_assert_int_eq(method, COULOMB_METHOD_ADAM);
    ck_assert(rate == 1e-4 && beta1 == 0.9 && beta2 == 0.999 && epsilon == 1e-8 && l2 == 0.0 && told == NULL);
    ck_ok(context, coulomb_schedule_new_exponential(context, 0, 10, 0.1, &schedule));
    ck_ok(context, coulomb_optimizer_set_method(optimizer, COULOMB_METHOD_SGD));
    ck_ok(context, coulomb_optimizer_set_learning_rate(optimizer, 0.5));
    ck_ok(context, coulomb_optimizer_set_betas(optimizer, 0.25, 0.75));
    ck_ok(context, coulomb_optimizer_set_epsilon(optimizer, 0.125));
    ck_ok(context, coulomb_optimizer_set_l2(optimizer, 2.0));
    ck_ok(context, coulomb_optimizer_set_schedule(optimizer, schedule));
    ck_ok(context, coulomb_optimizer_get_method(optimizer, &method));
    ck_ok(context, coulomb_optimizer_get_learning_rate(optimizer, &rate));
    ck_ok(context, coulomb_optimizer_get_betas(optimizer, &beta1, &beta2));
    ck_ok(context, coulomb_optimizer_get_epsilon(optimizer, &epsilon));
    ck_ok(context, coulomb_optimizer_get_l2(optimizer, &l2));
    ck_ok(context, coulomb_optimizer_get_schedule(optimizer, &told));
    ck_assert_int_eq(method, COULOMB_METHOD_SGD);
    ck_assert(rate == 0.5 && beta1 == 0.25 && beta2 == 0.75 && epsilon == 0.125 && l2 == 2.0 && told == schedule);
    ck_fails(context, coulomb_optimizer_get_l2(optimizer, NULL), COULOMB_ERROR_ARGUMENT, "l2 is NULL");
    ck_fails(context, coulomb_optimizer_get_betas(optimizer, &beta1, NULL), COULOMB_ERROR_ARGUMENT, "beta2 is NULL");
    ck_assert_int_eq(coulomb_optimizer_get_method(NULL, &method), COULOMB_ERROR_ARGUMENT);
    coulomb_schedule_free(schedule);
}
END_TEST

START_TEST(wrong_settings_are_named)
{
    ck_fails(context, coulomb_optimizer_set_learning_rate(optimizer, -1e-3), COULOMB_ERROR_ARGUMENT,
             "learning rate is -0.001");
    ck_fails(context, coulomb_optimizer_set_learning_rate(optimizer, (double)NAN), COULOMB_ERROR_ARGUMENT, "nan");
    ck_fails(context, coulomb_optimizer_set_betas(optimizer, 0.9, 1.0), COULOMB_ERROR_ARGUMENT, "beta2 is 1");
    ck_fails(context, coulomb_optimizer_set_epsilon(optimizer, 0.0), COULOMB_ERROR_ARGUMENT, "epsilon is 0");
    ck_fails(context, coulomb_optimizer_set_l2(optimizer, -1.0), COULOMB_ERROR_ARGUMENT, "l2 is -1");
    ck_fails(context, coulomb_optimizer_set_method(optimizer, 3), COULOMB_ERROR_ARGUMENT, "method is 3");
    ck_fails(context, coulomb_optimizer_step(optimizer, 0), COULOMB_ERROR_ARGUMENT, "update is 0");
    ck_assert_int_eq(coulomb_optimizer_new(NULL, &optimizer), COULOMB_ERROR_ARGUMENT);
}
END_TEST

Suite *suite_optimizer(void)
{
    Suite *suite = suite_create("optimizer");
    TCase *all = tcase_create("optimizer");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_test(all, gradient_descent_moves_by_rate_times_gradient);
    tcase_add_test(all, adam_moves_by_its_rate_at_first);
    tcase_add_test(all, adams_epsilon_and_betas_matter);
    tcase_add_test(all, schedules_scale_the_rate);
    tcase_add_test(all, gradients_that_are_not_finite_move_nothing);
    tcase_add_test(all, settings_are_told);
    tcase_add_test(all, wrong_settings_are_named);
    suite_add_tcase(suite, all);
    return suite;
}
