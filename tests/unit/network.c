/* Networks as their users handle them: building, names, presets, latents, generating, and every wrong use. */
#include "unit/check_more.h"
#include "unit/suites.h"
#include "unit/test_network.h"

#include <coulomb/latent.h>
#include <coulomb/layers.h>
#include <coulomb/optimizer.h>
#include <coulomb/parameters.h>
#include <stdlib.h>

static int32_t node;
static const size_t two = 2;

static void use_preset(const char *name, size_t latent)
{
    coulomb_network_free(network);
    ck_ok(context, coulomb_network_new_preset(context, name, &two, 1, latent, 7, &network));
}

START_TEST(shape_errors_come_when_the_graph_is_built)
{
    const size_t shape[] = {4, 3}, wrong[] = {5, 2}, zero[] = {4, 0};
    int32_t in, a, b;
    ck_fails(context, coulomb_network_elu(network, 0, &a), COULOMB_ERROR_ARGUMENT, "node 0 does not exist");
    ck_fails(context, coulomb_network_input(network, zero, 2, &in), COULOMB_ERROR_SHAPE, "extent 1");
    ck_fails(context, coulomb_network_input(network, shape, 5, &in), COULOMB_ERROR_SHAPE, "rank is 5");
    ck_fails(context, coulomb_network_input(network, NULL, 2, &in), COULOMB_ERROR_ARGUMENT, "NULL");
    ck_ok(context, coulomb_network_input(network, shape, 2, &in));
    ck_fails(context, coulomb_network_input(network, shape, 2, &a), COULOMB_ERROR_STATE, "one input");
    ck_ok(context, coulomb_network_dense(network, in, 5, NULL, &a));
    ck_ok(context, coulomb_network_elu(network, in, &b));
    ck_fails(context, coulomb_network_add(network, a, b, &a), COULOMB_ERROR_SHAPE, "[4, 5] and [4, 3]");
    ck_fails(context, coulomb_network_reshape(network, b, wrong, 2, &b), COULOMB_ERROR_SHAPE, "[4, 3] has 12 values");
    ck_fails(context, coulomb_network_dense(network, in, 0, NULL, &a), COULOMB_ERROR_ARGUMENT, "units is 0");
    ck_fails(context, coulomb_network_dense(network, in, 5, "a.b", &a), COULOMB_ERROR_ARGUMENT, "'a.b'");
    ck_fails(context, coulomb_network_dense(network, in, 5, "dense1", &a), COULOMB_ERROR_ARGUMENT,
             "already has a layer 'dense1'");
    ck_fails(context, coulomb_network_leaky_relu(network, in, 1.0, &a), COULOMB_ERROR_ARGUMENT, "slope is 1");
    ck_fails(context, coulomb_network_leaky_relu(network, in, (double)NAN, &a), COULOMB_ERROR_ARGUMENT, "nan");
    ck_fails(context, coulomb_network_scale(network, in, 0.0, &a), COULOMB_ERROR_ARGUMENT, "factor is 0");
    ck_fails(context, coulomb_network_elu(network, in, NULL), COULOMB_ERROR_ARGUMENT, "NULL");
    ck_fails(context, coulomb_network_finish(network, b, 0), COULOMB_ERROR_ARGUMENT, "node 1 (dense) does not lead");
    ck_fails(context, coulomb_network_finish(network, 9, 0), COULOMB_ERROR_ARGUMENT, "9");
}
END_TEST

START_TEST(unfinished_networks_cannot_run_and_finished_ones_not_grow)
{
    float value;
    ck_fails(context, coulomb_network_finish(network, 0, 0), COULOMB_ERROR_STATE, "no input");
    ck_ok(context, coulomb_network_input(network, &two, 1, &node));
    ck_fails(context, coulomb_network_finish(network, node, 0), COULOMB_ERROR_ARGUMENT, "it is the input");
    ck_fails(context, coulomb_network_forward(network, 1, &value, NULL), COULOMB_ERROR_STATE, "not finished");
    ck_ok(context, coulomb_network_dense(network, node, 1, NULL, &node));
    ck_ok(context, coulomb_network_finish(network, node, 0));
    ck_fails(context, coulomb_network_finish(network, node, 0), COULOMB_ERROR_STATE, "finished");
    ck_fails(context, coulomb_network_elu(network, node, &node), COULOMB_ERROR_STATE, "finished");
    ck_fails(context, coulomb_network_backward(network, &value, &value, 0), COULOMB_ERROR_STATE, "no forward pass");
}
END_TEST

START_TEST(presets_are_those_of_the_papers)
{
    size_t shape[COULOMB_RANK_MAX], rank, total = 0;
    use_preset("mlp-discriminator", 0);
    ck_assert_uint_eq(coulomb_network_parameter_count(network), 6);
    for (size_t i = 0; i < 6; i++) {
        ck_ok(context, coulomb_network_parameter_shape(network, coulomb_network_parameter_name(network, i), shape,
                                                       COULOMB_RANK_MAX, &rank));
        total += rank == 2 ? shape[0] * shape[1] : shape[0];
    }
    ck_assert_uint_eq(total, 2 * 128 + 128 + 128 * 128 + 128 + 128 + 1);
    ck_assert_str_eq(coulomb_network_parameter_name(network, 2), "dense2.weight");
    ck_assert_ptr_null(coulomb_network_parameter_name(network, 6));
    use_preset("mlp-generator", 5);
    ck_ok(context, coulomb_network_input_shape(network, shape, COULOMB_RANK_MAX, &rank));
    ck_assert_uint_eq(rank, 1);
    ck_assert_uint_eq(shape[0], 5);
    coulomb_network *other = network;
    ck_fails(context, coulomb_network_new_preset(context, "mpl", &two, 1, 1, 0, &other), COULOMB_ERROR_NOT_FOUND,
             "mlp-generator, mlp-discriminator");
    ck_assert_ptr_null(other);
    ck_fails(context, coulomb_network_new_preset(context, "mlp-generator", &two, 1, 0, 0, &other),
             COULOMB_ERROR_ARGUMENT, "latent is 0");
    ck_fails(context, coulomb_network_new_preset(context, "mlp-discriminator", &two, 1, 3, 0, &other),
             COULOMB_ERROR_ARGUMENT, "latent is 3");
}
END_TEST

START_TEST(presets_take_samples_of_any_rank)
{
    const size_t image[] = {3, 4, 2};
    size_t shape[COULOMB_RANK_MAX], rank;
    coulomb_network_free(network);
    ck_ok(context, coulomb_network_new_preset(context, "mlp-generator", image, 3, 5, 0, &network));
    ck_ok(context, coulomb_network_output_shape(network, shape, COULOMB_RANK_MAX, &rank));
    ck_assert_uint_eq(rank, 3);
    ck_assert_mem_eq(shape, image, sizeof image);
    coulomb_network_free(network);
    ck_ok(context, coulomb_network_new_preset(context, "mlp-discriminator", image, 3, 0, 0, &network));
    ck_ok(context, coulomb_network_output_shape(network, shape, COULOMB_RANK_MAX, &rank));
    ck_assert_uint_eq(rank * shape[0], 1);
}
END_TEST

START_TEST(shapes_are_told_as_far_as_there_is_room)
{
    const size_t image[] = {3, 4, 2};
    size_t shape[] = {9, 9, 9, 9}, rank = 0;
    coulomb_network_free(network);
    ck_ok(context, coulomb_network_new_preset(context, "mlp-generator", image, 3, 5, 0, &network));
    ck_ok(context, coulomb_network_output_shape(network, NULL, 0, &rank));
    ck_assert_uint_eq(rank, 3);
    rank = 0;
    ck_fails(context, coulomb_network_output_shape(network, shape, 2, &rank), COULOMB_ERROR_SHAPE, "capacity is 2");
    ck_assert_uint_eq(rank, 3);
    ck_assert_uint_eq(shape[0], 9);
    ck_ok(context, coulomb_network_output_shape(network, shape, 3, &rank));
    ck_assert_mem_eq(shape, image, sizeof image);
    ck_assert_uint_eq(shape[3], 9);
    ck_fails(context, coulomb_network_input_shape(network, NULL, 1, &rank), COULOMB_ERROR_ARGUMENT, "shape is NULL");
    ck_fails(context, coulomb_network_input_shape(network, shape, 1, NULL), COULOMB_ERROR_ARGUMENT, "rank is NULL");
    ck_fails(context, coulomb_network_parameter_shape(network, "dense1.weight", shape, 1, &rank), COULOMB_ERROR_SHAPE,
             "expected 0 or at least 2");
}
END_TEST

START_TEST(parameters_are_written_and_read_by_name)
{
    float out[256], in[256];
    use_preset("mlp-discriminator", 0);
    random_floats(1, 256, 1.0f, in);
    ck_ok(context, coulomb_network_write_parameter(network, "dense1.weight", in, 256));
    ck_ok(context, coulomb_network_read_parameter(network, "dense1.weight", out, 256));
    ck_assert_mem_eq(in, out, sizeof in);
    in[17] = NAN;
    ck_fails(context, coulomb_network_write_parameter(network, "dense1.weight", in, 256), COULOMB_ERROR_NOT_FINITE,
             "value 17");
    ck_fails(context, coulomb_network_write_parameter(network, "dense1.weight", in, 255), COULOMB_ERROR_SHAPE,
             "count is 255");
    ck_fails(context, coulomb_network_read_parameter(network, "dense9.weight", in, 256), COULOMB_ERROR_NOT_FOUND,
             "no parameter 'dense9.weight'");
    ck_fails(context, coulomb_network_read_parameter(network, NULL, in, 256), COULOMB_ERROR_ARGUMENT, "NULL");
    ck_fails(context, coulomb_network_read_parameter(network, "dense1.weight", NULL, 256), COULOMB_ERROR_ARGUMENT,
             "NULL");
    memset(in, 0, sizeof in);
    ck_ok(context, coulomb_network_read_parameter(network, "dense1.weight", in, 256));
    ck_assert_mem_eq(in, out, sizeof in);
}
END_TEST

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
    use_preset("mlp-generator", 2);
    ck_ok(context, coulomb_network_read_parameter(network, "dense2.weight", first, 16384));
    use_preset("mlp-generator", 2);
    ck_ok(context, coulomb_network_read_parameter(network, "dense2.weight", second, 16384));
    ck_assert_mem_eq(first, second, sizeof first);
    ck_ok(context, coulomb_network_initialize(network, 8));
    ck_ok(context, coulomb_network_read_parameter(network, "dense2.weight", second, 16384));
    ck_assert_mem_ne(first, second, sizeof first);
}
END_TEST

START_TEST(generating_continues_its_sequence)
{
    enum { COUNT = 700 };
    float once[2 * COUNT], pieces[2 * COUNT];
    use_preset("mlp-generator", 3);
    ck_ok(context, coulomb_network_set_latent_signs(network, 1));
    ck_ok(context, coulomb_network_generate(network, COUNT, once));
    ck_ok(context, coulomb_network_set_generation_seed(network, 7));
    ck_ok(context, coulomb_network_generate(network, 0, NULL));
    ck_ok(context, coulomb_network_generate(network, 300, pieces));
    ck_ok(context, coulomb_network_generate(network, COUNT - 300, pieces + 600));
    for (size_t i = 0; i < 2 * COUNT; i++)
        ck_close(pieces[i], once[i], 1e-5, 1.0);
    ck_ok(context, coulomb_network_generate(network, COUNT, pieces));
    ck_assert_mem_ne(once, pieces, sizeof once);
    ck_fails(context, coulomb_network_generate(network, 1, NULL), COULOMB_ERROR_ARGUMENT, "samples is NULL");
}
END_TEST

/* The identity as a network shows its latents. */
static void use_identity(size_t size)
{
    coulomb_network_free(network);
    ck_ok(context, coulomb_network_new(context, &network));
    ck_ok(context, coulomb_network_input(network, &size, 1, &node));
    ck_ok(context, coulomb_network_scale(network, node, 1.0, &node));
    ck_ok(context, coulomb_network_finish(network, node, 3));
}

START_TEST(latents_are_drawn_as_asked)
{
    enum { COUNT = 4000 };
    static float z[4 * COUNT];
    use_identity(4);
    ck_ok(context, coulomb_network_set_latent(network, COULOMB_DISTRIBUTION_UNIFORM, 0.5));
    ck_ok(context, coulomb_network_set_latent_signs(network, 2));
    ck_ok(context, coulomb_network_generate(network, COUNT, z));
    double pair = 0.0, rest = 0.0;
    for (size_t i = 0; i < COUNT; i++) {
        ck_assert_float_eq(fabsf(z[4 * i]), 1.0f);
        ck_assert_float_eq(fabsf(z[4 * i + 1]), 1.0f);
        ck_assert_float_le(fabsf(z[4 * i + 2]), 0.5f);
        pair += (double)(z[4 * i] * z[4 * i + 1]) / COUNT;
        rest += (double)(z[4 * i + 3] * z[4 * i + 3]) / COUNT;
    }
    ck_assert_double_eq_tol(pair, 0.0, 0.06);
    ck_assert_double_eq_tol(rest, 0.25 / 3.0, 0.01);
    ck_fails(context, coulomb_network_set_latent_signs(network, 5), COULOMB_ERROR_ARGUMENT, "signs is 5");
    ck_fails(context, coulomb_network_set_latent(network, 9, 1.0), COULOMB_ERROR_ARGUMENT, "distribution is 9");
    ck_fails(context, coulomb_network_set_latent(network, 1, 0.0), COULOMB_ERROR_ARGUMENT, "spread is 0");
}
END_TEST

/* Those of the generated sequence from any place in it, and one value of a latent that training draws. */
START_TEST(latents_can_be_drawn_alone)
{
    enum { COUNT = 300, FIRST = 170 };
    float generated[3 * COUNT], drawn[3 * COUNT], trained[3], again[3];
    use_identity(3);
    ck_ok(context, coulomb_network_set_latent_signs(network, 1));
    ck_ok(context, coulomb_network_set_generation_seed(network, 12));
    ck_ok(context, coulomb_network_draw_latents(network, 12, 0, 0, COUNT, drawn));
    ck_ok(context, coulomb_network_generate(network, COUNT, generated));
    ck_assert_mem_eq(drawn, generated, sizeof drawn);
    ck_ok(context, coulomb_network_draw_latents(network, 12, 0, FIRST, COUNT - FIRST, drawn));
    ck_assert_mem_eq(drawn, generated + 3 * FIRST, (COUNT - FIRST) * 3 * sizeof *drawn);

    ck_ok(context, coulomb_network_draw_latents(network, 12, 5, 0, COUNT, drawn));
    ck_assert_mem_ne(drawn, generated, sizeof drawn);
    ck_ok(context, coulomb_network_draw_latents(network, 12, 5, FIRST, 1, trained));
    ck_assert_mem_eq(trained, drawn + 3 * FIRST, sizeof trained);
    ck_ok(context, coulomb_network_draw_latents(network, 12, 6, FIRST, 1, again));
    ck_assert_mem_ne(again, trained, sizeof trained);
    ck_ok(context, coulomb_network_draw_latents(network, 12, 1, 0, 0, NULL));
    ck_fails(context, coulomb_network_draw_latents(network, 12, 1, 0, 1, NULL), COULOMB_ERROR_ARGUMENT,
             "latents is NULL");
    ck_fails(context, coulomb_network_draw_latents(network, 12, 1, UINT64_MAX, 1, again), COULOMB_ERROR_ARGUMENT,
             "first is 18446744073709551615; expected at most 6148914691236517204");
}
END_TEST

typedef struct latent_user {
    int destroyed;
    coulomb_status answer;
    float fill;
} latent_user;

static coulomb_status fill_latents(void *user, uint64_t seed, uint64_t update, uint64_t first, size_t count,
                                   float *latent)
{
    latent_user *own = user;
    ck_assert_uint_eq(seed, 3);
    ck_assert_uint_eq(update, 0);
    for (size_t i = 0; i < count; i++)
        latent[i] = own->fill + (float)(first + i);
    float value = 0.0f;
    ck_fails(context, coulomb_network_generate(network, 1, &value), COULOMB_ERROR_STATE, "running callback");
    ck_fails(context, coulomb_network_set_running_averages(network, 1), COULOMB_ERROR_STATE, "running callback");
    ck_fails(context, coulomb_network_set_inference_only(network, 1), COULOMB_ERROR_STATE, "running callback");
    ck_fails(context, coulomb_context_set_threads(context, 2), COULOMB_ERROR_STATE, "callback");
    return own->answer;
}

static void destroy_latents(void *user)
{
    ((latent_user *)user)->destroyed++;
}

START_TEST(latent_callbacks_are_asked_and_their_failures_named)
{
    float z[600];
    latent_user user = {.fill = 0.5f};
    use_identity(1);
    ck_ok(context, coulomb_network_set_latent_callback(network, fill_latents, &user, destroy_latents));
    ck_ok(context, coulomb_network_generate(network, 600, z));
    ck_assert_float_eq(z[599], 599.5f);
    user.answer = 1001;
    ck_fails(context, coulomb_network_generate(network, 1, z), 1001, "latent callback returned 1001");
    user.answer = -4;
    ck_fails(context, coulomb_network_generate(network, 1, z), COULOMB_ERROR_CALLBACK, "-4");
    user.answer = COULOMB_OK;
    user.fill = NAN;
    ck_fails(context, coulomb_network_generate(network, 1, z), COULOMB_ERROR_NOT_FINITE, "latent value 0 is nan");
    user.fill = 0.5f;
    ck_ok(context, coulomb_network_generate(network, 1, z));
    ck_assert_float_eq(z[0], 600.5f);
    ck_ok(context, coulomb_network_set_latent_callback(network, NULL, NULL, NULL));
    ck_assert_int_eq(user.destroyed, 1);
}
END_TEST

START_TEST(settings_are_told)
{
    int32_t finished, distribution;
    double spread;
    size_t signs;
    uint64_t seed;
    latent_user user = {.fill = 0.5f};
    coulomb_latent_callback *callback;
    void *told;
    ck_ok(context, coulomb_network_finished(network, &finished));
    ck_assert_int_eq(finished, 0);
    use_identity(4);
    ck_ok(context, coulomb_network_finished(network, &finished));
    ck_assert_int_eq(finished, 1);
    ck_ok(context, coulomb_network_set_latent(network, COULOMB_DISTRIBUTION_UNIFORM, 0.5));
    ck_ok(context, coulomb_network_get_latent(network, &distribution, &spread));
    ck_assert(distribution == COULOMB_DISTRIBUTION_UNIFORM && spread == 0.5);
    ck_ok(context, coulomb_network_set_latent_signs(network, 2));
    ck_ok(context, coulomb_network_get_latent_signs(network, &signs));
    ck_assert_uint_eq(signs, 2);
    ck_ok(context, coulomb_network_get_generation_seed(network, &seed));
    ck_assert_uint_eq(seed, 3);
    ck_ok(context, coulomb_network_get_latent_callback(network, &callback, NULL));
    ck_assert(callback == NULL);
    ck_ok(context, coulomb_network_set_latent_callback(network, fill_latents, &user, NULL));
    ck_ok(context, coulomb_network_get_latent_callback(network, &callback, &told));
    ck_assert(callback == fill_latents && told == &user);
    ck_fails(context, coulomb_network_get_latent(network, &distribution, NULL), COULOMB_ERROR_ARGUMENT,
             "spread is NULL");
    ck_assert_int_eq(coulomb_network_get_latent_signs(NULL, &signs), COULOMB_ERROR_ARGUMENT);
}
END_TEST

START_TEST(memory_is_told_up_front_and_reserved)
{
    size_t parameters, kept, temporary, twice;
    use_preset("mlp-discriminator", 0);
    ck_ok(context, coulomb_network_memory(network, COULOMB_MEMORY_PARAMETERS, 128, &parameters));
    ck_ok(context, coulomb_network_memory(network, COULOMB_MEMORY_KEPT, 128, &kept));
    ck_ok(context, coulomb_network_memory(network, COULOMB_MEMORY_TEMPORARY, 128, &temporary));
    ck_ok(context, coulomb_network_memory(network, COULOMB_MEMORY_KEPT, 256, &twice));
    ck_assert_uint_ge(parameters, 2 * 4 * (256 + 128 + 16384 + 128 + 128 + 1));
    /* The two hidden layers' activations, in place of what they activate. */
    ck_assert_uint_eq(kept, 128 * 256 * sizeof(float));
    ck_assert_uint_eq(twice, 2 * kept);
    ck_assert_uint_gt(temporary, 0);
    ck_assert_uint_le(temporary, kept + 128 * 128 * sizeof(float));
    ck_fails(context, coulomb_network_memory(network, 5, 128, &kept), COULOMB_ERROR_ARGUMENT, "arena is 5");
    ck_fails(context, coulomb_network_memory(network, 1, 0, &kept), COULOMB_ERROR_ARGUMENT, "batch is 0");
    ck_fails(context, coulomb_network_reserve(network, SIZE_MAX / 65536), COULOMB_ERROR_MEMORY, "");
}
END_TEST

/* Counts of samples that no array can hold are refused, and the error message says how many would do. */
START_TEST(counts_that_no_array_can_hold_are_refused)
{
    float value = 3.0f;
    size_t bytes;
    const size_t counts[] = {SIZE_MAX, SIZE_MAX - 7, SIZE_MAX / 8 + 1, SIZE_MAX / 8};
    use_preset("mlp-generator", 3);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        ck_fails(context, coulomb_network_generate(network, counts[i], &value), COULOMB_ERROR_ARGUMENT,
                 "; expected 0 to ");
        ck_fails(context, coulomb_network_forward(network, counts[i], &value, NULL), COULOMB_ERROR_ARGUMENT,
                 "; expected 1 to ");
        ck_fails(context, coulomb_network_reserve(network, counts[i]), COULOMB_ERROR_ARGUMENT, "; expected 1 to ");
        ck_fails(context, coulomb_network_memory(network, COULOMB_MEMORY_KEPT, counts[i], &bytes),
                 COULOMB_ERROR_ARGUMENT, "; expected 1 to ");
    }
    ck_assert_float_eq(value, 3.0f);
    ck_ok(context, coulomb_network_memory(network, COULOMB_MEMORY_KEPT, SIZE_MAX / 65536, &bytes));
}
END_TEST

/* Each layer's parameters would fit into memory, all of them together would not. */
START_TEST(networks_that_no_memory_can_hold_are_refused)
{
    const size_t many = (size_t)1 << 28;
    ck_ok(context, coulomb_network_input(network, &many, 1, &node));
    coulomb_status status = COULOMB_OK;
    for (size_t i = 0; i < 300 && status == COULOMB_OK; i++)
        status = coulomb_network_dense(network, node, many, NULL, &node);
    ck_fails(context, status, COULOMB_ERROR_SHAPE, "does not fit into memory");
}
END_TEST

/* Samples that are normalised together are generated in blocks of 128, of which one sample may be 2^57 values. */
START_TEST(blocks_that_no_memory_can_hold_are_refused)
{
    const size_t pixel[] = {1, 1, 1}, once[] = {1 << 13, 1 << 14}, twice[] = {32767, 32769};
    float value = 3.0f;
    size_t bytes = 3;
    ck_ok(context, coulomb_network_input(network, pixel, 3, &node));
    ck_ok(context, coulomb_network_batch_norm(network, node, 1e-3, 0.99, 0, NULL, &node));
    ck_ok(context, coulomb_network_upsample2d(network, node, once, &node));
    ck_ok(context, coulomb_network_upsample2d(network, node, twice, &node));
    ck_ok(context, coulomb_network_average_pool2d(network, node, twice, twice, COULOMB_PADDING_VALID, NULL, &node));
    ck_ok(context, coulomb_network_average_pool2d(network, node, once, once, COULOMB_PADDING_VALID, NULL, &node));
    ck_ok(context, coulomb_network_finish(network, node, 1));
    for (int32_t arena = COULOMB_MEMORY_KEPT; arena <= COULOMB_MEMORY_INFERENCE; arena++)
        ck_fails(context, coulomb_network_memory(network, arena, 1, &bytes), COULOMB_ERROR_MEMORY,
                 arena == COULOMB_MEMORY_INFERENCE ? "128 samples" : "16 samples");
    ck_assert_uint_eq(bytes, 3);
    ck_fails(context, coulomb_network_reserve_inference(network, 1), COULOMB_ERROR_MEMORY, "128 samples");
    ck_fails(context, coulomb_network_reserve(network, 1), COULOMB_ERROR_MEMORY, "16 samples");
    ck_fails(context, coulomb_network_generate(network, 1, &value), COULOMB_ERROR_MEMORY, "128 samples");
    ck_assert_float_eq(value, 3.0f);
    ck_ok(context, coulomb_network_memory(network, COULOMB_MEMORY_PARAMETERS, 1, &bytes));
}
END_TEST

START_TEST(bits_do_not_depend_on_the_number_of_threads)
{
    enum { BATCH = 300 };
    static float x[2 * BATCH], dy[BATCH], y[2][BATCH], dx[2][2 * BATCH], dw[2][16384];
    random_floats(1, 2 * BATCH, 3.0f, x);
    random_floats(2, BATCH, 1.0f, dy);
    use_preset("mlp-discriminator", 0);
    for (size_t t = 0; t < 2; t++) {
        ck_ok(context, coulomb_context_set_threads(context, 1 + 2 * t));
        ck_ok(context, coulomb_network_forward(network, BATCH, x, y[t]));
        ck_ok(context, coulomb_network_backward(network, dy, dx[t], 1));
        ck_ok(context, coulomb_network_read_gradient(network, "dense2.weight", dw[t], 16384));
    }
    ck_assert_mem_eq(y[0], y[1], sizeof y[0]);
    ck_assert_mem_eq(dx[0], dx[1], sizeof dx[0]);
    ck_assert_mem_eq(dw[0], dw[1], sizeof dw[0]);
}
END_TEST

START_TEST(gradients_are_written_added_or_left_alone)
{
    float x[20], dy[10], dx[20], first[256], second[256];
    random_floats(1, 20, 1.0f, x);
    random_floats(2, 10, 1.0f, dy);
    use_preset("mlp-discriminator", 0);
    ck_ok(context, coulomb_network_forward(network, 10, x, NULL));
    ck_ok(context, coulomb_network_backward(network, dy, NULL, 1));
    ck_ok(context, coulomb_network_read_gradient(network, "dense1.weight", first, 256));
    ck_ok(context, coulomb_network_backward(network, dy, dx, 0));
    ck_ok(context, coulomb_network_read_gradient(network, "dense1.weight", second, 256));
    ck_assert_mem_eq(first, second, sizeof first);
    ck_ok(context, coulomb_network_backward(network, dy, NULL, 2));
    ck_ok(context, coulomb_network_read_gradient(network, "dense1.weight", second, 256));
    for (size_t i = 0; i < 256; i++)
        ck_close(second[i], 2.0f * first[i], 1e-6, 1.0);
    ck_fails(context, coulomb_network_backward(network, dy, NULL, 0), COULOMB_ERROR_ARGUMENT,
             "expected at least one result");
    ck_fails(context, coulomb_network_backward(network, dy, dx, 3), COULOMB_ERROR_ARGUMENT, "parameters is 3");
    ck_fails(context, coulomb_network_backward(network, NULL, dx, 1), COULOMB_ERROR_ARGUMENT, "NULL");
    ck_fails(context, coulomb_network_forward(network, 0, x, NULL), COULOMB_ERROR_ARGUMENT, "count is 0");
    ck_fails(context, coulomb_network_forward(network, 1, NULL, NULL), COULOMB_ERROR_ARGUMENT, "NULL");
}
END_TEST

Suite *suite_network(void)
{
    Suite *suite = suite_create("network");
    TCase *all = tcase_create("network");
    tcase_add_checked_fixture(all, network_begin, network_end);
    tcase_add_test(all, shape_errors_come_when_the_graph_is_built);
    tcase_add_test(all, unfinished_networks_cannot_run_and_finished_ones_not_grow);
    tcase_add_test(all, presets_are_those_of_the_papers);
    tcase_add_test(all, presets_take_samples_of_any_rank);
    tcase_add_test(all, shapes_are_told_as_far_as_there_is_room);
    tcase_add_test(all, parameters_are_written_and_read_by_name);
    tcase_add_test(all, initialisers_have_their_variances);
    tcase_add_test(all, initialisers_come_back_as_they_were_set);
    tcase_add_test(all, the_seed_decides_the_parameters);
    tcase_add_test(all, generating_continues_its_sequence);
    tcase_add_test(all, latents_are_drawn_as_asked);
    tcase_add_test(all, latents_can_be_drawn_alone);
    tcase_add_test(all, latent_callbacks_are_asked_and_their_failures_named);
    tcase_add_test(all, settings_are_told);
    tcase_add_test(all, memory_is_told_up_front_and_reserved);
    tcase_add_test(all, counts_that_no_array_can_hold_are_refused);
    tcase_add_test(all, networks_that_no_memory_can_hold_are_refused);
    tcase_add_test(all, blocks_that_no_memory_can_hold_are_refused);
    tcase_add_test(all, bits_do_not_depend_on_the_number_of_threads);
    tcase_add_test(all, gradients_are_written_added_or_left_alone);
    suite_add_tcase(suite, all);
    return suite;
}
