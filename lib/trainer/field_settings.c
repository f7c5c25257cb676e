/* Settings of a trainer without a discriminator, and what it has not. */
#include "trainer/trainer.h"

coulomb_status trainer_need_discriminator(const coulomb_trainer *trainer, const char *what)
{
    if (trainer->discriminator != NULL)
        return COULOMB_OK;
    return fail(trainer->context, COULOMB_ERROR_STATE, "the trainer has no discriminator, and so no %s", what);
}

size_t trainer_charges_replayed(const coulomb_trainer *trainer)
{
    bool replays = trainer->discriminator == NULL && trainer->settings.replay && trainer->previous_count > 0;
    return replays ? trainer->settings.batch : 0;
}

static coulomb_status refuse_discriminator(const coulomb_trainer *trainer)
{
    if (trainer->discriminator == NULL)
        return COULOMB_OK;
    return fail(trainer->context, COULOMB_ERROR_STATE,
                "the trainer has a discriminator, which the generator follows instead of the field");
}

coulomb_status coulomb_trainer_set_field(coulomb_trainer *trainer, int32_t field)
{
    coulomb_status status = trainer_check(trainer);
    if (status == COULOMB_OK)
        status = refuse_discriminator(trainer);
    if (status != COULOMB_OK)
        return status;
    if (field != COULOMB_FIELD_POTENTIAL && field != COULOMB_FIELD_DRIFT)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "field is %d; expected COULOMB_FIELD_* (1 or 2)",
                    (int)field);
    trainer->settings.field = field;
    return COULOMB_OK;
}

coulomb_status coulomb_trainer_get_field(const coulomb_trainer *trainer, int32_t *field)
{
    if (trainer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (field == NULL)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "field is NULL");
    coulomb_status status = refuse_discriminator(trainer);
    if (status == COULOMB_OK)
        *field = trainer->settings.field;
    return status;
}

coulomb_status trainer_check_drift(const coulomb_trainer *trainer, const charge_batch *batch)
{
    bool drifts = trainer->discriminator == NULL && trainer->settings.field == COULOMB_FIELD_DRIFT;
    if (!drifts || batch->n_model > 1)
        return COULOMB_OK;
    return fail(trainer->context, COULOMB_ERROR_ARGUMENT,
                "n_model is 1; expected at least 2, since the drift leaves out a sample's own charge");
}
