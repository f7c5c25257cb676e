/* Memory of networks: told before it is allocated, and refused where none could hold it. */
#include "unit/check_more.h"
#include "unit/contexts.h"
#include "unit/suites.h"
#include "unit/test_network.h"

#include <coulomb/latent.h>
#include <coulomb/layers.h>

static int32_t node;

START_TEST(memory_is_told_up_front_and_reserved)
{
    size_t parameters, kept, temporary, twice;
    network_use_preset("mlp-discriminator", 0);
    ck_ok(context, coulomb_network_memory(network, COULOMB_MEMORY_PARAMETERS, 128, &parameters));
    ck_ok(context, coulomb_network_memory(network, COULOMB_MEMORY_KEPT, 128, &kept));
    ck_ok(context, coulomb_network_memory(network, COULOMB_MEMORY_TEMPORARY, 128, &temporary));
    ck_ok(context, coulomb_network_memory(network, COULOMB_MEMORY_KEPT, 256, &twice));
    ck_assert_uint_ge(parameters, 2 * 4 * (256 + 128 + 16384 + 128 + 128 + 1));
    /* The two hidden layers' activations, in place of what they activate. */
    ck_assert_uint_eq(kept, 128 * 256 * sizeof(float));
    ck_assert_uint_eq(twice, 2 * kept);
    ck_assert_uint_gt(temporary, 0);
    ck_assert(device_has_own_memory() || temporary <= kept + 128 * 128 * sizeof(float));
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
    network_use_preset("mlp-generator", 3);
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

TCase *network_memory(void)
{
    TCase *all = tcase_create("memory");
    tcase_add_checked_fixture(all, network_begin, network_end);
    tcase_add_test(all, memory_is_told_up_front_and_reserved);
    tcase_add_test(all, counts_that_no_array_can_hold_are_refused);
    tcase_add_test(all, networks_that_no_memory_can_hold_are_refused);
    tcase_add_test(all, blocks_that_no_memory_can_hold_are_refused);
    return all;
}
