/* The potential that the samples of one update make (Eq. 32). */
#include "trainer/step.h"

#include <inttypes.h>

double step_mean(const float *array, size_t count)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += (double)array[i];
    return sum / (double)count;
}

/* The sum of the potential looks at every sample once; what it found is said better here if it was a target sample. */
static coulomb_status blame_target(const training_step *step, coulomb_status status)
{
    const coulomb_trainer *trainer = step->trainer;
    const float *target = values(&trainer->arrays.target);
    size_t size = step->target_charges * trainer->dimension,
           bad = find_not_finite(trainer->context, target, size, NULL);
    if (bad == size)
        return status;
    return fail(trainer->context, COULOMB_ERROR_NOT_FINITE,
                "update %" PRIu64 ": value %zu of target sample %zu (of %zu) is %g%s", step->update,
                bad % trainer->dimension, bad / trainer->dimension, step->target_charges, (double)target[bad],
                trainer->data.callback != NULL ? ", or the data callback did not write it"
                                               : "; the data array changed after it was set");
}

charge_batch trainer_charge_batch(const coulomb_trainer *trainer)
{
    const training_settings *settings = &trainer->settings;
    return (charge_batch){.dimension = trainer->dimension,
                          .model = values(&trainer->arrays.model),
                          .target = values(&trainer->arrays.target),
                          .n_model = trainer_charges_model(trainer),
                          .n_target = trainer_charges_target(trainer),
                          .at_model = settings->batch,
                          .at_target = settings->batch,
                          .displaced = settings->smoothing > 0.0};
}

/* Potential at every x and every y, or near them (Eq. 32); no gradient flows through it. */
coulomb_status step_find_potentials(training_step *step)
{
    coulomb_trainer *trainer = step->trainer;
    step_arrays *arrays = &trainer->arrays;
    const float *model = values(&arrays->model), *target = values(&arrays->target);
    float *at_model = values(&arrays->potential_model), *at_target = values(&arrays->potential_target);
    charge_batch batch = trainer_charge_batch(trainer);
    if (batch.displaced) {
        step_add_noise(step, AT_MODEL, model);
        step_add_noise(step, AT_TARGET, target);
        batch.near_model = step_points(step, AT_MODEL);
        batch.near_target = step_points(step, AT_TARGET);
    }
    coulomb_status status = plummer_potentials(trainer->plummer, &batch, at_model, at_target);
    if (status == COULOMB_ERROR_NOT_FINITE)
        return blame_target(step, status);
    if (status != COULOMB_OK)
        return status;
    step->potential_model = step_mean(at_model, step->batch);
    step->potential_target = step_mean(at_target, step->batch);
    if (!step_replays(step))
        return COULOMB_OK;
    if (step_smooths(step))
        step_add_noise(step, AT_PREVIOUS, values(&arrays->previous));
    return plummer_potentials_at(trainer->plummer, &batch, step_points(step, AT_PREVIOUS), step->batch,
                                 values(&arrays->potential_previous));
}
