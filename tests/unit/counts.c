/* A sample's values do not depend on how many samples go forward together: 40 at once and the same 40 one by one, bit
 * for bit, through whole networks, forward and back to the input. */
#include "unit/check_more.h"
#include "unit/suites.h"

#include <coulomb/coulomb.h>

enum { COUNT = 40 };

static coulomb_context *context;
static coulomb_network *network;

static void setup(void)
{
    ck_assert_int_eq(coulomb_context_new(&context), COULOMB_OK);
    ck_ok(context, coulomb_context_set_threads(context, 2));
}

static void teardown(void)
{
    coulomb_network_free(network);
    coulomb_context_free(context);
}

typedef struct preset_case {
    const char *name;
    size_t shape[3], rank, latent;
} preset_case;

/* All generators, and the discriminators whose samples do not influence one another. */
static const preset_case generators[] = {
    {"mlp-generator", {2}, 1, 2},
    {"coulomb-generator", {32, 32, 3}, 3, 16},
    {"coulomb-tanh-generator", {32, 32, 3}, 3, 16},
    {"dcgan-generator", {32, 32, 3}, 3, 100},
    {"began-generator", {32, 32, 3}, 3, 64},
    {"resnet-generator", {32, 32, 3}, 3, 128},
    {"billion-word-generator", {32, 40}, 2, 128},
};

static const preset_case discriminators[] = {
    {"mlp-discriminator", {2}, 1, 0},
    {"mlp-discriminator", {32, 32, 3}, 3, 0},
    {"began-discriminator", {32, 32, 3}, 3, 0},
    {"billion-word-discriminator", {32, 40}, 2, 0},
};

enum {
    GENERATORS = sizeof generators / sizeof generators[0],
    DISCRIMINATORS = sizeof discriminators / sizeof discriminators[0]
};

static size_t use_preset(const preset_case *preset)
{
    size_t values = 1;
    for (size_t i = 0; i < preset->rank; i++)
        values *= preset->shape[i];
    ck_ok(context,
          coulomb_network_new_preset(context, preset->name, preset->shape, preset->rank, preset->latent, 1, &network));
    return values;
}

static float *values_of(size_t count)
{
    float *values = malloc(count * sizeof *values);
    ck_assert_ptr_nonnull(values);
    return values;
}

static size_t differing(size_t count, const float *a, const float *b)
{
    size_t differ = 0;
    for (size_t i = 0; i < count; i++)
        differ += memcmp(&a[i], &b[i], sizeof a[i]) != 0;
    return differ;
}

START_TEST(generated_samples_do_not_depend_on_their_number)
{
    size_t values = use_preset(&generators[_i]);
    float *together = values_of(COUNT * values), *single = values_of(COUNT * values);
    ck_ok(context, coulomb_network_set_running_averages(network, 1));
    ck_ok(context, coulomb_network_generate(network, COUNT, together));
    ck_ok(context, coulomb_network_set_generation_seed(network, 1));
    for (size_t i = 0; i < COUNT; i++)
        ck_ok(context, coulomb_network_generate(network, 1, single + i * values));
    size_t differ = differing(COUNT * values, together, single);
    ck_assert_msg(differ == 0, "%s: %zu of %zu values differ", generators[_i].name, differ, COUNT * values);
    free(together);
    free(single);
}
END_TEST

/* Forward, and back to the input; `at_once` samples at a time. */
static void run(size_t at_once, size_t values, const float *x, const float *dy, float *y, float *dx)
{
    for (size_t i = 0; i < COUNT; i += at_once) {
        ck_ok(context, coulomb_network_forward(network, at_once, x + i * values, y + i));
        ck_ok(context, coulomb_network_backward(network, dy + i, dx + i * values, 0));
    }
}

START_TEST(input_gradients_do_not_depend_on_the_number_of_samples)
{
    static const size_t at_once[] = {1, 4, 10};
    size_t values = use_preset(&discriminators[_i]);
    float *x = values_of(COUNT * values), *dx = values_of(COUNT * values), *part_dx = values_of(COUNT * values);
    float y[COUNT], part_y[COUNT], dy[COUNT];
    random_floats(1, COUNT * values, 1.0f, x);
    random_floats(2, COUNT, 1.0f, dy);
    run(COUNT, values, x, dy, y, dx);
    for (size_t i = 0; i < sizeof at_once / sizeof at_once[0]; i++) {
        run(at_once[i], values, x, dy, part_y, part_dx);
        ck_assert_uint_eq(differing(COUNT, y, part_y), 0);
        size_t differ = differing(COUNT * values, dx, part_dx);
        ck_assert_msg(differ == 0, "%s, %zu at once: %zu of %zu values differ", discriminators[_i].name, at_once[i],
                      differ, COUNT * values);
    }
    free(x);
    free(dx);
    free(part_dx);
}
END_TEST

Suite *suite_counts(void)
{
    Suite *suite = suite_create("counts");
    TCase *all = tcase_create("counts");
    tcase_set_timeout(all, 120);
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_loop_test(all, generated_samples_do_not_depend_on_their_number, 0, GENERATORS);
    tcase_add_loop_test(all, input_gradients_do_not_depend_on_the_number_of_samples, 0, DISCRIMINATORS);
    suite_add_tcase(suite, all);
    return suite;
}
