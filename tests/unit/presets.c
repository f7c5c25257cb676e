/* The presets for images and text: what they are made of, counted by hand, and that they run. */
#include "unit/check_more.h"
#include "unit/suites.h"

#include <coulomb/parameters.h>

static coulomb_context *context;
static coulomb_network *network;

static void setup(void)
{
    ck_assert_int_eq(coulomb_context_new(&context), COULOMB_OK);
}

static void teardown(void)
{
    coulomb_network_free(network);
    coulomb_context_free(context);
}

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

/* Weights and biases of a layer, and with a batch norm behind it, with scale and shift. */
#define LAYER(field, in, out) ((size_t)(field) * (in) * (out) + (out))
#define NORMED(field, in, out) (LAYER(field, in, out) + 2 * (size_t)(out))

/* Batch norm without scale, 3 x 3, batch norm without scale, 3 x 3, and the shortcut. */
#define RESIDUAL(in, out) ((in) + LAYER(9, in, in) + (in) + LAYER(9, in, out) + LAYER(1, in, out))

static const struct {
    const char *name;
    size_t side, channels, latent, learned;
} cases[] = {
    {"coulomb-generator", 32, 3, 16,
     LAYER(1, 16, 16384) + NORMED(25, 1024, 512) + NORMED(25, 512, 256) + LAYER(25, 256, 3)},
    {"coulomb-generator", 64, 3, 32,
     LAYER(1, 32, 16384) + NORMED(25, 1024, 512) + NORMED(25, 512, 256) + NORMED(25, 256, 128) + LAYER(25, 128, 3)},
    {"coulomb-generator", 128, 1, 32,
     LAYER(1, 32, 16384) + NORMED(25, 1024, 512) + NORMED(25, 512, 256) + NORMED(25, 256, 128) + NORMED(25, 128, 64) +
         LAYER(25, 64, 1)},
    {"coulomb-tanh-generator", 32, 1, 16,
     LAYER(1, 16, 16384) + NORMED(25, 1024, 512) + NORMED(25, 512, 256) + LAYER(25, 256, 1)},
    {"coulomb-64-discriminator", 32, 3, 0,
     NORMED(25, 3, 64) + NORMED(25, 64, 128) + NORMED(25, 128, 256) + NORMED(25, 256, 512) + LAYER(4, 512, 1)},
    {"coulomb-64-discriminator", 128, 1, 0,
     NORMED(25, 1, 64) + NORMED(25, 64, 128) + NORMED(25, 128, 256) + NORMED(25, 256, 512) + LAYER(64, 512, 1)},
    {"coulomb-128-discriminator", 64, 3, 0,
     NORMED(25, 3, 128) + NORMED(25, 128, 256) + NORMED(25, 256, 512) + NORMED(25, 512, 1024) + LAYER(16, 1024, 1)},
    {"coulomb-256-discriminator", 32, 3, 0,
     NORMED(25, 3, 256) + NORMED(25, 256, 512) + NORMED(25, 512, 1024) + NORMED(25, 1024, 2048) + LAYER(4, 2048, 1)},
    {"dcgan-generator", 32, 3, 100,
     NORMED(16, 100, 512) + NORMED(16, 512, 256) + NORMED(16, 256, 128) + LAYER(16, 128, 3)},
    {"dcgan-generator", 64, 3, 100,
     NORMED(16, 100, 512) + NORMED(16, 512, 256) + NORMED(16, 256, 128) + NORMED(16, 128, 64) + LAYER(16, 64, 3)},
    {"dcgan-generator", 128, 3, 100,
     NORMED(16, 100, 512) + NORMED(16, 512, 256) + NORMED(16, 256, 128) + NORMED(16, 128, 64) + NORMED(16, 64, 32) +
         LAYER(16, 32, 3)},
    {"dcgan-discriminator", 32, 3, 0,
     NORMED(16, 3, 64) + NORMED(16, 64, 128) + NORMED(16, 128, 256) + LAYER(16, 256, 1)},
    {"dcgan-discriminator", 64, 1, 0,
     NORMED(16, 1, 64) + NORMED(16, 64, 128) + NORMED(16, 128, 256) + NORMED(16, 256, 512) + LAYER(16, 512, 1)},
    {"began-generator", 32, 3, 64, LAYER(1, 64, 8192) + 6 * LAYER(9, 128, 128) + LAYER(9, 128, 3)},
    {"began-generator", 64, 3, 64, LAYER(1, 64, 8192) + 8 * LAYER(9, 128, 128) + LAYER(9, 128, 3)},
    {"began-discriminator", 32, 3, 0,
     LAYER(9, 3, 128) + 3 * LAYER(9, 128, 128) + LAYER(9, 128, 256) + 2 * LAYER(9, 256, 256) + LAYER(9, 256, 384) +
         LAYER(9, 384, 384) + LAYER(64, 384, 1)},
    {"began-discriminator", 64, 3, 0,
     LAYER(9, 3, 128) + 3 * LAYER(9, 128, 128) + LAYER(9, 128, 256) + 2 * LAYER(9, 256, 256) + LAYER(9, 256, 384) +
         2 * LAYER(9, 384, 384) + LAYER(9, 384, 512) + LAYER(9, 512, 512) + LAYER(64, 512, 1)},
    {"resnet-generator", 32, 3, 128,
     LAYER(1, 128, 8192) + RESIDUAL(512, 512) + RESIDUAL(512, 256) + RESIDUAL(256, 128) + 128 + LAYER(1, 128, 3)},
    {"resnet-generator", 64, 3, 128,
     LAYER(1, 128, 8192) + RESIDUAL(512, 512) + RESIDUAL(512, 256) + RESIDUAL(256, 128) + RESIDUAL(128, 64) + 64 +
         LAYER(1, 64, 3)},
    {"resnet-discriminator", 32, 3, 0,
     LAYER(9, 3, 64) + RESIDUAL(64, 128) + RESIDUAL(128, 256) + RESIDUAL(256, 512) + LAYER(16, 512, 1)},
    {"resnet-discriminator", 64, 1, 0,
     LAYER(9, 1, 64) + RESIDUAL(64, 128) + RESIDUAL(128, 256) + RESIDUAL(256, 512) + RESIDUAL(512, 1024) +
         LAYER(16, 1024, 1)},
};

enum { CASES = sizeof cases / sizeof cases[0] };

static void use_case(int index)
{
    const size_t image[] = {cases[index].side, cases[index].side, cases[index].channels};
    coulomb_network_free(network);
    ck_ok(context, coulomb_network_new_preset(context, cases[index].name, image, 3, cases[index].latent, 1, &network));
}

START_TEST(presets_have_the_published_number_of_parameters)
{
    use_case(_i);
    ck_assert_uint_eq(learned_values(), cases[_i].learned);
    size_t rank, shape[COULOMB_RANK_MAX];
    ck_ok(context, coulomb_network_output_shape(network, shape, COULOMB_RANK_MAX, &rank));
    if (cases[_i].latent == 0) {
        ck_assert_uint_eq(rank, 1);
        ck_assert_uint_eq(shape[0], 1);
        return;
    }
    ck_assert_uint_eq(rank, 3);
    ck_assert_uint_eq(shape[0], cases[_i].side);
    ck_assert_uint_eq(shape[1], cases[_i].side);
    ck_assert_uint_eq(shape[2], cases[_i].channels);
}
END_TEST

/* Small pictures through the whole net and back; a generator's pixels end where its last layer has them end. */
START_TEST(presets_run_forward_and_backward)
{
    enum { COUNT = 2 };
    static float in[COUNT * 32 * 32 * 3], out[COUNT * 32 * 32 * 3], dy[COUNT * 32 * 32 * 3], dx[COUNT * 32 * 32 * 3];
    if (cases[_i].side > 32)
        return;
    use_case(_i);
    size_t image = 32 * 32 * cases[_i].channels, latent = cases[_i].latent;
    size_t input = latent > 0 ? latent : image, output = latent > 0 ? image : 1;
    random_floats(1, COUNT * input, 1.0f, in);
    random_floats(2, COUNT * output, 1.0f, dy);
    ck_ok(context, coulomb_network_forward(network, COUNT, in, out));
    ck_ok(context, coulomb_network_backward(network, dy, dx, 1));
    float most = strncmp(cases[_i].name, "coulomb-generator", 12) == 0 ? 1.7159f : latent > 0 ? 1.0f : 1e4f;
    if (strcmp(cases[_i].name, "began-generator") == 0)
        most = 1e4f;
    bool varied = false;
    for (size_t i = 0; i < COUNT * output; i++) {
        ck_assert_float_le(fabsf(out[i]), most);
        varied = varied || out[i] != out[0];
    }
    ck_assert(varied);
    double square = 0.0;
    for (size_t i = 0; i < COUNT * input; i++)
        square += (double)dx[i] * (double)dx[i];
    ck_assert(isfinite(square) && square > 0.0);
}
END_TEST

static double variance(const char *parameter, double *most)
{
    size_t count = values_of(parameter);
    float *values = malloc(count * sizeof *values);
    double sum = 0.0;
    *most = 0.0;
    ck_ok(context, coulomb_network_read_parameter(network, parameter, values, count));
    for (size_t i = 0; i < count; i++) {
        sum += (double)values[i] * (double)values[i] / (double)count;
        *most = fmax(*most, fabs((double)values[i]));
    }
    free(values);
    return sum;
}

/* 2/((fan in + fan out)/2) truncated at two deviations in front of a ReLU; Glorot uniform elsewhere. */
START_TEST(presets_start_as_published)
{
    double most, relu = 4.0 / (25 * (512 + 256)), glorot = 2.0 / (25 * (256 + 3));
    use_case(0);
    ck_close(variance("transposed2.weight", &most), relu, 0.01, relu);
    ck_close(most, 2.0 / 0.87962566 * sqrt(relu), 0.01, most);
    ck_close(variance("transposed3.weight", &most), glorot, 0.05, glorot);
    ck_close(most, sqrt(3.0 * glorot), 0.01, most);
    ck_close(variance("dense1.weight", &most), 4.0 / (16 + 16384), 0.01, 4.0 / (16 + 16384));
    ck_close(variance("norm1.scale", &most), 1.0, 0.0, 1.0);
    ck_close(variance("norm1.variance", &most), 1.0, 0.0, 1.0);
    ck_close(variance("norm1.shift", &most), 0.0, 0.0, 1.0);
    ck_close(variance("transposed1.bias", &most), 0.0, 0.0, 1.0);
}
END_TEST

START_TEST(presets_for_images_refuse_other_shapes)
{
    const size_t flat[] = {3072}, wide[] = {32, 64, 3}, odd[] = {48, 48, 3}, two[] = {32, 32, 2};
    const struct {
        size_t rank;
        const size_t *shape;
    } wrong[] = {{1, flat}, {3, wide}, {3, odd}, {3, two}};
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < CASES; j++)
            ck_fails(context,
                     coulomb_network_new_preset(context, cases[j].name, wrong[i].shape, wrong[i].rank, cases[j].latent,
                                                0, &network),
                     COULOMB_ERROR_SHAPE, "expected [32, 32, c]");
    const size_t image[] = {32, 32, 3};
    ck_fails(context, coulomb_network_new_preset(context, "nothing", image, 3, 0, 0, &network), COULOMB_ERROR_NOT_FOUND,
             "resnet-generator, resnet-discriminator, billion-word-generator, billion-word-discriminator");
}
END_TEST

/* Five blocks of two convolutions, with the shifts of batch norms in the generator. */
#define TEXT_BLOCKS(shifts) (5 * 2 * (LAYER(5, 512, 512) + (shifts)))

static const struct {
    const char *name;
    size_t vocabulary, latent, learned;
} text_cases[] = {
    {"billion-word-generator", 2048, 128, LAYER(1, 128, 32 * 512) + 512 + TEXT_BLOCKS(512) + LAYER(1, 512, 2048)},
    {"billion-word-generator", 40, 16, LAYER(1, 16, 32 * 512) + 512 + TEXT_BLOCKS(512) + LAYER(1, 512, 40)},
    {"billion-word-discriminator", 2048, 0, LAYER(1, 2048, 512) + TEXT_BLOCKS(0) + LAYER(1, 32 * 512, 1)},
    {"billion-word-discriminator", 40, 0, LAYER(1, 40, 512) + TEXT_BLOCKS(0) + LAYER(1, 32 * 512, 1)},
};

enum { TEXT_CASES = sizeof text_cases / sizeof text_cases[0] };

static void use_text_case(int index)
{
    const size_t line[] = {32, text_cases[index].vocabulary};
    coulomb_network_free(network);
    ck_ok(context,
          coulomb_network_new_preset(context, text_cases[index].name, line, 2, text_cases[index].latent, 1, &network));
}

START_TEST(presets_for_text_have_the_published_number_of_parameters)
{
    use_text_case(_i);
    ck_assert_uint_eq(learned_values(), text_cases[_i].learned);
    size_t rank, shape[COULOMB_RANK_MAX];
    ck_ok(context, coulomb_network_output_shape(network, shape, COULOMB_RANK_MAX, &rank));
    ck_assert_uint_eq(rank, text_cases[_i].latent > 0 ? 2 : 1);
    ck_assert_uint_eq(shape[0], text_cases[_i].latent > 0 ? 32 : 1);
    ck_assert_uint_eq(shape[1 % rank], text_cases[_i].latent > 0 ? text_cases[_i].vocabulary : 1);
}
END_TEST

/* Characters are distributions, and everything from the latent on matters to them. */
START_TEST(presets_for_text_generate_distributions_over_characters)
{
    enum { COUNT = 2, VOCABULARY = 40, LATENT = 16 };
    static float in[COUNT * LATENT], out[COUNT * 32 * VOCABULARY], dy[COUNT * 32 * VOCABULARY], dx[COUNT * LATENT];
    use_text_case(1);
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
    use_text_case(3);
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

/* Filters of blocks as in front of a ReLU; the other layers Glorot uniform. */
START_TEST(presets_for_text_start_as_told)
{
    double most, relu = 4.0 / (5 * (512 + 512)), first = 2.0 / (40 + 512);
    use_text_case(3);
    ck_close(variance("conv2.weight", &most), relu, 0.01, relu);
    ck_close(variance("conv11.weight", &most), relu, 0.01, relu);
    ck_close(variance("conv1.weight", &most), first, 0.05, first);
    ck_close(most, sqrt(3.0 * first), 0.01, most);
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
        for (size_t j = 0; j < TEXT_CASES; j++)
            ck_fails(context,
                     coulomb_network_new_preset(context, text_cases[j].name, wrong[i].shape, wrong[i].rank,
                                                text_cases[j].latent, 0, &network),
                     COULOMB_ERROR_SHAPE, "expected [32, c]");
}
END_TEST

Suite *suite_presets(void)
{
    Suite *suite = suite_create("presets");
    TCase *all = tcase_create("presets");
    tcase_set_timeout(all, 60.0);
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_loop_test(all, presets_have_the_published_number_of_parameters, 0, CASES);
    tcase_add_loop_test(all, presets_run_forward_and_backward, 0, CASES);
    tcase_add_test(all, presets_start_as_published);
    tcase_add_test(all, presets_for_images_refuse_other_shapes);
    tcase_add_loop_test(all, presets_for_text_have_the_published_number_of_parameters, 0, TEXT_CASES);
    tcase_add_test(all, presets_for_text_generate_distributions_over_characters);
    tcase_add_test(all, residual_blocks_for_text_add_three_tenths);
    tcase_add_test(all, presets_for_text_start_as_told);
    tcase_add_test(all, presets_for_text_refuse_other_shapes);
    suite_add_tcase(suite, all);
    return suite;
}
