/* Several epsilons: the first is a trainer's only one by default. */
#include "trainer/trainer.h"

#include <string.h>

/* The kernel's handle learns how many there are, which its memory depends on; their values change from update to
 * update. */
coulomb_status coulomb_trainer_set_epsilons(coulomb_trainer *trainer, const double *epsilons, size_t count)
{
    coulomb_status status = trainer_check(trainer);
    if (status == COULOMB_OK)
        status = coulomb_plummer_set_epsilons(trainer->plummer, epsilons, count);
    if (status != COULOMB_OK)
        return status;
    trainer->settings.epsilons = count;
    memcpy(trainer->settings.epsilon, epsilons, count * sizeof *epsilons);
    return COULOMB_OK;
}

coulomb_status coulomb_trainer_get_epsilons(const coulomb_trainer *trainer, double *epsilons, size_t capacity,
                                            size_t *count)
{
    return trainer == NULL ? COULOMB_ERROR_ARGUMENT
                           : give_epsilons(trainer->context, trainer->settings.epsilon, trainer->settings.epsilons,
                                           epsilons, capacity, count);
}

coulomb_status coulomb_trainer_set_epsilon(coulomb_trainer *trainer, double epsilon)
{
    coulomb_status status = trainer_check(trainer);
    if (status == COULOMB_OK)
        status = check_positive(trainer->context, "epsilon", epsilon);
    return status == COULOMB_OK ? coulomb_trainer_set_epsilons(trainer, &epsilon, 1) : status;
}

coulomb_status coulomb_trainer_get_epsilon(const coulomb_trainer *trainer, double *epsilon)
{
    if (trainer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (epsilon == NULL)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "epsilon is NULL");
    *epsilon = trainer->settings.epsilon[0];
    return COULOMB_OK;
}
