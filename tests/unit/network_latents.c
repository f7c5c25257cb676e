/* Latents: their distributions, the callback that draws them, and the sequence that generating goes along. */
#include "unit/check_more.h"
#include "unit/suites.h"
#include "unit/test_network.h"

#include <coulomb/latent.h>
#include <coulomb/layers.h>

static int32_t node;

START_TEST(generating_continues_its_sequence)
{
    enum { COUNT = 700 };
    float once[2 * COUNT], pieces[2 * COUNT];
    network_use_preset("mlp-generator", 3);
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

TCase *network_latents(void)
{
    TCase *all = tcase_create("latents");
    tcase_add_checked_fixture(all, network_begin, network_end);
    tcase_add_test(all, generating_continues_its_sequence);
    tcase_add_test(all, latents_are_drawn_as_asked);
    tcase_add_test(all, latents_can_be_drawn_alone);
    tcase_add_test(all, latent_callbacks_are_asked_and_their_failures_named);
    tcase_add_test(all, settings_are_told);
    return all;
}
