/* Sentences of the grammar, and the networks for text. */
#include "billion-word/networks.h"
#include "fixture.h"
#include "suites.h"
#include "unit/check_more.h"

#include <coulomb/parameters.h>
#include <stdio.h>

static void synthesize(uint64_t seed, size_t count)
{
    corpus_builder *builder = corpus_begin();
    corpus_free(&text);
    ck_assert(text_synthetic(seed, count, builder));
    ck_assert(corpus_finish(builder, VOCABULARY_PAPER, &text));
}

START_TEST(sentences_are_varied_and_depend_on_the_seed)
{
    enum { COUNT = 5000 };
    synthesize(1, COUNT);
    ck_assert_uint_eq(text.count, COUNT);
    size_t repeated = 0, ended = 0;
    for (size_t i = 0; i < COUNT; i++) {
        char sentence[LINE_LENGTH * UTF8_BYTES_MOST + 1];
        snprintf(sentence, sizeof sentence, "%s", line(i));
        ck_assert(sentence[0] >= 'A' && sentence[0] <= 'Z');
        ck_assert_ptr_null(strpbrk(sentence, "{}|?"));
        ended += strstr(sentence, " .`") != NULL || strcmp(sentence + 30, " .") == 0;
        repeated += i > 0 && strcmp(sentence, line(i - 1)) == 0;
    }
    ck_assert_uint_lt(repeated, 10);
    ck_assert_uint_gt(ended, COUNT / 3);
    uint16_t *lines = malloc(COUNT * LINE_LENGTH * sizeof *lines);
    memcpy(lines, text.lines, COUNT * LINE_LENGTH * sizeof *lines);
    synthesize(1, COUNT);
    ck_assert_mem_eq(lines, text.lines, COUNT * LINE_LENGTH * sizeof *lines);
    synthesize(2, COUNT);
    ck_assert_mem_ne(lines, text.lines, COUNT * LINE_LENGTH * sizeof *lines);
    free(lines);
}
END_TEST

static void compare_networks(coulomb_context *context, const coulomb_network *a, const coulomb_network *b)
{
    ck_assert_uint_eq(coulomb_network_parameter_count(a), coulomb_network_parameter_count(b));
    for (size_t i = 0; i < coulomb_network_parameter_count(a); i++) {
        const char *name = coulomb_network_parameter_name(a, i);
        size_t rank[2], shape[2][COULOMB_RANK_MAX], count = 1;
        ck_assert_str_eq(name, coulomb_network_parameter_name(b, i));
        ck_ok(context, coulomb_network_parameter_shape(a, name, shape[0], COULOMB_RANK_MAX, &rank[0]));
        ck_ok(context, coulomb_network_parameter_shape(b, name, shape[1], COULOMB_RANK_MAX, &rank[1]));
        ck_assert_uint_eq(rank[0], rank[1]);
        ck_assert_mem_eq(shape[0], shape[1], rank[0] * sizeof shape[0][0]);
        for (size_t j = 0; j < rank[0]; j++)
            count *= shape[0][j];
        float *values[2] = {malloc(count * sizeof(float)), malloc(count * sizeof(float))};
        ck_ok(context, coulomb_network_read_parameter(a, name, values[0], count));
        ck_ok(context, coulomb_network_read_parameter(b, name, values[1], count));
        ck_assert_mem_eq(values[0], values[1], count * sizeof(float));
        free(values[0]);
        free(values[1]);
    }
}

/* The same parameters under the same seed, and the same output. */
START_TEST(networks_of_full_width_are_the_presets)
{
    enum { LATENT = 128, VOCABULARY = 40, VALUES = LINE_LENGTH * VOCABULARY };
    static float latent[LATENT], values[2][VALUES], potential[2][1];
    const size_t shape[] = {LINE_LENGTH, VOCABULARY};
    const network_settings full = {.latent = LATENT, .width = 512, .blocks = 5};
    coulomb_context *context;
    coulomb_network *generator[2], *discriminator[2];
    ck_assert_int_eq(coulomb_context_new(&context), COULOMB_OK);
    ck_assert(networks_make(context, &full, VOCABULARY, 3, &generator[0], &discriminator[0]));
    ck_ok(context, coulomb_network_new_preset(context, "billion-word-generator", shape, 2, LATENT, 6, &generator[1]));
    ck_ok(context,
          coulomb_network_new_preset(context, "billion-word-discriminator", shape, 2, 0, 7, &discriminator[1]));
    compare_networks(context, generator[0], generator[1]);
    compare_networks(context, discriminator[0], discriminator[1]);
    random_floats(1, LATENT, 1.0f, latent);
    for (size_t i = 0; i < 2; i++) {
        ck_ok(context, coulomb_network_forward(generator[i], 1, latent, values[i]));
        ck_ok(context, coulomb_network_forward(discriminator[i], 1, values[0], potential[i]));
        coulomb_network_free(generator[i]);
        coulomb_network_free(discriminator[i]);
    }
    ck_assert_mem_eq(values[0], values[1], sizeof values[0]);
    ck_assert_mem_eq(potential[0], potential[1], sizeof potential[0]);
    coulomb_context_free(context);
}
END_TEST

TCase *text_networks(void)
{
    TCase *tests = tcase_create("networks");
    tcase_set_timeout(tests, 60.0);
    tcase_add_checked_fixture(tests, NULL, release_text);
    tcase_add_test(tests, sentences_are_varied_and_depend_on_the_seed);
    tcase_add_test(tests, networks_of_full_width_are_the_presets);
    return tests;
}
