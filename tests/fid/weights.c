/* Files of weights that do not fit the feature network. */
#include "fid/inception.h"
#include "suites.h"
#include "support/succeed.h"
#include "told.h"
#include "weights_rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct {
    spoiling spoilt;
    const char *told;
} refusals[] = {
    {{.array = "Mixed_7c.branch_pool.bn.bias", .renamed = ""}, "has no array 'Mixed_7c.branch_pool.bn.bias'"},
    {{.array = "Mixed_5b.branch5x5_2.conv.weight", .more = 1},
     "array 'Mixed_5b.branch5x5_2.conv.weight' has shape [65, 48, 5, 5]; expected [64, 48, 5, 5]"},
    {{.array = "Conv2d_1a_3x3.conv.weight", .type = "I32"}, "'Conv2d_1a_3x3.conv.weight' has type I32; expected F32"},
    {{.array = "Conv2d_1a_3x3.conv.weight", .type = "F8"}, "'Conv2d_1a_3x3.conv.weight' has the unknown type 'F8'"},
    {{.array = "Conv2d_1a_3x3.conv.weight", .type = "F64"}, "a shape and offsets that do not fit together"},
    {{.added = "Mixed_7c.branch9x9.conv.weight"}, "'Mixed_7c.branch9x9.conv.weight' that the Inception network"},
    {{.added = "transform.weight"}, "'transform.weight' that the Inception network"},
    {{.cut = 1}, "ends within array 'fc.bias': it is 1 bytes too short"},
};

START_TEST(refuses_headers_that_do_not_fit)
{
    spoiling spoilt = refusals[_i].spoilt;
    spoilt.zeros = true;
    coulomb_context *context = context_with_threads(1);
    coulomb_network *network = inception_new(context);
    ck_assert_ptr_nonnull(network);
    char *path = weights_write(network, &spoilt);
    told_begin();
    bool read = inception_read_weights(context, network, path);
    ck_told(refusals[_i].told);
    ck_assert(!read);
    weights_remove(path);
    coulomb_network_free(network);
    coulomb_context_free(context);
}
END_TEST

static const struct {
    const char *array, *value, *told;
} values[] = {
    {"Conv2d_1a_3x3.conv.weight", "nan", "value 863 of array 'Conv2d_1a_3x3.conv.weight' is not a finite number"},
    {"Conv2d_1a_3x3.bn.running_var", "negative", "value 31 of Conv2d_1a_3x3.bn.running_var is -0.001"},
};

START_TEST(refuses_values_that_cannot_be)
{
    coulomb_context *context = context_with_threads(1);
    coulomb_network *network = inception_new(context);
    char *path = weights_write(network, &(spoiling){.array = values[_i].array, .value = values[_i].value});
    told_begin();
    bool read = inception_read_weights(context, network, path);
    ck_told(values[_i].told);
    ck_assert(!read);
    weights_remove(path);
    coulomb_network_free(network);
    coulomb_context_free(context);
}
END_TEST

static const struct {
    const char *bytes;
    size_t size;
    const char *told;
} beginnings[] = {
    {"", 0, "is too short to be a safetensors file"},
    {"\2\0\0\0\0\0\0\0{", 9, "is truncated within its header"},
    {"\377\377\377\377\377\377\377\377{}", 10, "is truncated within its header"},
    {"\2\0\0\0\0\0\0\0[]", 10, "not sound JSON"},
    {"\2\0\0\0\0\0\0\0{{", 10, "not sound JSON"},
    {"\2\0\0\0\0\0\0\0{}", 10, "has no array 'Conv2d_1a_3x3.conv.weight'"},
};

START_TEST(refuses_files_that_are_none)
{
    char path[] = "fid-none-XXXXXX";
    int descriptor = mkstemp(path);
    ck_assert_int_ge(descriptor, 0);
    ck_assert_int_eq(write(descriptor, beginnings[_i].bytes, beginnings[_i].size), (ssize_t)beginnings[_i].size);
    close(descriptor);
    coulomb_context *context = context_with_threads(1);
    told_begin();
    coulomb_network *network = inception_load(context, path);
    ck_told(beginnings[_i].told);
    ck_assert_ptr_null(network);
    coulomb_context_free(context);
    unlink(path);
}
END_TEST

START_TEST(names_a_file_that_is_not_there)
{
    coulomb_context *context = context_with_threads(1);
    told_begin();
    ck_assert_ptr_null(inception_load(context, "no-such-file"));
    ck_told("cannot open no-such-file: No such file");
    coulomb_context_free(context);
}
END_TEST

Suite *suite_weights(void)
{
    Suite *suite = suite_create("weights");
    TCase *cases = tcase_create("refusals");
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, refuses_headers_that_do_not_fit, 0, (int)(sizeof refusals / sizeof *refusals));
    tcase_add_loop_test(cases, refuses_values_that_cannot_be, 0, (int)(sizeof values / sizeof *values));
    tcase_add_loop_test(cases, refuses_files_that_are_none, 0, (int)(sizeof beginnings / sizeof *beginnings));
    tcase_add_test(cases, names_a_file_that_is_not_there);
    suite_add_tcase(suite, cases);
    return suite;
}
