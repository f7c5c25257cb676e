/* One update in three files: samples.c makes the samples, potentials.c the potential at them, step.c the losses,
 * gradients and moves. */
#ifndef TRAINER_STEP_H
#define TRAINER_STEP_H

#include "trainer/trainer.h"

/* The sets of points at which D and the potential are compared. */
enum evaluation { AT_MODEL, AT_TARGET, AT_PREVIOUS, EVALUATIONS };

/* What one update works with, besides the trainer's arrays. */
typedef struct training_step {
    coulomb_trainer *trainer;
    uint64_t update;
    size_t batch, model_charges, target_charges;
    double rate_generator, rate_discriminator, epsilon;
    double loss_discriminator, loss_generator;
    double potential_model, potential_target;
} training_step;

/* y from the data and x = G(z), into the trainer's arrays. What the data callback did not write is NaN. */
coulomb_status step_draw_target(training_step *step);
coulomb_status step_generate_model(training_step *step);

/* The evaluation points of one set when smoothing: samples plus noise. */
void step_add_noise(training_step *step, enum evaluation set, const float *samples);

/* Potential at all evaluation points, and their means over the model samples' and the target samples' points. */
coulomb_status step_find_potentials(training_step *step);

/* [batch, dimension] where D and the potential are compared. */
const float *step_points(const training_step *step, enum evaluation set);

bool step_smooths(const training_step *step);
bool step_replays(const training_step *step);

double step_mean(const float *array, size_t count);

static inline float *values(const buffer *array)
{
    return array->data;
}

#endif
