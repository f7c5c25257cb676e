/* The moving average of the generator. */
#include "unit/check_more.h"
#include "unit/suites.h"
#include "unit/trainer_pair.h"

#include <coulomb/latent.h>
#include <coulomb/parameters.h>
#include <coulomb/trainer.h>

/* The averaged generator lags behind: it lies between where training began and where it is. */
START_TEST(the_average_follows_the_generator)
{
    coulomb_network *average;
    float start[256], now[256], mean[256];
    ck_ok(context, coulomb_trainer_set_averaging(trainer, 0.5));
    ck_ok(context, coulomb_network_read_parameter(generator, "dense1.weight", start, 256));
    train_until(1);
    ck_ok(context, coulomb_trainer_average(trainer, &average));
    ck_ok(context, coulomb_network_read_parameter(generator, "dense1.weight", now, 256));
    ck_ok(context, coulomb_network_read_parameter(average, "dense1.weight", mean, 256));
    const float decay = 2.0f / 11.0f;
    for (size_t i = 0; i < 256; i++)
        ck_close(mean[i], decay * start[i] + (1.0f - decay) * now[i], 1e-6, 1.0);
}
END_TEST

static coulomb_status count_latents(void *user, uint64_t seed, uint64_t update, uint64_t first, size_t count,
                                    float *latent)
{
    (void)seed;
    (void)update;
    ck_assert_int_eq(*(int *)user, 7);
    for (size_t i = 0; i < 2 * count; i++)
        latent[i] = (float)first;
    return COULOMB_OK;
}

static void spoil(void *user)
{
    *(int *)user = 0;
    targets.destroyed++;
}

/* What the generator's latent callback works with lives until the average lets go of it too. */
START_TEST(the_average_shares_the_latent_callback)
{
    int user = 7;
    float samples[4];
    coulomb_network *average;
    ck_ok(context, coulomb_network_set_latent_callback(generator, count_latents, &user, spoil));
    ck_ok(context, coulomb_trainer_set_averaging(trainer, 0.5));
    ck_ok(context, coulomb_trainer_average(trainer, &average));
    ck_ok(context, coulomb_network_set_latent_callback(generator, NULL, NULL, NULL));
    ck_ok(context, coulomb_network_generate(average, 2, samples));
    ck_assert_int_eq(targets.destroyed, 0);
    ck_ok(context, coulomb_trainer_average(trainer, &average));
    ck_assert_int_eq(targets.destroyed, 1);
    ck_ok(context, coulomb_network_generate(average, 2, samples));
}
END_TEST

TCase *trainer_average(void)
{
    TCase *all = tcase_create("average");
    tcase_set_timeout(all, 60.0);
    tcase_add_checked_fixture(all, pair_setup, pair_end);
    tcase_add_test(all, the_average_follows_the_generator);
    tcase_add_test(all, the_average_shares_the_latent_callback);
    return all;
}
