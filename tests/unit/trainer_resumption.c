/* A trainer's bits do not depend on threads or on interruptions. */
#include "unit/check_more.h"
#include "unit/suites.h"
#include "unit/trainer_pair.h"

#include <coulomb/checkpoint.h>
#include <coulomb/latent.h>
#include <coulomb/trainer.h>
#include <stdlib.h>
#include <unistd.h>

START_TEST(bits_do_not_depend_on_the_number_of_threads)
{
    set_stateful_options();
    train_until(20);
    take_snapshot(&before);
    pair_end();
    pair_begin();
    ck_ok(context, coulomb_context_set_threads(context, 3));
    set_stateful_options();
    train_until(20);
    take_snapshot(&after);
    ck_assert_mem_eq(&before, &after, sizeof before);
}
END_TEST

START_TEST(bits_do_not_depend_on_interruption)
{
    float whole[200], resumed[200];
    coulomb_network *average;
    char path[] = "/tmp/coulomb-trainer-XXXXXX";
    ck_assert_int_ge(mkstemp(path), 0);
    set_stateful_options();
    train_until(20);
    take_snapshot(&before);
    ck_ok(context, coulomb_trainer_average(trainer, &average));
    ck_ok(context, coulomb_network_generate(average, 100, whole));
    pair_end();
    pair_begin();
    set_stateful_options();
    train_until(11);
    ck_ok(context, coulomb_trainer_save(trainer, path));
    pair_end();
    pair_begin();
    set_stateful_options();
    ck_ok(context, coulomb_trainer_load(trainer, path));
    train_until(20);
    take_snapshot(&after);
    ck_ok(context, coulomb_trainer_average(trainer, &average));
    ck_ok(context, coulomb_network_generate(average, 100, resumed));
    ck_assert_mem_eq(&before, &after, sizeof before);
    ck_assert_mem_eq(whole, resumed, sizeof whole);
    unlink(path);
}
END_TEST

/* What a run without interruption holds after update 7, in `before`; with one after update 6, in `after`. */
static void interrupt(void (*prepare)(void), void (*go_on)(void))
{
    char path[] = "/tmp/coulomb-trainer-XXXXXX";
    ck_assert_int_ge(mkstemp(path), 0);
    prepare();
    go_on();
    train_until(7);
    take_snapshot(&before);
    pair_end();
    pair_begin();
    prepare();
    ck_ok(context, coulomb_trainer_save(trainer, path));
    pair_end();
    pair_begin();
    prepare();
    ck_ok(context, coulomb_trainer_load(trainer, path));
    go_on();
    train_until(7);
    take_snapshot(&after);
    unlink(path);
}

static void turn_replay_on(void)
{
    ck_ok(context, coulomb_trainer_set_replay(trainer, 1));
}

static void replay_for_three_updates(void)
{
    turn_replay_on();
    train_until(3);
    ck_ok(context, coulomb_trainer_set_replay(trainer, 0));
    train_until(6);
}

START_TEST(replay_turned_on_again_knows_nothing_of_old_updates)
{
    interrupt(replay_for_three_updates, turn_replay_on);
    ck_assert_mem_eq(&before, &after, sizeof before);
    pair_end();
    pair_begin();
    replay_for_three_updates();
    train_until(7); /* an update after one without replay has no third term */
    take_snapshot(&after);
    ck_assert_mem_eq(&before, &after, sizeof before);
}
END_TEST

static void replay_with_a_larger_batch_to_come(void)
{
    turn_replay_on();
    train_until(6);
    ck_ok(context, coulomb_trainer_set_batch(trainer, PAIR_BATCH + 1));
}

static void restore_the_batch(void)
{
    ck_ok(context, coulomb_trainer_set_batch(trainer, PAIR_BATCH));
}

START_TEST(replay_starts_anew_with_another_batch)
{
    interrupt(replay_with_a_larger_batch_to_come, restore_the_batch);
    ck_assert_mem_eq(&before, &after, sizeof before);
}
END_TEST

TCase *trainer_resumption(void)
{
    TCase *all = tcase_create("resumption");
    tcase_set_timeout(all, 60.0);
    tcase_add_checked_fixture(all, pair_setup, pair_end);
    tcase_add_test(all, bits_do_not_depend_on_the_number_of_threads);
    tcase_add_test(all, bits_do_not_depend_on_interruption);
    tcase_add_test(all, replay_turned_on_again_knows_nothing_of_old_updates);
    tcase_add_test(all, replay_starts_anew_with_another_batch);
    return all;
}
