/* The part of an update that stands for the discriminator where there is none: samples follow the field of the charges,
 * and the generator follows the samples. Arrays are addresses of the device here. */
#include "trainer/step.h"

/* Replayed samples are charges behind those of this update, with the same weight. */
static void append_replayed(const training_step *step)
{
    const coulomb_trainer *trainer = step->trainer;
    size_t sample = trainer->dimension;
    float *behind = values_of(&trainer->arrays.model) + step->model_charges * sample;
    const device_array *replayed = step_replays(step) ? &trainer->arrays.previous : &trainer->arrays.model;
    if (trainer->settings.replay)
        step->on->table->copy(step->on, behind, replayed->data, step->batch * sample * sizeof *behind, NULL);
}

/* Field and potential at the model samples, of all charges or of one kind of them. */
static coulomb_status sum_at_samples(const training_step *step, const charge_batch *batch, float *potential)
{
    const step_arrays *arrays = &step->trainer->arrays;
    return step_sum_at(step, batch, step_kernel_points(step, AT_MODEL), values_of(&arrays->field), potential);
}

static void take_field(const training_step *step, double factor, const float *divisor, bool add)
{
    const coulomb_trainer *trainer = step->trainer;
    const device_array *slope = trainer->features == NULL ? &trainer->arrays.slope : &trainer->arrays.feature_slope;
    device_rows rows = {.rows = step->batch,
                        .columns = trainer_point_size(trainer),
                        .factor = (float)(factor * trainer->settings.potential_scale / (double)step->batch),
                        .from = values_of(&trainer->arrays.field),
                        .divisor = divisor,
                        .add = add,
                        .to = values_of(slope)};
    step->on->table->scale_rows(step->on, &rows);
}

static charge_batch model_alone(charge_batch batch)
{
    batch.n_target = batch.at_target = 0;
    return batch;
}

static charge_batch target_alone(charge_batch batch)
{
    batch.n_model = batch.at_model = 0;
    return batch;
}

/* A sample's own charge has no field where it stands: left out, it only makes the others count for more. */
static double share_of_others(const charge_batch *batch)
{
    return (double)batch->n_model / ((double)batch->n_model - 1.0);
}

static coulomb_status follow_potential(const training_step *step, const charge_batch *batch)
{
    int32_t self_terms = 1;
    coulomb_plummer_get_self_terms(step->trainer->plummer, &self_terms);
    charge_batch model = model_alone(*batch), target = target_alone(*batch);
    coulomb_status status = sum_at_samples(step, self_terms ? batch : &target, NULL);
    if (status != COULOMB_OK)
        return status;
    take_field(step, 1.0, NULL, false);
    if (self_terms)
        return COULOMB_OK;
    status = sum_at_samples(step, &model, NULL);
    if (status == COULOMB_OK)
        take_field(step, share_of_others(batch), NULL, true);
    return status;
}

/* The model charges' potential is less than 0 here, and so is their share of the field: their quotient is what the
 * charges would have by themselves. Its divisor was found before the potentials of all charges. */
static coulomb_status follow_drift(const training_step *step, const charge_batch *batch)
{
    float *divisor = values_of(&step->trainer->arrays.divisor);
    charge_batch model = model_alone(*batch), target = target_alone(*batch);
    coulomb_status status = sum_at_samples(step, &model, NULL);
    if (status != COULOMB_OK)
        return status;
    take_field(step, -share_of_others(batch), divisor, false);
    status = sum_at_samples(step, &target, divisor);
    if (status == COULOMB_OK)
        take_field(step, 1.0, divisor, true);
    return status;
}

/* Potentials of all charges come before the fields of one kind: devices keep what they found out about the samples. The
 * divisor is the model charges' own potential, at each sample without its own charge. */
static coulomb_status sum_pairs(const training_step *step, const charge_batch *batch)
{
    const step_arrays *arrays = &step->trainer->arrays;
    bool drifts = step->trainer->settings.field == COULOMB_FIELD_DRIFT;
    charge_batch model = model_alone(*batch);
    coulomb_status status = COULOMB_OK;
    if (drifts)
        status = step_sum_potentials(step, &model, true, values_of(&arrays->divisor), NULL);
    if (status == COULOMB_OK)
        status = step_sum_potentials(step, batch, false, values_of(&arrays->at_model), values_of(&arrays->at_target));
    if (status != COULOMB_OK)
        return status;
    return drifts ? follow_drift(step, batch) : follow_potential(step, batch);
}

coulomb_status step_find_field(const training_step *step)
{
    charge_batch batch = trainer_charge_batch(step->trainer), next = batch;
    coulomb_status status = COULOMB_OK;
    append_replayed(step);
    step_find_features(step);
    next.n_model = step->model_charges + step->batch;
    if (step->trainer->settings.replay &&
        !step_replays(step)) /* memory for the updates to come; results are replaced */
        status = sum_pairs(step, &next);
    if (status == COULOMB_OK)
        status = sum_pairs(step, &batch);
    if (status != COULOMB_OK)
        return status;
    step_note_potentials(step);
    step_follow_features(step);
    return COULOMB_OK;
}
