/* Several epsilons: the settings keep the first, which is a trainer's only one by default, and those beyond it. */
#include "trainer/trainer.h"

#include <stdio.h>
#include <string.h>

coulomb_status coulomb_trainer_set_epsilons(coulomb_trainer *trainer, const double *epsilons, size_t count)
{
    char name[32];
    coulomb_status status = trainer_check(trainer);
    if (status != COULOMB_OK)
        return status;
    if (epsilons == NULL || count == 0 || count > COULOMB_EPSILONS_MAX)
        return epsilons == NULL ? fail(trainer->context, COULOMB_ERROR_ARGUMENT, "epsilons is NULL")
                                : fail(trainer->context, COULOMB_ERROR_ARGUMENT, "count is %zu; expected 1 to %d",
                                       count, COULOMB_EPSILONS_MAX);
    for (size_t i = 0; i < count && status == COULOMB_OK; i++) {
        snprintf(name, sizeof name, "epsilons[%zu]", i);
        status = check_positive(trainer->context, name, epsilons[i]);
    }
    if (status != COULOMB_OK)
        return status;
    trainer->settings.epsilon = epsilons[0];
    trainer->settings.further_epsilons = count - 1;
    memcpy(trainer->settings.further_epsilon, epsilons + 1, (count - 1) * sizeof *epsilons);
    return COULOMB_OK;
}

coulomb_status coulomb_trainer_get_epsilons(const coulomb_trainer *trainer, double *epsilons, size_t capacity,
                                            size_t *count)
{
    if (trainer == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (epsilons == NULL || count == NULL)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "%s is NULL", epsilons == NULL ? "epsilons" : "count");
    const training_settings *settings = &trainer->settings;
    if (capacity <= settings->further_epsilons)
        return fail(trainer->context, COULOMB_ERROR_ARGUMENT, "capacity is %zu; expected at least %zu", capacity,
                    settings->further_epsilons + 1);
    *count = settings->further_epsilons + 1;
    epsilons[0] = settings->epsilon;
    memcpy(epsilons + 1, settings->further_epsilon, settings->further_epsilons * sizeof *epsilons);
    return COULOMB_OK;
}
