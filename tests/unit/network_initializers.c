/* How parameters start: the distributions of initializers, their settings, and the seed. */
#include "unit/check_more.h"
#include "unit/suites.h"
#include "unit/test_network.h"

#include <coulomb/layers.h>
#include <coulomb/parameters.h>

static int32_t node;

static double variance(const float *values, size_t count)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += (double)values[i] * (double)values[i];
    return sum / (double)count;
}

START_TEST(initialisers_have_their_variances)
{
    enum { IN = 150, OUT = 250, COUNT = IN * OUT };
    static float values[COUNT];
    const size_t in = IN;
    const double average = 2.0 / (IN + OUT);
    ck_ok(context, coulomb_network_input(network, &in, 1, &node));
    ck_ok(context, coulomb_network_dense(network, node, OUT, "d", &node));
    ck_ok(context, coulomb_network_finish(network, node, 1));
    const struct {
        int32_t kind;
        double variance, most;
    } expected[] = {{COULOMB_INITIALIZER_GLOROT_UNIFORM, average, 1.7320509},
                    {COULOMB_INITIALIZER_GLOROT_NORMAL, average, 2.0 / 0.87962566},
                    {COULOMB_INITIALIZER_HE_UNIFORM, 2.0 / IN, 1.7320509},
                    {COULOMB_INITIALIZER_HE_NORMAL, 2.0 / IN, 2.0 / 0.87962566}};
    for (size_t i = 0; i < 4; i++) {
        ck_ok(context, coulomb_network_set_initializer(network, NULL, expected[i].kind));
        ck_ok(context, coulomb_network_initialize(network, i));
        ck_ok(context, coulomb_network_read_parameter(network, "d.weight", values, COUNT));
        ck_close(variance(values, COUNT), expected[i].variance, 0.03, expected[i].variance);
        for (size_t j = 0; j < COUNT; j++)
            ck_assert_double_le(fabs((double)values[j]), 1.00001 * expected[i].most * sqrt(expected[i].variance));
    }
    ck_ok(context, coulomb_network_set_initializer_variance_scaling(network, "d.weight", 3.0, COULOMB_FAN_OUT,
                                                                    COULOMB_DISTRIBUTION_NORMAL));
    ck_ok(context, coulomb_network_set_initializer_random(network, "d.bias", COULOMB_DISTRIBUTION_UNIFORM, 0.5));
    ck_ok(context, coulomb_network_initialize(network, 9));
    ck_ok(context, coulomb_network_read_parameter(network, "d.weight", values, COUNT));
    ck_close(variance(values, COUNT), 3.0 / OUT, 0.03, 3.0 / OUT);
    ck_ok(context, coulomb_network_read_parameter(network, "d.bias", values, OUT));
    ck_close(variance(values, OUT), 0.25 / 3.0, 0.2, 0.25 / 3.0);
    ck_ok(context, coulomb_network_set_initializer_constant(network, "d.weight", 0.125));
    ck_ok(context, coulomb_network_initialize(network, 9));
    ck_ok(context, coulomb_network_read_parameter(network, "d.weight", values, COUNT));
    ck_assert_float_eq(values[COUNT - 1], 0.125f);
    ck_fails(context, coulomb_network_set_initializer(network, NULL, 5), COULOMB_ERROR_ARGUMENT, "initializer is 5");
    ck_fails(context, coulomb_network_set_initializer(network, "e", 1), COULOMB_ERROR_NOT_FOUND, "'e'");
    ck_fails(context, coulomb_network_set_initializer_random(network, NULL, 0, 1.0), COULOMB_ERROR_ARGUMENT,
             "distribution is 0");
    ck_fails(context, coulomb_network_set_initializer_random(network, NULL, 1, -1.0), COULOMB_ERROR_ARGUMENT, "-1");
    ck_fails(context, coulomb_network_set_initializer_variance_scaling(network, NULL, 1.0, 4, 1),
             COULOMB_ERROR_ARGUMENT, "fan is 4");
    ck_fails(context, coulomb_network_set_initializer_constant(network, NULL, (double)INFINITY), COULOMB_ERROR_ARGUMENT,
             "inf");
}
END_TEST

START_TEST(initialisers_come_back_as_they_were_set)
{
    const size_t in = 3;
    double value = 0.0;
    int32_t kind = 0, fan = 0, distribution = 0;
    ck_ok(context, coulomb_network_input(network, &in, 1, &node));
    ck_ok(context, coulomb_network_dense(network, node, 5, "d", &node));
    ck_ok(context, coulomb_network_get_initializer(network, "d.weight", &kind));
    ck_assert_int_eq(kind, COULOMB_INITIALIZER_GLOROT_UNIFORM);
    ck_ok(context, coulomb_network_get_initializer(network, "d.bias", &kind));
    ck_assert_int_eq(kind, COULOMB_INITIALIZER_CONSTANT);
    ck_ok(context, coulomb_network_get_initializer_constant(network, "d.bias", &value));
    ck_assert_double_eq(value, 0.0);
    for (int32_t i = 1; i <= 4; i++) {
        ck_ok(context, coulomb_network_set_initializer(network, NULL, i));
        ck_ok(context, coulomb_network_get_initializer(network, "d.weight", &kind));
        ck_assert_int_eq(kind, i);
    }
    ck_ok(context, coulomb_network_get_initializer_variance_scaling(network, "d.weight", &value, &fan, &distribution));
    ck_assert(value == 2.0 && fan == COULOMB_FAN_IN && distribution == COULOMB_DISTRIBUTION_TRUNCATED_NORMAL);
    ck_ok(context, coulomb_network_set_initializer_variance_scaling(network, NULL, 3.0, COULOMB_FAN_OUT,
                                                                    COULOMB_DISTRIBUTION_NORMAL));
    ck_ok(context, coulomb_network_get_initializer(network, "d.weight", &kind));
    ck_assert_int_eq(kind, COULOMB_INITIALIZER_VARIANCE_SCALING);
    ck_fails(context, coulomb_network_get_initializer_random(network, "d.weight", &distribution, &value),
             COULOMB_ERROR_ARGUMENT, "has kind 6; expected 7");
    ck_ok(context, coulomb_network_set_initializer_random(network, "d.bias", COULOMB_DISTRIBUTION_UNIFORM, 0.5));
    ck_ok(context, coulomb_network_get_initializer_random(network, "d.bias", &distribution, &value));
    ck_assert(distribution == COULOMB_DISTRIBUTION_UNIFORM && value == 0.5);
    ck_fails(context, coulomb_network_get_initializer_constant(network, "d.bias", &value), COULOMB_ERROR_ARGUMENT,
             "has kind 7; expected 5");
    ck_fails(context, coulomb_network_get_initializer(network, NULL, &kind), COULOMB_ERROR_ARGUMENT,
             "parameter is NULL");
    ck_fails(context, coulomb_network_get_initializer(network, "d.bias", NULL), COULOMB_ERROR_ARGUMENT, "is NULL");
    ck_fails(context, coulomb_network_get_initializer(network, "e", &kind), COULOMB_ERROR_NOT_FOUND, "'e'");
    ck_assert_int_eq(coulomb_network_get_initializer(NULL, "d.bias", &kind), COULOMB_ERROR_ARGUMENT);
}
END_TEST

START_TEST(the_seed_decides_the_parameters)
{
    float first[16384], second[16384];
    network_use_preset("mlp-generator", 2);
    ck_ok(context, coulomb_network_read_parameter(network, "dense2.weight", first, 16384));
    network_use_preset("mlp-generator", 2);
    ck_ok(context, coulomb_network_read_parameter(network, "dense2.weight", second, 16384));
    ck_assert_mem_eq(first, second, sizeof first);
    ck_ok(context, coulomb_network_initialize(network, 8));
    ck_ok(context, coulomb_network_read_parameter(network, "dense2.weight", second, 16384));
    ck_assert_mem_ne(first, second, sizeof first);
}
END_TEST

TCase *network_initializers(void)
{
    TCase *all = tcase_create("initialisers");
    tcase_add_checked_fixture(all, network_begin, network_end);
    tcase_add_test(all, initialisers_have_their_variances);
    tcase_add_test(all, initialisers_come_back_as_they_were_set);
    tcase_add_test(all, the_seed_decides_the_parameters);
    return all;
}
