/* Pictures from files and generators, and the distance that is measured while training. */
#include "fid/features.h"
#include "fid/fid_monitor.h"
#include "fid/inception.h"
#include "fid/inception_input.h"
#include "fid/moments_file.h"
#include "suites.h"
#include "support/device.h"
#include "unit/told.h"
#include "weights_rule.h"

#include <coulomb/latent.h>
#include <coulomb/layers.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SIDE = 32, SAMPLE = SIDE * SIDE * 3, FILES = 5 };

static coulomb_context *context;
static coulomb_network *generator;

static void use_generator(size_t channels)
{
    const size_t shape[] = {SIDE, SIDE, channels};
    context = device_context(&(device_settings){.threads = 2});
    ck_assert_int_eq(coulomb_network_new_preset(context, "coulomb-generator", shape, 3, 10, 5, &generator), COULOMB_OK);
}

static void let_go(void)
{
    coulomb_network_free(generator);
    coulomb_context_free(context);
}

START_TEST(generated_pictures_are_samples_in_8_bits)
{
    size_t channels = _i == 0 ? 3 : 1, count = 130; /* more than are generated at once */
    use_generator(channels);
    float *samples = malloc(count * SAMPLE * sizeof *samples);
    ck_assert_int_eq(coulomb_network_set_generation_seed(generator, 9), COULOMB_OK);
    ck_assert_int_eq(coulomb_network_generate(generator, count, samples), COULOMB_OK);
    pictures *of = pictures_generate(context, generator, 9);
    ck_assert_ptr_nonnull(of);
    for (size_t i = 0; i < count; i++) {
        image next;
        ck_assert(pictures_next(of, &next));
        ck_assert_uint_eq(next.width, SIDE);
        ck_assert_uint_eq(next.height, SIDE);
        const float *sample = samples + i * SIDE * SIDE * channels;
        for (size_t j = 0; j < SAMPLE; j++)
            ck_assert_int_eq(next.pixels[j], value_of_8_bits(sample[channels == 3 ? j : j / 3]));
        image_free(&next);
    }
    pictures_close(of);
    free(samples);
    let_go();
}
END_TEST

START_TEST(generators_of_other_things_are_refused)
{
    const size_t shape = 2;
    context = device_context(&(device_settings){.threads = 1});
    ck_assert_int_eq(coulomb_network_new_preset(context, "mlp-generator", &shape, 1, 10, 5, &generator), COULOMB_OK);
    told_begin();
    ck_assert_ptr_null(pictures_generate(context, generator, 9));
    ck_told("not images");
    let_go();
}
END_TEST

/* A network of some hundred bytes, whose pictures of 2048 x 2048 pixels would take gigabytes. */
START_TEST(generators_of_enormous_pictures_are_refused)
{
    const size_t input[] = {1}, pixel[] = {1, 1, 3}, twice[] = {2, 2};
    int32_t node;
    context = device_context(&(device_settings){.threads = 1});
    ck_assert_int_eq(coulomb_network_new(context, &generator), COULOMB_OK);
    ck_assert_int_eq(coulomb_network_input(generator, input, 1, &node), COULOMB_OK);
    ck_assert_int_eq(coulomb_network_dense(generator, node, 3, "dense", &node), COULOMB_OK);
    ck_assert_int_eq(coulomb_network_reshape(generator, node, pixel, 3, &node), COULOMB_OK);
    for (int i = 0; i < 11; i++)
        ck_assert_int_eq(coulomb_network_upsample2d(generator, node, twice, &node), COULOMB_OK);
    ck_assert_int_eq(coulomb_network_finish(generator, node, 1), COULOMB_OK);
    told_begin();
    pictures *of = pictures_generate(context, generator, 9);
    ck_told("generating 128 pictures of 2048 x 2048 pixels at once needs more than 2 GiB");
    ck_assert_ptr_null(of);
    let_go();
}
END_TEST

/* CIFAR-10's file of 10,000 records is the simplest to make: label, then the planes of red, green and blue. Record i is
 * grey of i % 256. */
static char directory[] = "fid-pictures-XXXXXX";

static void make_cifar(void)
{
    char path[64];
    unsigned char record[1 + SAMPLE];
    ck_assert_ptr_nonnull(mkdtemp(directory));
    for (int batch = 1; batch <= FILES; batch++) {
        snprintf(path, sizeof path, "%s/data_batch_%d.bin", directory, batch);
        FILE *stream = fopen(path, "wb");
        ck_assert_ptr_nonnull(stream);
        for (int i = 0; i < 10000; i++) {
            memset(record, i % 256, sizeof record);
            record[0] = 0;
            fwrite(record, 1, sizeof record, stream);
        }
        ck_assert_int_eq(fclose(stream), 0);
    }
}

static void remove_cifar(void)
{
    char path[64];
    for (int batch = 1; batch <= FILES; batch++) {
        snprintf(path, sizeof path, "%s/data_batch_%d.bin", directory, batch);
        unlink(path);
    }
    rmdir(directory);
}

START_TEST(every_picture_comes_once_in_an_order_of_the_seed)
{
    const picture_form whole = {0};
    size_t seen[256] = {0}, same = 0;
    make_cifar();
    pictures *a = pictures_open(directory, whole, 1), *b = pictures_open(directory, whole, 1),
             *c = pictures_open(directory, whole, 2);
    ck_assert(a && b && c);
    ck_assert_uint_eq(pictures_count(a), 50000);
    image first, again, other;
    size_t count = 0;
    while (pictures_next(a, &first)) {
        ck_assert_uint_eq(first.width, SIDE);
        seen[first.pixels[0]]++;
        if (count++ < 1000) {
            ck_assert(pictures_next(b, &again) && pictures_next(c, &other));
            ck_assert_int_eq(first.pixels[5], again.pixels[5]);
            same += first.pixels[5] == other.pixels[5];
            image_free(&again);
            image_free(&other);
        }
        image_free(&first);
    }
    ck_assert(!pictures_failed(a));
    ck_assert_uint_eq(count, 50000);
    for (size_t i = 0; i < 256; i++)
        ck_assert_uint_eq(seen[i], FILES * (i < 10000 % 256 ? 40u : 39u));
    ck_assert_uint_lt(same, 50);
    pictures_close(a);
    pictures_close(b);
    pictures_close(c);
    remove_cifar();
}
END_TEST

/* The monitor's value is that of the same steps taken one by one, and does not change between two measurements. */
START_TEST(the_monitor_measures_what_the_program_does)
{
    enum { SAMPLES = 3 };
    fid_monitor_settings settings = {.stats = "fid-monitor.npz", .every = 10, .samples = SAMPLES};
    uint64_t taken;
    double expected, measured;
    coulomb_moments *model, *target;
    use_generator(3);
    coulomb_network *inception = inception_new(context);
    char *weights = weights_write(inception);
    settings.inception = weights;
    ck_assert_int_eq(coulomb_moments_new(context, INCEPTION_FEATURES, &target), COULOMB_OK);
    ck_assert_int_eq(coulomb_moments_new(context, INCEPTION_FEATURES, &model), COULOMB_OK);
    pictures *of = pictures_generate(context, generator, 77);
    ck_assert(features_add(context, inception, of, 4, false, target, &taken));
    ck_assert_uint_eq(taken, 4);
    pictures_close(of);
    ck_assert(moments_write(context, target, settings.stats));

    fid_monitor *monitor = fid_monitor_open(context, &settings);
    ck_assert_ptr_nonnull(monitor);
    ck_assert(fid_monitor_due(monitor, 20) && !fid_monitor_due(monitor, 25) && !fid_monitor_due(NULL, 20));
    ck_assert(fid_monitor_measure(monitor, generator, &measured));
    fid_monitor_close(monitor);

    of = pictures_generate(context, generator, 1);
    ck_assert(features_add(context, inception, of, SAMPLES, false, model, &taken));
    pictures_close(of);
    ck_assert_int_eq(coulomb_moments_distance(model, target, &expected), COULOMB_OK);
    ck_assert_double_eq_tol(measured, expected, 1e-6 * expected);
    ck_assert_double_gt(expected, 0);
    coulomb_moments_free(model);
    coulomb_moments_free(target);
    coulomb_network_free(inception);
    weights_remove(weights);
    unlink(settings.stats);
    let_go();
}
END_TEST

START_TEST(the_monitor_refuses_other_statistics)
{
    const fid_monitor_settings settings = {.stats = FID_GOLDEN_DIRECTORY "/stored.npz",
                                           .inception = "none",
                                           .every = 10,
                                           .samples = 10},
                               none = {0};
    context = device_context(&(device_settings){.threads = 1});
    told_begin();
    ck_assert_ptr_null(fid_monitor_open(context, &settings));
    ck_told("statistics of 3 dimensions; the Inception network's features have 2048");
    ck_assert(!fid_monitor_wanted(&none) && fid_monitor_wanted(&settings));
    ck_assert_ptr_null(fid_monitor_open(context, &none));
    coulomb_context_free(context);
}
END_TEST

Suite *suite_pictures(void)
{
    Suite *suite = suite_create("pictures");
    TCase *cases = tcase_create("pictures");
    tcase_set_timeout(cases, 240);
    tcase_add_loop_test(cases, generated_pictures_are_samples_in_8_bits, 0, 2);
    tcase_add_test(cases, generators_of_other_things_are_refused);
    tcase_add_test(cases, generators_of_enormous_pictures_are_refused);
    tcase_add_test(cases, every_picture_comes_once_in_an_order_of_the_seed);
    tcase_add_test(cases, the_monitor_measures_what_the_program_does);
    tcase_add_test(cases, the_monitor_refuses_other_statistics);
    suite_add_tcase(suite, cases);
    return suite;
}
