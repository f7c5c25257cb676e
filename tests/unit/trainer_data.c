/* Target samples from an array: every sample once in each epoch, the same for any order of asking, and no data that
 * training could not take. */
#include "trainer/trainer.h"
#include "unit/check_more.h"
#include "unit/contexts.h"
#include "unit/suites.h"

#include <coulomb/checkpoint.h>
#include <unistd.h>

enum { COUNT = 10, BATCH = 16 };

static coulomb_context *context;
static coulomb_network *generator, *discriminator;
static coulomb_trainer *trainer;
static float samples[COUNT * 2]; /* sample i holds i and -i */

static void make(void)
{
    const size_t two = 2;
    ck_assert_int_eq(new_context(&context), COULOMB_OK);
    ck_ok(context, coulomb_network_new_preset(context, "mlp-generator", &two, 1, 2, 1, &generator));
    ck_ok(context, coulomb_network_new_preset(context, "mlp-discriminator", &two, 1, 0, 2, &discriminator));
    ck_ok(context, coulomb_trainer_new(context, generator, discriminator, &trainer));
    ck_ok(context, coulomb_trainer_set_batch(trainer, BATCH));
}

static void release(void)
{
    coulomb_trainer_free(trainer);
    coulomb_network_free(generator);
    coulomb_network_free(discriminator);
    coulomb_context_free(context);
}

static void setup(void)
{
    for (size_t i = 0; i < COUNT; i++) {
        samples[2 * i] = (float)i;
        samples[2 * i + 1] = -(float)i;
    }
    make();
}

/* The samples of an update with that many charges, as their indices. */
static void read_indices(uint64_t update, size_t charges, size_t *indices)
{
    float target[2 * 64];
    ck_ok(context, data_read(trainer, update, &(data_slice){.total = charges, .count = charges}, target));
    for (size_t i = 0; i < charges; i++) {
        ck_assert_float_eq(target[2 * i], -target[2 * i + 1]);
        indices[i] = (size_t)target[2 * i];
    }
}

static const size_t charges[] = {1, 3, 10, 16, 64};

START_TEST(every_sample_is_taken_once_in_each_epoch)
{
    enum { EPOCHS = 32 };
    size_t sequence[EPOCHS * COUNT + 64], size = charges[_i], taken = 0;
    ck_ok(context, coulomb_trainer_set_data_array(trainer, samples, COUNT, 7));
    for (uint64_t update = 1; taken < EPOCHS * COUNT; update++, taken += size)
        read_indices(update, size, sequence + taken);
    for (size_t epoch = 0; epoch < EPOCHS; epoch++) {
        size_t times[COUNT] = {0};
        for (size_t i = 0; i < COUNT; i++)
            times[sequence[epoch * COUNT + i]]++;
        for (size_t i = 0; i < COUNT; i++)
            ck_assert_uint_eq(times[i], 1);
    }
    ck_assert_mem_ne(sequence, sequence + COUNT, COUNT * sizeof *sequence);
}
END_TEST

/* The sequence does not depend on how it is cut, or asked for. */
START_TEST(updates_may_be_asked_for_in_any_order)
{
    enum { LENGTH = 192 };
    size_t whole[LENGTH], part[64], size = charges[_i];
    ck_ok(context, coulomb_trainer_set_data_array(trainer, samples, COUNT, 7));
    for (size_t i = 0; i < LENGTH; i++)
        read_indices(i + 1, 1, whole + i);
    for (size_t update = LENGTH / size; update >= 1; update--)
        for (int twice = 0; twice < 2; twice++) {
            read_indices(update, size, part);
            ck_assert_mem_eq(part, whole + (update - 1) * size, size * sizeof *part);
        }
}
END_TEST

/* Of three samples all six orders, about equally often: within five standard deviations. */
START_TEST(orders_are_equally_likely)
{
    enum { EPOCHS = 6000 };
    size_t times[27] = {0}, orders = 0, order[3];
    ck_ok(context, coulomb_trainer_set_data_array(trainer, samples, 3, 1));
    for (uint64_t epoch = 1; epoch <= EPOCHS; epoch++) {
        read_indices(epoch, 3, order);
        times[9 * order[0] + 3 * order[1] + order[2]]++;
    }
    for (size_t i = 0; i < 27; i++) {
        orders += times[i] > 0;
        if (times[i] > 0)
            ck_close(times[i], EPOCHS / 6.0, 5.0, sqrt(EPOCHS * 5.0 / 36.0));
    }
    ck_assert_uint_eq(orders, 6);
}
END_TEST

START_TEST(another_seed_gives_another_order)
{
    size_t one[COUNT], other[COUNT];
    ck_ok(context, coulomb_trainer_set_data_array(trainer, samples, COUNT, 1));
    read_indices(1, COUNT, one);
    ck_ok(context, coulomb_trainer_set_data_array(trainer, samples, COUNT, 2));
    read_indices(1, COUNT, other);
    ck_assert_mem_ne(one, other, sizeof one);
}
END_TEST

static coulomb_status draw_first(void *user, uint64_t update, size_t count, float *batch)
{
    (void)update;
    for (size_t i = 0; i < count; i++)
        memcpy(batch + 2 * i, user, 2 * sizeof *batch);
    return COULOMB_OK;
}

enum { PARAMETER = 2 * 128 };

static void train(uint64_t last, float *weight)
{
    ck_ok(context, coulomb_trainer_run(trainer, last, NULL, NULL));
    ck_ok(context, coulomb_network_read_parameter(generator, "dense1.weight", weight, PARAMETER));
}

START_TEST(an_array_of_one_sample_fills_the_batch)
{
    float one[PARAMETER], other[PARAMETER];
    ck_ok(context, coulomb_trainer_set_data_array(trainer, samples + 6, 1, 0));
    train(5, one);
    release();
    make();
    ck_ok(context, coulomb_trainer_set_data(trainer, draw_first, samples + 6, NULL));
    train(5, other);
    ck_assert_mem_eq(one, other, sizeof one);
}
END_TEST

START_TEST(interruption_and_charges_do_not_change_the_bits)
{
    float whole[PARAMETER], resumed[PARAMETER];
    char path[] = "/tmp/coulomb-trainer-XXXXXX";
    ck_assert_int_ge(mkstemp(path), 0);
    ck_ok(context, coulomb_trainer_set_data_array(trainer, samples, COUNT, 3));
    ck_ok(context, coulomb_trainer_set_charges(trainer, 0, 23));
    train(9, whole);
    release();
    make();
    ck_ok(context, coulomb_trainer_set_data_array(trainer, samples, COUNT, 3));
    ck_ok(context, coulomb_trainer_set_charges(trainer, 0, 23));
    train(4, resumed);
    ck_ok(context, coulomb_trainer_save(trainer, path));
    release();
    make();
    ck_ok(context, coulomb_trainer_set_data_array(trainer, samples, COUNT, 3));
    ck_ok(context, coulomb_trainer_set_charges(trainer, 0, 23));
    ck_ok(context, coulomb_trainer_load(trainer, path));
    train(9, resumed);
    ck_assert_mem_eq(whole, resumed, sizeof whole);
    ck_ok(context, coulomb_trainer_set_data_array(trainer, samples, COUNT, 4));
    ck_fails(context, coulomb_trainer_load(trainer, path), COULOMB_ERROR_MISMATCH, "data.seed");
    ck_ok(context, coulomb_trainer_set_data_array(trainer, samples, COUNT - 1, 3));
    ck_fails(context, coulomb_trainer_load(trainer, path), COULOMB_ERROR_MISMATCH, "data.count");
    ck_ok(context, coulomb_trainer_set_data(trainer, draw_first, samples, NULL));
    ck_fails(context, coulomb_trainer_load(trainer, path), COULOMB_ERROR_MISMATCH, "data.");
    unlink(path);
}
END_TEST

static void count_call(void *user)
{
    ++*(int *)user;
}

START_TEST(what_cannot_be_taken_changes_nothing)
{
    int destroyed = 0;
    float bad[6] = {0.0f, 1.0f, 2.0f, NAN, 4.0f, 5.0f};
    ck_ok(context, coulomb_trainer_set_data(trainer, draw_first, &destroyed, count_call));
    ck_fails(context, coulomb_trainer_set_data_array(trainer, NULL, 3, 0), COULOMB_ERROR_ARGUMENT, "samples is NULL");
    ck_fails(context, coulomb_trainer_set_data_array(trainer, samples, 0, 0), COULOMB_ERROR_ARGUMENT, "count is 0");
    ck_fails(context, coulomb_trainer_set_data_array(trainer, samples, SIZE_MAX / 2, 0), COULOMB_ERROR_ARGUMENT,
             "count is");
    ck_fails(context, coulomb_trainer_set_data_array(trainer, bad, 3, 0), COULOMB_ERROR_NOT_FINITE,
             "value 1 of sample 1 is nan");
    ck_assert_int_eq(destroyed, 0);
    ck_ok(context, coulomb_trainer_set_data_array(trainer, samples, COUNT, 0));
    ck_assert_int_eq(destroyed, 1);
    float weight[PARAMETER];
    train(1, weight);
    memset(samples, 0xff, sizeof samples);
    ck_fails(context, coulomb_trainer_step(trainer), COULOMB_ERROR_NOT_FINITE, "the data array changed");
}
END_TEST

/* What a callback was asked for, and what it does in one of the updates. */
typedef struct asked {
    uint64_t updates[64], bad, failing;
    size_t calls;
} asked;

static coulomb_status answer(void *user, uint64_t update, size_t count, float *batch)
{
    asked *book = user;
    book->updates[book->calls++] = update;
    for (size_t i = 0; i < 2 * count; i++)
        batch[i] = (float)((update * 7 + i) % 13);
    if (update == book->bad)
        batch[5] = NAN;
    return update == book->failing ? 1234 : COULOMB_OK;
}

/* On a device with memory of its own a loop reads the samples of an update while the one before is computed. */
START_TEST(loops_read_each_update_once_and_none_beyond_the_last)
{
    asked book = {0};
    uint64_t done;
    ck_ok(context, coulomb_trainer_set_data(trainer, answer, &book, NULL));
    ck_ok(context, coulomb_trainer_run(trainer, 6, NULL, NULL));
    ck_ok(context, coulomb_trainer_step(trainer));
    ck_ok(context, coulomb_trainer_run(trainer, 10, NULL, NULL));
    ck_assert_uint_eq(book.calls, 10);
    for (size_t i = 0; i < 10; i++)
        ck_assert_uint_eq(book.updates[i], i + 1);
    book.failing = 14;
    ck_fails(context, coulomb_trainer_run(trainer, 20, NULL, NULL), 1234, "data callback");
    ck_ok(context, coulomb_trainer_update(trainer, &done));
    ck_assert_uint_eq(done, 13);
    book.failing = 0;
    book.bad = 16;
    ck_fails(context, coulomb_trainer_run(trainer, 20, NULL, NULL), COULOMB_ERROR_NOT_FINITE,
             "update 16: value 1 of target sample 2 (of 16) is nan");
    ck_ok(context, coulomb_trainer_update(trainer, &done));
    ck_assert_uint_eq(done, 15);
    book.bad = 0;
    ck_ok(context, coulomb_trainer_run(trainer, 20, NULL, NULL));
}
END_TEST

static coulomb_status change_source(void *user, uint64_t update)
{
    if (update == 3)
        ck_ok(context, coulomb_trainer_set_data(trainer, answer, user, NULL));
    return COULOMB_OK;
}

/* What was read of the source before is not used. */
START_TEST(a_new_source_counts_from_the_next_update_on)
{
    asked first = {0}, second = {0};
    ck_ok(context, coulomb_trainer_set_data(trainer, answer, &first, NULL));
    ck_ok(context, coulomb_trainer_run(trainer, 6, change_source, &second));
    ck_assert_uint_eq(second.calls, 3);
    ck_assert_uint_eq(second.updates[0], 4);
}
END_TEST

Suite *suite_trainer_data(void)
{
    enum { SIZES = sizeof charges / sizeof charges[0] };
    Suite *suite = suite_create("trainer_data");
    TCase *all = tcase_create("trainer_data");
    tcase_add_checked_fixture(all, setup, release);
    tcase_add_loop_test(all, every_sample_is_taken_once_in_each_epoch, 0, SIZES);
    tcase_add_loop_test(all, updates_may_be_asked_for_in_any_order, 0, SIZES);
    tcase_add_test(all, orders_are_equally_likely);
    tcase_add_test(all, another_seed_gives_another_order);
    tcase_add_test(all, an_array_of_one_sample_fills_the_batch);
    tcase_add_test(all, interruption_and_charges_do_not_change_the_bits);
    tcase_add_test(all, what_cannot_be_taken_changes_nothing);
    tcase_add_test(all, loops_read_each_update_once_and_none_beyond_the_last);
    tcase_add_test(all, a_new_source_counts_from_the_next_update_on);
    suite_add_tcase(suite, all);
    return suite;
}
