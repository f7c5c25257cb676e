#include "unit/field_trainer.h"

#include "unit/check_more.h"

#include <coulomb/charges.h>
#include <coulomb/data.h>
#include <coulomb/kernel.h>
#include <coulomb/shards.h>

float field_samples[FIELD_SAMPLES * FIELD_DIMENSION_MOST];
const double field_epsilons[] = {0.3, 1.0, 0.1}, wide_epsilons[] = {1.2, 4.0, 0.8};

void field_begin(const char *text)
{
    generator = parse_network(text, 1);
    ck_ok(context, coulomb_trainer_new(context, generator, NULL, &trainer));
    ck_ok(context, coulomb_trainer_set_batch(trainer, FIELD_BATCH));
    random_floats(1, FIELD_SAMPLES * FIELD_DIMENSION_MOST, 1.0f, field_samples);
    ck_ok(context, coulomb_trainer_set_data_array(trainer, field_samples, FIELD_SAMPLES, 1));
}

void field_setup(void)
{
    context_begin();
    field_begin("input[5] dense(16) elu dense(2)");
}

void field_end(void)
{
    trainer_end();
    context_end();
}

void set_field_options(int set)
{
    ck_ok(context, coulomb_trainer_set_field(trainer, set & 1 ? COULOMB_FIELD_DRIFT : COULOMB_FIELD_POTENTIAL));
    if (set >= 4)
        ck_ok(context, coulomb_trainer_set_kernel(trainer, COULOMB_KERNEL_GAUSSIAN));
    if (set < 2)
        return;
    ck_ok(context, coulomb_trainer_set_replay(trainer, 1));
    ck_ok(context, coulomb_trainer_set_averaging(trainer, 0.9));
    ck_ok(context, coulomb_trainer_set_charges(trainer, FIELD_BATCH + 11, 200));
    ck_ok(context, coulomb_trainer_set_shards(trainer, 3));
    ck_ok(context, coulomb_trainer_set_self_terms(trainer, 0));
    ck_ok(context, coulomb_trainer_set_epsilons(trainer, set >= 4 ? wide_epsilons : field_epsilons, 3));
}
