/* Checkpoints in the caller's memory: what a file would hold. */
#include "unit/checkpoint_fixture.h"
#include "unit/suites.h"

#include <coulomb/data.h>
#include <stdlib.h>
#include <string.h>

/* What saving into memory gives, which must be what the file holds; to be freed. */
static char *saved_bytes(coulomb_network *network, coulomb_trainer *trainer, const char *path, size_t *size)
{
    if (network != NULL) {
        ck_ok(context, coulomb_network_save(network, path));
        ck_ok(context, coulomb_network_save_bytes(network, NULL, 0, size));
    } else {
        ck_ok(context, coulomb_trainer_save(trainer, path));
        ck_ok(context, coulomb_trainer_save_bytes(trainer, NULL, 0, size));
    }
    char *bytes = malloc(*size);
    size_t again = 0;
    ck_ok(context, network != NULL ? coulomb_network_save_bytes(network, bytes, *size, &again)
                                   : coulomb_trainer_save_bytes(trainer, bytes, *size, &again));
    ck_assert_uint_eq(again, *size);
    ck_assert(file_equals(path, bytes, *size));
    return bytes;
}

START_TEST(networks_are_saved_into_memory)
{
    coulomb_network *network = make_network("mlp-generator", 2, 3, 1), *opened;
    size_t size, untouched = 7, wanted = 0;
    char *bytes = saved_bytes(network, NULL, in_directory("network.safetensors"), &size);
    ck_ok(context, coulomb_network_open_bytes(context, bytes, size, COULOMB_PART_ONLY, &opened));
    ck_assert(same_parameters(network, opened));
    memset(bytes, 1, size);
    ck_fails(context, coulomb_network_save_bytes(network, bytes, size - 1, &wanted), COULOMB_ERROR_ARGUMENT,
             "expected 0 or at least ");
    ck_assert_uint_eq(wanted, size);
    ck_fails(context, coulomb_network_save_bytes(network, NULL, size, &untouched), COULOMB_ERROR_ARGUMENT,
             "bytes is NULL, but capacity is ");
    ck_fails(context, coulomb_network_save_bytes(network, bytes, size, NULL), COULOMB_ERROR_ARGUMENT, "size is NULL");
    ck_assert_uint_eq(untouched, 7);
    for (size_t i = 0; i < size; i++)
        ck_assert_int_eq(bytes[i], 1);
    ck_assert_int_eq(coulomb_network_save_bytes(NULL, bytes, size, &untouched), COULOMB_ERROR_ARGUMENT);
    coulomb_network_free(opened);
    coulomb_network_free(network);
    free(bytes);
}
END_TEST

static coulomb_status ramp(void *user, uint64_t update, size_t count, float *batch)
{
    (void)user;
    for (size_t i = 0; i < count * 2; i++)
        batch[i] = (float)((i + update) % 5);
    return COULOMB_OK;
}

START_TEST(trainers_are_saved_into_memory)
{
    coulomb_network *generator = make_network("mlp-generator", 2, 3, 1);
    coulomb_network *discriminator = make_network("mlp-discriminator", 2, 0, 2);
    coulomb_trainer *trainer;
    ck_ok(context, coulomb_trainer_new(context, generator, discriminator, &trainer));
    ck_ok(context, coulomb_trainer_set_data(trainer, ramp, NULL, NULL));
    ck_ok(context, coulomb_trainer_run(trainer, 3, NULL, NULL));
    size_t size, later;
    char *bytes = saved_bytes(NULL, trainer, in_directory("trainer.safetensors"), &size);
    ck_ok(context, coulomb_trainer_run(trainer, 6, NULL, NULL));
    char *further = saved_bytes(NULL, trainer, in_directory("trainer.safetensors"), &later);

    bytes[size - 1] ^= 1;
    ck_fails(context, coulomb_trainer_load_bytes(trainer, bytes, size), COULOMB_ERROR_FORMAT, "damaged");
    bytes[size - 1] ^= 1;
    ck_fails(context, coulomb_trainer_load_bytes(trainer, NULL, size), COULOMB_ERROR_ARGUMENT, "bytes is NULL");
    uint64_t update;
    ck_ok(context, coulomb_trainer_update(trainer, &update));
    ck_assert_uint_eq(update, 6);
    ck_ok(context, coulomb_trainer_load_bytes(trainer, bytes, size));
    ck_ok(context, coulomb_trainer_update(trainer, &update));
    ck_assert_uint_eq(update, 3);
    ck_ok(context, coulomb_trainer_run(trainer, 6, NULL, NULL));
    ck_ok(context, coulomb_trainer_save_bytes(trainer, bytes, later, &size));
    ck_assert_uint_eq(size, later);
    ck_assert_mem_eq(bytes, further, size);
    free(bytes);
    free(further);
    coulomb_trainer_free(trainer);
    coulomb_network_free(generator);
    coulomb_network_free(discriminator);
}
END_TEST

TCase *checkpoint_memory(void)
{
    TCase *tests = tcase_create("memory");
    tcase_add_checked_fixture(tests, begin_files, end_files);
    tcase_add_test(tests, networks_are_saved_into_memory);
    tcase_add_test(tests, trainers_are_saved_into_memory);
    return tests;
}
