/* A trainer's communicator. */
#include "trainer/ranks.h"

size_t trainer_ranks(const coulomb_trainer *trainer)
{
    return trainer->ranks.communicator == NULL ? 1 : trainer->ranks.communicator->size;
}

/* The trainer's, for the meeting that decides whether it stays. */
static coulomb_status meet_with(coulomb_trainer *trainer, coulomb_communicator *communicator)
{
    coulomb_communicator *before = trainer->ranks.communicator;
    fact_list facts = {0};
    coulomb_status status = facts_of_state(trainer, &facts);
    trainer->ranks.communicator = communicator;
    trainer->busy = true;
    status = ranks_meet(trainer, MEETING_COMMUNICATOR, &facts, status);
    trainer->busy = false;
    trainer->ranks.communicator = before;
    return status;
}

coulomb_status coulomb_trainer_set_communicator(coulomb_trainer *trainer, coulomb_communicator *communicator)
{
    coulomb_status status = trainer_check(trainer);
    if (status == COULOMB_OK && communicator != NULL)
        status = check_context(trainer->context, "communicator", communicator->context);
    if (status == COULOMB_OK && communicator != NULL)
        status = meet_with(trainer, communicator);
    if (status != COULOMB_OK)
        return status;
    object_hold(communicator);
    coulomb_communicator_free(trainer->ranks.communicator);
    trainer->ranks.communicator = communicator;
    return COULOMB_OK;
}

coulomb_status coulomb_trainer_get_communicator(const coulomb_trainer *trainer, coulomb_communicator **communicator)
{
    if (trainer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (communicator == NULL)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "communicator is NULL");
    *communicator = trainer->ranks.communicator;
    return COULOMB_OK;
}
