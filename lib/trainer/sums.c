/* Potentials and fields of a step: of one kernel, or the sum over several that differ in their epsilon. Arrays are
 * addresses of the device here. */
#include "trainer/step.h"

static device_kernel kernel_of(const training_step *step, size_t number)
{
    const coulomb_trainer *trainer = step->trainer;
    return plummer_device_kernel(trainer->plummer, device_board(trainer)->epsilon + number);
}

/* Where a kernel beyond the first leaves what is added; NULL for what is not wanted. */
static float *part_of(const device_array *part, const float *wanted)
{
    return wanted == NULL ? NULL : values_of(part);
}

static void add_part(const training_step *step, size_t count, const float *part, float *sum)
{
    if (sum != NULL)
        step->on->table->add(step->on, count, 1.0f, part, sum);
}

coulomb_status step_sum_potentials(const training_step *step, const charge_batch *batch, bool without_own,
                                   float *at_model, float *at_target)
{
    const coulomb_trainer *trainer = step->trainer;
    const step_arrays *arrays = &trainer->arrays;
    float *model = at_model, *target = at_target;
    for (size_t i = 0; i <= trainer->settings.further_epsilons; i++) {
        device_kernel kernel = kernel_of(step, i);
        kernel.self_terms = kernel.self_terms && !without_own;
        coulomb_status status =
            step->on->table->potentials(plummer_pairs(trainer->plummer), &kernel, batch, model, target, NULL);
        if (status != COULOMB_OK)
            return status;
        if (i > 0) {
            add_part(step, batch->at_model, model, at_model);
            add_part(step, batch->at_target, target, at_target);
        }
        model = part_of(&arrays->part_model, at_model);
        target = part_of(&arrays->part_target, at_target);
    }
    return COULOMB_OK;
}

coulomb_status step_sum_at(const training_step *step, const charge_batch *batch, const float *at, float *field,
                           float *potential)
{
    const coulomb_trainer *trainer = step->trainer;
    const step_arrays *arrays = &trainer->arrays;
    float *fields = field, *potentials = potential;
    for (size_t i = 0; i <= trainer->settings.further_epsilons; i++) {
        device_kernel kernel = kernel_of(step, i);
        coulomb_status status = step->on->table->potentials_at(plummer_pairs(trainer->plummer), &kernel, batch, at,
                                                               step->batch, fields, potentials);
        if (status != COULOMB_OK)
            return status;
        if (i > 0) {
            add_part(step, step->batch * trainer->dimension, fields, field);
            add_part(step, step->batch, potentials, potential);
        }
        fields = part_of(&arrays->part_field, field);
        potentials = part_of(&arrays->part_model, potential);
    }
    return COULOMB_OK;
}
