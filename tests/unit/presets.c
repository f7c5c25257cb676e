/* The presets: what they are made of, counted by hand, how they start, and that they run. */
#include "unit/check_more.h"
#include "unit/preset_cases.h"
#include "unit/suites.h"
#include "unit/test_network.h"

#include <coulomb/parameters.h>

#include <stdio.h>

static size_t values_of(const char *parameter)
{
    size_t rank, shape[COULOMB_RANK_MAX], size = 1;
    ck_ok(context, coulomb_network_parameter_shape(network, parameter, shape, COULOMB_RANK_MAX, &rank));
    for (size_t i = 0; i < rank; i++)
        size *= shape[i];
    return size;
}

/* Learned values, without the running averages. */
static size_t learned_values(void)
{
    size_t total = 0;
    for (size_t i = 0; i < coulomb_network_parameter_count(network); i++) {
        const char *name = coulomb_network_parameter_name(network, i);
        if (strstr(name, ".mean") == NULL && strstr(name, ".variance") == NULL)
            total += values_of(name);
    }
    return total;
}

static size_t sample_values(int index)
{
    size_t size = 1;
    for (size_t i = 0; i < preset_cases[index].rank; i++)
        size *= preset_cases[index].sample[i];
    return size;
}

static void use_case(int index)
{
    coulomb_network_free(network);
    ck_ok(context, coulomb_network_new_preset(context, preset_cases[index].name, preset_cases[index].sample,
                                              preset_cases[index].rank, preset_cases[index].latent, 1, &network));
}

static void use_text(const char *name, size_t vocabulary)
{
    int index = 0;
    while (strcmp(preset_cases[index].name, name) != 0 || preset_cases[index].sample[1] != vocabulary)
        index++;
    use_case(index);
}

START_TEST(every_preset_is_a_case_at_every_size)
{
    size_t sides[3] = {0};
    for (size_t preset = 0; preset < coulomb_preset_count(); preset++) {
        const char *name = coulomb_preset_name(preset), *kind = strrchr(name, '-');
        size_t found = 0, images = 0;
        for (size_t i = 0; i < preset_case_count; i++) {
            if (strcmp(preset_cases[i].name, name) != 0)
                continue;
            found++;
            ck_assert_str_eq(kind, preset_cases[i].latent > 0 ? "-generator" : "-discriminator");
            for (size_t side = 0; side < 3; side++)
                if (preset_cases[i].sample[0] == (size_t)32 << side && preset_cases[i].rank == 3) {
                    sides[side]++;
                    images++;
                }
        }
        ck_assert_msg(found > 1 && (images == 0 || images == 3), "%s is tested at %zu sizes", name, found);
    }
    ck_assert_uint_eq(coulomb_preset_count(), 15);
    ck_assert_ptr_null(coulomb_preset_name(15));
    for (size_t side = 0; side < 3; side++)
        ck_assert_uint_eq(sides[side], 11);
}
END_TEST

START_TEST(unknown_presets_are_answered_with_the_list)
{
    const size_t one[] = {1};
    ck_assert_int_eq(coulomb_network_new_preset(context, "nothing", one, 1, 0, 0, &network), COULOMB_ERROR_NOT_FOUND);
    for (size_t preset = 0; preset < coulomb_preset_count(); preset++)
        ck_assert_ptr_nonnull(strstr(coulomb_context_error(context), coulomb_preset_name(preset)));
}
END_TEST

/* --- how they start --- */

static bool has_word(const char *list, const char *word, size_t length)
{
    for (const char *at = list; (at = strstr(at, word)) != NULL; at++)
        if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

/* Mean, variance and largest magnitude are those of a distribution of mean 0 whose values end at `end` deviations, or
 * of a normal one if that is 0. */
static void ck_distribution(const char *parameter, double expected, double end)
{
    size_t count = values_of(parameter);
    float *values = malloc(count * sizeof *values);
    double sum = 0.0, squares = 0.0, most = 0.0, deviation = sqrt(expected);
    ck_ok(context, coulomb_network_read_parameter(network, parameter, values, count));
    for (size_t i = 0; i < count; i++) {
        sum += (double)values[i];
        squares += (double)values[i] * (double)values[i];
        most = fmax(most, fabs((double)values[i]));
    }
    free(values);
    /* five standard errors; the fourth moment of a normal distribution is the largest */
    ck_close(sum / (double)count, 0.0, 5.0, deviation / sqrt((double)count));
    ck_close(squares / (double)count, expected, 5.0, expected * sqrt(2.0 / (double)count));
    ck_assert_double_ge(most, (end == 0.0 ? 2.0 : 0.9 * end) * deviation);
    ck_assert_double_le(most, (end == 0.0 ? 7.0 : end * (1.0 + 1e-6)) * deviation);
}

static void ck_constant(const char *parameter, float expected)
{
    size_t count = values_of(parameter);
    float *values = malloc(count * sizeof *values);
    ck_ok(context, coulomb_network_read_parameter(network, parameter, values, count));
    for (size_t i = 0; i < count; i++)
        if (values[i] != expected)
            ck_abort_msg("%s[%zu] starts as %g, expected %g", parameter, i, (double)values[i], (double)expected);
    free(values);
}

/* Weights before a ReLU have variance 2/((fan in + fan out)/2), truncated at two deviations of the normal distribution,
 * which are 2/0.8796 of its own; others are Glorot uniform, or He normal. */
static void ck_weights(const char *parameter, int index)
{
    size_t rank, shape[COULOMB_RANK_MAX], field = 1;
    ck_ok(context, coulomb_network_parameter_shape(network, parameter, shape, COULOMB_RANK_MAX, &rank));
    for (size_t i = 0; i + 2 < rank; i++)
        field *= shape[i];
    double in = (double)(field * shape[rank - 2]), both = (double)(field * (shape[rank - 2] + shape[rank - 1]));
    char layer[64];
    snprintf(layer, sizeof layer, "%.*s", (int)(strchr(parameter, '.') - parameter), parameter);
    if (strcmp(preset_cases[index].name, "mlp-generator") == 0)
        ck_distribution(parameter, 2.0 / in, 0.0);
    else if (has_word(preset_cases[index].truncated, layer, strlen(layer)))
        ck_distribution(parameter, 4.0 / both, 2.0 / 0.87962566);
    else
        ck_distribution(parameter, 2.0 / both, sqrt(3.0));
}

static void ck_output_shape(int index)
{
    const size_t one[] = {1}, *expected = preset_cases[index].latent > 0 ? preset_cases[index].sample : one;
    size_t rank, shape[COULOMB_RANK_MAX];
    ck_ok(context, coulomb_network_output_shape(network, shape, COULOMB_RANK_MAX, &rank));
    ck_assert_uint_eq(rank, preset_cases[index].latent > 0 ? preset_cases[index].rank : 1);
    ck_assert_mem_eq(shape, expected, rank * sizeof *shape);
}

/* Two samples through the whole net and back, one where they are large; a generator's values end where its last layer
 * has them end. */
static void ck_passes(int index)
{
    enum { MOST = 32 * 2048 * 2 };
    static float in[MOST], out[MOST], dy[MOST], dx[MOST];
    size_t sample = sample_values(index), latent = preset_cases[index].latent, count = sample > 64 * 64 ? 1 : 2;
    size_t input = latent > 0 ? latent : sample, output = latent > 0 ? sample : 1;
    random_floats(1, count * input, 1.0f, in);
    random_floats(2, count * output, 1.0f, dy);
    ck_ok(context, coulomb_network_forward(network, count, in, out));
    ck_ok(context, coulomb_network_backward(network, dy, dx, 1));
    bool varied = count * output == 1;
    for (size_t i = 0; i < count * output; i++) {
        ck_assert(isfinite(out[i]) && out[i] != 0.0f);
        ck_assert(preset_cases[index].most == 0.0f || fabsf(out[i]) <= preset_cases[index].most);
        varied = varied || out[i] != out[0];
    }
    ck_assert(varied);
    double square = 0.0;
    for (size_t i = 0; i < count * input; i++)
        square += (double)dx[i] * (double)dx[i];
    ck_assert(isfinite(square) && square > 0.0);
}

static void ck_parameters(int index)
{
    ck_assert_uint_eq(learned_values(), preset_cases[index].learned);
    for (size_t i = 0; i < coulomb_network_parameter_count(network); i++) {
        const char *name = coulomb_network_parameter_name(network, i), *kind = strchr(name, '.');
        ck_assert_ptr_nonnull(kind);
        if (strcmp(kind, ".weight") == 0)
            ck_weights(name, index);
        else
            ck_constant(name, strcmp(kind, ".scale") == 0 || strcmp(kind, ".variance") == 0 ? 1.0f : 0.0f);
    }
}

/* In one test, since most of its time goes into the parameters. */
START_TEST(presets_are_as_published)
{
    use_case(_i);
    ck_parameters(_i);
    ck_output_shape(_i);
    ck_passes(_i);
}
END_TEST

/* Number of cases whose samples have `kind` dimensions, all of which refuse the shape; the mlp presets take any. */
static size_t refusing(const char *part, const size_t *shape, size_t rank, size_t kind)
{
    size_t refused = 0;
    for (size_t i = 0; i < preset_case_count; i++) {
        if (preset_cases[i].rank != kind || strncmp(preset_cases[i].name, "mlp", 3) == 0)
            continue;
        ck_fails(
            context,
            coulomb_network_new_preset(context, preset_cases[i].name, shape, rank, preset_cases[i].latent, 0, &network),
            COULOMB_ERROR_SHAPE, part);
        refused++;
    }
    return refused;
}

START_TEST(presets_for_images_refuse_other_shapes)
{
    const size_t flat[] = {3072}, wide[] = {32, 64, 3}, odd[] = {48, 48, 3}, two[] = {32, 32, 2};
    const struct {
        size_t rank;
        const size_t *shape;
    } wrong[] = {{1, flat}, {3, wide}, {3, odd}, {3, two}};
    for (size_t i = 0; i < 4; i++)
        ck_assert_uint_eq(refusing("expected [32, 32, c]", wrong[i].shape, wrong[i].rank, 3), 33);
    const size_t image[] = {32, 32, 3};
    ck_fails(context, coulomb_network_new_preset(context, "nothing", image, 3, 0, 0, &network), COULOMB_ERROR_NOT_FOUND,
             "resnet-generator, resnet-discriminator, billion-word-generator, billion-word-discriminator");
}
END_TEST

/* Characters are distributions, and everything from the latent on matters to them. */
START_TEST(presets_for_text_generate_distributions_over_characters)
{
    enum { COUNT = 2, VOCABULARY = 40, LATENT = 16 };
    static float in[COUNT * LATENT], out[COUNT * 32 * VOCABULARY], dy[COUNT * 32 * VOCABULARY], dx[COUNT * LATENT];
    use_text("billion-word-generator", VOCABULARY);
    random_floats(1, COUNT * LATENT, 1.0f, in);
    random_floats(2, COUNT * 32 * VOCABULARY, 1.0f, dy);
    ck_ok(context, coulomb_network_forward(network, COUNT, in, out));
    ck_ok(context, coulomb_network_backward(network, dy, dx, 1));
    for (size_t row = 0; row < COUNT * 32; row++) {
        double sum = 0.0;
        for (size_t i = 0; i < VOCABULARY; i++) {
            ck_assert_float_ge(out[row * VOCABULARY + i], 0.0f);
            sum += (double)out[row * VOCABULARY + i];
        }
        ck_close(sum, 1.0, 1e-5, 1.0);
    }
    for (size_t i = 0; i < COUNT * LATENT; i++)
        ck_assert(isfinite(dx[i]) && dx[i] != 0.0f);
}
END_TEST

/* A block adds 0.3 of its branch: with all filters 0, what a block's last bias puts there is all that comes through,
 * and the first bias of a block comes to nothing. */
START_TEST(residual_blocks_for_text_add_three_tenths)
{
    enum { VOCABULARY = 40, LAST = 32 * 512 };
    static float in[32 * VOCABULARY], out[1], ones[LAST], bias[512];
    use_text("billion-word-discriminator", VOCABULARY);
    for (size_t i = 0; i < coulomb_network_parameter_count(network); i++)
        ck_ok(context,
              coulomb_network_set_initializer_constant(network, coulomb_network_parameter_name(network, i), 0.0));
    ck_ok(context, coulomb_network_initialize(network, 1));
    for (size_t i = 0; i < LAST; i += 32) /* few, as some BLAS adds them one by one */
        ones[i] = 32.0f / LAST;
    for (size_t i = 0; i < 512; i++)
        bias[i] = 2.0f;
    ck_ok(context, coulomb_network_write_parameter(network, "dense1.weight", ones, LAST));
    /* the first convolution is conv1; those that end the blocks are conv3, 5, 7, 9, 11 */
    ck_ok(context, coulomb_network_write_parameter(network, "conv3.bias", bias, 512));
    ck_ok(context, coulomb_network_write_parameter(network, "conv11.bias", bias, 512));
    ck_ok(context, coulomb_network_forward(network, 1, in, out));
    ck_close(out[0], 2 * 0.3 * 2.0, 1e-5, 1.0);
    ck_ok(context, coulomb_network_write_parameter(network, "conv4.bias", bias, 512));
    ck_ok(context, coulomb_network_forward(network, 1, in, out));
    ck_close(out[0], 2 * 0.3 * 2.0, 1e-5, 1.0);
}
END_TEST

START_TEST(presets_for_text_refuse_other_shapes)
{
    const size_t flat[] = {1280}, short_line[] = {31, 40}, image[] = {32, 32, 3};
    const struct {
        size_t rank;
        const size_t *shape;
    } wrong[] = {{1, flat}, {2, short_line}, {3, image}};
    for (size_t i = 0; i < 3; i++)
        ck_assert_uint_eq(refusing("expected [32, c]", wrong[i].shape, wrong[i].rank, 2), 4);
}
END_TEST

Suite *suite_presets(void)
{
    Suite *suite = suite_create("presets");
    TCase *all = tcase_create("presets");
    tcase_set_timeout(all, 60.0);
    tcase_add_checked_fixture(all, context_begin, network_end);
    tcase_add_test(all, every_preset_is_a_case_at_every_size);
    tcase_add_test(all, unknown_presets_are_answered_with_the_list);
    tcase_add_test(all, presets_for_images_refuse_other_shapes);
    tcase_add_test(all, presets_for_text_generate_distributions_over_characters);
    tcase_add_test(all, residual_blocks_for_text_add_three_tenths);
    tcase_add_test(all, presets_for_text_refuse_other_shapes);
    suite_add_tcase(suite, all);
    TCase *large = tcase_create("whole networks");
    tcase_set_tags(large, "large"); /* hours under Valgrind (tests/sanitizers.sh) */
    tcase_set_timeout(large, 60.0);
    tcase_add_checked_fixture(large, context_begin, network_end);
    tcase_add_loop_test(large, presets_are_as_published, 0, (int)preset_case_count);
    suite_add_tcase(suite, large);
    return suite;
}
