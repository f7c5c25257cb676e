/* Files of weights: those of the feature network come back, and others are refused. */
#include "fid/inception.h"
#include "suites.h"
#include "support/device.h"
#include "unit/told.h"
#include "weights_rule.h"

#include <coulomb/checkpoint.h>
#include <coulomb/parameters.h>
#include <unistd.h>

START_TEST(weights_come_back)
{
    enum { VALUES = 3 * 3 * 3 * 32 };
    static const char first[] = "Conv2d_1a_3x3.weight";
    float written[VALUES], read[VALUES];
    coulomb_context *context = device_context(&(device_settings){.threads = 1});
    coulomb_network *network = inception_new(context);
    char *path = weights_write(network);
    coulomb_network *loaded = inception_load(context, path);
    ck_assert_ptr_nonnull(loaded);
    ck_assert_int_eq(coulomb_network_read_parameter(network, first, written, VALUES), COULOMB_OK);
    ck_assert_int_eq(coulomb_network_read_parameter(loaded, first, read, VALUES), COULOMB_OK);
    ck_assert_mem_eq(written, read, sizeof read);
    weights_remove(path);
    coulomb_network_free(network);
    coulomb_network_free(loaded);
    coulomb_context_free(context);
}
END_TEST

START_TEST(files_of_other_networks_are_refused)
{
    static const char path[] = "fid-other.safetensors";
    const size_t two = 2;
    coulomb_context *context = device_context(&(device_settings){.threads = 1});
    coulomb_network *other;
    ck_assert_int_eq(coulomb_network_new_preset(context, "mlp-generator", &two, 1, 2, 1, &other), COULOMB_OK);
    ck_assert_int_eq(coulomb_network_save(other, path), COULOMB_OK);
    told_begin();
    ck_assert_ptr_null(inception_load(context, path));
    ck_told("neither an array 'network.Conv2d_1a_3x3.weight' nor 'Conv2d_1a_3x3.weight'");
    told_begin();
    ck_assert_ptr_null(inception_load(context, "no-such-file"));
    ck_told("cannot load 'no-such-file': No such file");
    unlink(path);
    coulomb_network_free(other);
    coulomb_context_free(context);
}
END_TEST

Suite *suite_weights(void)
{
    Suite *suite = suite_create("weights");
    TCase *cases = tcase_create("files");
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, weights_come_back);
    tcase_add_test(cases, files_of_other_networks_are_refused);
    suite_add_tcase(suite, cases);
    return suite;
}
