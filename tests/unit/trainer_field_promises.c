/* Training in the field itself keeps the promises of every trainer: exact resumption, bits, memory. */
#include "trainer/trainer.h"
#include "unit/check_more.h"
#include "unit/field_trainer.h"
#include "unit/suites.h"

#include <coulomb/checkpoint.h>
#include <unistd.h>

static void make_with_options(int options)
{
    trainer_end();
    field_begin("input[5] dense(16) batch_norm(0.001 0.9 scale) elu dense(2)");
    set_field_options(options);
}

START_TEST(neither_threads_nor_interruptions_show)
{
    ck_trainer_repeats(make_with_options, _i);
}
END_TEST

START_TEST(checkpoints_tell_trainers_apart)
{
    char path[] = "/tmp/coulomb-field-XXXXXX";
    close(mkstemp(path));
    ck_ok(context, coulomb_trainer_save(trainer, path));
    ck_ok(context, coulomb_trainer_set_field(trainer, COULOMB_FIELD_DRIFT));
    ck_fails(context, coulomb_trainer_load(trainer, path), COULOMB_ERROR_MISMATCH, "generator_follows");
    coulomb_network *critic = parse_network("input[2] dense(1)", 2), *opened;
    coulomb_trainer *with;
    ck_ok(context, coulomb_trainer_new(context, generator, critic, &with));
    ck_ok(context, coulomb_trainer_set_batch(with, FIELD_BATCH));
    ck_fails(context, coulomb_trainer_load(with, path), COULOMB_ERROR_MISMATCH, "discriminator");
    ck_fails(context, coulomb_network_open(context, path, COULOMB_PART_DISCRIMINATOR, &opened), COULOMB_ERROR_MISMATCH,
             "no discriminator");
    ck_ok(context, coulomb_trainer_save(with, path));
    ck_fails(context, coulomb_trainer_load(trainer, path), COULOMB_ERROR_MISMATCH, "discriminator");
    ck_ok(context, coulomb_trainer_save(trainer, path));
    ck_ok(context, coulomb_trainer_set_epsilons(trainer, (const double[]){1.0, 0.5}, 2));
    ck_fails(context, coulomb_trainer_load(trainer, path), COULOMB_ERROR_MISMATCH, "epsilon.further");
    coulomb_trainer_free(with);
    coulomb_network_free(critic);
    unlink(path);
}
END_TEST

static ledger book;

/* Parameters, their gradients and moments, and the samples' order are there before the first update. */
START_TEST(memory_is_known_and_allocated_once)
{
    size_t told, again, parameters;
    field_end();
    context_with_ledger(&book, &context);
    field_begin("input[5] dense(16) elu dense(2)");
    set_field_options(_i);
    ck_ok(context, coulomb_trainer_memory(trainer, &told));
    ck_ok(context, coulomb_network_memory(generator, COULOMB_MEMORY_PARAMETERS, 1, &parameters));
    told -= parameters + 2 * sizeof(float) * generator->graph.parameter_values + FIELD_SAMPLES * sizeof(size_t);
    if (trainer->average != NULL) {
        ck_ok(context, coulomb_network_memory(trainer->average, COULOMB_MEMORY_PARAMETERS, 1, &parameters));
        told -= parameters;
    }
    ck_allocated_once(&book, told);
    ck_ok(context, coulomb_trainer_set_batch(trainer, 3)); /* what was reserved stays */
    ck_ok(context, coulomb_trainer_memory(trainer, &told));
    ck_ok(context, coulomb_trainer_set_batch(trainer, FIELD_BATCH));
    ck_ok(context, coulomb_trainer_memory(trainer, &again));
    ck_assert_uint_eq(again, told);
}
END_TEST

TCase *trainer_field_promises(void)
{
    TCase *test = tcase_create("field promises");
    tcase_set_timeout(test, 120.0);
    tcase_add_checked_fixture(test, field_setup, field_end);
    tcase_add_loop_test(test, neither_threads_nor_interruptions_show, 0, 6);
    tcase_add_test(test, checkpoints_tell_trainers_apart);
    tcase_add_loop_test(test, memory_is_known_and_allocated_once, 0, 6);
    return test;
}
